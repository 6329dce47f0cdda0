// `capmarket chain tiles`: a log in the files that clients of C2SP tlog-tiles read. Source:
// docs/spec/commands.md#chain-tiles.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds it to the group `chain`; where it was called, sets `status`.
void add_chain_tiles(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
