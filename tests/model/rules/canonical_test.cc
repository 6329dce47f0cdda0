#include "model/rules/canonical.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "tests/model/rules/fixtures.h"

namespace capmarket::rules {
namespace {

using ::testing::HasSubstr;

Rule decoded(ByteView bytes) {
  auto rule = decode_rule(bytes);
  if (!rule) throw std::runtime_error(to_text(rule.error()));
  return *rule;
}

TEST(CanonicalRule, decodes_what_it_encodes) {
  Bytes bytes = encode_rule(grid_rule());
  Rule back = decoded(bytes);
  EXPECT_EQ(encode_rule(back), bytes);
  EXPECT_EQ(back.world.names, grid_rule().world.names);
  EXPECT_EQ(back.tiers[0].eligible, grid_rule().tiers[0].eligible);
  EXPECT_EQ(back.tiers[0].eligible.nodes.size(), grid_rule().tiers[0].eligible.nodes.size());
  ASSERT_TRUE(attach(back, grid_rule().fallback));
  EXPECT_EQ(rule_json(back), rule_json(grid_rule()));
}

TEST(CanonicalRule, starts_with_a_zero_salt) {
  Bytes bytes = encode_rule(grid_rule());
  ASSERT_GT(bytes.size(), 20u);
  Bytes head(bytes.begin(), bytes.begin() + 4);
  EXPECT_EQ(head, (Bytes{0xb8, 0x19, 0x01, 0x50}));  // 25 fields; key 1: 16 bytes
  EXPECT_TRUE(std::all_of(bytes.begin() + 4, bytes.begin() + 20, [](auto b) { return b == 0; }));
  bytes[4] = 1;
  EXPECT_THAT(to_text(decode_rule(bytes).error()), HasSubstr("a rule with a salt"));
}

TEST(CanonicalRule, comments_key_order_and_spelling_do_not_reach_it) {
  std::string text = grid_with("unit: kW\n", "");
  text = "# comment\nunit: 'kW'\n" + text;
  text = edited(text, "&& not victim.started", "and !(victim.started)");
  text = edited(text, "24h", "1d ");
  auto rule = parse_rule(grid_file(), text);
  ASSERT_TRUE(rule) << to_text(rule.error());
  EXPECT_EQ(encode_rule(*rule), encode_rule(grid_rule()));
}

/// Every byte changed in every way: refused, or another rule's canonical bytes.
TEST(CanonicalRule, every_damaged_byte_is_refused_or_is_another_canonical_rule) {
  for (const Bytes& good : {encode_rule(grid_rule()), encode_rule(every_key_rule())}) {
    std::size_t refused = 0;
    for (std::size_t at = 0; at < good.size(); ++at)
      for (std::uint8_t flip : {0x01, 0x02, 0x20, 0x80, 0xff}) {
        Bytes bad = good;
        bad[at] ^= flip;
        auto rule = decode_rule(bad);
        refused += rule ? 0 : 1;
        if (rule) {
          ASSERT_EQ(encode_rule(*rule), bad) << "byte " << at;
        } else {
          ASSERT_FALSE(rule.error().empty());
        }
      }
    EXPECT_GT(refused, good.size());
  }
}

TEST(CanonicalRule, every_shortened_body_is_refused) {
  const Bytes good = encode_rule(grid_rule());
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(decode_rule(ByteView(good).first(n))) << n;
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(decode_rule(longer));
  EXPECT_FALSE(decode_rule(Bytes(codec::kObjectBytesMax + 1, 0)));
}

TEST(CanonicalRule, decoding_checks_what_parsing_checks) {
  auto refused = [](auto change) {
    Rule rule = grid_rule();
    change(rule);
    auto back = decode_rule(encode_rule(rule));
    return back ? std::string("accepted") : to_text(back.error());
  };
  EXPECT_EQ(refused([](Rule&) {}), "accepted");
  EXPECT_THAT(refused([](Rule& r) { r.granularity = Duration(0); }), HasSubstr("granularity: not"));
  EXPECT_THAT(refused([](Rule& r) { r.limits.quantity_max = Quantity(0); }),
              HasSubstr("limits.quantity: reversed"));
  EXPECT_THAT(refused([](Rule& r) { r.limits.price_max = Money(kWireMax); }),
              HasSubstr("limits.price"));
  EXPECT_THAT(refused([](Rule& r) { r.pricing.tariff = Money(1); }),
              HasSubstr("pricing.tariff: has no meaning"));
  EXPECT_THAT(refused([](Rule& r) { r.revocation->on_review = OnReview::uphold; }),
              HasSubstr("revocation.rate: has no meaning"));
  EXPECT_THAT(refused([](Rule& r) { std::swap(r.tiers[0], r.tiers[1]); }),
              HasSubstr("a tier out of order"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers.clear(); }), HasSubstr("no tiers"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[1].name = "emergency"; }),
              HasSubstr("duplicate name `emergency`"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[1].eligible.canonical = "quantity>=100"; }),
              HasSubstr("tiers.firm.eligible: `quantity>=100` is not canonical"));
  EXPECT_THAT(refused([](Rule& r) { r.tiers[1].eligible.canonical = "notice > 1s"; }),
              HasSubstr("tiers.firm.eligible: `notice` has no value in `eligible`"));
  EXPECT_THAT(refused([](Rule& r) { r.goals[1].claim.canonical = "rank"; }),
              HasSubstr("goals.fair-compensation: `rank` is an integer"));
  EXPECT_THAT(refused([](Rule& r) { r.goals[1].name = "hospitals-stay"; }),
              HasSubstr("duplicate name"));
  EXPECT_THAT(refused([](Rule& r) { r.examples[0].given[0].value = "60min"; }),
              HasSubstr("`60min` where a duration"));
  EXPECT_THAT(refused([](Rule& r) { r.examples[0].given[0].name = "zeal"; }),
              HasSubstr("unknown key `zeal`"));
  EXPECT_THAT(refused([](Rule& r) { std::swap(r.examples[0].given[0], r.examples[0].given[1]); }),
              HasSubstr("out of order"));
  EXPECT_THAT(refused([](Rule& r) { r.unit = "k\"W"; }), HasSubstr("is no name"));
}

