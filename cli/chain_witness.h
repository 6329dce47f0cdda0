// `capmarket chain witness`: a second party signs a checkpoint that it found consistent with the
// last one it signed. Source: docs/spec/commands.md#chain-witness.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds it to the group `chain`; where it was called, sets `status`.
void add_chain_witness(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
