// Which program this is: version, commit, compiler, solver.
#pragma once

#include <string>

namespace capmarket::cli {

/// `0.1.0`: what receipts, certificates and SARIF name.
std::string version_text();

/// What `--version` prints, a line each: the version, the commit that was built and whether the
/// tree was changed since, the compiler, the solver that is linked. Ends without a newline.
std::string version_page();

}  // namespace capmarket::cli
