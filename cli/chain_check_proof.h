// `capmarket chain check-proof`: what was printed, and the keys that somebody believes; no chain.
// Source: docs/spec/commands.md#chain-check-proof.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds it to the group `chain`; where it was called, sets `status`.
void add_chain_check_proof(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
