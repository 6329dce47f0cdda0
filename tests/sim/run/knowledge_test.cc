// What parties know of the chain is the chain some answers ago, and nobody sells or signs what its
// book does not have. Source: docs/spec/scenarios.md#what-a-party-knows.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "sim/run/run.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;

scenarios::Scenario known_pack(const std::string& name,
                         const std::vector<std::pair<std::string, std::string>>& set = {}) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + name + ".yaml", set, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

std::vector<std::string> known_packs() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

Run played_to_end(const scenarios::Scenario& s, std::function<void(world::World&)> at_end = nullptr) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.at_end = std::move(at_end);
  auto run = run_scenario(s, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return *std::move(run);
}

/// All that an agent may read of it; names are numbered apart.
void expect_same(const chain::ChainState& a, const chain::ChainState& b) {
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.objects.size(), b.objects.size());
  EXPECT_EQ(a.dues, b.dues);
  EXPECT_EQ(a.debts, b.debts);
  EXPECT_EQ(a.disputed, b.disputed);
  EXPECT_EQ(a.promulgated, b.promulgated);
  EXPECT_EQ(a.about.size(), b.about.size());
  ASSERT_EQ(a.declarations.size(), b.declarations.size());
  for (auto i : a.declarations.indices()) {
    EXPECT_EQ(a.declarations[i].id, b.declarations[i].id);
    EXPECT_EQ(a.declarations[i].taken.steps(), b.declarations[i].taken.steps());
    EXPECT_EQ(a.declarations[i].grants, b.declarations[i].grants);
  }
  ASSERT_EQ(a.infrastructures.size(), b.infrastructures.size());
  for (auto i : a.infrastructures.indices())
    EXPECT_EQ(a.infrastructures[i].excess.steps(), b.infrastructures[i].excess.steps());
  ASSERT_EQ(a.requests.size(), b.requests.size());
  for (auto i : a.requests.indices()) {
    EXPECT_EQ(a.requests[i].live.steps(), b.requests[i].live.steps());
    EXPECT_EQ(a.requests[i].next_index, b.requests[i].next_index);
    EXPECT_EQ(a.requests[i].closed, b.requests[i].closed);
    EXPECT_EQ(a.requests[i].losses.size(), b.requests[i].losses.size());
  }
  ASSERT_EQ(a.grants.size(), b.grants.size());
  for (auto i : a.grants.indices()) {
    EXPECT_EQ(a.grants[i].id, b.grants[i].id);
    EXPECT_EQ(a.grants[i].live, b.grants[i].live);
    EXPECT_EQ(a.grants[i].lease_until, b.grants[i].lease_until);
  }
  ASSERT_EQ(a.obligations.size(), b.obligations.size());
  for (auto i : a.obligations.indices()) EXPECT_EQ(a.obligations[i].paid, b.obligations[i].paid);
  ASSERT_EQ(a.failures.size(), b.failures.size());
  for (auto i : a.failures.indices()) EXPECT_EQ(a.failures[i].recorded, b.failures[i].recorded);
  ASSERT_EQ(a.refusals.size(), b.refusals.size());
  for (const auto& [who, count] : a.refusals) {
    const auto other = b.refusals.find(who);
    ASSERT_NE(other, b.refusals.end());
    EXPECT_EQ(count.refusals, other->second.refusals);
    EXPECT_EQ(count.turned_away, other->second.turned_away);
  }
}

class Knowledge : public ::testing::TestWithParam<std::string> {};

TEST_P(Knowledge, is_the_chain_some_answers_ago) {
  scenarios::Scenario s = known_pack(GetParam());
  if (GetParam() == "under-load") s.duration = Duration(10 * kNanosPerSecond);
  if (GetParam() == "quickstart" || GetParam() == "grid-sharded")
    s.duration = Duration(kNanosPerHour / 6);
  // Two kinds of readers: one of them behind.
  if (!s.users.empty()) s.users.front().follow_lag = Duration(2 * kNanosPerSecond);
  std::size_t readers = 0;
  played_to_end(s, [&](world::World& w) {
    readers = w.readers.size();
    for (world::Readers& r : w.readers) {
      for (; r.answers < w.answers_before + w.answers.size(); ++r.answers)
        r.follower.follow(w.answers[r.answers - w.answers_before]);
      EXPECT_EQ(r.follower.size(), w.chain->size());
      expect_same(r.follower.state(), w.state());
    }
  });
  EXPECT_GE(readers, s.users.empty() ? 1U : 2U);
}

INSTANTIATE_TEST_SUITE_P(Packs, Knowledge, ::testing::ValuesIn(known_packs()), [](const auto& p) {
  std::string out = p.param;
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
});

TEST(Knowledge, a_lag_shorter_than_patience_oversells_nothing_by_itself) {
  // Whoever sells has sold it by its own book before the chain shows it.
  for (const char* lag : {"0s", "3s", "20s"}) {
    SCOPED_TRACE(lag);
    const run::Run run = played_to_end(
        known_pack("quickstart", {{"duration", "10min"}, {"chain.follow.lag", lag}}));
    EXPECT_GT(run.metrics.settlements, 0);
  }
}

TEST(Knowledge, who_waits_too_short_is_told_by_its_time_outs_alone) {
  const run::Run patient = played_to_end(known_pack("quickstart", {{"duration", "10min"}}));
  const run::Run hasty =
      played_to_end(known_pack("quickstart", {{"duration", "10min"}, {"network.latency", "3s"}}));
  EXPECT_EQ(patient.metrics.untried.count("no-answer"), 0U);
  EXPECT_GT(hasty.metrics.untried.at("no-answer"), 0);
  EXPECT_LT(hasty.metrics.settlements, patient.metrics.settlements);
}

}  // namespace
}  // namespace capmarket::run
