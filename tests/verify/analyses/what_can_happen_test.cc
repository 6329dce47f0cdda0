// What a goal is judged over: versions one by one, schedules by tier and start, corrected
// credentials, who is overdue, where refused requests lie; and which goals say nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/corpus.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const std::string kVersionFolder =
    capmarket::testing::source_path("tests/verify/analyses/versions/");

/// A rule with these parts in place of the usual ones.
std::string regime(const std::string& limits, const std::string& pricing, const std::string& tiers,
                   const std::string& goals) {
  return R"(rule: berth
version: 1
authority: port
class: berth
scope: nl/rtm
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 30min
unit: place
retention: 1y
currency: EUR
coordination: { mode: none }
limits: )" +
         limits + "\npricing: " + pricing + "\ntiers:\n" + tiers + R"(fallback:
  - { name: other-quay, substitution: same-holder, notify_within: 1h, refund: 50%, penalty: 0% }
revocation: { on_review: compensate, rate: 50% }
goals:
)" + goals;
}

constexpr const char* kLimits =
    "{ quantity: 1 .. 4, price: 0.00 .. 900.00, length: 30min .. 12h, lead: 0s .. 7d, skew: 5s }";
constexpr const char* kAgreed = "{ mode: negotiated, floor: 10.00, cap: 500.00 }";
constexpr const char* kTwoTiers = R"(  - name: navy
    rank: 20
    eligible: user.kind == "navy"
    displaces: { when: victim.rank < rank, compensation: max(victim.value, 1.00), pay_within: 1d }
  - { name: ferry, rank: 10, eligible: 'holder.kind == "city"' }
  - { name: any, rank: 5, eligible: true }
)";

RuleReport report_of(const std::string& text) {
  auto file = question::rule_file_with("berth.yaml", text, {});
  EXPECT_TRUE(file) << to_text(file.error());
  if (!file) return {};
  CheckOptions options;
  options.scripted_scenarios = false;
  RuleReport out = check_rule(*file, {*file}, options);
  EXPECT_FALSE(out.internal_error) << out.mismatch;
  return out;
}

/// Verdicts by goal.
std::map<std::string, std::string> goals_of(const RuleReport& report) {
  std::map<std::string, std::string> out;
  for (const Finding& f : report.findings)
    if (f.row == AnalysisId::goal) out[f.subject] = to_text(f.verdict);
  return out;
}

std::map<std::string, std::string> goals_of_version(const std::string& name) {
  auto files = capmarket::testing::loaded_rules(kVersionFolder + name + ".yaml");
  CheckOptions options;
  options.scripted_scenarios = false;
  const RuleReport report = check_rule(files.front(), files, options);
  EXPECT_FALSE(report.internal_error) << report.mismatch;
  return goals_of(report);
}

TEST(WhatCanHappen, knows_that_no_grant_lives_of_a_version_that_ended_long_ago) {
  EXPECT_THAT(goals_of_version("feeder-3"),
              UnorderedElementsAre(Pair("no-depot", "proved"), Pair("cheap", "proved"),
                                   Pair("small", "proved"), Pair("own-small", "proved"),
                                   Pair("large-depot", "proved"), Pair("made-whole", "proved")));
}

TEST(WhatCanHappen, knows_what_the_grants_of_each_version_keep) {
  EXPECT_THAT(goals_of_version("feeder-3-early"),
              UnorderedElementsAre(Pair("no-depot", "refuted"), Pair("cheap", "refuted"),
                                   Pair("small", "refuted"), Pair("own-small", "proved"),
                                   Pair("large-depot", "proved"), Pair("made-whole", "proved")));
}

