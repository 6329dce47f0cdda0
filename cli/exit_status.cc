#include "cli/exit_status.h"

#include <fmt/format.h>

#include <array>

namespace capmarket::cli {
namespace {

constexpr auto kStatuses = std::to_array<ExitStatusRow>({
    {kHolds, "holds", "done, and everything holds"},
    {kRefuted, "refuted",
     "refuted, vacuous, violated or different; damage below a chain's signed size; a promise that "
     "was broken; a step of a script or something watched that did not come out as expected"},
    {kBadInput, "bad input", "the call or the input is wrong or unreadable; nothing was written"},
    {kUndecided, "undecided",
     "undecided: the solver gave up; a promise that is not due yet, or by a key that the log had "
     "left; a run in which no steady state was found"},
    {kSolverFailed, "solver failed",
     "a solver cannot be started, crashed, or answered what is no answer"},
    {kInternal, "internal error",
     "an internal error, such as a counterexample that does not reproduce"},
    {kInterrupted, "interrupted",
     "`run` was interrupted (SIGINT, SIGTERM, SIGHUP); the run directory is complete up to that event. Of `hunt` what was open is unknown"},
});

}  // namespace

std::span<const ExitStatusRow> exit_statuses() { return kStatuses; }

std::string exit_status_table() {
  std::string out = "| status | word | meaning |\n|---|---|---|\n";
  for (const ExitStatusRow& row : kStatuses)
    out += fmt::format("| {} | {} | {} |\n", static_cast<int>(row.status), row.word, row.meaning);
  return out;
}

std::string exit_status_line() {
  std::string out;
  for (const ExitStatusRow& row : kStatuses)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", static_cast<int>(row.status), row.word);
  return out;
}

}  // namespace capmarket::cli
