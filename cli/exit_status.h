// What the program's exit status says. Source: docs/spec/commands.md#exit-status.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace capmarket::cli {

/// What the program returns to its caller.
enum ExitStatus : int {
  kHolds = 0,
  kRefuted = 1,
  kBadInput = 2,
  kUndecided = 3,
  kSolverFailed = 69,
  kInternal = 70,
  kInterrupted = 130,
};

/// One status, with what it says.
struct ExitStatusRow {
  ExitStatus status = kHolds;
  std::string_view word;     // as the help has it
  std::string_view meaning;  // as the documents have it
};

/// Every exit status, ascending.
std::span<const ExitStatusRow> exit_statuses();
/// The statuses as a Markdown table: `| status | word | meaning |`.
std::string exit_status_table();
/// The statuses in one line, for the help: `0 holds, 1 refuted, …`.
std::string exit_status_line();

}  // namespace capmarket::cli
