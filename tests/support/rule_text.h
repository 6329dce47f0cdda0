// Texts of rules for test markets.
#pragma once

#include <string>

#include "model/rules/parse.h"

namespace capmarket::testing {

/// The parts of a rule that tests exchange. As they stand: class power, unit kW, granularity 1s,
/// negotiated 1.00..100.00, tiers gold (kind hospital) and basic; fallback none, pooled.
struct RuleParts {
  std::string coordination = "{ mode: none }";
  std::string pricing = "{ mode: negotiated, floor: 1.00, cap: 100.00 }";
  std::string tiers =
      "  - { name: gold, rank: 20, eligible: user.kind == \"hospital\" }\n"
      "  - { name: basic, rank: 10, eligible: \"true\" }\n";
  std::string fallback =
      "  - { name: none, substitution: none, notify_within: 60s, refund: 100%, penalty: 10% }\n"
      "  - { name: pooled, substitution: pool, notify_within: 60s, refund: 100%, penalty: 10%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  std::string more;  // further lines at the end
  std::string name = "eu/power", class_name = "power", scope = "eu", authority = "eu/tso";
  std::string unit = "kW";
  std::string lead = "0s .. 7d";
};
std::string rule_text(const RuleParts& parts = {});
/// CHECKs that the text is a rule.
rules::Rule rule_from(const std::string& text);

}  // namespace capmarket::testing
