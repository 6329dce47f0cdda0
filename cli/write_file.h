// A file that a command leaves beside its report.
#pragma once

#include <string>

#include "model/base/result.h"

namespace capmarket::cli {

/// A problem where something stands at `path` that may not be replaced: a file without `force`, or
/// anything that is no file; or where there is no folder for it.
Result<void> check_writable(const std::string& path, bool force);

/// Writes `text` beside `path` and renames it into place: the whole or nothing.
Result<void> write_whole(const std::string& path, const std::string& text);

}  // namespace capmarket::cli
