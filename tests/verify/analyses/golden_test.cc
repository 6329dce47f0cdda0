// Witnesses as golden cases: pasted into their rule they are decided as they say, and turned round
// they are refuted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model/rules/parse.h"
#include "model/yaml/yaml.h"
#include "reports/golden_report.h"
#include "tests/support/corpus.h"
#include "tests/support/playing.h"

namespace capmarket::analyses {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using testing::kRuleFolder;

question::RuleFile file_of(const std::string& name, const std::string& text) {
  question::RuleFile out;
  out.file = kRuleFolder + name;
  auto rule = rules::parse_rule(out.file, text, rules::load_superseded, &out.places);
  if (!rule) throw std::runtime_error(to_text(rule.error()));
  out.rule = *std::move(rule);
  return out;
}

RuleReport check_text_of(const std::string& name, const std::string& text) {
  question::RuleFile file = file_of(name, text);
  return check_rule(file, {file}, testing::playing());
}

RuleReport check_file(const std::string& name) {
  return check_text_of(name, yaml::read_file(kRuleFolder + name).value());
}

std::vector<const Finding*> examples_of(const RuleReport& r) {
  std::vector<const Finding*> out;
  for (const Finding& f : r.findings)
    if (f.analysis == "examples" && f.subject.starts_with("example ")) out.push_back(&f);
  return out;
}

/// `admitted: true` for `admitted: false`, and so on, in every `expect`.
std::string turned_round(std::string text) {
  for (std::size_t at = text.find("expect: "); at != text.npos;
       at = text.find("expect: ", at + 1)) {
    std::size_t value = text.find("admitted: ", at) + 10;
    bool yes = text.compare(value, 4, "true") == 0;
    text.replace(value, yes ? 4 : 5, yes ? "false" : "true");
  }
  return text;
}

constexpr const char* kWithCases[] = {"coverage-gap.yaml", "compensated-rounded.yaml",
                                      "goal-victim.yaml",  "goal-failure.yaml",
                                      "goal-refused.yaml", "monotone-quantity.yaml",
                                      "acyclic-pair.yaml", "starvation-hospital.yaml"};

TEST(GoldenReport, pasted_into_the_rule_is_decided_as_it_says_and_refuted_turned_round) {
  for (const char* name : kWithCases) {
    SCOPED_TRACE(name);
    reports::GoldenReport golden = reports::golden_report(check_file(name), "");
    ASSERT_GT(golden.cases, 0) << ::testing::PrintToString(golden.notes);
    // First as it is, then turned round, in one list.
    std::string twice =
        golden.text + turned_round(golden.text.substr(golden.text.find("\n  ") + 1));
    RuleReport pasted = check_text_of(name, yaml::read_file(kRuleFolder + name).value() + "\n" + twice);
    std::vector<const Finding*> found = examples_of(pasted);
    ASSERT_EQ(found.size(), static_cast<std::size_t>(2 * golden.cases));
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_EQ(found[i]->verdict,
                i < found.size() / 2 ? AnalysisVerdict::proved : AnalysisVerdict::refuted)
          << found[i]->sentence << twice;
  }
}

TEST(GoldenReport, shows_what_is_wrong) {
  // Nobody may ask for it: refused, though inside the limits.
  EXPECT_THAT(reports::golden_report(check_file("coverage-gap.yaml"), "coverage").text,
              HasSubstr("expect: { admitted: false }"));
  // A displacement that owes nothing.
  std::string zero = reports::golden_report(check_file("compensated-zero.yaml"), "").text;
  EXPECT_THAT(zero, HasSubstr("compensation: 0.0000, displaced: true"));
  EXPECT_THAT(zero, HasSubstr("# displacement-compensated urgent: "));
}

TEST(GoldenReport, selects_one_finding_and_knows_that_there_is_none_of_a_name) {
  RuleReport r = check_file("acyclic-pair.yaml");
  EXPECT_EQ(reports::golden_report(r, "displacement-acyclic").cases, 2);
  EXPECT_EQ(reports::golden_report(r, "displacement-acyclic rule").cases, 2);
  EXPECT_EQ(reports::golden_report(r, "displacement-acyclic firm").cases, 0);
  EXPECT_TRUE(reports::golden_report(r, "coverage").selected);
  EXPECT_EQ(reports::golden_report(r, "coverage").text, "");
  EXPECT_FALSE(reports::golden_report(r, "covrage").selected);
}

TEST(GoldenReport, says_why_a_witness_is_no_golden_case) {
  reports::GoldenReport r = reports::golden_report(check_file("compensated-index.yaml"), "");
  EXPECT_THAT(r.notes,
              ::testing::Contains(HasSubstr("not written: no price from 1.0000 to 50.0000 gives")));
  // No case at all: everything is refuted by the lack of one.
  r = reports::golden_report(check_file("satisfiable-kinds.yaml"), "");
  EXPECT_EQ(r.cases, 0);
  EXPECT_THAT(r.notes, ::testing::Contains(HasSubstr("not written: no case shows it")));
}

}  // namespace
}  // namespace capmarket::analyses