TEST(WhatCanHappen, reads_a_schedule_by_tier_and_start) {
  const std::string tariff = R"(
  mode: fixed
  tariff:
    - { tier: any, from: 2026-07-01T00:00:00Z, until: 2027-02-01T00:00:00Z, price: 20.00 }
    - { tier: navy, from: 2026-01-01T00:00:00Z, until: 2027-02-01T00:00:00Z, price: 90.00 }
    - { tier: any, from: 2026-01-01T00:00:00Z, until: 2026-07-01T00:00:00Z, price: 10.00 }
)";
  const std::string tiers = R"(  - name: navy
    rank: 20
    eligible: user.kind == "navy"
    displaces: { when: victim.rank < rank, compensation: max(victim.value, 1.00), pay_within: 1d }
  - { name: any, rank: 5, eligible: lead <= 1d }
)";
  const std::string goals = R"(
  - { name: navy-dear, always: 'admitted && tier == "navy" implies price == 90.00' }
  - { name: winter, always: 'displaced && victim.price == 10.00 implies victim.start <= now + 7d' }
  - { name: any-dear, never: 'admitted && tier == "any" && price > 10.00' }
  - { name: victim-cheap, never: displaced && victim.price > 20.00 }
)";
  EXPECT_THAT(goals_of(report_of(regime(kLimits, tariff, tiers, goals))),
              UnorderedElementsAre(Pair("navy-dear", "proved"), Pair("winter", "proved"),
                                   Pair("any-dear", "refuted"), Pair("victim-cheap", "proved")));
}

TEST(WhatCanHappen, asks_for_prices_of_slots_that_somebody_can_obtain) {
  auto verdict = [](const std::string& until) {
    const std::string tariff =
        "\n  mode: fixed\n  tariff:\n    - { tier: any, from: 2026-01-01T00:00:00Z, until: " +
        until + ", price: 10.00 }\n";
    const RuleReport report =
        report_of(regime(kLimits, tariff, "  - { name: any, rank: 5, eligible: lead <= 2h }\n",
                         "  - { name: g, always: admitted implies quantity <= 4 }\n"));
    for (const Finding& f : report.findings)
      if (f.row == AnalysisId::price_possible) return f.verdict;
    return AnalysisVerdict::info;
  };
  EXPECT_EQ(verdict("2027-01-01T02:00:00Z"), AnalysisVerdict::proved);  // the last start is 01:30
  EXPECT_EQ(verdict("2027-01-01T01:30:00Z"), AnalysisVerdict::refuted);
}

TEST(WhatCanHappen, has_another_credential_under_the_key_of_a_holder) {
  const std::string goals = R"(
  - { name: ferry-stays, never: 'displaced && victim.tier == "ferry" && holder.kind == "private"' }
  - { name: rank-rises, always: displaced implies victim.rank < rank }
)";
  const RuleReport report = report_of(regime(kLimits, kAgreed, kTwoTiers, goals));
  EXPECT_THAT(goals_of(report),
              UnorderedElementsAre(Pair("ferry-stays", "refuted"), Pair("rank-rises", "proved")));
}

TEST(WhatCanHappen, has_debtors_whose_grants_fail_and_requests_from_elsewhere) {
  const std::string goals = R"(
  - { name: debtors, never: failed && user.overdue }
  - { name: no-penalty, never: failed && penalty > 0.00 }
  - { name: in-port, always: 'location in "nl/rtm"' }
  - { name: admitted-in-port, always: 'admitted implies location in "nl/rtm"' }
  - { name: never-a-debtor, never: displaced && user.overdue }
)";
  EXPECT_THAT(goals_of(report_of(regime(kLimits, kAgreed, kTwoTiers, goals))),
              UnorderedElementsAre(Pair("debtors", "refuted"), Pair("no-penalty", "proved"),
                                   Pair("in-port", "refuted"), Pair("admitted-in-port", "proved"),
                                   Pair("never-a-debtor", "proved")));
}

TEST(WhatCanHappen, loses_a_part_with_each_displacement) {
  const std::string two =
      "{ quantity: 1 .. 2, price: 0.00 .. 900.00, length: 30min .. 30min, lead: 0s .. 7d, skew: 5s "
      "}";
  const std::string goals = R"(
  - { name: never-thrice, never: displaced && victim.times_displaced >= 2 }
  - { name: never-twice, never: displaced && victim.times_displaced >= 1 }
)";
  EXPECT_THAT(goals_of(report_of(regime(two, kAgreed, kTwoTiers, goals))),
              UnorderedElementsAre(Pair("never-thrice", "proved"), Pair("never-twice", "refuted")));
}

