// What is refuted can happen: victims that somebody was granted, failures of whole granules, prices
// that an index can reach, tiers that somebody obtains, displacements that have a first one. Each
// with a near miss that is refuted, and rightly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Pair;

/// A rule of a charging park, with these parts in place of the usual ones.
struct Park {
  std::string limits =
      "{ quantity: 1 .. 8, price: 0.00 .. 90.00, length: 30min .. 4h, lead: 0s .. 1d, skew: 5s }";
  std::string pricing = "{ mode: negotiated, floor: 10.00, cap: 40.00 }";
  std::string bus = "user.kind == \"bus\"";
  std::string when = "victim.rank < rank";
  std::string car = "{ name: car, rank: 10, eligible: quantity <= 3 }";
  std::string claims, goals;
  std::string supersedes;  // a line

  std::string text() const {
    return "rule: park\nversion: " + std::string(supersedes.empty() ? "1" : "2") + "\n" +
           supersedes + R"(authority: city
class: charging
scope: eu/city
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 30min
unit: post
retention: 1y
currency: EUR
default: deny
coordination: { mode: none }
limits: )" +
           limits + "\npricing: " + pricing + "\ntiers:\n  - { name: bus, rank: 20, eligible: '" +
           bus + "', displaces: { when: '" + when +
           "', compensation: 'max(victim.value, 1.00)', pay_within: 1d } }\n  - " + car + R"(
fallback:
  - { name: other-post, substitution: same-holder, notify_within: 1h, refund: 100%, penalty: 0% }
revocation: { on_review: compensate, rate: 50% }
)" + claims +
           "goals:\n" + goals;
  }
};

/// Verdicts by analysis and subject; of a goal by its name alone.
std::map<std::string, std::string> verdicts_of(const Park& park) {
  auto file = question::rule_file_with("park.yaml", park.text(), {});
  EXPECT_TRUE(file) << to_text(file.error());
  if (!file) return {};
  CheckOptions options;
  options.scripted_scenarios = false;
  const RuleReport report = check_rule(*file, {*file}, options);
  EXPECT_FALSE(report.internal_error) << report.mismatch;
  std::map<std::string, std::string> out;
  for (const Finding& f : report.findings)
    out[f.row == AnalysisId::goal ? f.subject : f.analysis + " " + f.subject] = to_text(f.verdict);
  return out;
}

TEST(RealCases, victims_are_worth_no_more_than_somebody_was_granted) {
  // 3 posts for 4 h at 40.00.
  Park park;
  park.goals =
      "  - { name: most, always: displaced implies victim.value <= 480.00 }\n"
      "  - { name: less, always: displaced implies victim.value < 480.00 }\n"
      "  - { name: whole, always: displaced implies victim.whole_value <= 480.00 }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("most", "proved")), Contains(Pair("less", "refuted")),
                    Contains(Pair("whole", "proved"))));
}

TEST(RealCases, failures_lose_a_unit_of_a_granule) {
  // A post for 30 min at 10.00.
  Park park;
  park.goals =
      "  - { name: least, always: failed implies refund >= 5.00 }\n"
      "  - { name: more, always: failed implies refund > 5.00 }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("least", "proved")), Contains(Pair("more", "refuted"))));
}

TEST(RealCases, a_leg_lacks_no_more_than_it_asks_for_unless_a_third_tier_keeps_a_share) {
  Park park;
  park.goals = "  - { name: within, always: displaced implies released <= quantity }\n";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("within", "proved")));
  park.car += "\n  - { name: van, rank: 5, eligible: quantity <= 2, set_aside: 20% }";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("within", "refuted")));
  // What a tier keeps for itself is no room of the leg that takes it: whatever version it is of.
  park.car = "{ name: car, rank: 10, eligible: quantity <= 3, set_aside: 50% }";
  park.supersedes = "supersedes: " + std::string(64, 'a') + "\n";
  park.goals =
      "  - { name: car, always: 'displaced && victim.tier == \"car\" implies released <= quantity' }\n"
      "  - { name: any, always: displaced implies released <= quantity }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("car", "proved")), Contains(Pair("any", "refuted"))));
}

TEST(RealCases, legs_have_room_beside_what_is_set_aside_for_others) {
  // 50% and 50%: of a declaration of an odd number a post is left.
  Park park;
  park.car =
      "{ name: car, rank: 10, eligible: true, set_aside: 50% }\n"
      "  - { name: van, rank: 7, eligible: true, set_aside: 50% }\n"
      "  - { name: bike, rank: 5, eligible: true }";
  park.goals =
      "  - { name: one, always: 'admitted && tier == \"bike\" implies quantity <= 1' }\n"
      "  - { name: none, never: 'admitted && tier == \"bike\"' }\n"
      "  - { name: lost, always: 'failed && tier == \"bike\" implies quantity <= 1' }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("one", "proved")), Contains(Pair("none", "refuted")),
                    Contains(Pair("lost", "proved"))));
}

