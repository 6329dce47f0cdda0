// Where verdicts flip as one value of a rule varies, and on which infrastructure a shared
// requirement makes sense.
#include "verify/analyses/flip_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "model/yaml/yaml.h"
#include "reports/flip_report.h"
#include "scenarios/scenario.h"
#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/corpus.h"
#include "verify/analyses/value_range.h"

namespace capmarket::analyses {
namespace {

using ::testing::HasSubstr;

using testing::kRuleFolder;

Result<FlipReport> over(const std::string& name, const std::string& argument, int samples = 3) {
  return check_over(kRuleFolder + name, argument, samples, CheckOptions{});
}

std::vector<FlipPoint> flips_of(const FlipReport& r, const std::string& analysis) {
  std::vector<FlipPoint> out;
  for (const FlipPoint& f : r.flips())
    if (f.analysis == analysis) out.push_back(f);
  return out;
}

/// The verdict of the rule with that value written into its text.
AnalysisVerdict verdict_with(const std::string& name, const std::string& part,
                             const std::string& by, const std::string& analysis) {
  std::string text = testing::edited(yaml::read_file(kRuleFolder + name).value(), part, by);
  question::RuleFile file = question::rule_file_with(kRuleFolder + name, text, {}).value();
  for (const Finding& f : check_rule(file, {file}, CheckOptions{}).findings)
    if (f.analysis == analysis) return f.verdict;
  throw std::runtime_error(analysis);
}

TEST(CheckOver, finds_the_value_at_which_a_verdict_flips) {
  // Five minutes' notice is what the rule gives.
  auto r = over("notice-holds.yaml", "lease=1min..9min");
  ASSERT_TRUE(r) << to_text(r.error());
  auto flips = flips_of(*r, "notice-feasible");
  ASSERT_EQ(flips.size(), 1u);
  EXPECT_EQ(flips[0].last, "5min");
  EXPECT_EQ(flips[0].at, "6min");
  EXPECT_EQ(flips[0].before, AnalysisVerdict::proved);
  EXPECT_EQ(flips[0].after, AnalysisVerdict::refuted);
  EXPECT_EQ(r->worst, AnalysisVerdict::refuted);
  EXPECT_EQ(r->values, 9);
  EXPECT_LT(r->checked, r->values);
  for (const char* minutes : {"5min", "6min"})
    EXPECT_EQ(verdict_with("notice-holds.yaml", "lease: 5min", std::string("lease: ") + minutes,
                           "notice-feasible"),
              std::string(minutes) == "5min" ? AnalysisVerdict::proved : AnalysisVerdict::refuted);
}

TEST(CheckOver, varies_a_literal_inside_an_expression) {
  auto r = over("notice-holds.yaml", "tiers.urgent.displaces.when@5min=1min..9min");
  ASSERT_TRUE(r) << to_text(r.error());
  auto flips = flips_of(*r, "notice-feasible");
  ASSERT_EQ(flips.size(), 1u);
  EXPECT_EQ(flips[0].last, "4min");
  EXPECT_EQ(flips[0].at, "5min");
  EXPECT_EQ(flips[0].after, AnalysisVerdict::proved);
}

TEST(CheckOver, varies_a_side_of_an_interval_and_says_where_the_file_is_no_rule) {
  auto r = over("notice-holds.yaml", "limits.quantity.max=5..40", 2);
  ASSERT_TRUE(r) << to_text(r.error());
  // `firm` asks for ten.
  auto flips = flips_of(*r, "tier-satisfiable");
  ASSERT_EQ(flips.size(), 1u);
  EXPECT_EQ(flips[0].last, "9");
  EXPECT_EQ(flips[0].at, "10");
  EXPECT_TRUE(r->unreadable.empty());
  // A rank that another tier has.
  r = over("notice-holds.yaml", "tiers.spot.rank=19..21");
  ASSERT_TRUE(r) << to_text(r.error());
  EXPECT_EQ(r->unreadable, std::vector<std::string>{"20"});
  EXPECT_EQ(r->checked, 3);
}

TEST(CheckOver, says_so_where_nothing_flips) {
  auto r = over("notice-holds.yaml", "fallback.same.penalty=0%..50%", 2);
  ASSERT_TRUE(r) << to_text(r.error());
  EXPECT_TRUE(r->flips().empty());
  EXPECT_EQ(r->worst, AnalysisVerdict::proved);
  EXPECT_EQ(r->checked, 2);
  std::string text = reports::flip_text(*r, false, false);
  EXPECT_THAT(text, HasSubstr("no verdict flips"));
  EXPECT_THAT(text, HasSubstr("the others were not checked"));
  nlohmann::ordered_json json = reports::flip_json(*r);
  EXPECT_EQ(json["over"]["path"], "fallback.same.penalty");
  EXPECT_EQ(json["over"]["step"], "1%");
  EXPECT_EQ(json["over"]["values"], 51);
  EXPECT_TRUE(json["over"]["flips"].empty());
  EXPECT_EQ(json["verdict"], "proved");
}

TEST(ValueRange, writes_values_in_the_last_place_that_the_range_is_written_to) {
  std::string file = kRuleFolder + "notice-holds.yaml", text = yaml::read_file(file).value();
  struct Case {
    const char *argument, *first, *second;
    std::int64_t last;
  };
  for (const Case& c :
       {Case{"version=1..4", "1", "2", 3}, Case{"lease=90s..2min", "90s", "91s", 30},
        Case{"lease=1.5h..2h", "90min", "96min", 5},
        Case{"pricing.cap=1.50..2.00", "1.5000", "1.5100", 50},
        Case{"pricing.cap=0..2.00", "0.0000", "0.0100", 200},
        Case{"surrender_fee=0%..12.5%", "0%", "0.1%", 125}}) {
    auto v = ValueRange::of(c.argument, file, text);
    ASSERT_TRUE(v) << c.argument << to_text(v.error());
    EXPECT_EQ(v->value(0), c.first);
    EXPECT_EQ(v->value(1), c.second);
    EXPECT_EQ(v->last(), c.last) << c.argument;
  }
  auto side = ValueRange::of("limits.quantity.min=2..4", file, text);
  ASSERT_TRUE(side);
  EXPECT_EQ(side->set(0).front().second, "2 .. 1000");
}

TEST(ValueRange, refuses_what_is_no_range_of_the_file) {
  std::string file = kRuleFolder + "notice-holds.yaml", text = yaml::read_file(file).value();
  for (auto [argument, what] :
       {std::pair("lease", "no value that varies"), std::pair("lease=4min", "is no range"),
        std::pair("lease=4min..3", "is no range"), std::pair("lease=5min..4min", "is no range"),
        std::pair("limits.quality.max=1..2", "there is no `quality`"),
        std::pair("limits.max=1..2", "no single value"),
        std::pair("limits.skew.max=1s..2s", "is no interval"),
        std::pair("tiers.urgent.displaces.when@6min=1min..2min", "stands nowhere")}) {
    auto v = ValueRange::of(argument, file, text);
    ASSERT_FALSE(v) << argument;
    EXPECT_THAT(to_text(v.error()), HasSubstr(what));
  }
  // The file is refused at an end of the range.
  auto r = over("notice-holds.yaml", "limits.length=1..2");
  ASSERT_FALSE(r);
  EXPECT_THAT(to_text(r.error()), HasSubstr("no interval"));
}

/// `coordination-scope` of the rule with that coordination, in the scenario with `part` replaced.
Finding scope_finding(const std::string& coordination, const std::string& part = "",
                      const std::string& by = "") {
  std::string text = testing::edited(
      yaml::read_file(kRuleFolder + "ground/feeders.yaml").value(), part, by);
  testing::ScratchFolder folder;
  folder.write("s.yaml", text);
  std::string rule = yaml::read_file(kRuleFolder + "ground/ground.rule.yaml").value();
  folder.write("ground.rule.yaml", rule);
  auto scenario = scenarios::load_scenario(folder / "s.yaml", {}, {});
  if (!scenario) throw std::runtime_error(to_text(scenario.error()));
  question::RuleFile file =
      question::rule_file_with("ground.rule.yaml", rule, {{"coordination", coordination}}).value();
  CheckOptions options;
  options.against = &*scenario;
  for (const Finding& f : check_rule(file, {file}, options).findings)
    if (f.analysis == "coordination-scope") return f;
  throw std::runtime_error("not asked");
}

TEST(CoordinationScope, holds_where_each_signature_speaks_for_one_infrastructure) {
  for (const char* mode : {"{ mode: sharded, by: 2 }", "{ mode: single }"}) {
    Finding f = scope_finding(mode);
    EXPECT_EQ(f.verdict, AnalysisVerdict::proved) << mode << f.sentence;
    EXPECT_EQ(f.bound, "the 4 places of feeders");
  }
  EXPECT_EQ(scope_finding("{ mode: none }").verdict, AnalysisVerdict::info);
}

constexpr const char* kCoast = "{ name: coast, locations: [eu/coast], capacity: 200 }";

TEST(CoordinationScope, is_refuted_by_an_island) {
  // One desk for land and coast.
  Finding f = scope_finding("{ mode: single }", "scope: [eu/land, eu/coast]", "scope: [eu]");
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_EQ(f.severity, Severity::warning);
  EXPECT_THAT(f.sentence, HasSubstr("which holds `coast` and `land`: they share nothing"));
  // The same where the shards are too wide.
  f = scope_finding("{ mode: sharded, by: 1 }", "scope: [eu/land, eu/coast]", "scope: [eu]");
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  // The island's feeder is another, in one shard with the coast's.
  const char* apart =
      "{ name: coast, locations: [eu/coast/a], capacity: 200 }\n  - { name: island, locations: "
      "[eu/coast/island], capacity: 20 }";
  for (const char* mode : {"{ mode: sharded, by: 2 }", "{ mode: single }"}) {
    f = scope_finding(mode, kCoast, apart);
    EXPECT_EQ(f.verdict, AnalysisVerdict::refuted) << mode;
    EXPECT_THAT(f.sentence, HasSubstr("which holds `coast` and `island`"));
  }
}

TEST(CoordinationScope, is_refuted_where_nothing_is_shared_or_nobody_can_sign) {
  Finding f = scope_finding("{ mode: sharded, by: 2 }", kCoast,
                            "{ name: coast, locations: [eu/coast/a], capacity: 200 }");
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_THAT(f.sentence, HasSubstr("at `eu/coast/island` needs a coordinator's signature, and "
                                    "nothing is shared there"));
  f = scope_finding("{ mode: sharded, by: 2 }", "[eu/land, eu/coast] }", "[eu/land] }");
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_THAT(f.sentence, HasSubstr("no coordinator can sign for `eu/coast`"));
  f = scope_finding("{ mode: single }", "[eu/land, eu/coast] }", "[eu/land] }");
  EXPECT_THAT(f.sentence, HasSubstr("no coordinator's scope contains `eu/coast/a`"));
}

TEST(CoordinationScope, is_vacuous_where_no_holder_of_the_class_stands) {
  Finding f = scope_finding("{ mode: sharded, by: 2 }", "count: 8", "count: 0");
  EXPECT_EQ(f.verdict, AnalysisVerdict::vacuous);
}

}  // namespace
}  // namespace capmarket::analyses
