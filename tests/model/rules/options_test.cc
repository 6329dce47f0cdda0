// The optional keys of docs/spec/rules.md#keys, beyond the main example.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/rules/canonical.h"
#include "tests/model/rules/fixtures.h"
#include "tests/model/rules/wrong.h"

namespace capmarket::rules {
namespace {

using ::testing::HasSubstr;

Instant at(std::string_view text) { return parse_instant(text).value(); }

TEST(OptionalKeys, are_read) {
  Rule r = every_key_rule();
  EXPECT_EQ(r.origin, at("2026-01-01T05:00:00Z"));
  EXPECT_EQ(r.zone, (expr::Zone{"CET",
                                Duration(kNanosPerHour),
                                {{at("2026-03-29T01:00:00Z"), Duration(2 * kNanosPerHour)}}}));
  EXPECT_FALSE(r.tiers[0].never_preempts);
  EXPECT_TRUE(r.tiers[1].never_preempts);
  EXPECT_EQ(r.lease, Duration(36 * kNanosPerHour));
  EXPECT_EQ(r.surrender_fee, BasisPoints(1250));
  EXPECT_EQ(r.peer_penalty, BasisPoints(7500));
  EXPECT_EQ(r.claims, (Claims{Duration(kNanosPerHour / 2), Burden::holder, BasisPoints(250),
                              BasisPoints(1000)}));
  EXPECT_EQ(r.review_within, Duration(5 * 24 * kNanosPerHour));
  const Tier& firm = r.tiers[0];
  EXPECT_EQ(firm.min_run, Duration(kNanosPerHour / 6));
  EXPECT_EQ(firm.quota, BasisPoints(4000));
  EXPECT_EQ(firm.user_quota, Quantity(300));
  EXPECT_EQ(firm.set_aside, BasisPoints(2000));
  EXPECT_EQ(firm.displaces->victims, VictimOrder::pro_rata);
  EXPECT_EQ(r.tiers[1].set_aside, BasisPoints(9000));  // 110% in all: refuted, not wrong
  ASSERT_TRUE(r.vocabulary);
  EXPECT_EQ(r.vocabulary->kinds, (std::vector<std::string>{"plant", "shipper"}));
  EXPECT_EQ(r.vocabulary->groups, std::vector<std::string>{"balancing"});
  EXPECT_TRUE(r.default_deny);
  EXPECT_TRUE(r.price_monotone);
  ASSERT_TRUE(r.load);
  EXPECT_EQ(r.load->canonical, "quantity <= 500 && user.kind == \"plant\"");
  EXPECT_EQ(firm.monotone, (std::vector<std::string>{"lead", "quantity"}));
  EXPECT_EQ(firm.displaces->bound->canonical, "2 * victim.whole_value");
  EXPECT_EQ(firm.displaces->exempt->canonical, "notice >= 2d");
  EXPECT_EQ(firm.displaces->stop_within, Duration(60 * kNanosPerSecond));
  ASSERT_EQ(r.fallback.size(), 2u);
  EXPECT_EQ(r.fallback[0].record,
            (std::vector<RecordField>{RecordField::notice, RecordField::settlement}));
  EXPECT_TRUE(r.fallback[1].record.empty());
}

TEST(OptionalKeys, have_defaults) {
  Rule r = grid_rule();
  EXPECT_FALSE(r.origin);
  EXPECT_FALSE(r.zone);
  EXPECT_FALSE(r.tiers[0].never_preempts);
  EXPECT_FALSE(r.lease);
  EXPECT_EQ(r.surrender_fee, BasisPoints(0));
  EXPECT_EQ(r.peer_penalty, BasisPoints(0));
  EXPECT_EQ(r.claims, (Claims{Duration(kNanosPerHour), Burden::claimant, {}, {}}));
  EXPECT_EQ(r.review_within, r.dispute_within);
  EXPECT_FALSE(r.tiers[0].min_run);
  EXPECT_FALSE(r.tiers[0].quota);
  EXPECT_FALSE(r.tiers[0].user_quota);
  EXPECT_EQ(r.tiers[0].set_aside, BasisPoints(0));
  EXPECT_EQ(r.tiers[0].displaces->victims, VictimOrder::latest_first);
  EXPECT_TRUE(r.fallback[0].record.empty());
  EXPECT_TRUE(r.pricing.schedule.empty());
  EXPECT_FALSE(r.vocabulary);
  EXPECT_FALSE(r.default_deny);
  EXPECT_FALSE(r.price_monotone);
  EXPECT_FALSE(r.load);
  EXPECT_TRUE(r.tiers[0].monotone.empty());
  EXPECT_FALSE(r.tiers[0].displaces->bound);
  EXPECT_FALSE(r.tiers[0].displaces->exempt);
  EXPECT_FALSE(r.tiers[0].displaces->stop_within);
}

TEST(OptionalKeys, every_order_of_victims_has_its_word) {
  const std::pair<const char*, VictimOrder> kOrders[] = {
      {"latest-first", VictimOrder::latest_first},
      {"earliest-first", VictimOrder::earliest_first},
      {"pro-rata", VictimOrder::pro_rata},
      {"cheapest", VictimOrder::cheapest},
      {"lottery", VictimOrder::lottery}};
  for (const auto& [word, order] : kOrders) {
    Rule r = rule_of("f.yaml", edited(every_key_text(), "pro-rata", word));
    EXPECT_EQ(r.tiers[0].displaces->victims, order);
    EXPECT_EQ(rule_json(r)["tiers"][0]["displaces"]["victims"], word);
  }
}

TEST(OptionalKeys, default_values_written_out_change_nothing) {
  std::string text =
      grid_text() +
      "surrender_fee: 0%\npeer_penalty: 0.0\nprice_monotone: false\n"
      "claims: { contest_within: 60min, burden: claimant, claim_fee: 0%, contest_fee: 0.0 }\n";
  text += "review_within: " + to_text(grid_rule().dispute_within) + "\n";
  text = edited(text, "pay_within: 24h", "pay_within: 24h\n      victims: latest-first");
  text = edited(text, "    rank: 10", "    rank: 10\n    set_aside: 0%");
  text = edited(text, "penalty: 25%", "penalty: 25%, record: []");
  EXPECT_EQ(encode_rule(rule_of(grid_file(), text)), encode_rule(grid_rule()));
}

TEST(OptionalKeys, each_reaches_the_canonical_bytes) {
  const Bytes all = encode_rule(every_key_rule());
  for (const char* line : {"origin: 2026-01-01T05:00:00Z\n",
                           ", changes: [ { from: 2026-03-29T01:00:00Z, offset: +02:00 } ]",
                           ", preempts: never",
                           "lease: 36h\n",
                           "surrender_fee: 12.5%\n",
                           "peer_penalty: 75%\n",
                           "contest_within: 30min, ",
                           ", burden: holder",
                           ", claim_fee: 2.5%",
                           ", contest_fee: 10%",
                           "review_within: 5d\n",
                           "    min_run: 10min\n",
                           "{ of: capacity, at_most: 40% }, ",
                           ", { of: user, at_most: 300 }",
                           "    set_aside: 20%\n",
                           "vocabulary: { kinds: [shipper, plant], groups: [balancing] }\n",
                           "default: deny\n",
                           "price_monotone: true\n",
                           "load: quantity <= 500 && user.kind == \"plant\"\n",
                           "    monotone: [quantity, lead]\n",
                           "      bound: 2 * victim.whole_value\n",
                           "      exempt: notice >= 48h\n",
                           "      stop_within: 60s\n",
                           "      victims: pro-rata\n",
                           "    record: [settlement, notice]\n"})
    EXPECT_NE(encode_rule(rule_of("f.yaml", edited(every_key_text(), line, ""))), all) << line;
}

const Wrong kWrong[] = {
    {"min_run: 10min", "min_run: 10", "10",
     "`10` where a duration like 500ms, 1.5h or 7d (ns us ms s min h d y) was expected", ""},
    {"min_run: 10min", "min_run: -10min", "-10min", "below zero", "zero or more"},
    {"at_most: 40%", "at_most: 0%", "0%", "no quota of the capacity", "more than 0%"},
    {"at_most: 40%", "at_most: 100.01%", "100.01%", "no quota of the capacity", "at most 100%"},
    {"at_most: 40%", "at_most: lots", "lots",
     "`lots` where a ratio like 35% or 0.35 (at most four decimals) was expected", ""},
    {"of: capacity, at_most: 40%", "at_most: 40%", "{ at_most", "missing key `of`", ""},
    {"of: capacity, at_most: 40%", "of: capacity", "{ of", "missing key `at_most`", ""},
    {"of: capacity", "of: capasity", "capasity", "unknown value `capasity`",
     "did you mean `capacity`?"},
    {"quota: [{ of: capacity, at_most: 40% }, { of: user, at_most: 300 }]", "quota: 40%", "40%",
     "`40%` where a map was expected", ""},
    {"quota: [{ of: capacity, at_most: 40% }, { of: user, at_most: 300 }]", "quota: []", "[]",
     "no quotas", "at least one"},
    {"of: user, at_most: 300", "of: user, at_most: 0", "0", "not above zero", "more than zero"},
    {"of: user, at_most: 300", "of: user, at_most: 30%", "30%",
     "`30%` of a user, whose quota is in units",
     "units, like `at_most: 40`; of a share: `{ of: capacity, at_most: 30% }`"},
    {"of: user, at_most: 300", "of: capacity, at_most: 30%", "capacity, at_most: 30%",
     "two quotas of `capacity`", "each once"},
    {"set_aside: 20%", "set_aside: 101%", "101%", "no share of a whole", "0% to 100%"},
    {"set_aside: 20%", "set_aside: -1%", "-1%", "no share of a whole", "0% to 100%"},
    {"victims: pro-rata", "victims: pro-rate", "pro-rate", "unknown value `pro-rate`",
     "did you mean `pro-rata`?"},
    {"record: [settlement, notice]", "record: [settlement, notise]", "notise",
     "unknown value `notise`", "did you mean `notice`?"},
    {"record: [settlement, notice]", "record: [notice, settlement, notice]", "notice]",
     "duplicate field `notice`", "once"},
    {"record: [settlement, notice]", "record: notice", "notice",
     "`notice` where a list was expected", ""},
    {"origin: 2026-01-01T05:00:00Z", "origin: 05:00", "05:00",
     "`05:00` where a time like 2026-01-15T16:00:00Z was expected", ""},
    {"offset: +01:00", "offset: +1:00", "+1:00", "`+1:00` is no offset", "+01:00"},
    {"offset: +01:00", "offset: +24:00", "+24:00", "`+24:00` is no offset", "+01:00"},
    {"name: CET, ", "", "{ offset", "missing key `name`", ""},
    {"name: CET", "name: 'C`T'", "C`T'", "`C`T` is no name", ""},
    {"{ from: 2026-03-29T01:00:00Z, offset: +02:00 }",
     "{ from: 2026-03-29T01:00:00Z, offset: +02:00 }, { from: 2026-03-29T01:00:00Z, offset: +03:00 }",
     "2026-03-29T01:00:00Z, offset: +03", "a change that is not later than the one before",
     "in order of time"},
    {"preempts: never", "preempts: always", "always", "unknown value `always`", "never"},
    {"set_aside: 20%", "set_aside: 20%\n    preempts: never", "never",
     "`preempts: never` beside `displaces`", "one of them"},
    {"lease: 36h", "lease: 0s", "0s", "not above zero", "more than zero"},
    {"lease: 36h", "lease: never", "never",
     "`never` where a duration like 500ms, 1.5h or 7d (ns us ms s min h d y) was expected", ""},
    {"surrender_fee: 12.5%", "surrender_fee: 112.5%", "112.5%", "no share of a whole", ""},
    {"surrender_fee: 12.5%", "surrender_fee: -1%", "-1%", "no share of a whole", ""},
    {"peer_penalty: 75%", "peer_penalty: 101%", "101%", "no share of a whole", ""},
    {"peer_penalty: 75%", "peer_penalty: [75%]", "[75%]",
     "a list where a ratio like 35% or 0.35 (at most four decimals) was expected", ""},
    {"lease: 36h", "evidence_min: 5000", "evidence_min",
     "`evidence_min` is gone: `claims: { burden: claimant }` has a claim proved, by a witness of "
     "another authority",
     "`claims`"},
    {"contest_within: 30min", "contest_within: 0s", "0s", "not above zero", "more than zero"},
    {"burden: holder", "burden: nobody", "nobody", "unknown value `nobody`", ""},
    {"claim_fee: 2.5%", "claim_fee: 101%", "101%", "no share of a whole", "0% to 100%"},
    {"contest_fee: 10%", "contest_fee: -1%", "-1%", "no share of a whole", "0% to 100%"},
    {"review_within: 5d", "review_within: -1d", "-1d", "below zero", "zero or more"},
    {"- { tier: spare", "- { tier: spar", "spar", "unknown tier `spar`", "did you mean `spare`?"},
    {"price: 2.50", "price: -2.50", "-2.50", "below zero", "zero or more"},
    {"price: 2.50", "price: cheap", "cheap",
     "`cheap` where money like 10.00 (at most four decimals) was expected", ""},
    {", price: 2.50", "", "{ tier: spare", "missing key `price`", ""},
    {"{ tier: firm, from: 2026-07-01T05:00:00Z", "{ tier: firm, from: 2026-07-01", "2026-07-01,",
     "`2026-07-01` where a time like 2026-01-15T16:00:00Z was expected", ""},
    {"until: 2026-07-01T05:00:00Z, price: 11.00", "until: 2026-07-01T05:00:01Z, price: 11.00",
     "2026-07-01T05:00:00Z", "meets another entry of `firm`", "2026-07-01T05:00:01Z or later"},
    {"until: 2026-07-01T05:00:00Z, price: 11.00", "until: 2026-01-01T05:00:00Z, price: 11.00",
     "2026-01-01T05:00:00Z, price: 11.00", "an entry for no time", "later than `from`"},
    {"mode: fixed", "mode: fixed\n  cap: 1.00", "1.00", "`cap` has no meaning under `fixed`", ""},
    {"mode: fixed", "mode: negotiated\n  floor: 1.00\n  cap: 2.00", "- { tier: firm",
     "`tariff` has no meaning under `negotiated`", ""},
    {"{ mode: peer }", "{ mode: none }\nquota: 5%", "quota", "unknown key `quota`", "one of"},
    {"{ mode: peer }", "{ mode: none }\nuse_or_lose: 5%", "use_or_lose",
     "unknown key `use_or_lose`: not yet in this version", "one of"},
    {"default: deny", "default: allow", "allow", "unknown value `allow`", "deny"},
    {"price_monotone: true", "price_monotone: maybe", "maybe",
     "`maybe` where true or false was expected", ""},
    {"[shipper, plant]", "[shipper, shipper]", "shipper]", "duplicate name `shipper`", "once"},
    {", groups: [balancing]", "", "{ kinds", "missing key `groups`", ""},
    {"load: quantity <= 500", "load: notice <= 500ms", "notice",
     "`notice` has no value in `eligible`", "`notice` belongs to `displaces`"},
    {"load: quantity <= 500 && user.kind == \"plant\"", "load: quantity", "quantity",
     "`quantity` is an integer, where a boolean was expected", ""},
    {"[quantity, lead]", "[quantity, now]", "[quantity", "`now` is nothing that rises by itself",
     "one of"},
    {"bound: 2 * victim.whole_value", "bound: 2 * released", "2 * released",
     "`2 * released` is an integer, where money was expected", ""},
    {"exempt: notice >= 48h", "exempt: 48h", "48h",
     "`48h` is a duration, where a boolean was expected", ""},
    {"stop_within: 60s", "stop_within: -60s", "-60s", "below zero", "zero or more"},
    {"  - { name: silent", "  - { name: told", "told", "duplicate name `told`", "once"},
};

TEST(OptionalKeys, each_kind_of_fault_is_reported_where_it_stands) {
  const std::string text = every_key_text();
  for (const Wrong& w : kWrong) expect_refused(w, text);
}

TEST(OptionalKeys, an_expression_that_reads_the_clock_needs_a_zone) {
  const std::string text =
      edited(every_key_text(), "rank: 10, eligible: true", "rank: 10, eligible: start.hour >= 6");
  const Rule rule = rule_of("f.yaml", text);
  EXPECT_EQ(rule.tiers[1].eligible.zone, rule.zone);
  auto back = decode_rule(encode_rule(rule));
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(back->tiers[1].eligible.zone, rule.zone);
  const std::size_t zone = text.find("zone:"), end = text.find('\n', zone) + 1;
  auto none = parse_rule("f.yaml", text.substr(0, zone) + text.substr(end), no_files);
  ASSERT_FALSE(none);
  ASSERT_EQ(none.error().size(), 1U) << to_text(none.error());
  EXPECT_EQ(none.error()[0].what, "`start.hour` without a `zone` to read it in");
  EXPECT_GT(none.error()[0].line, 0);
}

TEST(OptionalKeys, a_schedule_needs_an_entry) {
  std::string text = every_key_text();
  std::size_t from = text.find("  tariff:\n"), until = text.find("\ntiers:");
  text.replace(from, until - from, "  tariff: []\n");
  auto rule = parse_rule("f.yaml", text, no_files);
  ASSERT_FALSE(rule);
  ASSERT_EQ(rule.error().size(), 1u) << to_text(rule.error());
  EXPECT_EQ(rule.error()[0].what, "a schedule without entries");
  EXPECT_EQ(rule.error()[0].column, 11);
}

TEST(Schedule, is_sorted_by_tier_then_time) {
  const std::vector<TariffEntry> all = every_key_rule().pricing.schedule;
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].tier, "firm");
  EXPECT_EQ(to_text(all[0].window), "[2026-01-01T05:00:00Z, 2026-07-01T05:00:00Z)");
  EXPECT_EQ(all[0].price, Money(110'000));
  EXPECT_EQ(to_text(all[1].window), "[2026-07-01T05:00:00Z, 2027-01-01T05:00:00Z)");
  EXPECT_EQ(all[2].tier, "spare");
  std::string text = every_key_text();
  std::size_t first = text.find("    - { tier: firm, from: 2026-07");
  std::size_t second = text.find("    - { tier: spare"),
              third = text.find("    - { tier: firm", second);
  std::string moved = text.substr(0, first) + text.substr(second, third - second) +
                      text.substr(first, second - first) + text.substr(third);
  EXPECT_NE(moved, text);
  EXPECT_EQ(encode_rule(rule_of("f.yaml", moved)), encode_rule(every_key_rule()));
}

TEST(Schedule, a_leg_pays_the_entry_of_its_tier_around_its_start) {
  Rule r = every_key_rule();
  EXPECT_EQ(r.tariff_for("firm", at("2026-01-01T05:00:00Z")), Money(110'000));
  EXPECT_EQ(r.tariff_for("firm", at("2026-07-01T04:59:59.999999999Z")), Money(110'000));
  EXPECT_EQ(r.tariff_for("firm", at("2026-07-01T05:00:00Z")), Money(80'000));
  EXPECT_EQ(r.tariff_for("spare", at("2026-07-01T05:00:00Z")), Money(25'000));
  EXPECT_EQ(r.tariff_for("spare", at("2027-01-01T05:00:00Z")), std::nullopt);
  EXPECT_EQ(r.tariff_for("firm", at("2026-01-01T04:59:59Z")), std::nullopt);
  EXPECT_EQ(r.tariff_for("gold", at("2026-07-01T05:00:00Z")), std::nullopt);
}

TEST(Schedule, a_plain_tariff_is_for_every_tier_and_time_and_only_fixed_prices_have_one) {
  Rule plain = rule_of(grid_file(), grid_with("mode: negotiated, floor: 5.00, cap: 400.00",
                                              "mode: fixed, tariff: 42.00"));
  EXPECT_EQ(plain.tariff_for("firm", Instant(0)), Money(420'000));
  EXPECT_EQ(plain.tariff_for("emergency", kDistantFuture), Money(420'000));
  EXPECT_EQ(grid_rule().tariff_for("firm", Instant(0)), std::nullopt);
}

TEST(OptionalKeys, survive_bytes_and_text) {
  Rule rule = every_key_rule();
  Bytes bytes = encode_rule(rule);
  auto back = decode_rule(bytes);
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(encode_rule(*back), bytes);
  ASSERT_TRUE(attach(*back, rule.fallback));
  EXPECT_EQ(rule_json(*back), rule_json(rule));
  EXPECT_EQ(format_rule(*back), format_rule(rule));
  EXPECT_EQ(encode_rule(rule_of("f.yaml", format_rule(rule))), bytes) << format_rule(rule);
}

TEST(OptionalKeys, show_human_units) {
  nlohmann::json j = rule_json(every_key_rule());
  EXPECT_EQ(j["origin"], "2026-01-01T05:00:00Z");
  EXPECT_EQ(j["zone"]["changes"][0]["offset"], "+02:00");
  EXPECT_EQ(j["tiers"][1]["preempts"], "never");
  EXPECT_EQ(j["lease"], "36h");
  EXPECT_EQ(j["surrender_fee"], "12.5%");
  EXPECT_EQ(j["peer_penalty"], "75%");
  EXPECT_EQ(j["claims"]["burden"], "holder");
  EXPECT_EQ(j["claims"]["contest_within"], "30min");
  EXPECT_EQ(j["claims"]["contest_fee"], "10%");
  EXPECT_EQ(j["review_within"], "5d");
  EXPECT_EQ(j["tiers"][0]["min_run"], "10min");
  EXPECT_EQ(j["tiers"][0]["quota"][0]["at_most"], "40%");
  EXPECT_EQ(j["tiers"][0]["quota"][1]["at_most"], 300);
  EXPECT_EQ(j["tiers"][0]["set_aside"], "20%");
  EXPECT_EQ(j["tiers"][0]["monotone"], (nlohmann::json{"lead", "quantity"}));
  EXPECT_EQ(j["tiers"][0]["displaces"]["bound"], "2 * victim.whole_value");
  EXPECT_EQ(j["tiers"][0]["displaces"]["exempt"], "notice >= 2d");
  EXPECT_EQ(j["tiers"][0]["displaces"]["stop_within"], "1min");
  EXPECT_EQ(j["vocabulary"]["kinds"], (nlohmann::json{"plant", "shipper"}));
  EXPECT_EQ(j["default"], "deny");
  EXPECT_EQ(j["price_monotone"], true);
  EXPECT_EQ(j["load"], "quantity <= 500 && user.kind == \"plant\"");
  EXPECT_EQ(j["pricing"]["tariff"][2]["price"], "2.5000");
  EXPECT_EQ(j["pricing"]["tariff"][0]["until"], "2026-07-01T05:00:00Z");
  EXPECT_EQ(j["fallback"][0]["record"], (nlohmann::json{"notice", "settlement"}));
}

TEST(OptionalKeys, decoding_checks_what_parsing_checks) {
  auto refused = [](auto change) {
    Rule rule = every_key_rule();
    change(rule);
    auto back = decode_rule(encode_rule(rule));
    return back ? std::string("accepted") : to_text(back.error());
  };
  EXPECT_EQ(refused([](Rule&) {}), "accepted");
  EXPECT_THAT(refused([](Rule& r) { r.zone->offset = Duration(1); }),
              HasSubstr("zone.offset: no offset from UTC"));
  EXPECT_THAT(refused([](Rule& r) { r.zone->changes.assign(257, r.zone->changes[0]); }),
              HasSubstr("zone.changes: 257 changes"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[0].never_preempts = true; }),
              HasSubstr("tiers[0].preempts: `preempts: never` beside `displaces`"));
  EXPECT_THAT(refused([](Rule& r) { r.lease = Duration(0); }), HasSubstr("lease: not above"));
  EXPECT_THAT(refused([](Rule& r) { r.surrender_fee = BasisPoints(10'001); }), HasSubstr("surrender_fee: no"));
  EXPECT_THAT(refused([](Rule& r) { r.peer_penalty = BasisPoints(-1); }), HasSubstr("peer_penalty: no"));
  EXPECT_THAT(refused([](Rule& r) { r.claims.claim_fee = BasisPoints(10'001); }),
              HasSubstr("claims.claim_fee: no"));
  EXPECT_THAT(refused([](Rule& r) { r.claims.contest_within = Duration(0); }),
              HasSubstr("claims.contest_within: not above"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[0].min_run = Duration(-1); }),
              HasSubstr("tiers[0].min_run: below"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[0].quota = BasisPoints(0); }), HasSubstr("quota.at_most: no quota"));
  EXPECT_THAT(refused([](Rule& r) {
                r.vocabulary->kinds = {"b", "a"};
              }),
              HasSubstr("vocabulary.kinds: names out of order"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[0].monotone = {"now"}; }),
              HasSubstr("tiers[0].monotone: `now` is nothing that rises"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[0].displaces->stop_within = Duration(-1); }),
              HasSubstr("stop_within: below"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[1].set_aside = BasisPoints(10'001); }),
              HasSubstr("tiers[1].set_aside: no share"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[0].displaces->victims = static_cast<VictimOrder>(5); }),
              HasSubstr("outside its enumeration"));
  EXPECT_THAT(refused([](Rule& r) { r.pricing.tariff = Money(1); }),
              HasSubstr("pricing.tariff: has no meaning"));
  EXPECT_THAT(refused([](Rule& r) { r.pricing.mode = PricingMode::negotiated; }),
              HasSubstr("pricing.schedule: has no meaning"));
  EXPECT_THAT(refused([](Rule& r) { r.pricing.schedule[2].tier = "spar"; }),
              HasSubstr("pricing.schedule[2].tier: unknown tier `spar`"));
  EXPECT_THAT(refused([](Rule& r) { r.pricing.schedule[1].tier = "a"; }),
              HasSubstr("pricing.schedule[1].from: an entry out of order"));
  EXPECT_THAT(refused([](Rule& r) { r.pricing.schedule[1] = r.pricing.schedule[0]; }),
              HasSubstr("pricing.schedule[1].from: meets another entry"));
  EXPECT_THAT(refused([](Rule& r) { r.fallback_ids[1] = r.fallback_ids[0]; }),
              HasSubstr("fallback[1]: duplicate strategy"));
}

}  // namespace
}  // namespace capmarket::rules
