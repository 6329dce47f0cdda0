// Every pack runs, accounts for its volume, and shows what it is about.
#include <gtest/gtest.h>

#include <functional>

#include "scenarios/adversaries.h"
#include "sim/run/run.h"

namespace capmarket::run {
namespace {

scenarios::Scenario pack(const std::string& name,
              const std::vector<std::pair<std::string, std::string>>& sets = {}) {
  auto scenario = scenarios::load_scenario(
      std::string(CAPMARKET_SOURCE_DIR) + "/scenarios/packs/" + name + ".yaml", sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

capmarket::run::Run run(const scenarios::Scenario& scenario, int threads = 1) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.threads = threads;
  auto out = run_scenario(scenario, options);
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return *out;
}

void expect_accounted(const VolumeCount& c) {
  EXPECT_EQ(c.requested, c.granted + c.displaced + c.failed + c.released + c.unmet + c.open);
}

RunMetrics measured(const std::string& name) {
  RunMetrics m = run(pack(name)).metrics;
  expect_accounted(m.total);
  for (const auto& [tier, c] : m.by_tier) expect_accounted(c);
  EXPECT_GT(m.settlements, 20) << name;
  return m;
}

std::int64_t count(const std::map<std::string, std::int64_t>& counts, const char* key) {
  auto it = counts.find(key);
  return it == counts.end() ? 0 : it->second;
}

TEST(Packs, emergency_displacement_pays_those_who_gave_way) {
  RunMetrics m = measured("emergency-displacement");
  EXPECT_GT(m.displacements, 0);
  EXPECT_GT(m.total.displaced.value, 0);
  Money owed = m.compensation.owed.at("EUR"), paid = m.compensation.paid.at("EUR");
  EXPECT_GT(paid.value, 0);
  EXPECT_LT(paid, owed);  // the debtors never pay
}

TEST(Packs, grid_sharded_displaces_across_a_feeder_over_a_lossy_network) {
  RunMetrics m = measured("grid-sharded");
  EXPECT_GT(m.displacements, 0);
  EXPECT_GT(m.repeated, 0);  // doubled by the network, to no effect
  EXPECT_EQ(count(m.rejections, "coordination"), 0);
}

TEST(Packs, airport_slots_keep_the_quota_and_the_runway) {
  RunMetrics m = measured("airport-slots-fixed-single");
  EXPECT_GT(m.by_tier.at("general").grants, 0);
  EXPECT_GT(m.by_tier.at("general").unmet.value, 0);
  EXPECT_EQ(m.refused, 0);  // holders and the tower know the limits
}

TEST(Packs, peer_edge_is_breached_and_remedied) {
  RunMetrics m = measured("peer-edge");
  EXPECT_GT(m.disputes, 0);
  EXPECT_GT(m.founded, 0);
  EXPECT_GT(m.total.released.value, 0);
  // With a neighbour that keeps to its share nothing is breached.
  RunMetrics honest = run(pack("peer-edge", {{"holders.right.strategy", "prepublish"}})).metrics;
  EXPECT_EQ(honest.founded, 0);
  EXPECT_EQ(honest.total.released.value, 0);
}

TEST(Packs, claims_stand_or_fall_by_contest_and_witness) {
  const scenarios::Scenario scenario = pack("claims");
  const capmarket::run::Run claims = run(scenario);
  EXPECT_TRUE(world::as_expected(scenario.script, claims.script));
  EXPECT_EQ(claims.metrics.claims, 3);
  EXPECT_EQ(claims.metrics.claims_stood, 2);
  EXPECT_EQ(claims.metrics.failures, 2);
  EXPECT_EQ(claims.metrics.founded, 1);
}

TEST(Packs, spectrum_follows_a_published_index) {
  RunMetrics m = measured("spectrum-discovered");
  EXPECT_GT(count(m.objects, "price-index"), 5);
  EXPECT_EQ(count(m.rejections, "index-complete"), 0);
}

TEST(Packs, bundles_are_settled_whole) {
  RunMetrics m = measured("compute-and-network");
  EXPECT_EQ(m.by_class.at("compute").grants, m.by_class.at("network").grants);
  EXPECT_EQ(m.total.grants, 2 * m.settlements);
}

TEST(Packs, cross_border_settles_more_than_each_country_alone) {
  RunMetrics m = measured("cross-border");
  scenarios::Scenario apart = pack("cross-border");
  apart.reconciliation.clear();
  RunMetrics alone = run(apart).metrics;
  EXPECT_GT(m.total.granted, alone.total.granted);
}

TEST(Packs, reactive_peaks_are_met_from_answers_to_intents) {
  RunMetrics m = measured("reactive-peaks");
  EXPECT_GT(count(m.objects, "intent"), 0);
  EXPECT_GT(count(m.objects, "declaration"), 0);  // prepublished ones come in batches
  EXPECT_GT(count(m.objects, "declaration-batch"), 0);
  RunMetrics unanswered =
      run(pack("reactive-peaks", {{"holders.batteries.share_reactive", "0%"}})).metrics;
  EXPECT_GT(count(m.objects, "declaration"), count(unanswered.objects, "declaration"));
}

TEST(Packs, without_directories_only_intents_find_anything) {
  RunMetrics none = run(pack("cross-border", {{"discovery.directories", "0"}})).metrics;
  EXPECT_EQ(none.settlements, 0);
  RunMetrics reactive =
      run(pack("cross-border", {{"discovery.directories", "0"}, {"discovery.mode", "reactive"}}))
          .metrics;
  EXPECT_GT(reactive.settlements, 0);
  expect_accounted(reactive.total);
}

TEST(Packs, failures_are_told_substituted_and_disputed) {
  RunMetrics m = measured("failures-and-fallback");
  EXPECT_GT(m.failures, 0);
  EXPECT_GT(m.fallbacks, 0);
  EXPECT_LT(m.fallbacks, m.failures);  // the silent record nothing
  EXPECT_GT(m.total.failed.value, 0);
  EXPECT_GT(m.founded, 0);
  EXPECT_GT(count(m.objects, "curtailment"), 0);
  EXPECT_GT(m.activities, 0);
  EXPECT_GT(m.obligations.at("failure").paid.at("EUR").value, 0);
}

TEST(Packs, revocations_open_reviews) {
  RunMetrics m = measured("revocation-review");
  EXPECT_EQ(m.reviews, 2);
  EXPECT_GT(m.founded, 0);
  EXPECT_GT(m.obligations.at("void-future").owed.at("EUR").value, 0);
}

TEST(Packs, leases_lapse_where_the_network_is_cut) {
  RunMetrics m = measured("leases-and-surrender");
  EXPECT_GT(m.obligations.at("surrender").owed.at("EUR").value, 0);
  EXPECT_GT(m.obligations.at("lapse").owed.at("EUR").value, 0);
  EXPECT_GT(count(m.objects, "withdrawal"), 0);
  EXPECT_GT(count(m.rejections, "activity-bounded"), 0);
  scenarios::Scenario whole = pack("leases-and-surrender");
  whole.partitions.clear();
  EXPECT_FALSE(run(whole).metrics.obligations.contains("lapse"));
}

TEST(Packs, every_attack_is_refused_by_its_clause_or_comes_to_nothing) {
  RunMetrics m = measured("attacks");
  std::size_t malformed = 0;
  for (const scenarios::AttackRow& row : scenarios::attack_rows()) {
    if (row.fraud) continue;  // frauds_test.cc
    ++malformed;
    const std::string_view name = scenarios::to_text(row.attack);
    auto it = m.attacks.find(std::string(name));
    ASSERT_NE(it, m.attacks.end()) << name;
    EXPECT_GT(it->second.attempts, 0) << name;
    const bool harmless = name == "needless-displacement";  // it asks for what nobody has to give
    EXPECT_EQ(harmless ? it->second.no_effect : it->second.refused, it->second.attempts) << name;
    EXPECT_EQ(harmless ? it->second.refused : it->second.no_effect, 0) << name;
  }
  EXPECT_EQ(m.attacks.size(), malformed);
  scenarios::Scenario honest = pack("attacks");
  honest.adversaries.clear();
  RunMetrics h = run(honest).metrics;
  for (const char* clause : {"user-membership", "sequence", "disclosure", "coordination", "price"})
    EXPECT_EQ(count(h.rejections, clause), 0) << clause;
}

TEST(Packs, give_the_same_root_on_any_number_of_threads) {
  for (const char* name : {"grid-sharded", "attacks", "failures-and-fallback"}) {
    scenarios::Scenario s = pack(name);
    EXPECT_EQ(run(s).root, run(s, 3).root) << name;
  }
}

}  // namespace
}  // namespace capmarket::run
