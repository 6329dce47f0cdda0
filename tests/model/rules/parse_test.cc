#include "model/rules/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "tests/model/rules/fixtures.h"
#include "tests/model/rules/wrong.h"

namespace capmarket::rules {
namespace {

using ::testing::HasSubstr;

TEST(ParseRule, reads_every_key_of_the_main_example) {
  Rule r = grid_rule();
  EXPECT_EQ(r.name, "eu/grid-balancing");
  EXPECT_EQ(r.version, 2);
  EXPECT_EQ(r.authority, "eu/tso");
  EXPECT_EQ(r.class_name, "grid-balancing");
  EXPECT_EQ(r.scope.path, "eu");
  EXPECT_EQ(to_text(r.effective), "[2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z)");
  EXPECT_EQ(to_text(r.granularity), "100ms");
  EXPECT_EQ(r.unit, "kW");
  EXPECT_EQ(to_text(r.retention), "2555d");
  EXPECT_EQ(to_text(r.dispute_within), "30d");
  EXPECT_EQ(r.currency, "EUR");
  EXPECT_EQ(r.limits.quantity_min, Quantity(1));
  EXPECT_EQ(r.limits.quantity_max, Quantity(500'000));
  EXPECT_EQ(r.limits.price_min, Money(0));
  EXPECT_EQ(r.limits.price_max, Money(40'000'000));
  EXPECT_EQ(to_text(r.limits.length_min), "100ms");
  EXPECT_EQ(to_text(r.limits.length_max), "4h");
  EXPECT_EQ(to_text(r.limits.lead_max), "30d");
  EXPECT_EQ(to_text(r.limits.skew), "2s");
  EXPECT_EQ(r.coordination.mode, CoordinationMode::sharded);
  EXPECT_EQ(r.coordination.by, 2);
  EXPECT_EQ(r.pricing.mode, PricingMode::negotiated);
  EXPECT_EQ(r.pricing.floor, Money(50'000));
  EXPECT_EQ(r.pricing.cap, Money(4'000'000));
  ASSERT_EQ(r.tiers.size(), 3u);
  EXPECT_EQ(r.tier("firm")->rank, 20);
  EXPECT_EQ(r.tier("silver"), nullptr);
  EXPECT_EQ(r.tiers[0].displaces->compensation.canonical, "max(1.5 * victim.value, 10.00)");
  EXPECT_EQ(to_text(r.tiers[0].displaces->pay_within), "1d");
  EXPECT_EQ(r.tiers[1].eligible.canonical, "quantity >= 100");
  EXPECT_FALSE(r.tiers[2].displaces);
  ASSERT_EQ(r.fallback.size(), 3u);
  EXPECT_EQ(r.fallback[0].substitution, Substitution::same_holder);
  EXPECT_EQ(r.fallback[1].penalty, BasisPoints(1000));
  EXPECT_EQ(r.revocation->on_review, OnReview::compensate);
  EXPECT_EQ(r.revocation->rate, BasisPoints(5000));
  ASSERT_EQ(r.examples.size(), 1u);
  EXPECT_EQ(r.examples[0].given[0], (NamedValue{"lead", "1h"}));
  EXPECT_EQ(r.examples[0].expect[0], (NamedValue{"admitted", "true"}));
  ASSERT_EQ(r.goals.size(), 3u);
  EXPECT_FALSE(r.goals[0].always);
  EXPECT_TRUE(r.goals[1].always);
  EXPECT_EQ(r.world.names, (std::vector<std::string>{"emergency", "firm", "interruptible",
                                                     "system-operator", "hospital"}));
}

TEST(ParseRule, needs_only_the_required_keys) {
  auto rule = parse_rule("f.yaml", R"(
rule: r
version: 1
authority: a
class: c
scope: x
effective: { from: 2026-01-01T00:00:00Z, until: 2026-01-01T00:00:00Z }
granularity: 1s
unit: u
retention: 0s
currency: EUR
limits: { quantity: 1 .. 5, price: 0 .. 1.5, length: 1s..1h, lead: 0s .. 1h, skew: 0s }
coordination: { mode: none }
pricing: { mode: negotiated, floor: 5.00, cap: 4.00 }
tiers: [ { name: t, rank: -1, eligible: true } ]
)");
  ASSERT_TRUE(rule) << to_text(rule.error());  // floor > cap, empty window: refuted, not wrong
  EXPECT_FALSE(rule->supersedes);
  EXPECT_FALSE(rule->revocation);
  EXPECT_EQ(to_text(rule->dispute_within), "30d");
  EXPECT_EQ(rule->limits.price_max, Money(15'000));
}

TEST(ParseRule, names_every_missing_key) {
  auto rule = parse_rule("f.yaml", "version: 1\n");
  ASSERT_FALSE(rule);
  std::vector<std::string> missing;
  for (const Problem& p : rule.error()) missing.push_back(p.what);
  EXPECT_THAT(missing,
              ::testing::UnorderedElementsAre(
                  "missing key `rule`", "missing key `authority`", "missing key `class`",
                  "missing key `scope`", "missing key `effective`", "missing key `granularity`",
                  "missing key `unit`", "missing key `retention`", "missing key `currency`",
                  "missing key `limits`", "missing key `coordination`", "missing key `pricing`",
                  "missing key `tiers`"));
}

const Wrong kWrongRules[] = {
    {"version: 2", "version: two", "two", "`two` where an integer without quotes was expected", ""},
    {"version: 2", "version: 0", "0", "not above zero", "more than zero"},
    {"rule: eu/grid-balancing", "rule: 'a,b'", "a,b", "`a,b` is no name", "without quotes"},
    {"unit: kW", "unit: [kW]", "[kW]", "a list where a text was expected", ""},
    {"scope: eu", "scope: eu//de", "eu//de", "`eu//de` is no location", "segments"},
    {"granularity: 100ms", "granularity: 100", "100",
     "`100` where a duration like 500ms, 1.5h or 7d (ns us ms s min h d y) was expected", ""},
    {"granularity: 100ms", "granularity: 0s", "0s", "not above zero", "more than zero"},
    {"retention: 7y", "retention: -7y", "-7y", "below zero", "zero or more"},
    {"dispute_within: 30d", "dispute_within: -1s", "-1s", "below zero", "zero or more"},
    {"2026-01-01T00:00:00Z", "2026-01-01", "2026-01-01,",
     "`2026-01-01` where a time like 2026-01-15T16:00:00Z was expected", ""},
    {"quantity: 1 .. 500000", "quantity: 5 .. 1", "5 .. 1", "reversed interval", "lesser"},
    {"quantity: 1 .. 500000", "quantity: -1 .. 5", "-1 .. 5", "an interval from below zero", ""},
    {"quantity: 1 .. 500000", "quantity: 5", "5", "`5` is no interval", "1 .. 500"},
    {"quantity: 1 .. 500000", "quantity: 1 .. 5kW", "5kW", "`5kW` is no bound of this interval",
     "two integers"},
    {"quantity: 1 .. 500000", "quantity: 1 .. 9000000000000000000", "9000",
     "`9000000000000000000` is out of range", "two integers"},
    {"price: 0.00 .. 4000.00", "price: 0.00 .. 4000.00001", "4000.00001",
     "`4000.00001` is no bound of this interval", "two prices"},
    {"length: 100ms .. 4h", "length: 4h .. 100ms", "4h", "reversed interval", ""},
    {"lead: 0s .. 30d", "lead: 1 .. 30d", "1 ..", "`1` is no bound of this interval",
     "two durations"},
    {"skew: 2s", "skew: -2s", "-2s", "below zero", ""},
    {"mode: sharded, by: 2", "mode: shared, by: 2", "shared", "unknown value `shared`",
     "did you mean `sharded`?"},
    {"mode: sharded, by: 2", "mode: sharded, by: 0", "0", "no depth of the location tree",
     "1 (the root)"},
    {"mode: sharded, by: 2", "mode: sharded", "{ mode: sharded }", "missing key `by`", ""},
    {"mode: sharded, by: 2", "mode: single, by: 2", "2 }", "`by` has no meaning under `single`",
     ""},
    {"mode: negotiated, floor: 5.00", "mode: negotiated, tariff: 1.00, floor: 5.00", "1.00",
     "`tariff` has no meaning under `negotiated`", ""},
    {"mode: negotiated, floor: 5.00, cap: 400.00", "mode: fixed", "{ mode: fixed }",
     "missing key `tariff`", ""},
    {"mode: negotiated, floor: 5.00", "mode: negotiated, floor: -5.00", "-5.00", "below zero", ""},
    {"floor: 5.00, cap: 400.00", "floor: 5.00, cap: lots", "lots",
     "`lots` where money like 10.00 (at most four decimals) was expected", ""},
    {"    rank: 20", "    rank: 30", "30", "duplicate rank 30", "once"},
    {"  - name: firm\n    rank", "  - name: emergency\n    rank", "emergency",
     "duplicate name `emergency`", "once", 2},
    {"    rank: 20", "    rnk: 20", "rnk", "unknown key `rnk`", "did you mean `rank`?", 2},
    {"eligible: quantity >= 100", "eligible: quantity >= 100ms", ">= 100ms",
     "`quantity` is an integer, `100ms` is a duration: `>=` does not take them together", ""},
    {"eligible: quantity >= 100", "eligible: 'quantity >= 100ms'", ">= 100ms",
     "`quantity` is an integer, `100ms` is a duration: `>=` does not take them together", ""},
    {"eligible: quantity >= 100", "eligible: notice >= 5s", "notice",
     "`notice` has no value in `eligible`", "belongs to `displaces`"},
    {"eligible: quantity >= 100", "eligible: [1]", "[1]", "a list where a text was expected", ""},
    {"eligible: quantity >= 100", "eligible:", "", "nothing where a text was expected", ""},
    {"notice >= 15min", "notice >= 15", ">= 15",
     "`notice` is a duration, `15` is an integer: `>=` does not take them together", "15s, 15ms"},
    {"when: victim.rank == 10", "when: displaced", "displaced",
     "`displaced` has no value in `displaces`", "belongs to `goals`"},
    {"compensation: 1.1 * victim.value", "compensation: 5", "5",
     "`5` is an integer, where money was expected", "5.00"},
    {"pay_within: 24h", "pay_within: -24h", "-24h", "below zero", ""},
    {"substitution: pool", "substitution: pol", "pol", "unknown value `pol`",
     "did you mean `pool`?"},
    {"name: pooled", "name: none", "none", "duplicate name `none`", "once"},
    {"refund: 100%, penalty: 10%", "refund: 100%, penalty: -10%", "-10%", "below zero", ""},
    {"refund: 100%, penalty: 10%", "refund: 100%, penalty: 10.005%", "10.005%",
     "`10.005%` where a ratio like 35% or 0.35 (at most four decimals) was expected", ""},
    {"on_review: compensate, rate: 50%", "on_review: compensate", "{ on_review: compensate }",
     "missing key `rate`", ""},
    {"on_review: compensate, rate: 50%", "on_review: uphold, rate: 50%", "50%",
     "`rate` has no meaning under `uphold`", ""},
    {"quantity: 200, lead: 1h", "quantity: 200kW, lead: 1h", "200kW",
     "`200kW` where an integer was expected", ""},
    {"quantity: 200, lead: 1h", "quantiti: 200, lead: 1h", "quantiti", "unknown key `quantiti`",
     "did you mean `quantity`?"},
    {"quantity: 200, lead: 1h", "lead: 1h, lead: 1h", "lead: 1h }", "duplicate key `lead`", "once"},
    {"tier: firm, quantity", "tier: frim, quantity", "frim", "unknown tier `frim`",
     "did you mean `firm`?"},
    {"expect: { admitted: true }", "expect: { admitted: yes }", "yes",
     "`yes` where a boolean was expected", ""},
    {"expect: { admitted: true }", "expect: { lead: 1h }", "lead", "unknown key `lead`",
     "admitted"},
    {"expect: { admitted: true }", "expect: {}", "{}", "an example that expects nothing",
     "admitted"},
    {"name: hospitals-stay", "name: fair-compensation", "fair-compensation",
     "duplicate name `fair-compensation`", "once"},
    {"    always: displaced implies compensation",
     "    never: true\n    always: displaced implies compensation", "name: fair-compensation",
     "both `always` and `never`", "one of them"},
    {"    always: displaced implies compensation >= victim.value\n", "", "name: fair-compensation",
     "neither `always` nor `never`", "one of them"},
    {"never: displaced", "never: displacd", "displacd", "unknown name `displacd`",
     "did you mean `displaced`?"},
    {"unit: kW", "unit: kW\nuse_or_lose: 5%", "use_or_lose",
     "unknown key `use_or_lose`: not yet in this version", "one of: rule"},
    {"    rank: 20", "    rank: 20\n    preempt: never", "preempt", "unknown key `preempt`",
     "did you mean `preempts`?"},
    {"eligible: quantity >= 100", "eligible: !partial", "!partial", "a YAML tag", "`not` for `!`"},
    {"eligible: quantity >= 100", "eligible: \"a\" in user.groups", "\"a\"",
     "not YAML: end of map not found", "`not` for `!`"},
};

/// One fault in the file gives one problem, under the caret, with what was expected.
TEST(ParseRule, reports_each_kind_of_fault_where_it_stands) {
  const std::string text = grid_text();
  for (const Wrong& w : kWrongRules) expect_refused(w, text);
}

TEST(ParseRule, refuses_limits_whose_product_passes_the_integers) {
  auto refused = [](const char* price, const char* quantity) {
    std::string text = grid_with("4000.00 ", std::string(price) + " ");
    text = edited(text, "500000", quantity);
    auto rule = parse_rule("f.yaml", text, no_files);
    return rule ? std::string() : rule.error().front().what;
  };
  EXPECT_EQ(refused("4000.00", "500000"), "");
  // V = price x quantity x 4 h: 2^53 = 9007199254740992 ten-thousandths = 4 x 225179981368.5248.
  EXPECT_EQ(refused("225179981368.5247", "1"), "");
  EXPECT_THAT(refused("225179981368.5248", "1"), HasSubstr("passes 2^53"));
  EXPECT_THAT(refused("400000000000000.00", "1000000000000000"), HasSubstr("passes 2^86"));
  // 2^96 unit-nanoseconds = 4 h x 5501955730157246.04.
  EXPECT_THAT(refused("0.00", "5501955730157247"), HasSubstr("passes 2^96"));
}

TEST(ParseRule, reports_all_problems_in_file_order) {
  std::string text = grid_with("version: 2", "version: two");
  text = edited(text, "goals:", "gaols:");
  text = edited(text, "notice >= 15min", "notice >= 15");
  text = edited(text, "1 .. 500000", "5 .. 1");
  auto rule = parse_rule("f.yaml", text, no_files);
  ASSERT_FALSE(rule);
  ASSERT_EQ(rule.error().size(), 4u) << to_text(rule.error());
  for (std::size_t i = 1; i < 4; ++i) EXPECT_LT(rule.error()[i - 1].line, rule.error()[i].line);
}

TEST(ParseRule, sorts_tiers_by_rank_so_that_file_order_does_not_matter) {
  std::string text = grid_text();
  std::size_t firm = text.find("  - name: firm"), last = text.find("  - name: interruptible"),
              end = text.find("\nfallback:");
  std::string swapped = text.substr(0, firm) + text.substr(last, end - last) +
                        text.substr(firm, last - firm) + text.substr(end);
  auto rule = parse_rule(grid_file(), swapped);
  ASSERT_TRUE(rule) << to_text(rule.error());
  EXPECT_EQ(encode_rule(*rule), encode_rule(grid_rule()));
}

TEST(ParseRule, takes_a_set_of_names_in_an_example) {
  auto rule = parse_rule("f.yaml", grid_with("tier: firm,", "tier: firm, user.groups: [b, a, b],"),
                         no_files);
  ASSERT_TRUE(rule) << to_text(rule.error());
  EXPECT_EQ(rule->examples[0].given.back(), (NamedValue{"user.kind", "factory"}));
  EXPECT_EQ(rule->examples[0].given[3], (NamedValue{"user.groups", "a, b"}));
}

TEST(Supersedes, is_the_content_id_of_the_file_or_given_as_hex) {
  Rule second = grid_rule();
  std::string first_file = CAPMARKET_SOURCE_DIR "/tests/model/rules/grid-balancing-v1.yaml";
  auto first = parse_rule(first_file, yaml::read_file(first_file).value());
  ASSERT_TRUE(first) << to_text(first.error());
  ASSERT_TRUE(second.supersedes);
  EXPECT_EQ(*second.supersedes, crypto::content_id(encode_rule(*first)));
  auto by_id =
      parse_rule("f.yaml", grid_with("grid-balancing-v1.yaml", to_hex(*second.supersedes)));
  ASSERT_TRUE(by_id) << to_text(by_id.error());
  EXPECT_EQ(encode_rule(*by_id), encode_rule(second));
}

TEST(Supersedes, refuses_a_missing_file_and_a_circle) {
  auto missing = parse_rule("/nonexistent/f.yaml", grid_text());
  ASSERT_FALSE(missing);
  ASSERT_EQ(missing.error().size(), 1u) << to_text(missing.error());
  EXPECT_EQ(missing.error()[0].what,
            "`grid-balancing-v1.yaml`: there is no such file "
            "(`/nonexistent/grid-balancing-v1.yaml`)");
  std::string dir = ::testing::TempDir() + "capmarket-supersedes/";
  std::filesystem::create_directories(dir);
  std::ofstream(dir + "a.yaml") << grid_with("grid-balancing-v1.yaml", "b.yaml");
  std::ofstream(dir + "b.yaml") << grid_with("grid-balancing-v1.yaml", "./a.yaml");
  auto circle = parse_rule(dir + "a.yaml", yaml::read_file(dir + "a.yaml").value());
  ASSERT_FALSE(circle);
  EXPECT_THAT(to_text(circle.error()),
              HasSubstr("`./a.yaml`: `supersedes` leads back to this file"));
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace capmarket::rules
