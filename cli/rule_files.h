// The rules that a call judges: what was given, with the versions before, and what cannot be read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/unread.h"
#include "verify/question/rule_set.h"

namespace capmarket::cli {

/// What the files of a call hold. One that cannot be read hides none of the others.
struct GivenRules {
  std::vector<question::RuleFile> asked;  // a verdict each, in the order of the files
  /// Those, and the versions that they supersede by path: each content once, the asked ones first.
  std::vector<question::RuleFile> all;
  std::vector<reports::Unread> unread;  // in the order of the files
};

/// Reads every file for `command`; problems go to stderr as they are met, each once.
GivenRules load_rules(const std::vector<std::string>& files, std::string_view command);

/// Tells on stderr what has no report, but for what was told before (`told`).
void report_unread(const reports::Unread& unread, std::vector<std::string>& told);

/// `NAME-vN`, what an output folder of that rule is called; what no folder should be called by
/// becomes `-`.
std::string folder_of_rule(std::string_view name, std::int64_t version);

}  // namespace capmarket::cli
