// `capmarket chain prune`: takes bodies from a chain whose retention is over. Source:
// docs/spec/chain.md#pruning.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds it to the group `chain`; it sets `status`.
void add_chain_prune(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
