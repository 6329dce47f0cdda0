// Rings of displacements, as the conditions of a rule are written.
#include "verify/analyses/ring_search.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"

namespace capmarket::analyses {
namespace {

/// A tier, and whom it displaces; empty: nobody.
struct TierText {
  std::string name;
  int rank = 0;
  std::string when;
};

std::string rule_text(const std::vector<TierText>& tiers) {
  std::string out =
      "rule: test/rings\nversion: 1\nauthority: test\nclass: compute\nscope: eu\n"
      "effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }\n"
      "granularity: 1min\nunit: core\nretention: 1y\ncurrency: EUR\n"
      "limits: { quantity: 1 .. 1000, price: 0.00 .. 100.00, length: 1min .. 8h, lead: 0s .. 1d, "
      "skew: 5s }\n"
      "coordination: { mode: none }\npricing: { mode: negotiated, floor: 1.00, cap: 50.00 }\n"
      "tiers:\n";
  for (const TierText& t : tiers) {
    out += fmt::format("  - name: {}\n    rank: {}\n    eligible: true\n", t.name, t.rank);
    if (!t.when.empty())
      out += fmt::format("    displaces: {{ when: '{}', compensation: 1.00, pay_within: 1d }}\n",
                         t.when);
  }
  return out +
         "fallback:\n"
         "  - { name: same, substitution: any, notify_within: 1min, refund: 0%, penalty: 0% }\n";
}

/// What the search says of those tiers, and how many turns its ring has.
struct Searched {
  RingsFound found;
  smt::Answer example = smt::Answer::unknown;

