// `capmarket chain checkpoint, proof, consistency`. Source: docs/spec/commands.md#chain-checkpoint.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds them to the group `chain`; the one that was called sets `status`.
void add_chain_proofs(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
