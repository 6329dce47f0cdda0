// Forgeries by whoever has the log's key, of markets with every kind of object: the audit finds
// each that contradicts what was signed or what the rules say, and replay refuses what it refuses.
// Of the rest whoever kept a receipt or a checkpoint has evidence.
#include "tests/verify/audit/forgeries.h"

#include <gtest/gtest.h>

#include <array>
#include <iostream>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/log/merkle.h"
#include "model/log/proof.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/audit/audit_world.h"
#include "verify/trace/verify.h"

#ifndef CAPMARKET_FORGERIES
#define CAPMARKET_FORGERIES 200
#endif

namespace capmarket::audit {
namespace {

constexpr int kOfOneChain = 50;

/// One directory's log as its key signed it.
struct SignedLeaves {
  std::vector<Bytes> leaves;
  std::vector<Digest> hashes;
  log::Checkpoint end;
  std::string note;

  explicit SignedLeaves(const std::string& dir) {
    for (const log::Frame& f : testing::read_frames(dir)) {
      leaves.push_back(f.leaf);
      hashes.push_back(log::leaf_hash(f.leaf));
    }
    note = testing::read_bytes(dir + "/checkpoint");
    auto opened = log::open_checkpoint(note, testing::log_key().pub);
    CHECK(opened.has_value());
    end = *opened;
  }
  std::size_t size() const { return leaves.size(); }
  Digest root_at(std::size_t n) const { return log::merkle_root(std::span(hashes).first(n)); }
  log::InclusionProof receipt(std::size_t i, const Bytes& leaf) const {
    return {static_cast<std::int64_t>(i), leaf, log::inclusion_proof(hashes, i), note};
  }
  log::ConsistencyProof growth(std::size_t n, std::optional<Digest> other_root = {}) const {
    return {static_cast<std::int64_t>(n), other_root, log::consistency_proof(hashes, n), note};
  }
};

/// What shows a forgery that the chain itself does not give away.
enum class Shown : std::uint8_t { fork, rolled_back };

/// By the log's verifier key alone: the receipt of the first entry that is another one or gone
/// holds, the forged log has none of it; and a proof that the log is two logs, or an end that it
/// hides.
Shown expect_shown(const SignedLeaves& honest, const SignedLeaves& forged) {
  const std::array keys{log::log_verifier(honest.end.origin, testing::log_key().pub)};
  std::size_t first = 0;
  while (first < honest.size() && first < forged.size() &&
         honest.leaves[first] == forged.leaves[first])
    ++first;
  EXPECT_LT(first, honest.size()) << "what was signed is all there";
  const Bytes& leaf = honest.leaves[first];
  EXPECT_TRUE(log::check_proof(honest.receipt(first, leaf), keys));
  if (first < forged.size()) {
    EXPECT_FALSE(log::check_proof(forged.receipt(first, leaf), keys));
  }
  if (forged.size() >= honest.size()) {
    const std::size_t n = honest.size();
    EXPECT_FALSE(log::check_proof(forged.growth(n), honest.end, keys));
    EXPECT_TRUE(log::check_proof(forged.growth(n, forged.root_at(n)), honest.end, keys));
    return Shown::fork;
  }
  const std::size_t n = forged.size();
  if (first < n) {
    EXPECT_FALSE(log::check_proof(honest.growth(n), forged.end, keys));
    EXPECT_TRUE(log::check_proof(honest.growth(n, honest.root_at(n)), forged.end, keys));
    return Shown::fork;
  }
  EXPECT_TRUE(log::check_proof(honest.growth(n), forged.end, keys));
  return Shown::rolled_back;
}

/// `verify --since` with the checkpoint of before.
bool holds_since(const std::string& dir, const std::string& checkpoint) {
  trace::VerifyOptions options;
  options.solver = false;
  options.allow_mac = true;
  options.threads = 1;
  options.pins.since = checkpoint;
  auto report = trace::verify_chain(dir, options);
  CHECK(report.has_value());
  return report->verdict == trace::ChainVerdict::holds;
}

bool replays_whole(const std::string& dir) {
  auto reader = chain::ChainReader::open(dir);
  return reader && chain::replay(*reader, {}).has_value();
}

struct Count {
  int forged = 0, found = 0, forks = 0, rolled_back = 0;
};

TEST(Forgeries, with_the_logs_key_are_found_or_leave_evidence_and_replay_agrees) {
  std::map<Forgery, Count> counts;
  int forged = 0;
  for (int seed = 0; forged < CAPMARKET_FORGERIES; ++seed) {
    Random random(static_cast<unsigned>(seed));
    AuditWorld world(choices_of(seed));
    auto pick = [&](int n) { return static_cast<int>(below(random, static_cast<std::size_t>(n))); };
    for (int i = 0; i < 90; ++i) {
      world.step(pick);
      if (pick(3) == 0) world.wait(pick(4));
    }
    world.wait(pick(400));
    world.tick();
    testing::ScratchFolder before;
    world.write(before.path());
    ASSERT_TRUE(audited(before.path()).holds());
    ASSERT_TRUE(replays_whole(before.path()));
    const SignedLeaves honest(before.path());
    const crypto::Signing signing = world.market().chain().signing();
    for (int i = 0; i < kOfOneChain && forged < CAPMARKET_FORGERIES; ++i) {
      const auto kind = static_cast<Forgery>((seed * kOfOneChain + i) % kForgeries);
      testing::ScratchFolder dir;
      bool made = false;
      world.write_forged(dir.path(), [&](auto& e) { made = forge(kind, e, signing, random); });
      if (!made) continue;
      ++forged;
      Count& count = counts[kind];
      ++count.forged;
      const AuditReport report = audited(dir.path());
      EXPECT_EQ(report.holds(), replays_whole(dir.path()))
          << to_text(kind) << " seed " << seed << " " << i << "\n"
          << violations_of(report);
      if (!report.holds()) {
        ++count.found;
        continue;
      }
      EXPECT_FALSE(is_always_found(kind)) << to_text(kind) << " seed " << seed << " " << i;
      EXPECT_FALSE(holds_since(dir.path(), before / "checkpoint")) << to_text(kind);
      const Shown shown = expect_shown(honest, SignedLeaves(dir.path()));
      ++(shown == Shown::fork ? count.forks : count.rolled_back);
    }
  }
  for (const auto& [kind, c] : counts)
    std::cout << "  " << to_text(kind) << ": " << c.forged << " forged, " << c.found
              << " found by the chain, " << c.forks << " shown by a fork, " << c.rolled_back
              << " by a later checkpoint\n";
  for (int i = 0; i < kForgeries; ++i)
    EXPECT_GT(counts[static_cast<Forgery>(i)].forged, 0) << to_text(static_cast<Forgery>(i));
  EXPECT_GT(counts[Forgery::time].forks, 0);
  EXPECT_GT(counts[Forgery::cut].rolled_back, 0);
}

}  // namespace
}  // namespace capmarket::audit