  explicit Searched(const std::vector<TierText>& tiers, std::uint32_t rlimit = 50'000'000) {
    question::RuleFile file;
    file.file = "rings.yaml";
    auto rule =
        rules::parse_rule(file.file, rule_text(tiers), rules::load_superseded, &file.places);
    EXPECT_TRUE(rule) << to_text(rule.error());
    file.rule = *rule;
    file.id = crypto::content_id(rules::encode_rule(file.rule));
    const question::RuleSubject subject = question::subject_of(file, {file});
    smt::SymbolicScope scope;
    question::QueryBudget budget{{rlimit, 60'000, 0, {}}, true, true, 0};
    RingSearch search(budget, subject);
    found = search.search();
    if (found.answer == smt::Answer::sat) example = search.example(found.ring).answer;
  }
};

void expect_ring(const Searched& s, std::size_t turns) {
  EXPECT_EQ(s.found.answer, smt::Answer::sat) << s.found.reason;
  EXPECT_EQ(s.found.ring.size(), turns);
  EXPECT_EQ(s.example, smt::Answer::sat);
}

void expect_none(const Searched& s) {
  EXPECT_EQ(s.found.answer, smt::Answer::unsat) << s.found.reason << " " << s.found.ring.size();
}

TEST(Rings, are_judged_without_ranks) {
  const std::string a = R"(victim.tier == "b" && victim.price >= 10.00)";
  const std::string b = R"(victim.tier == "a" && price < 5.00)";
  expect_none(Searched({{"a", 30, a}, {"b", 10, b}}));
  expect_none(Searched({{"a", 10, a}, {"b", 30, b}}));
  const std::string dear = R"(victim.tier == "a" && price > 5.00)";
  expect_ring(Searched({{"a", 30, a}, {"b", 10, dear}}), 2);
  expect_ring(Searched({{"a", 10, a}, {"b", 30, dear}}), 2);
}

TEST(Rings, link_what_a_turn_was_granted_to_the_next_victim) {
  const std::string small = "quantity < 5 && victim.quantity >= 10";
  expect_none(Searched({{"a", 30, small + R"( && victim.tier == "b")"},
                        {"b", 20, small + R"( && victim.tier != "b")"},
                        {"c", 10, ""}}));
  const std::string brief = "length < 1h && victim.length >= 2h";
  expect_none(Searched({{"a", 30, brief}, {"b", 20, brief}}));
  const std::string place = R"(location in "eu/de" && victim.tier == "b")";
  expect_none(
      Searched({{"a", 30, place}, {"b", 20, R"(location in "eu/fr" && victim.tier == "a")"}}));
}

TEST(Rings, are_none_where_a_measure_falls_with_every_turn) {
  for (const char* falls : {"quantity < victim.quantity", "price > victim.price",
                            "length < victim.length", "start > victim.start"})
    expect_none(Searched({{"a", 30, fmt::format("victim.tier == \"b\" && {}", falls)},
                          {"b", 20, fmt::format("victim.tier == \"a\" && {}", falls)}}));
  // One measure that does not rise, and another that falls where it stays.
  expect_none(Searched({{"a", 30, R"(victim.tier == "b" && price >= victim.price)"},
                        {"b", 20, R"(victim.tier == "a" && price > victim.price)"}}));
  expect_ring(Searched({{"a", 30, R"(victim.tier == "b" && price > victim.price)"},
                        {"b", 20, R"(victim.tier == "a" && length > victim.length)"}}),
              2);
}

TEST(Rings, may_pass_a_tier_twice) {
  expect_ring(
      Searched(
          {{"a", 30, R"(victim.tier == "b" && length < 1h || victim.tier == "c" && length >= 1h)"},
           {"b", 20, R"(victim.tier == "a" && victim.length >= 1h)"},
           {"c", 10, R"(victim.tier == "a" && victim.length < 1h)"}}),
      4);
}

TEST(Rings, are_found_among_many_tiers) {
  for (bool broken : {false, true}) {
    std::vector<TierText> tiers;
    for (int i = 0; i < 12; ++i)
      tiers.push_back({fmt::format("t{}", i), 100 - i,
                       fmt::format("victim.tier == \"t{}\"{}", (i + 1) % 12,
                                   i == 4             ? " && price < 5.00"
                                   : i == 3 && broken ? " && victim.price >= 10.00"
                                                      : "")});
    if (broken)
      expect_none(Searched(tiers));
    else
      expect_ring(Searched(tiers), 12);
  }
}

/// Each of 12 tiers may displace each: far more rings than could be looked at one by one.
TEST(Rings, are_decided_where_all_displace_all) {
  std::vector<TierText> tiers;
  for (int i = 0; i < 12; ++i)
    tiers.push_back({fmt::format("t{}", i), 100 - i, "price < 5.00 && victim.price >= 10.00"});
  expect_none(Searched(tiers));
  tiers[7].when = R"(victim.tier == "t3" && price >= 10.00)";
  expect_ring(Searched(tiers), 2);
}

/// A price that climbs by one cent a turn from 10.00 to 10.05, and falls back.
TEST(Rings, longer_than_the_bound_are_unknown_and_never_proved) {
  const Searched s({{"a", 30,
                     R"(victim.tier == "a" && (price == victim.price + 0.01 && price <= 10.05 ||)"
                     R"( victim.price == 10.05 && price == 10.00))"}});
  EXPECT_EQ(s.found.answer, smt::Answer::unknown);
  EXPECT_NE(s.found.reason.find("no ring of at most 2 turns"), std::string::npos) << s.found.reason;
}

TEST(Rings, without_a_budget_are_unknown) {
  const Searched s({{"a", 30, R"(victim.tier == "b" && price < victim.price)"},
                    {"b", 20, R"(victim.tier == "a" && price < victim.price)"}},
                   1);
  EXPECT_EQ(s.found.answer, smt::Answer::unknown);
}

TEST(TierGraph, finds_what_reaches_itself_and_the_turns_of_rings_of_a_length) {
  TierGraph g(4);
  g.add(0, 1);
  g.add(1, 0);
  g.add(2, 0);
  g.add(3, 3);
  using Tiers = std::vector<std::size_t>;
  EXPECT_EQ(g.knots(), (std::vector<Tiers>{{0, 1}, {3}}));
  EXPECT_EQ(g.turns_of(0, 0, 2, {0, 1}), (std::vector<Tiers>{{0}, {1}}));
  EXPECT_TRUE(g.turns_of(0, 0, 3, {0, 1}).empty());
  EXPECT_TRUE(g.turns_of(1, 1, 2, {0, 1}).empty());
  g.remove(1, 0);
  EXPECT_EQ(g.knots(), (std::vector<Tiers>{{3}}));
}

}  // namespace
}  // namespace capmarket::analyses
