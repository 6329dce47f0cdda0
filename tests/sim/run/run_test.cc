// A run is a pure function of (scenario, seed); misbehaviour is refused by the right clause.
#include "sim/run/run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model/chain/reader.h"
#include "tests/support/scratch_folder.h"
#include "verify/trace/verify.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;

/// A market of some dozens: every strategy, every attack, all in half an hour.
scenarios::Scenario small_scenario(const std::vector<std::pair<std::string, std::string>>& sets = {}) {
  std::string dir = std::string(CAPMARKET_SOURCE_DIR) + "/tests/sim/";
  auto scenario = scenarios::load_scenario(dir + "small.yaml", sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

capmarket::run::Run simulate(const scenarios::Scenario& scenario, RunOptions options = {}) {
  auto out = run_scenario(scenario, options);
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return *out;
}

std::int64_t refusals(const capmarket::run::Run& r, const char* clause) {
  auto it = r.metrics.rejections.find(clause);
  return it == r.metrics.rejections.end() ? 0 : it->second;
}

TEST(RunScenario, gives_the_same_root_on_any_number_of_threads) {
  scenarios::Scenario s = small_scenario();
  RunOptions one, three;
  three.threads = 3;
  capmarket::run::Run a = simulate(s, one), b = simulate(s, three);
  EXPECT_EQ(a.root, b.root);
  EXPECT_EQ(a.events, b.events);
  EXPECT_GT(a.metrics.settlements, 50);
}

TEST(RunScenario, gives_another_root_for_another_seed) {
  scenarios::Scenario s = small_scenario();
  RunOptions other;
  other.seed = 99;
  EXPECT_NE(simulate(s).root, simulate(s, other).root);
  scenarios::Scenario population = small_scenario({{"seed.population", "5"}});
  EXPECT_NE(simulate(s).root, simulate(population).root);
}

TEST(RunScenario, decides_the_same_under_mac_as_under_ed25519) {
  scenarios::Scenario s = small_scenario();
  RunOptions mac;
  mac.scheme = crypto::Scheme::mac;
  capmarket::run::Run a = simulate(s), b = simulate(s, mac);
  EXPECT_EQ(a.metrics.rejections, b.metrics.rejections);
  EXPECT_EQ(a.metrics.total.granted, b.metrics.total.granted);
  EXPECT_EQ(a.size, b.size);
}

TEST(RunScenario, accounts_for_every_unit_of_volume) {
  capmarket::run::Run r = simulate(small_scenario());
  const VolumeCount& t = r.metrics.total;
  EXPECT_EQ(t.requested, t.granted + t.displaced + t.failed + t.released + t.unmet + t.open);
  EXPECT_GT(t.granted.value, 0);
  EXPECT_GT(t.unmet.value, 0);
  Volume by_tier;
  for (const auto& [name, c] : r.metrics.by_tier) by_tier += c.granted;
  EXPECT_EQ(by_tier, t.granted);
}

TEST(RunScenario, refuses_each_misbehaviour_by_its_clause) {
  capmarket::run::Run r = simulate(small_scenario());
  EXPECT_GT(refusals(r, "capacity"), 0);         // sold twice
  EXPECT_EQ(refusals(r, "asset"), 2);            // two holders declared theirs twice
  EXPECT_GT(refusals(r, "user-membership"), 0);  // forged tiers
  // Without them, nobody oversells, declares twice or forges.
  capmarket::run::Run honest = simulate(small_scenario({{"holders.crooks.count", "0"},
                                              {"holders.doublers.count", "0"},
                                              {"adversaries.0.count", "0"}}));
  EXPECT_EQ(refusals(honest, "capacity"), 0);
  EXPECT_EQ(refusals(honest, "asset"), 0);
  EXPECT_EQ(refusals(honest, "user-membership"), 0);
}

TEST(RunScenario, leaves_a_chain_that_verifies) {
  testing::ScratchFolder dir;
  RunOptions options;
  options.chain_dir = dir.path() + "/chain";
  capmarket::run::Run r = simulate(small_scenario(), options);
  auto report = trace::verify_chain(dir.path(), {});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->verdict, trace::ChainVerdict::holds);
  EXPECT_EQ(report->audit.root, r.root);
  EXPECT_EQ(report->audit.signatures_verified, r.signatures);
}

TEST(RunScenario, leaves_a_chain_that_verifies_when_it_is_interrupted) {
  testing::ScratchFolder dir;
  std::atomic<bool> stop{false};
  RunOptions options;
  options.chain_dir = dir.path() + "/chain";
  options.interrupt = &stop;
  options.progress = [&](int, std::int64_t events) { stop = events > 1000; };
  capmarket::run::Run r = simulate(small_scenario(), options);
  EXPECT_TRUE(r.interrupted);
  auto report = trace::verify_chain(dir.path(), {});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->verdict, trace::ChainVerdict::holds);
  EXPECT_GT(report->audit.size, 100);
}

