// What `run` leaves, recognised: only that is ever replaced by a new run.
#pragma once

#include <string>

#include "model/base/result.h"

namespace capmarket::cli {

/// A problem where `folder` holds anything but a run: its files and its chain, regular and no
/// links, with a receipt (`run.json`) or at least the beginning of a chain. Names what is foreign.
Result<void> expect_run(const std::string& folder);

}  // namespace capmarket::cli
