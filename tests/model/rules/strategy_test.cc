#include "model/rules/strategy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/rules/canonical.h"
#include "tests/model/rules/fixtures.h"

namespace capmarket::rules {
namespace {

using ::testing::HasSubstr;

FallbackStrategy told() { return every_key_rule().fallback[0]; }

/// The bytes are written out by hand from the table of fields; the id is their SHA-256.
TEST(FallbackStrategy, has_the_canonical_bytes_and_id_of_its_fields) {
  EXPECT_EQ(to_hex(encode_strategy(told())),
            "a801500000000000000000000000000000000002636761730364746f6c640403051b0000034630b8a000"
            "0619271007193a9808820003");
  EXPECT_EQ(to_hex(strategy_id(told())),
            "2530d3d7f3b9e07501602ecac8b3b894e1515d063ddd19b3e644dbb853ad2a8d");
}

TEST(FallbackStrategy, decodes_what_it_encodes_and_nothing_else) {
  const Bytes good = encode_strategy(told());
  auto back = decode_strategy(good);
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(back->authority, "gas");
  EXPECT_EQ(encode_strategy(*back), good);
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int flip = 1; flip < 256; ++flip) {
      Bytes bad = good;
      bad[at] ^= static_cast<std::uint8_t>(flip);
      auto other = decode_strategy(bad);
      refused += other ? 0 : 1;
      if (other) {
        ASSERT_EQ(encode_strategy(*other), bad) << "byte " << at;
      }
    }
  EXPECT_GT(refused, good.size());
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(decode_strategy(ByteView(good).first(n))) << n;
  EXPECT_FALSE(decode_strategy(Bytes(codec::kObjectBytesMax + 1, 0)));
}

TEST(FallbackStrategy, decoding_checks_what_parsing_checks) {
  auto refused = [](auto change) {
    FallbackStrategy f = told();
    change(f);
    auto back = decode_strategy(encode_strategy(f));
    return back ? std::string("accepted") : to_text(back.error());
  };
  using F = FallbackStrategy;
  EXPECT_EQ(refused([](F&) {}), "accepted");
  EXPECT_THAT(refused([](F& f) { f.salt.bytes[15] = 1; }), HasSubstr("salt: a salt"));
  EXPECT_THAT(refused([](F& f) { f.authority = ""; }), HasSubstr("authority: `` is no name"));
  EXPECT_THAT(refused([](F& f) { f.name = "a,b"; }), HasSubstr("name: `a,b` is no name"));
  EXPECT_THAT(refused([](F& f) { f.notify_within = Duration(-1); }), HasSubstr("notify_within: b"));
  EXPECT_THAT(refused([](F& f) { f.refund = BasisPoints(-1); }), HasSubstr("refund: below zero"));
  EXPECT_THAT(refused([](F& f) { f.penalty = BasisPoints(-1); }), HasSubstr("penalty: below zero"));
  EXPECT_THAT(refused([](F& f) { std::swap(f.record[0], f.record[1]); }),
              HasSubstr("record: fields out of order"));
  EXPECT_THAT(refused([](F& f) { f.record[1] = f.record[0]; }),
              HasSubstr("record: fields out of order"));
}

TEST(Catalog, holds_the_ids_of_the_strategies_in_the_order_of_the_file) {
  Rule rule = every_key_rule();
  ASSERT_EQ(rule.fallback_ids.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(rule.fallback_ids[i], strategy_id(rule.fallback[i]));
    EXPECT_EQ(rule.fallback[i].authority, rule.authority);
    EXPECT_TRUE(rule.fallback[i].salt.is_zero());
  }
  EXPECT_EQ(rule.strategy("silent"), &rule.fallback[1]);
  EXPECT_EQ(rule.strategy("loud"), nullptr);
  Rule other = rule_of("f.yaml", edited(every_key_text(), "authority: gas", "authority: oil"));
  EXPECT_NE(other.fallback_ids[0], rule.fallback_ids[0]);
}

TEST(Catalog, a_decoded_rule_has_the_ids_until_the_strategies_are_attached) {
  const Rule rule = every_key_rule();
  Rule back = decode_rule(encode_rule(rule)).value();
  EXPECT_EQ(back.fallback_ids, rule.fallback_ids);
  EXPECT_TRUE(back.fallback.empty());
  EXPECT_EQ(back.strategy("told"), nullptr);
  EXPECT_EQ(rule_json(back)["fallback"][0], (nlohmann::json{{"id", to_hex(rule.fallback_ids[0])}}));
  EXPECT_THAT(format_rule(back), HasSubstr("\n  - " + to_hex(rule.fallback_ids[1]) + "\n"));
  auto half = parse_rule("f.yaml", format_rule(back), no_files);
  ASSERT_FALSE(half);  // a catalog of ids is no rule file: it never half-loads
  EXPECT_THAT(half.error()[0].what, HasSubstr("where a map was expected"));
  ASSERT_TRUE(attach(back, rule.fallback));
  EXPECT_EQ(back.strategy("told")->penalty, BasisPoints(15'000));
  EXPECT_EQ(rule_json(back)["fallback"][0]["id"], to_hex(rule.fallback_ids[0]));
  EXPECT_EQ(rule_json(back)["fallback"][0]["name"], "told");
  EXPECT_EQ(encode_rule(back), encode_rule(rule));
}

TEST(Catalog, a_missing_a_foreign_or_an_ambiguous_strategy_attaches_nothing) {
  const Rule rule = every_key_rule();
  Rule back = decode_rule(encode_rule(rule)).value();
  EXPECT_FALSE(attach(back, {rule.fallback[0]}));
  EXPECT_TRUE(back.fallback.empty());
  FallbackStrategy foreign = rule.fallback[1];
  foreign.authority = "oil";
  back.fallback_ids[1] = strategy_id(foreign);
  EXPECT_FALSE(attach(back, {rule.fallback[0], foreign}));
  FallbackStrategy twin = rule.fallback[0];
  twin.refund = BasisPoints(1);
  back.fallback_ids[1] = strategy_id(twin);
  EXPECT_FALSE(attach(back, {rule.fallback[0], twin}));
  EXPECT_TRUE(back.fallback.empty());
  twin.name = "twin";
  back.fallback_ids[1] = strategy_id(twin);
  EXPECT_TRUE(attach(back, {rule.fallback[0], twin}));
}

}  // namespace
}  // namespace capmarket::rules
