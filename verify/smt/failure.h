// A solver that failed, which is neither an answer nor "unknown".
// Source: docs/spec/commands.md#exit-status.
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>

namespace capmarket::smt {

/// The library that decides has failed: not for lack of steps, time or memory.
class SolverFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Whether the solver says by this that a limit was reached.
bool is_out_of_budget(const std::string& message);

/// What a solver's exception says, be it ours or the library's; empty for any other exception.
std::optional<std::string> solver_failure(const std::exception_ptr& thrown);

}  // namespace capmarket::smt
