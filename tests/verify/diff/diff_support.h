// Pairs of rules made of one text by replacing parts of it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "tests/support/edited.h"
#include "tests/support/source_text.h"
#include "verify/diff/diff.h"

namespace capmarket::diff {

using Edit = std::pair<std::string, std::string>;

/// The text of the base rule with each `first` replaced once by its `second`.
inline std::string edited(const std::vector<Edit>& edits) {
  std::string text = testing::source_text("tests/verify/diff/base.yaml");
  for (const auto& [from, to] : edits) text = testing::edited(text, from, to);
  return text;
}

inline question::RuleFile rule_file(const std::string& name, const std::string& text) {
  question::RuleFile out;
  out.file = name;
  auto rule = rules::parse_rule(name, text, rules::load_superseded, &out.places);
  EXPECT_TRUE(rule) << to_text(rule.error());
  if (!rule) return out;
  out.rule = *std::move(rule);
  out.id = crypto::content_id(rules::encode_rule(out.rule));
  return out;
}

inline DiffReport diffed(const std::vector<Edit>& older, const std::vector<Edit>& newer,
                         const DiffOptions& options = {}) {
  question::RuleFile a = rule_file("old.yaml", edited(older)),
                     b = rule_file("new.yaml", edited(newer));
  auto report = diff_rules(a, b, options);
  EXPECT_TRUE(report) << to_text(report.error());
  return report ? *report : DiffReport{};
}

}  // namespace capmarket::diff
