// A file that a command was called with and that has no verdict: it cannot be read, or its answer
// is none.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "model/base/result.h"

namespace capmarket::reports {

/// Why `file` has no report. Never empty of problems.
struct Unread {
  std::string file;
  Problems problems;
  bool internal = false;  // a fault of capmarket, not of the file
};

/// The file that the first problem names, else the one that was given.
std::string place_of(const Unread& unread);

/// `[{file, line, column, what, expected}]`.
nlohmann::ordered_json problems_json(const Problems& problems);
/// `[{file, internal, problems[{file, line, column, what, expected}]}]`.
nlohmann::ordered_json unread_json(const std::vector<Unread>& unread);

}  // namespace capmarket::reports
