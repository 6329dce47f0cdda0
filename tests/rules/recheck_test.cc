// The certificates of some rules, of every shape: cvc5 agrees with each.
#include "tests/rules/recheck.h"

#include <gtest/gtest.h>

namespace capmarket::testing {
namespace {

const std::string kRoot = CAPMARKET_SOURCE_DIR;

class RecheckRule : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Few, RecheckRule,
                         ::testing::Values("scenarios/rules/emergency-displacement.yaml",
                                           "scenarios/rules/quickstart.yaml",
                                           "tests/rules/acyclic-three.yaml",
                                           "tests/rules/error-square.yaml",
                                           "tests/rules/goal-value.yaml",
                                           "tests/rules/schema-nothing.yaml"));

TEST_P(RecheckRule, is_confirmed_by_cvc5_file_by_file) {
  Rechecked r = recheck_rule(kRoot + "/" + GetParam(), "cvc5");
  EXPECT_FALSE(r.set.files.empty());
  EXPECT_EQ(others(r, Recheck::agrees), "");
}

/// What a solver decided rests on files; what is told without one does not.
TEST(Certify, gives_every_solver_verdict_its_questions) {
  Rechecked r = recheck_rule(kRoot + "/scenarios/rules/emergency-displacement.yaml", "z3");
  EXPECT_EQ(others(r, Recheck::agrees), "");
  const std::set<std::string> without = {
      "window-well-formed", "succession",         "price-possible",     "price-monotone",
      "fallback-total",     "revocation-total",   "examples",           "retention-consistent",
      "quota-possible",     "coordination-scope", "granularity-divides"};
  for (std::size_t i = 0; i < r.report.findings.size(); ++i) {
    const Finding& f = r.report.findings[i];
    if (without.contains(f.analysis)) {
      EXPECT_TRUE(r.set.rests_on[i].empty()) << f.analysis;
      continue;
    }
    if (f.verdict == AnalysisVerdict::info) continue;
    bool cover = false, claim = false;
    for (std::size_t k : r.set.rests_on[i]) (r.set.files[k].unsat ? claim : cover) = true;
    EXPECT_TRUE(cover) << f.analysis << " [" << f.subject << "] has no case of its premises";
    // Proved of a tier that somebody obtains it is a case; proved of all cases is none.
    bool by_case = f.analysis == "schema-inhabited" || f.analysis.starts_with("tier-") ||
                   f.analysis == "displacement-reachable" || f.analysis == "no-error";
    if (f.verdict != AnalysisVerdict::proved || by_case) continue;
    EXPECT_TRUE(claim) << f.analysis << " [" << f.subject << "] has no question without a case";
  }
}

TEST(Grade, is_the_verdict_of_check_where_nothing_is_in_doubt) {
  auto files = load_rule_files(kRoot + "/tests/rules/acyclic-pair.yaml");
  ASSERT_TRUE(files);
  GradeOptions options;
  options.program = "test";
  auto grade = grade_rule(files->front(), *files, options);
  ASSERT_TRUE(grade) << to_text(grade.error());
  EXPECT_TRUE(grade->disagreements.empty());
  RuleReport plain = check_rule(files->front(), *files, {});
  ASSERT_EQ(plain.findings.size(), grade->report.findings.size());
  for (std::size_t i = 0; i < plain.findings.size(); ++i)
    EXPECT_EQ(plain.findings[i].verdict, grade->report.findings[i].verdict)
        << plain.findings[i].analysis << ": " << grade->report.findings[i].reason;
  ASSERT_EQ(grade->rechecks.size(), 2u);
  for (const RecheckReport& again : grade->rechecks)
    EXPECT_EQ(again.count(Recheck::agrees), grade->set.files.size()) << again.solver;
}

TEST(Grade, proves_nothing_that_it_has_no_time_for) {
  auto files = load_rule_files(kRoot + "/tests/rules/clean.yaml");
  ASSERT_TRUE(files);
  GradeOptions options;
  options.total = std::chrono::milliseconds(1);
  auto grade = grade_rule(files->front(), *files, options);
  ASSERT_TRUE(grade) << to_text(grade.error());
  for (std::size_t i = 0; i < grade->report.findings.size(); ++i)
    if (!grade->set.rests_on[i].empty()) {
      EXPECT_NE(grade->report.findings[i].verdict, AnalysisVerdict::proved)
          << grade->report.findings[i].analysis;
    }
  EXPECT_NE(grade->report.verdict(), AnalysisVerdict::proved);
}

}  // namespace
}  // namespace capmarket::testing
