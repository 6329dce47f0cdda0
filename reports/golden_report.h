// The witnesses of a check as golden cases: what `capmarket check --save-test` writes.
#pragma once

#include <string>
#include <vector>

#include "verify/analyses/check.h"

namespace capmarket::reports {

/// Golden cases for a rule file, and what gave none.
struct GoldenReport {
  std::string text;  // a YAML fragment with the key `examples`; empty: no case
  int cases = 0;
  bool selected = false;           // some finding is of that name
  std::vector<std::string> notes;  // findings whose witness is no golden case, with the reason
};

/// The cases of every refuted finding, or of those alone that `finding` selects: `ANALYSIS`,
/// `goal:NAME`, or either with ` SUBJECT` after it.
GoldenReport golden_report(const analyses::RuleReport& report, const std::string& finding);

}  // namespace capmarket::reports