TEST(FormatRule, parses_back_to_the_same_bytes) {
  Rule rule = grid_rule();
  auto again = parse_rule("f.yaml", format_rule(rule));
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(encode_rule(*again), encode_rule(rule));
  EXPECT_EQ(format_rule(*again), format_rule(rule));
}

TEST(RuleJson, shows_human_units) {
  nlohmann::json j = rule_json(grid_rule());
  EXPECT_EQ(j["id"], to_hex(crypto::content_id(encode_rule(grid_rule()))));
  EXPECT_EQ(j["limits"]["price"]["max"], "4000.0000");
  EXPECT_EQ(j["limits"]["quantity"]["max"], 500'000);
  EXPECT_EQ(j["coordination"]["by"], 2);
  EXPECT_EQ(j["fallback"][0]["penalty"], "25%");
  EXPECT_EQ(j["tiers"][1]["eligible"], "quantity >= 100");
  EXPECT_EQ(j["goals"][0]["never"], "displaced && victim.tier == \"emergency\"");
  EXPECT_EQ(j["examples"][0]["expect"]["admitted"], true);
}

// ---- properties ---------------------------------------------------------------------------------

rc::Gen<std::string> name_gen() {
  // What YAML and the language find hard in names.
  return rc::gen::oneOf(rc::gen::element<std::string>(
                            "null", "true", "~", "-", "a: b", "x #y", "5", "1e5", "a b",
                            "best effort", "é", "eu/tso", "&a", "*b", "!c", "%d", "@e", "? f", "no",
                            "0x1", "2026-01-01", "=", "<<", "| g", "> h", "- i", ":"),
                        rc::gen::container<std::string>(6, rc::gen::inRange('a', 'e')));
}

// Draws do not shrink: a rule takes too many of them, and the log shows the rule that fails.
std::int64_t number(std::int64_t most) {
  return *rc::gen::noShrink(rc::gen::inRange<std::int64_t>(0, most + 1));
}

bool coin() { return number(1) == 1; }

std::vector<std::string> distinct_names(std::size_t n) {
  return *rc::gen::noShrink(rc::gen::unique<std::vector<std::string>>(n, name_gen()));
}

expr::Expr any_of(std::initializer_list<const char*> texts, expr::ExprWorld& world, expr::ExprType type,
            expr::ExprPlace place) {
  return expr(texts.begin()[number(static_cast<std::int64_t>(texts.size()) - 1)], world, type,
              place);
}

/// No sum of them leaves the range of time, or that of money over the largest grant.
constexpr std::int64_t kTimeMost = kWireMax / 64, kPriceMost = std::int64_t{1} << 45,
                       kRatioMost = 2'000'000;

Displaces any_displaces(expr::ExprWorld& world) {
  Displaces d;
  d.when = any_of({"not victim.started", "\"x\" in user.groups", "-rank < victim.rank",
                   "partial ? true : victim.started"},
                  world, expr::ExprType::boolean, expr::ExprPlace::displacement);
  d.compensation = any_of({"0.1234 * victim.value", "-0.01", "max(price, 1.00)"}, world,
                          expr::ExprType::money, expr::ExprPlace::displacement);
  d.pay_within = Duration(number(kTimeMost));
  d.victims = static_cast<VictimOrder>(number(4));
  constexpr expr::ExprPlace kWhere = expr::ExprPlace::displacement;
  if (coin()) d.bound = any_of({"2 * victim.value", "0.00"}, world, expr::ExprType::money, kWhere);
  if (coin())
    d.exempt = any_of({"notice > 1h", "\"y\" == user.kind"}, world, expr::ExprType::boolean, kWhere);
  if (coin()) d.stop_within = Duration(number(kTimeMost));
  return d;
}

Pricing any_pricing() {
  Pricing p;
  p.mode = static_cast<PricingMode>(number(2));
  if (p.mode == PricingMode::fixed) p.tariff = Money(number(kPriceMost));
  if (p.mode != PricingMode::fixed) p.floor = Money(number(kPriceMost));
  if (p.mode != PricingMode::fixed) p.cap = Money(number(kPriceMost));
  if (p.mode == PricingMode::discovered) {
    p.over = Duration(1 + number(1000));
    p.band = BasisPoints(number(kRatioMost));
    p.max_age = Duration(number(kTimeMost));
  }
  return p;
}

/// Entries for some of the tiers, sorted, none meeting another of its tier.
std::vector<TariffEntry> any_schedule(std::vector<std::string> tiers) {
  std::sort(tiers.begin(), tiers.end());
  std::vector<TariffEntry> out;
  for (const std::string& tier : tiers) {
    Instant from(number(1000));
    for (std::int64_t left = number(2); left > 0; --left) {
      Instant until = from + Duration(1 + number(1000));
      out.push_back({tier, {from, until}, Money(number(kPriceMost))});
      from = until + Duration(number(1) * number(1000));
    }
  }
  return out;
}

void any_shares(Tier& t) {
  if (coin()) t.min_run = Duration(number(kTimeMost));
  if (coin()) t.quota = BasisPoints(1 + number(9'999));
  if (coin()) t.user_quota = Quantity(1 + number(1000));
  if (coin()) t.set_aside = BasisPoints(number(10'000));
  t.never_preempts = !t.displaces && coin();
  if (coin()) t.monotone = {"lead", "user.groups"};
}

FallbackStrategy any_strategy(const std::string& authority, const std::string& name) {
  FallbackStrategy f;
  f.authority = authority;
  f.name = name;
  f.substitution = static_cast<Substitution>(number(3));
  f.notify_within = Duration(number(kTimeMost));
  f.refund = BasisPoints(number(kRatioMost));
  f.penalty = BasisPoints(number(30'000));
  for (int field = 0; field < 4; ++field)
    if (coin()) f.record.push_back(static_cast<RecordField>(field));
  return f;
}

void any_options(Rule& r) {
  if (coin()) r.origin = Instant(number(kTimeMost));
  if (coin())
    r.zone = expr::Zone{distinct_names(1)[0],
                        Duration((number(2878) - 1439) * expr::kNanosPerMinute),
                        {{Instant(number(kTimeMost)), Duration(expr::kNanosPerMinute)}}};
  if (r.zone && coin()) r.zone->changes.clear();
  if (coin()) r.lease = Duration(1 + number(kTimeMost - 1));
  if (coin()) r.surrender_fee = BasisPoints(number(10'000));
  if (coin()) r.peer_penalty = BasisPoints(number(10'000));
  if (coin()) r.claims.contest_within = Duration(1 + number(kTimeMost - 1));
  if (coin()) r.claims.burden = Burden::holder;
  if (coin()) r.claims.claim_fee = BasisPoints(number(10'000));
  if (coin()) r.claims.contest_fee = BasisPoints(number(10'000));
  r.review_within = Duration(number(kTimeMost));
  r.default_deny = coin();
  r.price_monotone = coin();
  if (!coin()) return;
  Vocabulary words{distinct_names(2), distinct_names(static_cast<std::size_t>(number(2)))};
  std::sort(words.kinds.begin(), words.kinds.end());
  std::sort(words.groups.begin(), words.groups.end());
  r.vocabulary = words;
}

Rule any_rule() {
  Rule r = grid_rule();
  r.world = {};
  r.tiers.clear();
  r.goals.clear();
  r.fallback.clear();
  r.fallback_ids.clear();
  any_options(r);
  r.name = distinct_names(1)[0];
  r.unit = distinct_names(1)[0];
  if (coin()) r.supersedes.reset();
  if (coin()) r.revocation.reset();
  r.effective = {Instant(number(kTimeMost)), Instant(number(kTimeMost))};
  r.granularity = Duration(1 + number(kTimeMost - 1));
  r.retention = Duration(number(kTimeMost));
  r.limits.lead_max = Duration(number(kTimeMost));
  r.limits.lead_min = Duration(number(r.limits.lead_max.value));
  r.limits.quantity_min = r.limits.quantity_max = Quantity(1);
  r.coordination = {CoordinationMode::none, 0};
  r.pricing = any_pricing();
  auto names = distinct_names(static_cast<std::size_t>(1 + number(3)));
  r.world.names = names;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Tier t;
    t.name = names[i];
    t.rank = 10 - 3 * static_cast<std::int64_t>(i);
    t.eligible = any_of({"true", "\"g\" in user.groups && location in 'eu/a'", "tier in ['k', 'l']",
                         "partial ? lead > 1s : \"m\" == user.kind", "-quantity < -5"},
                        r.world, expr::ExprType::boolean, expr::ExprPlace::eligibility);
    if (coin()) t.displaces = any_displaces(r.world);
    any_shares(t);
    r.tiers.push_back(std::move(t));
  }
  if (r.pricing.mode == PricingMode::fixed && coin()) r.pricing.schedule = any_schedule(names);
  if (!r.pricing.schedule.empty()) r.pricing.tariff = Money(0);
  for (const std::string& name : distinct_names(static_cast<std::size_t>(number(2)))) {
    r.fallback.push_back(any_strategy(r.authority, name));
    r.fallback_ids.push_back(strategy_id(r.fallback.back()));
  }
  r.examples[0].given = {{"tier", names[0]}, {"user.groups", ""}, {"value", "-1.0000"}};
  if (coin()) r.examples.clear();
  if (coin())
    r.load = any_of({"quantity < 5", "\"w\" in user.groups"}, r.world, expr::ExprType::boolean,
                    expr::ExprPlace::eligibility);
  for (const std::string& name : distinct_names(static_cast<std::size_t>(number(2))))
    r.goals.push_back({name, coin(),
                       any_of({"admitted", "\"z\" == tier", "failed implies refund > 0.50"},
                              r.world, expr::ExprType::boolean, expr::ExprPlace::goal)});
  return r;
}

RC_GTEST_PROP(CanonicalRule, any_rule_survives_bytes_and_text, ()) {
  Rule rule = any_rule();
  Bytes bytes = encode_rule(rule);
  auto back = decode_rule(bytes);
  if (!back) RC_LOG() << to_text(back.error());
  RC_ASSERT(back.has_value());
  RC_ASSERT(encode_rule(*back) == bytes);
  RC_ASSERT(back->world.names == rule.world.names);
  std::string text = format_rule(rule);
  auto parsed = parse_rule("f.yaml", text, no_files);
  RC_LOG() << text << (parsed ? "" : to_text(parsed.error()));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(encode_rule(*parsed) == bytes);
  RC_ASSERT(attach(*back, rule.fallback));
  RC_ASSERT(format_rule(*back) == text);
}

RC_GTEST_PROP(CanonicalRule, damage_is_refused_or_canonical, ()) {
  static const Bytes kGood = encode_rule(grid_rule());
  Bytes bytes = kGood;
  const auto edits = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::pair<std::size_t, std::uint8_t>>>(rc::gen::pair(
          rc::gen::inRange<std::size_t>(0, bytes.size()), rc::gen::arbitrary<std::uint8_t>())));
  for (auto [at, value] : edits) bytes[at] = value;
  auto rule = decode_rule(bytes);
  RC_ASSERT(rule.has_value() || !rule.error().empty());
  if (rule) RC_ASSERT(encode_rule(*rule) == bytes);
}

}  // namespace
}  // namespace capmarket::rules