TEST(CoverOfGoals, is_asked_in_every_form) {
  const std::string goals = R"(
  - { name: both, never: displaced && quantity > 3 && quantity < 3 }
  - { name: tautology, always: quantity < 3 or quantity > 1 }
  - { name: no-premise, never: 'displaced && user.kind == "ferry" && quantity > 2' }
  - { name: no-premise-implied, always: 'displaced implies (user.kind == "ferry" implies quantity <= 2)' }
  - { name: no-premise-or, always: 'not (displaced && user.kind == "ferry") or quantity <= 2' }
  - { name: no-premise-choice, always: 'displaced implies (user.kind == "ferry" ? quantity <= 2 : released >= 1)' }
  - { name: half, always: '(displaced implies quantity <= 4) && (displaced && user.kind == "ferry" implies quantity <= 2)' }
  - { name: kind-last, never: 'victim.rank >= rank && displaced' }
  - { name: plain, never: displaced && victim.rank >= rank }
  - { name: either, always: 'admitted implies (quantity <= 4 or price > 600.00)' }
)";
  EXPECT_THAT(
      goals_of(report_of(regime(kLimits, kAgreed, kTwoTiers, goals))),
      UnorderedElementsAre(Pair("both", "vacuous"), Pair("tautology", "vacuous"),
                           Pair("no-premise", "vacuous"), Pair("no-premise-implied", "vacuous"),
                           Pair("no-premise-or", "vacuous"), Pair("no-premise-choice", "vacuous"),
                           Pair("half", "vacuous"), Pair("kind-last", "proved"),
                           Pair("plain", "proved"), Pair("either", "proved")));
}

TEST(NamesKnown, tells_a_misspelt_tier_kind_or_group_with_the_nearest_one) {
  const std::string tiers = R"(  - name: navy
    rank: 20
    eligible: user.kind == "navy"
    displaces: { when: 'victim.rank < rank && user.kind != "nayv"', compensation: 1.00, pay_within: 1d }
  - { name: ferry, rank: 10, eligible: '"line-1" in user.groups or "line-2" in user.groups' }
)";
  const std::string goals = R"(
  - { name: a, never: 'displaced && victim.tier == "fery"' }
  - { name: b, never: 'admitted && tier == "cruise"' }
  - { name: c, never: 'admitted && tier == "ferry" && "line-3" in user.groups' }
  - { name: d, never: 'admitted && user.kind == "private" && quantity > 4' }
)";
  const RuleReport report = report_of(regime(kLimits, kAgreed, tiers, goals));
  std::vector<std::string> told;
  for (const Finding& f : report.findings) {
    if (f.row != AnalysisId::names_known) continue;
    EXPECT_EQ(f.severity, Severity::warning);
    EXPECT_GT(f.provisions.front().line, 0);
    told.push_back(f.sentence);
  }
  EXPECT_THAT(told, ::testing::ElementsAre("no kind is called `nayv`; did you mean `navy`?",
                                           "no tier is called `fery`; did you mean `ferry`?",
                                           "no tier is called `cruise`"));
  EXPECT_EQ(goals_of(report)["a"], "vacuous");
}

TEST(NotModelled, makes_a_proof_unknown_where_the_goal_bears_on_it_and_the_input_contains_it) {
  auto files = capmarket::testing::loaded_rules(kVersionFolder + "feeder-3.yaml");
  CheckOptions options;
  options.scripted_scenarios = false;
  scenarios::Scenario plain, with_policy;
  with_policy.reconciliation.emplace_back();
  auto verdict = [&](const scenarios::Scenario& against, const std::string& goal) {
    options.against = &against;
    for (const Finding& f : check_rule(files.front(), files, options).findings)
      if (f.row == AnalysisId::goal && f.subject == goal) return f;
    return Finding{};
  };
  EXPECT_EQ(verdict(plain, "cheap").verdict, AnalysisVerdict::proved);
  const Finding left = verdict(with_policy, "cheap");
  EXPECT_EQ(left.verdict, AnalysisVerdict::unknown);
  EXPECT_THAT(left.reason, HasSubstr("not modelled: reconciliation policies"));
  // A version that counts in another currency cannot be compared with.
  files.front().rule.currency = "JPY";
  const Finding changed = verdict(plain, "made-whole");
  EXPECT_EQ(changed.verdict, AnalysisVerdict::unknown);
  EXPECT_THAT(changed.reason, HasSubstr("admission refuses"));
}

}  // namespace
}  // namespace capmarket::analyses
