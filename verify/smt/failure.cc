#include "verify/smt/failure.h"

#include <z3++.h>

#include <algorithm>
#include <array>

namespace capmarket::smt {

bool is_out_of_budget(const std::string& message) {
  constexpr std::array kLimits = {"canceled",      "timeout",     "resource limit",
                                  "out of memory", "max. memory", "memory exceeded"};
  return std::any_of(kLimits.begin(), kLimits.end(),
                     [&](const char* limit) { return message.find(limit) != message.npos; });
}

std::optional<std::string> solver_failure(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const SolverFailure& e) {
    return e.what();
  } catch (const z3::exception& e) {
    return std::string("Z3: ") + e.msg();
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace capmarket::smt
