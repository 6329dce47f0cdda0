// `--effort NAME=VALUE`: the limits of how hard the solver tries (verify/smt/effort.h).
#pragma once

#include <CLI/App.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "model/base/result.h"
#include "verify/smt/effort.h"

namespace capmarket::cli {

/// Adds the option, and to the command's help the limits that it reads, with their defaults.
void add_effort(CLI::App& command, std::vector<std::string>& given);
/// What was given, each name once at most; a problem names what was expected, or meant.
Result<smt::Effort> effort_of(const std::vector<std::string>& given, const std::string& command);
/// Beside the report: what its verdicts rest on, so that the same call can be made again.
void add_settings(nlohmann::ordered_json& json, const std::string& command,
                  const CommonOptions& common, const smt::Effort& effort);

}  // namespace capmarket::cli
