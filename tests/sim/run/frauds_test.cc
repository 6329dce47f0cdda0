// Frauds run through whole packs, and are held against honest twins: what is the same in both is the
// same to the last unit.
#include "sim/run/frauds.h"

#include <gtest/gtest.h>

#include "sim/run/run.h"
#include "tests/sim/run/fraud_cases.h"

namespace capmarket::run {
namespace {

Run fraud_run(const scenarios::Scenario& s, int threads = 1) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.threads = threads;
  auto run = run_scenario(s, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return *std::move(run);
}

Int128 money_of(const Outcome& o) {
  Int128 out = 0;
  for (const auto& [currency, amount] : o.is_owed.owed) out += amount.value;
  for (const auto& [currency, amount] : o.owes.owed) out -= amount.value;
  return out;
}

TEST(Frauds, run_through_a_pack_and_differ_from_their_twins) {
  for (const FraudCase& c : fraud_cases()) {
    const scenarios::Scenario s = fraud_scenario(c);
    const auto run = fraud_run(s);
    ASSERT_EQ(run.metrics.frauds.size(), 1U) << c.name;
    const FraudMetric& f = run.metrics.frauds[0];
    ASSERT_TRUE(f.without.has_value()) << c.name;
    EXPECT_EQ(f.turned, s.adversaries[0].count) << c.name;
    EXPECT_EQ(f.with.entries, run.size) << c.name;
    EXPECT_TRUE(money_of(f.with.ring) != money_of(f.without->ring) ||
                money_of(f.with.others) != money_of(f.without->others) ||
                f.with.entries != f.without->entries)
        << c.name << " comes to something";
    for (const RingOutcome* o : {&f.with, &*f.without}) {
      EXPECT_EQ(money_of(o->ring), -money_of(o->others)) << c.name << ": owed and due are one sum";
      EXPECT_EQ(o->ring.users + o->others.users + o->ring.holders + o->others.holders,
                f.with.ring.users + f.with.others.users + f.with.ring.holders +
                    f.with.others.holders)
          << c.name;
    }
    EXPECT_EQ(fraud_run(s, 3).root, run.root) << c.name;
  }
}

/// Its twin is the scenario in which nobody turned.
TEST(Frauds, have_the_honest_scenario_as_their_twin) {
  for (const FraudCase& c : fraud_cases()) {
    if (c.accomplice_only_takes_part) continue;  // who else would have no credential
    scenarios::Scenario s = fraud_scenario(c);
    const scenarios::Scenario twin = honest_twin(s, 0);
    s.adversaries.clear();
    EXPECT_EQ(fraud_run(twin).root, fraud_run(s).root) << c.name;
  }
}

TEST(Frauds, of_nobody_and_of_nothing_gain_nothing) {
  for (const FraudCase& c : fraud_cases()) {
    scenarios::Scenario s = fraud_scenario(c);
    s.adversaries[0].count = 0;
    const FraudMetric f = fraud_run(s).metrics.frauds.at(0);
    EXPECT_EQ(money_of(f.with.ring), money_of(f.without->ring)) << c.name;
    EXPECT_EQ(f.with.ring.used, f.without->ring.used) << c.name;
    EXPECT_EQ(f.with.others.used, f.without->others.used) << c.name;
    EXPECT_EQ(f.with.entries, f.without->entries) << c.name;
  }
  for (const FraudCase& c : fraud_cases()) {
    if (c.name != "hoarding" && c.name != "selective-log" && c.name != "hiding-directory") continue;
    scenarios::Scenario s = fraud_scenario(c);
    s.adversaries[0].factor = kFullRatio;
    s.adversaries[0].share = 0;
    const FraudMetric f = fraud_run(s).metrics.frauds.at(0);
    EXPECT_EQ(f.with.ring.used, f.without->ring.used) << c.name;
    EXPECT_EQ(f.with.entries, f.without->entries) << c.name;
  }
}

TEST(Frauds, that_spam_are_shut_out_by_the_quota) {
  for (const FraudCase& c : fraud_cases()) {
    if (c.name != "refusal-spam") continue;
    scenarios::Scenario s = fraud_scenario(c);
    const auto shutouts = [](const auto& run) {
      auto found = run.metrics.objects.find("shutout");
      return found == run.metrics.objects.end() ? 0 : found->second;
    };
    EXPECT_GT(shutouts(fraud_run(s)), 0);
    s.quota = {};
    EXPECT_EQ(shutouts(fraud_run(s)), 0) << "ten thousand an hour are enough for it";
  }
}

/// Of what a hoarder holds only its need is worth something, to it and to all.
TEST(Frauds, of_hoarders_are_of_no_use_beyond_their_need) {
  for (const FraudCase& c : fraud_cases()) {
    if (c.name != "hoarding") continue;
    const auto run = fraud_run(fraud_scenario(c));
    Int128 value = 0;
    Volume used, live;
    for (const auto& [name, o] : run.metrics.by_group) {
      value += o.value;
      used += o.used;
      live += o.wanted.granted;
    }
    EXPECT_LT(used, live);
    ASSERT_TRUE(run.metrics.welfare.welfare.has_value());
    EXPECT_LE(run.metrics.welfare.welfare->value, value) << "which ends with the simulated time";
  }
}

}  // namespace
}  // namespace capmarket::run