TEST(RealCases, nobody_pumps_money_from_a_tier_that_nobody_obtains) {
  // A false claim is paid; nothing is to be had of a tier that costs nothing.
  Park park;
  park.claims = "claims: { contest_within: 1h, burden: holder, contest_fee: 10% }\n";
  park.pricing = "{ mode: negotiated, floor: 0.00, cap: 40.00 }";
  park.bus += " && price <= 0.00";
  park.car = "{ name: car, rank: 10, eligible: quantity >= 5 }";
  park.goals = "  []\n";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("no-money-pump rule", "refuted")));
  park.car = "{ name: car, rank: 10, eligible: quantity >= 5, quota: { of: user, at_most: 4 } }";
  EXPECT_THAT(verdicts_of(park), AllOf(Contains(Pair("tier-satisfiable car", "refuted")),
                                       Contains(Pair("no-money-pump rule", "proved"))));
}

TEST(RealCases, a_displacement_that_needs_an_earlier_one_has_none) {
  Park park;
  park.when = "victim.rank < rank && victim.times_displaced >= 1";
  park.goals = "  []\n";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("displacement-reachable bus", "refuted")));
  // Another tier makes the first.
  park.car +=
      "\n  - { name: van, rank: 15, eligible: true, displaces: { when: victim.rank < rank, "
      "compensation: 'max(victim.value, 1.00)', pay_within: 1d } }";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("displacement-reachable bus", "proved")));
}

TEST(RealCases, a_grant_was_displaced_so_often_only_where_it_could_be_each_time_before) {
  // A cheap one twice at most, a dear one three times.
  Park park;
  park.limits =
      "{ quantity: 1 .. 8, price: 10.00 .. 40.00, length: 30min .. 2h, lead: 0s .. 1d, skew: 5s }";
  park.when =
      "victim.rank < rank && (victim.price < 20.00 ? victim.times_displaced != 2 : "
      "victim.times_displaced != 3)";
  park.goals =
      "  - { name: cheap, always: 'displaced && victim.price < 20.00 implies "
      "victim.times_displaced <= 1' }\n"
      "  - { name: dear, always: displaced implies victim.times_displaced <= 2 }\n"
      "  - { name: once, always: displaced implies victim.times_displaced <= 1 }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("cheap", "proved")), Contains(Pair("dear", "proved")),
                    Contains(Pair("once", "refuted"))));
}

TEST(RealCases, what_an_earlier_displacement_took_is_gone) {
  // One half-hour: of 3 posts one is gone after the first, worth 5.00 at least.
  Park park;
  park.limits =
      "{ quantity: 1 .. 8, price: 10.00 .. 40.00, length: 30min .. 30min, lead: 0s .. 1d, skew: 5s "
      "}";
  park.when = "victim.rank < rank && (victim.times_displaced != 1 || victim.quantity >= 3)";
  park.goals = "  - { name: once, always: displaced implies victim.times_displaced <= 0 }\n";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("once", "proved")));
  park.when = "victim.rank < rank && (victim.times_displaced != 1 || victim.quantity >= 2)";
  park.goals +=
      "  - { name: value, always: 'displaced && victim.times_displaced >= 1 implies victim.value <= "
      "victim.whole_value - 5.00' }\n"
      "  - { name: more, always: 'displaced && victim.times_displaced >= 1 implies victim.value < "
      "victim.whole_value - 5.00' }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("once", "refuted")), Contains(Pair("value", "proved")),
                    Contains(Pair("more", "refuted"))));
}

TEST(RealCases, failures_after_failures_are_rounded_elsewhere) {
  // A post for 30 min at 0.0333 is worth 166.5 units of money: 166, or 167 between two of them.
  Park park;
  park.limits =
      "{ quantity: 1 .. 2, price: 0.00 .. 90.00, length: 1h .. 1h, lead: 0s .. 1d, skew: 5s }";
  park.pricing = "{ mode: fixed, tariff: 0.0333 }";
  park.car = "{ name: car, rank: 10, eligible: quantity <= 1 }";
  park.bus = "user.kind == \"bus\" && quantity <= 1";
  park.goals =
      "  - { name: least, always: failed implies refund >= 0.0166 }\n"
      "  - { name: more, always: failed implies refund >= 0.0167 }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("least", "proved")), Contains(Pair("more", "refuted"))));
}

