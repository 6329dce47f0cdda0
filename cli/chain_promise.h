// `capmarket chain promise, check-promise`. Source: docs/spec/commands.md#chain-promise.
#pragma once

#include <CLI/App.hpp>

#include "cli/command.h"

namespace capmarket::cli {

/// Adds both to the group `chain`; the one that was called sets `status`.
void add_chain_promise(CLI::App& group, CommonOptions& common, int& status);

}  // namespace capmarket::cli
