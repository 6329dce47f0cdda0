// What nobody caught: no exception leaves the program.
#pragma once

namespace capmarket::cli {

/// Tells on stderr what the exception that is being handled says, and gives the exit status for it:
/// a file system's fault is kBadInput, a solver's kSolverFailed, all else kInternal.
int status_of_exception() noexcept;

/// The same for exceptions of threads: ends the process with that status.
void end_by_exception() noexcept;

}  // namespace capmarket::cli
