#include "model/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace capmarket {
namespace {
thread_local std::string context;
}

void set_check_context(std::string text) { context = std::move(text); }

void check_failed(const char* file, int line, const char* condition, const std::string& message) {
  std::fprintf(stderr, "capmarket: internal error: %s:%d: %s does not hold  %s%s%s\n", file, line,
               condition, message.c_str(), context.empty() ? "" : "\n  in ", context.c_str());
  std::fflush(nullptr);
  std::_Exit(70);
}

}  // namespace capmarket
