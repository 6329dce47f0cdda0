// SARIF against the part of its schema that is used, by somebody else's validator.
#include "reports/sarif.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/json_schema.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string complaint_of(const Json& log) {
  static const testing::SchemaValidator kSchema(Json::parse(testing::content_of(
      std::string(CAPMARKET_SOURCE_DIR) + "/tests/reports/sarif-subset.schema.json")));
  return kSchema.complaint(log.dump());
}

const std::vector<SarifRule> kRules = {
    {"coverage", "every request reaches a tier", "help", SarifLevel::error},
    {"goal", "the goal holds", "help", SarifLevel::error}};

SarifResult result(std::string rule, std::string identity, int line) {
  return {std::move(rule),
          SarifLevel::error,
          "what is wrong",
          std::move(identity),
          {{"rules/a b.yaml", "tiers[0]", line, 3}, {"/abs/c#.yaml", "", 0, 0}}};
}

Json results_of(const Json& log) { return log["runs"][0]["results"]; }

TEST(Sarif, is_of_its_schema_and_names_each_rule_by_its_index) {
  Unread unread{"x.yaml", {Problem{"x.yaml", 7, 2, "no colon", "a colon", ""}}, false};
  Json log = sarif_log(kRules, {result("goal", "a", 4)}, {unread}, "1.2.3");
  EXPECT_EQ(complaint_of(log), "");
  const Json& rules = log["runs"][0]["tool"]["driver"]["rules"];
  for (const Json& r : results_of(log))
    EXPECT_EQ(rules[r["ruleIndex"].get<std::size_t>()]["id"], r["ruleId"]);
  EXPECT_EQ(results_of(log)[1]["ruleId"], "unreadable");
  EXPECT_EQ(results_of(log)[1]["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
  EXPECT_EQ(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
  log["runs"][0]["results"][0].erase("message");
  EXPECT_NE(complaint_of(log), "") << "the schema refuses something";
}

TEST(Sarif, encodes_what_a_uri_cannot_hold) {
  EXPECT_EQ(file_uri("rules/a b.yaml"), "rules/a%20b.yaml");
  EXPECT_EQ(file_uri("/abs/c#?%.yaml"), "file:///abs/c%23%3F%25.yaml");
  EXPECT_EQ(file_uri("ä:\xff"), "%C3%A4%3A%FF");
}

TEST(Sarif, a_fingerprint_stays_when_lines_move_and_tells_results_apart) {
  auto prints = [](std::vector<SarifResult> results) {
    std::vector<std::string> out;
    for (const Json& r : results_of(sarif_log(kRules, std::move(results), {}, "1")))
      out.push_back(r["partialFingerprints"]["capmarket/v1"]);
    return out;
  };
  EXPECT_EQ(prints({result("goal", "a", 4)}), prints({result("goal", "a", 40)}));
  auto all = prints({result("goal", "a", 4), result("goal", "a", 5), result("goal", "b", 4),
                     result("coverage", "a", 4)});
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 4u);
}

}  // namespace
}  // namespace capmarket::reports
