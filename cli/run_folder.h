// What `run` and `fork` leave, recognised: only that is ever replaced by a new run.
#pragma once

#include <string>

#include "model/base/result.h"

namespace capmarket::cli {

/// A problem where `folder` holds anything but a run: its files and its chain, regular and no
/// links, with a receipt (`run.json`) or at least the beginning of a chain. Names what is foreign.
Result<void> expect_run(const std::string& folder);

/// The same of what `run --replications` leaves: its two files, of which the summary says what it is.
Result<void> expect_replications(const std::string& folder);

/// The same of what `fork` leaves: folders of runs, and nothing else.
Result<void> expect_branches(const std::string& folder);

}  // namespace capmarket::cli