TEST(RealCases, an_implication_says_nothing_where_its_left_side_does_not_hold) {
  // 2 x (2^62 - 1) fits 64 bits, 3 times it does not.
  Park park;
  park.goals =
      "  - { name: few, always: admitted && quantity <= 2 implies quantity * 4611686018427387903 >= 0 "
      "}\n"
      "  - { name: more, always: admitted && quantity <= 3 implies quantity * 4611686018427387903 >= "
      "0 }\n"
      "  - { name: either, always: not (admitted && quantity <= 2) or quantity * 4611686018427387903 "
      ">= 0 }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("few", "proved")), Contains(Pair("more", "refuted")),
                    Contains(Pair("either", "refuted"))));
}

TEST(RealCases, nothing_is_said_where_no_price_is_admitted) {
  Park park;
  park.limits =
      "{ quantity: 1 .. 8, price: 1.00 .. 9.00, length: 30min .. 4h, lead: 0s .. 1d, skew: 5s }";
  park.goals =
      "  - { name: leg, always: admitted implies price == 5.00 }\n"
      "  - { name: victim, always: displaced implies victim.price < 7.00 }\n"
      "  - { name: failure, always: failed implies refund <= value }\n";
  for (const char* pricing :
       {"{ mode: negotiated, floor: 10.00, cap: 40.00 }", "{ mode: fixed, tariff: 10.00 }",
        "{ mode: discovered, floor: 6.00, cap: 5.00, band: 10%, over: 1h, max_age: 1h }"}) {
    park.pricing = pricing;
    EXPECT_THAT(
        verdicts_of(park),
        AllOf(Contains(Pair("price-possible pricing", "refuted")), Contains(Pair("leg", "vacuous")),
              Contains(Pair("victim", "vacuous")), Contains(Pair("failure", "vacuous"))))
        << pricing;
  }
  park.pricing = "{ mode: fixed, tariff: 5.00 }";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("leg", "proved")), Contains(Pair("victim", "proved")),
                    Contains(Pair("failure", "proved"))));
}

TEST(RealCases, values_share_their_factors) {
  Park park;
  park.limits =
      "{ quantity: 1 .. 8, price: 10.00 .. 40.00, length: 30min .. 2h, lead: 0s .. 1d, skew: 5s }";
  park.when = "victim.rank < rank && price >= 3 * victim.price";
  park.goals =
      "  - { name: paid, always: compensation <= value }\n"
      "  - { name: thrice, always: 3 * victim.value <= value + 0.0003 }\n"
      "  - { name: exactly, always: 3 * victim.value <= value }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("paid", "proved")), Contains(Pair("thrice", "proved")),
                    Contains(Pair("exactly", "refuted"))));
  park.when = "victim.rank < rank && victim.started";
  park.car = "{ name: car, rank: 10, eligible: quantity <= 3, min_run: 30min }";
  park.goals =
      "  - { name: rest, always: 'victim.value <= 0.75 * victim.whole_value + 0.0001' }\n"
      "  - { name: less, always: 'victim.value <= 0.75 * victim.whole_value - 0.01' }\n"
      "  - { name: loose, always: 'victim.value <= 0.75 * victim.whole_value + 1.00' }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("less", "refuted")), Contains(Pair("loose", "proved"))));
}

TEST(RealCases, prices_lie_where_an_index_can_lead) {
  Park park;
  park.pricing = "{ mode: discovered, floor: 10.00, cap: 40.00, band: 0%, over: 1h, max_age: 1h }";
  park.goals = "  - { name: capped, always: admitted implies price <= 40.00 }\n";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("capped", "proved")));
  park.pricing = "{ mode: discovered, floor: 10.00, cap: 40.00, band: 10%, over: 1h, max_age: 1h }";
  EXPECT_THAT(verdicts_of(park), Contains(Pair("capped", "refuted")));
}

TEST(RealCases, a_goal_that_another_rule_would_break_says_something) {
  Park park;
  park.goals =
      "  - { name: who, always: 'displaced implies tier == \"bus\"' }\n"
      "  - { name: rank, always: 'tier == \"bus\" implies rank == 20' }\n"
      "  - { name: typo, never: 'displaced && tier == \"bsu\"' }\n";
  EXPECT_THAT(verdicts_of(park),
              AllOf(Contains(Pair("who", "proved")), Contains(Pair("rank", "proved")),
                    Contains(Pair("typo", "vacuous"))));
}

}  // namespace
}  // namespace capmarket::analyses
