// What the fuzzers of whole chains begin from: small chains of markets, as their writer leaves
// them. With CAPMARKET_WRITE_SEEDS in the environment they are written anew, which a new format of
// the chain asks for.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/chain/writer.h"
#include "tests/fuzz/chain_input.h"
#include "tests/fuzz/harness.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"
#include "tests/verify/audit/hostile_log.h"
#include "verify/pruning/pruning.h"

namespace capmarket::fuzz {
namespace {

constexpr std::int64_t kDay = 24 * 3600;
constexpr std::uint8_t kShifted = 32;  // of the steps of `replay`: all times from an entry on

/// A declaration, a request and a settlement that displaces nobody.
void write_settled(const std::string& dir) {
  testing::Market m;
  const testing::Party holder = m.holder(100), user = m.user("basic");
  const Window window = testing::seconds(100, 200);
  const ContentId declared = m.declare(holder, 50, window);
  const objects::Request asked = m.request(user, {declared}, 20, window);
  const ContentId request = m.ask(user, asked);
  m.settle(holder, user, m.settlement(holder, user, declared, request, asked, testing::kStart),
           testing::kStart);
  m.write(dir);
}

/// Random steps of every kind, what follows from them, and what then falls due.
void write_world(const std::string& dir, int seed, int steps) {
  audit::AuditWorld world(audit::choices_of(seed));
  audit::Random random(static_cast<unsigned>(seed));
  auto pick = [&](int n) {
    return static_cast<int>(audit::below(random, static_cast<std::size_t>(n)));
  };
  for (int i = 0; i < steps; ++i) {
    world.step(pick);
    if (pick(3) == 0) world.wait(pick(4));
  }
  world.wait(400);
  world.tick();
  world.write(dir);
}

void write_pruned(const std::string& dir) {
  write_world(dir, 3, 20);
  // A lead of a week, a length of a day, a retention of thirty days, and two hours for claims.
  const Instant at = testing::kStart + Duration((38 * kDay + 7'200 + 240) * kNanosPerSecond);
  ASSERT_TRUE(pruning::write_tick(dir, testing::log_key(), at));
  auto read = pruning::read_chain(dir, std::nullopt);
  ASSERT_TRUE(read);
  auto settled = pruning::settle(dir, *read, {}, 1);
  ASSERT_TRUE(settled);
  auto done = pruning::carry_out(dir, testing::log_key(), *read, *settled);
  ASSERT_TRUE(done);
  EXPECT_GT(done->went.bodies, 0);
}

/// A change of the log's key, then bytes that were never signed, which the next writer cuts.
void write_upkeep(const std::string& dir, bool changes_key, bool recovers) {
  testing::Market m({crypto::Scheme::mac, ""});
  m.user("basic");
  m.write(dir);
  auto key = [&](bool changed) { return testing::numbered_key(kLogKeys[changed ? 1 : 0]); };
  if (changes_key) {
    auto w = chain::ChainWriter::open(dir, key(false));
    ASSERT_TRUE(w);
    ASSERT_TRUE(w->change_log_key(key(true)));
    w->chain().tick(testing::at_second(1));
    ASSERT_TRUE(w->commit());
  }
  if (!recovers) return;
  const std::string segment = testing::first_segment(dir);
  testing::write_bytes(segment, testing::read_bytes(segment) + "torn");
  auto w = chain::ChainWriter::open(dir, key(changes_key));
  ASSERT_TRUE(w);
  w->chain().tick(testing::at_second(2));
  ASSERT_TRUE(w->commit());
}

const std::map<std::string, std::function<void(const std::string&)>>& makers() {
  static const std::map<std::string, std::function<void(const std::string&)>> all = {
      {"settled", write_settled},
      {"world", [](const std::string& dir) { write_world(dir, 1, 16); }},
      {"peers", [](const std::string& dir) { write_world(dir, 8, 16); }},
      {"pruned", write_pruned},
      {"key-changed", [](const std::string& dir) { write_upkeep(dir, true, false); }},
      {"recovered", [](const std::string& dir) { write_upkeep(dir, false, true); }},
      {"key-changed-and-recovered", [](const std::string& dir) { write_upkeep(dir, true, true); }},
  };
  return all;
}

std::string made(const std::function<void(const std::string&)>& maker) {
  testing::ScratchFolder folder;
  maker(folder.path());
  ChainInput input = read_chain_input(folder.path());
  Bytes out = to_bytes(input);
  for (; is_canary(out); out = to_bytes(input)) ++input.first_segment;
  return {out.begin(), out.end()};
}

TEST(ChainSeeds, are_what_the_writer_makes_of_these_markets_and_accepted) {
  const std::string folder = CAPMARKET_SOURCE_DIR "/tests/fuzz/seeds/chain/";
  std::map<std::string, std::string> seeds;
  for (const auto& [name, maker] : makers()) {
    seeds[name] = made(maker);
    if (std::getenv("CAPMARKET_WRITE_SEEDS") == nullptr) continue;
    std::filesystem::create_directories(folder);
    testing::write_bytes(folder + name, seeds[name]);
  }
  std::size_t bytes = 0;
  for (const auto& [name, seed] : seeds) {
    EXPECT_TRUE(testing::read_bytes(folder + name) == seed)
        << name << ": another chain; CAPMARKET_WRITE_SEEDS=1 writes the seeds anew";
    EXPECT_TRUE(chain(as_bytes(seed))) << name << " is not accepted";
    bytes += seed.size();
  }
  EXPECT_LT(bytes, 300'000U);
}

/// The same as libFuzzer draws them, but that nothing leads it: some of each form, one to four
/// steps.
TEST(ChainSeeds, forged_in_any_way_are_replayed_as_they_are_audited) {
  const char* given = std::getenv("CAPMARKET_FORGED_CHAINS");
  const long count = given == nullptr ? 150 : std::strtol(given, nullptr, 10);
  audit::Random random(1);
  int held = 0;
  for (long i = 0; i < count; ++i) {
    Bytes input = {static_cast<std::uint8_t>(random())};
    for (std::size_t n = 4 * (1 + audit::below(random, 4)); n > 0; --n)
      input.push_back(static_cast<std::uint8_t>(random()));
    if (given != nullptr) testing::write_bytes(scratch() + "/input", input);
    held += replay(input) ? 1 : 0;
  }
  std::printf("%d of %ld forged chains hold\n", held, count);
  EXPECT_GT(held, 0);
}

/// One nanosecond, or more, from any entry on: only submissions and ticks have times of their own.
TEST(ChainSeeds, at_later_times_are_replayed_as_they_are_audited) {
  const auto chains = static_cast<std::uint8_t>(makers().size());
  for (std::uint8_t one = 0; one < chains; ++one)
    for (std::uint8_t place = 0; place < 48; ++place)
      for (const std::uint8_t width : {0, 3}) replay(Bytes{one, kShifted, place, width, 0});
}

TEST(ChainSeeds, are_read_and_written_as_they_are) {
  for (const auto& [name, maker] : makers()) {
    const std::string seed =
        testing::read_bytes(CAPMARKET_SOURCE_DIR "/tests/fuzz/seeds/chain/" + name);
    const Bytes again = to_bytes(parse_chain_input(as_bytes(seed)));
    EXPECT_TRUE(std::string(again.begin(), again.end()) == seed) << name;
  }
}

}  // namespace
}  // namespace capmarket::fuzz
