// `fork`: one instant that goes on under several rules. Source: docs/spec/commands.md#fork.
#pragma once

#include "cli/command.h"

namespace capmarket::cli {

/// Registers the command and, when it was the one called, sets `status`.
void add_fork(CLI::App& app, CommonOptions& common, int& status);

}  // namespace capmarket::cli