TEST(RunScenario, says_which_set_up_object_the_chain_refuses) {
  scenarios::Scenario s = small_scenario();
  s.rules[0].rule.unit = "barrel";
  auto out = run_scenario(s, {});
  ASSERT_FALSE(out.has_value());
  EXPECT_NE(to_text(out.error()).find("standing"), std::string::npos) << to_text(out.error());
}

/// One byte anywhere below the signed size, changed: found, at the entry that holds it or after.
TEST(Verify, finds_a_changed_byte_and_names_the_sequence) {
  testing::ScratchFolder dir;
  RunOptions options;
  options.chain_dir = dir.path() + "/chain";
  simulate(small_scenario({{"duration", "2min"}}), options);
  std::string file = dir.path() + "/chain/segments/00000000.seg";
  auto size = static_cast<std::int64_t>(fs::file_size(file));
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::int64_t i = 1; i < 20; ++i) {
    std::int64_t at = size * i / 20;
    f.seekg(at);
    char old = static_cast<char>(f.get());
    f.seekp(at);
    f.put(static_cast<char>(old ^ 0x10));
    f.flush();
    trace::VerifyOptions audit;
    audit.solver = false;
    auto report = trace::verify_chain(dir.path(), audit);
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->verdict, trace::ChainVerdict::violated) << at;
    ASSERT_FALSE(report->audit.violations.empty());
    EXPECT_GE(report->audit.violations[0].sequence, 0);
    f.seekp(at);
    f.put(old);
    f.flush();
  }
}

TEST(RunScenario, ticks_no_further_ahead_than_its_genesis_lets_it) {
  testing::ScratchFolder dir;
  const scenarios::Scenario s = small_scenario({{"duration", "1min"}, {"chain.tick_ahead", "7s"}});
  RunOptions options;
  options.chain_dir = dir / "chain";
  simulate(s, options);
  auto reader = chain::ChainReader::open(dir / "chain").value();
  EXPECT_EQ(reader.genesis().tick_ahead, Duration(7 * kNanosPerSecond));
  Instant before, last_tick;
  int ticks = 0;
  while (auto entry = reader.next().value()) {
    if (entry->leaf.kind == objects::Kind::tick) {
      ++ticks;
      EXPECT_LE(entry->leaf.time - before, Duration(7 * kNanosPerSecond));
      last_tick = entry->leaf.time;
    }
    before = entry->leaf.time;
  }
  EXPECT_GT(ticks, 2);
  EXPECT_EQ(last_tick, s.end());
  trace::VerifyOptions audit;
  audit.solver = false;
  EXPECT_EQ(trace::verify_chain(dir / "chain", audit)->verdict, trace::ChainVerdict::holds);
}

/// Entries of that kind on the chain.
int entries_of(const fs::path& chain_dir, objects::Kind kind) {
  auto reader = chain::ChainReader::open(chain_dir).value();
  int out = 0;
  while (auto entry = reader.next().value()) out += entry->leaf.kind == kind ? 1 : 0;
  return out;
}

TEST(RunScenario, shuts_out_whom_the_quota_of_its_genesis_shuts_out) {
  testing::ScratchFolder dir;
  RunOptions usual, strict;
  usual.chain_dir = dir / "usual";
  strict.chain_dir = dir / "strict";
  simulate(small_scenario(), usual);
  simulate(small_scenario({{"quota.refusals", "1"}, {"quota.period", "10min"}}), strict);
  const objects::RefusalQuota quota =
      chain::ChainReader::open(dir / "strict").value().genesis().refusal_quota;
  EXPECT_EQ(quota.refusals, 1);
  EXPECT_EQ(quota.period, Duration(600 * kNanosPerSecond));
  EXPECT_EQ(entries_of(dir / "usual", objects::Kind::shutout), 0);
  EXPECT_GT(entries_of(dir / "strict", objects::Kind::shutout), 0);
  trace::VerifyOptions audit;
  audit.solver = false;
  EXPECT_EQ(trace::verify_chain(dir / "strict", audit)->verdict, trace::ChainVerdict::holds);
}

}  // namespace
}  // namespace capmarket::run
