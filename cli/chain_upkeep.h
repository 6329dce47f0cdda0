// `capmarket chain fsck`, `salvage`, `change-key`: what a log is like, what of it can be kept, and who
// signs it. Source: docs/spec/commands.md#chain-fsck.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds them to the group `chain`; the one that was called sets `status`.
void add_chain_upkeep(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
