// However much or little a limit of the effort is, a verdict is the same or `unknown`.
#include <gtest/gtest.h>

#include "tests/support/corpus.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

RuleReport checked_with(const std::string& name, const smt::Effort& effort) {
  const std::vector<question::RuleFile> files =
      testing::loaded_rules(testing::source_path("tests/verify/hunt/" + name + ".yaml"));
  CheckOptions options;
  options.effort = effort;
  options.scripted_scenarios = false;
  return check_rule(files.front(), files, options);
}

/// Whether the second says no more than "unknown" where it says something else; of a figure: less.
void expect_no_other(const RuleReport& usual, const RuleReport& other, const std::string& limit) {
  EXPECT_FALSE(other.internal_error) << limit << ": " << other.mismatch;
  ASSERT_EQ(usual.findings.size(), other.findings.size()) << limit;
  for (std::size_t i = 0; i < usual.findings.size(); ++i) {
    const Finding &a = usual.findings[i], &b = other.findings[i];
    if (b.verdict == AnalysisVerdict::unknown || a.verdict == AnalysisVerdict::unknown) continue;
    EXPECT_EQ(a.verdict, b.verdict) << limit << ": " << b.analysis << " " << b.subject;
  }
}

TEST(EffortOfCheck, the_least_of_any_limit_changes_no_verdict_into_another) {
  for (const char* rule : {"product-least", "product-most"}) {
    const RuleReport usual = checked_with(rule, {});
    for (const smt::EffortRow& row : smt::effort_rows()) {
      smt::Effort least;
      least.*row.value = 1;
      expect_no_other(usual, checked_with(rule, least), std::string(row.name) + "=1");
    }
  }
}

TEST(EffortOfCheck, much_of_any_limit_changes_no_verdict_into_another) {
  const RuleReport usual = checked_with("product-least", {});
  for (const char* name : {"boxes", "examples", "product-examples", "ring-conditions", "newer-part",
                           "older-part", "ring-part", "smaller"})
    for (const smt::EffortRow& row : smt::effort_rows()) {
      if (row.name != name) continue;
      smt::Effort much;
      much.*row.value = row.most;
      expect_no_other(usual, checked_with("product-least", much), std::string(name) + " at most");
    }
}

TEST(EffortOfCheck, an_unknown_names_the_limit_that_it_reached) {
  smt::Effort least;
  least.smaller = least.boxes = least.product_examples = least.examples = 1;
  int unknown = 0;
  for (const Finding& f : checked_with("product-most", least).findings) {
    if (f.verdict != AnalysisVerdict::unknown) continue;
    ++unknown;
    EXPECT_NE(f.reason.find("`--effort "), f.reason.npos) << f.analysis << ": " << f.reason;
  }
  EXPECT_GT(unknown, 0);
}

}  // namespace
}  // namespace capmarket::analyses
