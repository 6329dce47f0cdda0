// What came of a script: who gave way, and what a refused settlement lacked.
#include "reports/script_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace capmarket::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

scenarios::ScriptStep settle(const std::string& name, scenarios::StepExpectation expect) {
  scenarios::ScriptStep out;
  out.kind = scenarios::StepKind::settle;
  out.name = name;
  out.expect = std::move(expect);
  return out;
}

class ScriptReportTest : public ::testing::Test {
 protected:
  ScriptReportTest() {
    script.steps = {settle("short", {false, {admission::ClauseId::displacement}}),
                    settle("high", {true, {}, scenarios::DisplacedGrants{{"low", Quantity(100)}}})};
    report.steps.resize(2);
    report.steps[0].decision.failed = {admission::ClauseId::displacement};
    report.steps[0].decision.shortfalls = {{1, Quantity(101), Money(760'0000), Money(505'0000)}};
    report.steps[1].step = 1;
    report.steps[1].displaced = {{"low", Quantity(100)}};
  }
  std::string text() const { return script_report_text(script, report); }
  Json json() const { return script_json(script, report); }

  scenarios::Script script;
  world::ScriptReport report;
};

TEST_F(ScriptReportTest, tells_who_gave_way_and_what_was_lacking) {
  EXPECT_THAT(text(), HasSubstr("admitted, displaces low 100"));
  EXPECT_THAT(text(), HasSubstr("refused by displacement; leg 1 lacks 101; displacing for it: "
                                "compensation 760.0000, refund 505.0000"));
  EXPECT_THAT(text(), Not(HasSubstr("NOT AS EXPECTED")));
  Json steps = json()["steps"];
  EXPECT_EQ(steps[0]["shortfalls"].dump(),
            R"([{"leg":1,"lack":101,"compensation":"760.0000","refund":"505.0000"}])");
  EXPECT_EQ(steps[0]["displaced"].dump(), "{}");
  EXPECT_EQ(steps[1]["displaced"].dump(), R"({"low":100})");
  EXPECT_EQ(steps[1]["shortfalls"].dump(), "[]");
  EXPECT_TRUE(json()["as_expected"]);
}

/// Sums of 0 read as if displacing were free, and sums of a part as the price of the whole.
TEST_F(ScriptReportTest, tells_no_price_of_what_cannot_be_had) {
  admission::Decision& d = report.steps[0].decision;
  d.failed = {admission::ClauseId::capacity};
  EXPECT_THAT(text(), HasSubstr("leg 1 lacks 101; who may be displaced for it is too little, for "
                                "compensation 760.0000, refund 505.0000"));
  d.failed = {admission::ClauseId::shared_capacity};
  d.shortfalls = {{1, Quantity(101), Money(0), Money(0)}};
  EXPECT_THAT(text(), HasSubstr("leg 1 lacks 101; nobody is displaced for it"));
}

TEST_F(ScriptReportTest, tells_whom_it_expected_to_give_way) {
  report.steps[1].displaced["mid"] = Quantity(1);
  EXPECT_THAT(text(), HasSubstr("admitted, displaces low 100, mid 1  NOT AS EXPECTED (to displace "
                                "low 100)"));
  EXPECT_FALSE(json()["as_expected"]);
  script.steps[1].expect->displaced->clear();
  EXPECT_THAT(text(), HasSubstr("NOT AS EXPECTED (to displace nobody)"));
}

}  // namespace
}  // namespace capmarket::reports
