// Bodies that go from the segments, on a disk that fails or loses power at every call: each segment is
// the old file or the new one, no leaf is ever lost, and a second call does what the first one left.
#include "model/log/strip.h"

#include <gtest/gtest.h>

#include "tests/support/recorded_run.h"
#include "tests/support/simulated_disk.h"

namespace capmarket::log {
namespace {

using testing::DiskFault;
using testing::PowerLoss;
using testing::RecordedRun;
using testing::SimulatedDisk;

constexpr std::int64_t kEntries = 60;

bool goes(std::int64_t n) { return n > 5 && n % 3 != 0; }

/// Segments of twenty frames, and something behind the signed ones.
SimulatedDisk disk_of(const Bytes& frames) {
  SimulatedDisk disk;
  EXPECT_TRUE(disk.make_folder("chain"));
  EXPECT_TRUE(disk.make_folder("chain/segments"));
  Bytes segment;
  std::int64_t n = 0;
  for (std::size_t at = 0; at < frames.size(); ++n) {
    ByteView leaf, payload;
    EXPECT_EQ(read_frame(frames, at, leaf, payload), FrameFault::none);
    append_frame(segment, leaf, payload);
    if (n % 20 == 19 || at == frames.size()) {
      if (at == frames.size()) segment.insert(segment.end(), {1, 2, 3});
      disk.put("chain/segments/0000000" + std::to_string(n / 20) + ".seg", segment);
      segment.clear();
    }
  }
  return disk.after(PowerLoss::survive, 0);
}

const Bytes& frames() {
  static const Bytes kFrames = [] {
    const RecordedRun run = RecordedRun::of(kEntries, 10);
    Bytes out;
    for (const testing::RecordedStep& s : run.steps) out.insert(out.end(), s.frames.begin(), s.frames.end());
    Bytes first;
    std::size_t at = 0;
    for (std::int64_t n = 0; n < kEntries; ++n) {
      ByteView leaf, payload;
      EXPECT_EQ(read_frame(out, at, leaf, payload), FrameFault::none);
      append_frame(first, leaf, payload);
    }
    return first;
  }();
  return kFrames;
}

std::map<std::string, Bytes> segments(const SimulatedDisk& disk) {
  std::map<std::string, Bytes> out;
  for (const auto& [name, bytes] : disk.files())
    if (name.ends_with(".seg")) out[name] = bytes;
  return out;
}

TEST(Strip, empties_the_payloads_that_go_and_touches_nothing_else) {
  SimulatedDisk disk = disk_of(frames());
  const auto before = segments(disk);
  auto done = strip_payloads(disk, "chain", kEntries, goes);
  ASSERT_TRUE(done) << to_text(done.error());
  std::int64_t bodies = 0, n = 0;
  for (const auto& [name, bytes] : segments(disk)) {
    const Bytes& old = before.at(name);
    std::size_t at = 0, was = 0;
    ByteView leaf, payload, old_leaf, old_payload;
    while (n < kEntries && read_frame(bytes, at, leaf, payload) == FrameFault::none) {
      ASSERT_EQ(read_frame(old, was, old_leaf, old_payload), FrameFault::none);
      EXPECT_TRUE(std::ranges::equal(leaf, old_leaf));
      EXPECT_EQ(payload.empty(), goes(n));
      if (goes(n))
        ++bodies;
      else
        EXPECT_TRUE(std::ranges::equal(payload, old_payload));
      ++n;
    }
    EXPECT_TRUE(std::ranges::equal(ByteView(bytes).subspan(at), ByteView(old).subspan(was))) << "the tail";
  }
  EXPECT_EQ(n, kEntries);
  EXPECT_EQ(done->bodies, bodies);
  auto again = strip_payloads(disk, "chain", kEntries, goes);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bodies, 0);
}

TEST(Strip, leaves_each_segment_old_or_new_wherever_the_power_goes) {
  const SimulatedDisk whole = disk_of(frames());
  const auto before = segments(whole);
  SimulatedDisk stripped = disk_of(frames());
  ASSERT_TRUE(strip_payloads(stripped, "chain", kEntries, goes));
  const auto after = segments(stripped);
  const std::int64_t calls = stripped.calls();
  ASSERT_GT(calls, 10);
  std::map<std::string, int> seen;
  for (std::int64_t call = 0; call < calls; ++call)
    for (PowerLoss loss : {PowerLoss::vanish, PowerLoss::survive, PowerLoss::prefix, PowerLoss::reorder, PowerLoss::garble})
      for (std::uint64_t seed = 0; seed < 3; ++seed) {
        SimulatedDisk disk = disk_of(frames());
        disk.stop_at(call, static_cast<std::size_t>(seed) * 100);
        EXPECT_FALSE(strip_payloads(disk, "chain", kEntries, goes));
        SimulatedDisk found = disk.after(loss, seed);
        for (const auto& [name, bytes] : segments(found)) {
          const bool old = bytes == before.at(name);
          ASSERT_TRUE(old || bytes == after.at(name)) << name << " at call " << call;
          ++seen[old ? "old" : "new"];
        }
        ASSERT_EQ(segments(found).size(), before.size());
        auto again = strip_payloads(found, "chain", kEntries, goes);
        ASSERT_TRUE(again) << to_text(again.error());
        ASSERT_EQ(segments(found), after);
      }
  std::printf("  %lld calls: %d segments old, %d new\n", static_cast<long long>(calls), seen["old"], seen["new"]);
  EXPECT_GT(seen["new"], 0);
}

TEST(Strip, stops_at_a_disk_that_fails_and_at_damage) {
  SimulatedDisk clean = disk_of(frames());
  ASSERT_TRUE(strip_payloads(clean, "chain", kEntries, goes));
  for (DiskFault fault : {DiskFault::no_space, DiskFault::io_error})
    for (std::int64_t call = 0; call < clean.calls(); ++call) {
      SimulatedDisk disk = disk_of(frames());
      const auto before = segments(disk);
      disk.fault_at(call, fault);
      auto done = strip_payloads(disk, "chain", kEntries, goes);
      SimulatedDisk found = disk.after(PowerLoss::survive, 0);
      for (const auto& [name, bytes] : segments(found))
        ASSERT_TRUE(bytes == before.at(name) || bytes == segments(clean).at(name)) << name;
      ASSERT_TRUE(strip_payloads(found, "chain", kEntries, goes));
      ASSERT_EQ(segments(found), segments(clean));
    }
  SimulatedDisk damaged = disk_of(frames());
  Bytes bytes = damaged.files().at("chain/segments/00000001.seg");
  bytes[40] ^= 1;
  damaged.put("chain/segments/00000001.seg", bytes);
  auto done = strip_payloads(damaged, "chain", kEntries, goes);
  ASSERT_FALSE(done);
  EXPECT_NE(to_text(done.error()).find("damage at sequence 20"), std::string::npos) << to_text(done.error());
}

}  // namespace
}  // namespace capmarket::log
