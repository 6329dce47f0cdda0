// The certificates of some rules, of every shape: cvc5 agrees with each.
#include "tests/verify/analyses/recheck.h"

#include <gtest/gtest.h>

namespace capmarket::analyses {
namespace {

const std::string kRoot = CAPMARKET_SOURCE_DIR;

class RecheckRule : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Few, RecheckRule,
                         ::testing::Values("scenarios/rules/emergency-displacement.yaml",
                                           "scenarios/rules/quickstart.yaml",
                                           "tests/verify/analyses/rules/acyclic-three.yaml",
                                           "tests/verify/analyses/rules/error-square.yaml",
                                           "tests/verify/analyses/rules/goal-value.yaml",
                                           "tests/verify/analyses/rules/schema-nothing.yaml"));

TEST_P(RecheckRule, is_confirmed_by_cvc5_file_by_file) {
  Rechecked r = recheck_rule(kRoot + "/" + GetParam(), "cvc5");
  EXPECT_FALSE(r.set.files.empty());
  EXPECT_EQ(others(r, smt::Recheck::agrees), "");
}

/// What a solver decided rests on files; what is told without one does not.
TEST(Certify, gives_every_solver_verdict_its_questions) {
  Rechecked r = recheck_rule(kRoot + "/scenarios/rules/emergency-displacement.yaml", "z3");
  EXPECT_EQ(others(r, smt::Recheck::agrees), "");
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
    // Proved of a tier that somebody obtains it is a case; proved of all cases is none. Without a
    // lease, notice is feasible where some displacement keeps what admission enforces: a case.
    bool by_case = f.analysis == "schema-inhabited" || f.analysis.starts_with("tier-") ||
                   f.analysis == "displacement-reachable" || f.analysis == "no-error" ||
                   f.analysis == "notice-feasible";
    if (f.verdict != AnalysisVerdict::proved || by_case) continue;
    EXPECT_TRUE(claim) << f.analysis << " [" << f.subject << "] has no question without a case";
  }
}

TEST(PromulgationProof, is_the_verdict_of_check_where_nothing_is_in_doubt) {
  auto files = question::load_rule_files(kRoot + "/tests/verify/analyses/rules/acyclic-pair.yaml");
  ASSERT_TRUE(files);
  PromulgationProofOptions options;
  options.program = "test";
  auto proof = prove_for_promulgation(files->front(), *files, options);
  ASSERT_TRUE(proof) << to_text(proof.error());
  EXPECT_TRUE(proof->disagreements.empty());
  CheckOptions with_constants;
  with_constants.framework = true;
  RuleReport plain = check_rule(files->front(), *files, with_constants);
  ASSERT_EQ(plain.findings.size(), proof->report.findings.size());
  for (std::size_t i = 0; i < plain.findings.size(); ++i)
    EXPECT_EQ(plain.findings[i].verdict, proof->report.findings[i].verdict)
        << plain.findings[i].analysis << ": " << proof->report.findings[i].reason;
  ASSERT_EQ(proof->rechecks.size(), 2u);
  for (const smt::RecheckReport& again : proof->rechecks)
    EXPECT_EQ(again.count(smt::Recheck::agrees), proof->set.files.size()) << again.solver;
}

TEST(PromulgationProof, proves_nothing_that_it_has_no_time_for) {
  auto files = question::load_rule_files(kRoot + "/tests/verify/analyses/rules/clean.yaml");
  ASSERT_TRUE(files);
  PromulgationProofOptions options;
  options.total = std::chrono::milliseconds(1);
  auto proof = prove_for_promulgation(files->front(), *files, options);
  ASSERT_TRUE(proof) << to_text(proof.error());
  for (std::size_t i = 0; i < proof->report.findings.size(); ++i)
    if (!proof->set.rests_on[i].empty()) {
      EXPECT_NE(proof->report.findings[i].verdict, AnalysisVerdict::proved)
          << proof->report.findings[i].analysis;
    }
  EXPECT_NE(proof->report.verdict(), AnalysisVerdict::proved);
}

}  // namespace
}  // namespace capmarket::analyses
