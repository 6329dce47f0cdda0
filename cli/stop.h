// A reason to stop that brings its own exit status.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "cli/exit_status.h"
#include "model/base/result.h"

namespace capmarket::cli {

/// Why a command goes no further.
struct Stop {
  int status = kBadInput;
  Problems problems;
};

/// A value, or the reason to stop.
template <class T>
using Step = tl::expected<T, Stop>;

inline tl::unexpected<Stop> stop(int status, Problems problems) {
  return tl::unexpected<Stop>(Stop{status, std::move(problems)});
}
inline tl::unexpected<Stop> stop(int status, std::string what, std::string expected = {}) {
  return stop(status, fail(std::move(what), std::move(expected)).value());
}

/// Prints the problems to stderr; gives the status.
int report_stop(const Stop& reason);

}  // namespace capmarket::cli
