// Random rules with random goals: what `check` or `hunt` calls proved, no history breaks. Each rule
// is put to random histories of every kind of step, at the limits and beside them, with late
// signatures, successions, price indices, policies and a class that is finer than the rule, and to
// scripts at its edges; what breaks is written with its rule.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/verify/fuzz/goal_hunt.h"
#include "tests/verify/fuzz/random_rules.h"

namespace capmarket::fuzz {
namespace {

/// A few rules are too few for every kind of step to come up.
constexpr bool kMany = CAPMARKET_RANDOM_RULES >= 50;

/// Nothing that was not tried holds.
void expect_tried(const HuntTally& tally) {
  EXPECT_GT(tally.proved, tally.rules / 2);
  EXPECT_GT(tally.reached, tally.proved / 4);
  // What holds nowhere is found: else histories reach nothing that a proof could be wrong about.
  EXPECT_GT(tally.broken, (tally.goals - tally.proved) / 4);
  EXPECT_LT(tally.unplayable + tally.refused, (CAPMARKET_RANDOM_RULES + 2) / 3);
  for (const std::int64_t some : {tally.rules, tally.goals, tally.histories, tally.scripts,
                                  tally.steps, tally.wide->policies, tally.wide->foreigners})
    EXPECT_GT(some, 0) << tally.text();
  if (!kMany) return;
  for (const std::int64_t some :
       {tally.wide->indices, tally.wide->named, tally.wide->reviews, tally.wide->reviewed,
        tally.wide->leases, tally.wide->of_later_version, tally.policies_of_several})
    EXPECT_GT(some, 0) << tally.text();
  for (const std::string_view kind : scenarios::kStepKinds)
    EXPECT_GT(tally.counts.count(std::string(kind) + " admitted"), 0u) << kind;
  for (const char* what : {"settle displacing admitted", "settle of several legs admitted",
                           "settle displacing several grants admitted", "script: fail admitted",
                           "script: dispute admitted", "script: settle displacing admitted"})
    EXPECT_GT(tally.counts.count(what), 0u) << what;
}

class RandomGoals : public ::testing::TestWithParam<int> {};

TEST_P(RandomGoals, that_are_proved_hold_in_random_histories_and_at_the_edges) {
  HuntTally tally;
  const auto first = static_cast<std::uint64_t>(GetParam()) * CAPMARKET_RANDOM_RULES + 1;
  for (std::uint64_t seed = first; seed < first + CAPMARKET_RANDOM_RULES; ++seed) {
    hunt_goals_of(seed, CAPMARKET_RANDOM_HISTORIES, tally);
    if (seed % 5 != 0) continue;  // it takes long: how far it is
    std::printf("seed %llu: %lld proved, %lld histories\n", static_cast<unsigned long long>(seed),
                static_cast<long long>(tally.proved), static_cast<long long>(tally.histories));
    std::fflush(stdout);
  }
  std::printf("%s", tally.text().c_str());
  expect_tried(tally);
}

INSTANTIATE_TEST_SUITE_P(Part, RandomGoals, ::testing::Range(0, CAPMARKET_RANDOM_PARTS));

TEST(RandomRules, are_the_same_for_one_seed) {
  EXPECT_EQ(random_rule(7), random_rule(7));
  EXPECT_NE(random_rule(7), random_rule(8));
}

}  // namespace
}  // namespace capmarket::fuzz
