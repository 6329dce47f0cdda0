// What a run promises: everything that was handed in, and nothing else; no decision hangs on it.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "model/chain/reader.h"
#include "model/log/promise.h"
#include "model/objects/submission.h"
#include "sim/kernel/grid.h"
#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

using PromiseSets = std::vector<std::pair<std::string, std::string>>;

scenarios::Scenario promising_pack(const std::string& name, const PromiseSets& sets) {
  auto scenario = scenarios::load_scenario(
      std::string(CAPMARKET_SOURCE_DIR) + "/scenarios/packs/" + name + ".yaml", sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

run::Run promising_run(const scenarios::Scenario& scenario, const std::string& dir) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.chain_dir = dir;
  auto out = run_scenario(scenario, options);
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return *out;
}

std::string bytes_of(const std::string& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

/// Entry by entry: what was signed and stands behind the set-up is promised once, at the next
/// signing time.
void expect_all_promised(const run::Run& run, const scenarios::Scenario& s,
                         const std::string& dir) {
  const auto all = log::parse_promises(run.promises).value();
  std::map<std::pair<ContentId, Digest>, Instant> at;
  Instant last;
  for (const log::PromisedInterval& interval : all) {
    const log::PromiseNote note = log::shown_by(log::promise_of(interval, 0).value()).value();
    EXPECT_GT(note.at, last) << "one note an interval";
    last = note.at;
    EXPECT_EQ(note.at.value % s.chain_interval.value, 0);
    EXPECT_EQ(note.by, note.at + s.merge_delay);
    EXPECT_EQ(note.count, static_cast<std::int64_t>(interval.envelopes.size()));
    for (const log::Envelope& e : interval.envelopes)
      EXPECT_TRUE(at.emplace(std::pair(e.id, e.signatures), note.at).second) << "once each";
  }
  auto reader = chain::ChainReader::open(dir).value();
  std::size_t handed_in = 0;
  while (auto entry = reader.next().value()) {
    auto promise = at.find({entry->leaf.id, entry->leaf.signatures});
    const bool signed_by_somebody = entry->leaf.signatures != objects::hash_signatures({});
    if (promise == at.end()) {
      EXPECT_TRUE(!signed_by_somebody || entry->leaf.time <= s.start) << entry->leaf.sequence.value;
      continue;
    }
    ++handed_in;
    EXPECT_TRUE(signed_by_somebody);
    EXPECT_EQ(promise->second, kernel::round_up(entry->leaf.time, s.chain_interval));
  }
  EXPECT_EQ(handed_in, at.size());
  EXPECT_GT(handed_in, 20u);
}

TEST(Promises, change_no_bit_of_the_chain_and_cover_what_was_handed_in) {
  const std::pair<std::string, PromiseSets> packs[] = {{"quickstart", {{"duration", "10min"}}},
                                                       {"grid-sharded", {{"duration", "20min"}}}};
  for (const auto& [name, sets] : packs) {
    SCOPED_TRACE(name);
    testing::ScratchFolder off, on;
    const run::Run without = promising_run(promising_pack(name, sets), off / "chain");
    scenarios::Scenario scenario = promising_pack(name, sets);
    scenario.promises = true;
    scenario.merge_delay = Duration(7 * kNanosPerSecond);
    const run::Run with = promising_run(scenario, on / "chain");
    EXPECT_EQ(without.promises, "");
    EXPECT_EQ(without.root, with.root);
    EXPECT_EQ(without.size, with.size);
    EXPECT_EQ(without.events, with.events);
    for (const char* file :
         {"checkpoint", "checkpoint.lock", "genesis.cbor", "segments/00000000.seg"})
      EXPECT_EQ(bytes_of(off / (std::string("chain/") + file)),
                bytes_of(on / (std::string("chain/") + file)))
          << file;
    expect_all_promised(with, scenario, on / "chain");
  }
}

TEST(Promises, of_more_bytes_than_are_read_again_end_the_run) {
  scenarios::Scenario scenario = promising_pack("quickstart", {{"duration", "3min"}});
  scenario.promises = true;
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  const std::size_t whole = run_scenario(scenario, options)->promises.size();
  for (std::size_t most : {whole, whole - 1, std::size_t{1000}}) {
    options.promise_bytes = most;
    auto run = run_scenario(scenario, options);
    EXPECT_EQ(run.has_value(), most == whole) << most;
    if (!run) {
      EXPECT_NE(run.error()[0].what.find("promises of more than"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace capmarket::run
