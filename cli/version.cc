#include "cli/version.h"

#include <fmt/format.h>

#include "capmarket_commit.h"
#include "verify/smt/certificate.h"

namespace capmarket::cli {
namespace {

std::string compiler() {
#if defined(__clang__)
  return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#elif defined(__GNUC__)
  return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#else
  return "unknown";
#endif
}

}  // namespace

std::string version_text() { return CAPMARKET_VERSION; }

std::string version_page() {
  return fmt::format("capmarket {}\ncommit    {}\ncompiler  {}, C++ {}\nsolver    {}", version_text(),
                     CAPMARKET_COMMIT, compiler(), __cplusplus, smt::solver_in_use());
}

}  // namespace capmarket::cli
