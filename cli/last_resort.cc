#include "cli/last_resort.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <ios>
#include <new>

#include "cli/exit_status.h"
#include "verify/smt/failure.h"

namespace capmarket::cli {
namespace {

/// Without memory of its own.
int told(ExitStatus status, const char* what, const char* expected) noexcept {
  std::fprintf(stderr, "%s\n  expected: %s\n", what, expected);
  return status;
}

constexpr const char* kFault = "none: this is a fault of capmarket";

}  // namespace

int status_of_exception() noexcept {
  try {
    if (auto solver = smt::solver_failure(std::current_exception()))
      return told(kSolverFailed, ("the solver failed: " + *solver).c_str(),
                  "an answer: satisfiable, unsatisfiable or unknown");
    throw;
  } catch (const std::bad_alloc&) {
    return told(kInternal, "capmarket: out of memory", "more memory, or a smaller input");
  } catch (const std::filesystem::filesystem_error& e) {
    return told(kBadInput, e.what(), "files and folders that can be read and written");
  } catch (const std::ios_base::failure& e) {
    return told(kBadInput, e.what(), "files and folders that can be read and written");
  } catch (const std::exception& e) {
    std::fputs("capmarket: internal error: ", stderr);
    return told(kInternal, e.what(), kFault);
  } catch (...) {
    return told(kInternal, "capmarket: internal error: an unknown exception", kFault);
  }
}

void end_by_exception() noexcept {
  int status = kInternal;
  if (std::current_exception())
    status = status_of_exception();
  else
    told(kInternal, "capmarket: internal error: a thread was left behind", kFault);
  std::fflush(nullptr);
  std::_Exit(status);
}

}  // namespace capmarket::cli
