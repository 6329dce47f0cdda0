// `rule promulgate`: a rule onto a chain, with what was proved about it.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace capmarket::cli {

/// The options of the command as they were given; what is empty was not.
struct PromulgateArguments {
  std::string rule, chain, key, log_key, create, at, certificates;
  bool from_run = false;
  std::vector<std::string> waive, because;
  std::int64_t total_seconds = 60;
};

/// Proves, writes onto the chain where everything is proved or waived, and reports; gives the exit
/// status.
int promulgate_command(const PromulgateArguments& a, const CommonOptions& common);

}  // namespace capmarket::cli
