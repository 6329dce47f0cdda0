// What `check` prints.
#include "reports/check_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/corpus.h"

namespace capmarket::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

analyses::RuleReport checked(const std::string& name, int more = 0) {
  auto files = testing::loaded_rules(testing::kRuleFolder + name + ".yaml");
  analyses::CheckOptions options;
  options.more = more;
  return analyses::check_rule(files.front(), files, options);
}

const Json& analysis(const Json& report, const std::string& id) {
  for (const Json& a : report["analyses"])
    if (a["analysis"] == id) return a;
  ADD_FAILURE() << id;
  return report;
}

TEST(CheckReport, has_the_keys_that_others_rely_on) {
  Json j = check_json({checked("compensated-zero")});
  for (const char* key : {"rule", "id", "verdict", "analyses"}) EXPECT_TRUE(j.contains(key)) << key;
  EXPECT_EQ(j["verdict"], "refuted");
  const Json& a = analysis(j, "displacement-compensated");
  for (const char* key :
       {"analysis", "subject", "verdict", "bound", "witness", "scenario", "clause", "milliseconds"})
    EXPECT_TRUE(a.contains(key)) << key;
  EXPECT_EQ(a["subject"], "urgent");
  EXPECT_EQ(a["clause"]["line"], 22);
  EXPECT_EQ(a["clause"]["column"], 21);
  EXPECT_EQ(a["witness"]["victim.tier"], "spot");
}

TEST(CheckReport, tells_the_fault_its_case_and_its_place) {
  analyses::RuleReport report = checked("compensated-zero");
  std::string text = check_text({report}, {.explain = true});
  EXPECT_THAT(text, HasSubstr("tier `urgent` can displace and owes nothing"));
  EXPECT_THAT(text, HasSubstr("compensated-zero.yaml:22:21: tiers[0].displaces.compensation"));
  EXPECT_THAT(text, HasSubstr("decided by tier `urgent`: `notice >= 5min` holds"));
  EXPECT_THAT(text, HasSubstr("victims come from this version"));
  EXPECT_THAT(check_text({report}, {.quiet = true}), Not(HasSubstr("decided by")));
}

TEST(CheckReport, says_where_there_is_no_further_case) {
  const analyses::RuleReport report = checked("coverage-kind", 3);
  for (const analyses::Finding& f : report.findings)
    if (f.analysis == "coverage") {
      EXPECT_TRUE(f.more.empty());
    }
  const char* none = "no further case was found in which other conditions hold";
  EXPECT_THAT(check_text({report}, {.more = 3}), HasSubstr(none));
  EXPECT_THAT(check_text({report}, {}), Not(HasSubstr(none)));
}

TEST(CheckReport, junit_counts_what_fails) {
  std::string xml = check_junit({checked("compensated-zero")});
  EXPECT_THAT(xml, HasSubstr("failures=\"1\" errors=\"0\""));
  EXPECT_THAT(xml, HasSubstr("name=\"displacement-compensated [urgent]\""));
  EXPECT_THAT(xml, HasSubstr("line=\"22\""));
  EXPECT_THAT(check_junit({checked("clean")}), HasSubstr("failures=\"0\""));
  EXPECT_THAT(check_junit({checked("goal-compensation")}), HasSubstr("&gt;= victim.value"));
}

TEST(CheckReport, folds_what_holds_and_ends_with_what_fails) {
  analyses::RuleReport report = checked("compensated-zero");
  std::string text = check_text({report}, {});
  EXPECT_THAT(text, HasSubstr(" info (--all lists them)"));
  EXPECT_THAT(text, Not(HasSubstr("schema-inhabited")));
  EXPECT_LT(text.find("assumed throughout"), text.find("refuted displacement-compensated"));
  EXPECT_THAT(check_text({report}, {.all = true}), HasSubstr("schema-inhabited"));
}

TEST(CheckReport, a_goal_tells_the_steps_that_it_speaks_of) {
  analyses::RuleReport report = checked("clean-goals");
  const char* line =
      "these goals speak of displacements alone, and of nothing else: fair, untouched, notice";
  EXPECT_THAT(check_text({report}, {}), HasSubstr(line));
  Json j = check_json({report});
  EXPECT_EQ(analysis(j, "goal:fair")["judged_at"], "displacements");
  EXPECT_EQ(analysis(j, "goal:small-is-spot")["judged_at"], "legs");
  EXPECT_TRUE(analysis(j, "coverage")["judged_at"].is_null());
}

TEST(CheckReport, counts_several_rules_in_its_last_line) {
  CheckRest rest;
  rest.several = true;
  rest.unread = {{"broken.yaml", {Problem{"broken.yaml", 3, 1, "not YAML", "YAML", ""}}, false}};
  std::string text = check_text({checked("compensated-zero"), checked("clean")}, {}, rest);
  EXPECT_TRUE(text.ends_with("3 rules: 1 proved, 1 refuted, 1 unreadable\n")) << text;
  Json j = check_json({checked("clean")}, rest);
  EXPECT_EQ(j["verdict"], "unknown") << "what was not read is not proved";
  EXPECT_EQ(j["unreadable"][0]["problems"][0]["line"], 3);
  EXPECT_EQ(j["summary"]["unreadable"], 1);
}

TEST(CheckReport, an_information_is_no_skipped_test_and_a_warning_fails_only_when_asked_to) {
  analyses::RuleReport report = checked("clean");
  report.findings.front().severity = analyses::Severity::warning;
  report.findings.front().verdict = analyses::AnalysisVerdict::refuted;
  report.findings.back().verdict = analyses::AnalysisVerdict::info;
  EXPECT_THAT(check_junit({report}), HasSubstr("failures=\"0\" errors=\"0\" skipped=\"1\""));
  CheckRest rest;
  rest.warnings_fail = true;
  EXPECT_THAT(check_junit({report}, rest), HasSubstr("failures=\"1\" errors=\"0\" skipped=\"0\""));
}

TEST(CheckReport, what_informs_warns_nowhere) {
  analyses::RuleReport report = checked("clean");
  report.findings.front().severity = analyses::Severity::inform;
  report.findings.front().verdict = analyses::AnalysisVerdict::refuted;
  CheckRest rest;
  rest.warnings_fail = true;
  EXPECT_FALSE(report.warned());
  EXPECT_THAT(check_text({report}, {}), HasSubstr("(for information; blocks nothing)"));
  EXPECT_THAT(check_text({report}, {}), Not(HasSubstr("acknowledgement")));
  const std::string junit = check_junit({report}, rest);
  EXPECT_THAT(junit, HasSubstr("failures=\"0\" errors=\"0\" skipped=\"0\""));
  EXPECT_THAT(junit, Not(HasSubstr("warning: ")));
  EXPECT_EQ(check_sarif({report}, "1.2.3")["runs"][0]["results"][0]["level"], "note");
  rest.several = true;
  EXPECT_THAT(check_summary({report}, rest), Not(HasSubstr("warning")));
}

TEST(CheckReport, sarif_has_a_result_at_its_line) {
  Json j = check_sarif({checked("compensated-zero")}, "1.2.3");
  EXPECT_EQ(j["version"], "2.1.0");
  const Json& run = j["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["version"], "1.2.3");
  ASSERT_EQ(run["results"].size(), 1u);
  const Json& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "displacement-compensated");
  EXPECT_EQ(result["level"], "error");
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["region"]["startLine"], 22);
  EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"],
            "displacement-compensated");
  EXPECT_TRUE(check_sarif({checked("clean")}, "1.2.3")["runs"][0]["results"].empty());
}

}  // namespace
}  // namespace capmarket::reports
