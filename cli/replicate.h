// `run --replications`: many runs of one scenario, and what they say together.
// Source: docs/spec/commands.md#run.
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "scenarios/scenario.h"
#include "sim/study/replications.h"
#include "sim/study/warm_up.h"

namespace capmarket::cli {

/// What a call of `run --replications` asks for.
struct ReplicateCall {
  const scenarios::Scenario& scenario;
  study::ReplicationOptions options;  // `progress` is set by the call
  std::int64_t level = 0;             // of the intervals, in ten-thousandths
  std::optional<study::WarmUp> warm_up;
  std::string out;  // the folder
};

/// The level of `--level`, in ten-thousandths: more than 0%, less than 100%.
Result<std::int64_t> parse_level(const std::string& text);

/// Plays, writes and prints them; gives the exit status.
int replicate_command(ReplicateCall call, const CommonOptions& common);

}  // namespace capmarket::cli
