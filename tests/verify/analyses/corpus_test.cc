// Small rules with one planted fault or none, each with what `check` must say of it at its head:
//   # expect: ANALYSIS[SUBJECT]=VERDICT
// Everything that is not expected must be proved or informative.
#include "tests/support/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/counterexamples.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/yaml/yaml.h"
#include "tests/support/playing.h"
#include "tests/support/scratch_folder.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

namespace fs = std::filesystem;

using testing::kRuleFolder;

RuleReport checked(const std::string& file, const CheckOptions& options = testing::playing()) {
  auto files = testing::loaded_rules(file);
  return check_rule(files.front(), files, options);
}

std::set<std::string> expected_of(const std::string& name) {
  auto lines = testing::expected_of(kRuleFolder + name + ".yaml");
  return {lines.begin(), lines.end()};
}

/// `analysis[subject]=verdict`, and the same without the subject.
std::pair<std::string, std::string> keys_of(const Finding& f) {
  std::string verdict = "=" + std::string(to_text(f.verdict));
  return {f.analysis + "[" + f.subject + "]" + verdict, f.analysis + verdict};
}

/// What no run can bring about: four thousand million displacements of one grant; an index below
/// the floor. And a pump, for which no scenario is written.
bool cannot_be_shown(const std::string& rule) {
  return rule == "error-times" || rule == "compensated-index" || rule.starts_with("pump-");
}

class Corpus : public ::testing::TestWithParam<std::string> {};

TEST_P(Corpus, comes_out_as_expected) {
  RuleReport report = checked(kRuleFolder + GetParam() + ".yaml");
  EXPECT_FALSE(report.internal_error) << report.mismatch;
  std::set<std::string> missing = expected_of(GetParam());
  // Where nobody can ask for anything, everything else holds of nothing.
  const bool uninhabited = missing.contains("schema-inhabited=refuted");
  std::vector<std::string> surprises;
  for (const Finding& f : report.findings) {
    auto [exact, any] = keys_of(f);
    bool wanted = missing.erase(exact) + missing.erase(any) > 0;
    bool quiet = f.verdict == AnalysisVerdict::proved || f.verdict == AnalysisVerdict::info ||
                 (uninhabited && f.verdict == AnalysisVerdict::vacuous);
    if (!wanted && !quiet) surprises.push_back(exact + ": " + f.sentence + f.reason);
    if (f.verdict == AnalysisVerdict::refuted) {
      EXPECT_FALSE(f.sentence.empty()) << exact;
      EXPECT_GT(f.provisions.front().line, 0) << exact;
    }
  }
  // Every counterexample comes with a scenario that shows it when it is run.
  testing::ScratchFolder folder;
  ASSERT_TRUE(cli::show_refutations(report, folder.path(), false));
  for (const Finding& f : report.findings)
    if (f.verdict == AnalysisVerdict::refuted && !f.label.empty()) {
      EXPECT_EQ(f.scenario.empty(), cannot_be_shown(GetParam())) << keys_of(f).first << f.reason;
    }
  EXPECT_THAT(surprises, ::testing::IsEmpty());
  EXPECT_THAT(missing, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Rules, Corpus, ::testing::ValuesIn(testing::rule_names(kRuleFolder)), [](const auto& one) {
  return testing::in_test_name(one.param);
});

TEST(CorpusOfRules, has_sixty_rules_and_two_faults_for_each_analysis_of_a_rule) {
  std::map<std::string, int> planted;
  for (const std::string& name : testing::rule_names(kRuleFolder))
    for (const std::string& e : expected_of(name)) ++planted[e.substr(0, e.find_first_of("[="))];
  EXPECT_GE(testing::rule_names(kRuleFolder).size(), 60u);
  // Those that a rule's author cannot plant: framework rows, and what only informs.
  const std::set<std::string> exempt = {"displacement-terminates",
                                        "money-conserved",
                                        "fallback-well-founded",
                                        "fallback-in-scope",
                                        "protection-floor",
                                        "non-overlap",
                                        "admission-in-rule",
                                        "compensation-adequate",
                                        "coordination-scope",
                                        "no-money-pump",
                                        "goal"};
  for (const AnalysisRow& row : analysis_catalogue()) {
    if (exempt.contains(std::string(row.id))) continue;
    EXPECT_GE(planted[std::string(row.id)], 2) << row.id;
  }
}

/// `attacks` leaves the ranks to admission on purpose: its adversaries are to meet that guard.
bool known(const std::string& rule, const std::string& analysis) {
  return rule == "attacks" && analysis == "displacement-acyclic";
}

TEST(ShippedRules, check_clean_but_for_the_ring_that_is_planted) {
  for (const auto& entry : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/rules")) {
    RuleReport report = checked(entry.path().string());
    EXPECT_FALSE(report.internal_error) << report.mismatch;
    for (const Finding& f : report.findings) {
      bool fails = f.severity == Severity::error && f.fails();
      EXPECT_TRUE(!fails || known(entry.path().stem().string(), f.analysis))
          << entry.path() << ": " << keys_of(f).first << ": " << f.sentence;
    }
  }
}

/// Two successors of one version, and two first versions of one name, are no line of versions.
TEST(Check, says_the_same_twice) {
  auto words = [] {
    std::string out;
    for (const char* name : {"goal-compensation", "coverage-gap", "acyclic-three"})
      for (const Finding& f : checked(kRuleFolder + name + ".yaml").findings) {
        out += keys_of(f).first + f.sentence;
        for (const auto& [variable, value] : f.witness) out += variable + "=" + value + ";";
      }
    return out;
  };
  EXPECT_EQ(words(), words());
}

TEST(Check, a_witness_has_the_smallest_numbers) {
  RuleReport gap = checked(kRuleFolder + "coverage-gap.yaml");
  auto found = std::find_if(gap.findings.begin(), gap.findings.end(),
                            [](const Finding& f) { return f.analysis == "coverage"; });
  ASSERT_NE(found, gap.findings.end());
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(found->witness, ::testing::Contains(Pair("quantity", "10 core")));
  EXPECT_EQ(found->provisions.front().place, "tiers");
}

TEST(Check, gives_up_as_unknown_and_never_as_proved) {
  CheckOptions options;
  options.rlimit = 1;
  RuleReport report = checked(kRuleFolder + "clean.yaml", options);
  EXPECT_EQ(report.verdict(), AnalysisVerdict::unknown);
}

}  // namespace
}  // namespace capmarket::analyses
