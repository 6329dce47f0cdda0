// CHECK: our own mistakes. Always on; prints what was expected and where, then ends with status 70.
#pragma once

#include <fmt/format.h>

#include <string>

namespace capmarket {

/// Ends the process with status 70 after printing `message` and the context set by
/// `set_check_context`.
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& message);

/// What a failed CHECK prints beside its values (seed, simulated time); one per thread.
void set_check_context(std::string context);

namespace check_internal {
inline std::string join() { return {}; }
template <class... A>
std::string join(const A&... values) {
  std::string out;
  ((out += fmt::format("{} ", values)), ...);
  return out;
}
}  // namespace check_internal
}  // namespace capmarket

#define CHECK(cond, ...)                                                         \
  do {                                                                           \
    if (!(cond)) [[unlikely]]                                                    \
      ::capmarket::check_failed(__FILE__, __LINE__, #cond,                       \
                                ::capmarket::check_internal::join(__VA_ARGS__)); \
  } while (false)
