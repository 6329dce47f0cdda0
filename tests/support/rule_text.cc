#include "tests/support/rule_text.h"

#include <fmt/format.h>

#include "model/base/text.h"

namespace capmarket::testing {

std::string rule_text(const RuleParts& p) {
  std::string out = fmt::format("rule: {}\nversion: 1\nauthority: {}\nclass: {}\nscope: {}\n",
                                p.name, p.authority, p.class_name, p.scope);
  out += "effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }\n";
  out += fmt::format("granularity: 1s\nunit: {}\nretention: 30d\ncurrency: EUR\n", p.unit);
  out += fmt::format(R"(limits:
  quantity: 1 .. 1000
  price: 0.00 .. 1000.00
  length: 1s .. 24h
  lead: {}
  skew: 2s
)",
                     p.lead);
  out += fmt::format("coordination: {}\npricing: {}\ntiers:\n{}fallback:\n{}{}", p.coordination,
                     p.pricing, p.tiers, p.fallback, p.more);
  return out;
}

rules::Rule rule_from(const std::string& text) {
  auto rule = rules::parse_rule("rule.yaml", text);
  CHECK(rule.has_value(), rule ? std::string() : to_text(rule.error()));
  return *rule;
}

}  // namespace capmarket::testing
