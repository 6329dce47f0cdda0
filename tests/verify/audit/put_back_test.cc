// Files of a chain put back to earlier states, each to any of them: what contradicts itself is
// found, and what does not, by whoever has a later checkpoint.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <iostream>

#include "model/chain/writer.h"
#include "tests/support/chain_files.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "verify/trace/verify.h"

namespace capmarket::audit {
namespace {

using testing::read_bytes;
using testing::write_bytes;

constexpr std::size_t kStates = 6;
constexpr std::size_t kKeyChanges = 3;  // with this checkpoint
constexpr std::array kFiles{"genesis.cbor", "segments/00000000.seg", "checkpoint.lock",
                            "checkpoint"};

class PutBack : public ::testing::Test {
 protected:
  /// A chain with six checkpoints; with the fourth, the key changes; before the fifth, bytes that
  /// nobody signed were cut.
  PutBack() {
    {
      testing::Market market({.rule = ""});
      market.user("basic");
      std::filesystem::create_directories(dir);
      market.write(dir);
    }
    keep();
    for (std::size_t n = 1; n < kStates; ++n) {
      if (n == 4) write_bytes(file(1), read_bytes(file(1)) + "torn");
      auto w = chain::ChainWriter::open(dir, key(n - 1));
      CHECK(w.has_value(), w ? "" : to_text(w.error()));
      w->chain().tick(testing::at_second(static_cast<std::int64_t>(n)));
      if (n == kKeyChanges) CHECK(w->change_log_key(key(n)).has_value());
      CHECK(w->commit().has_value());
      keep();
    }
    write_bytes(latest, states.back()[3]);
  }
  std::string file(std::size_t i) const { return dir + "/" + kFiles[i]; }
  static const crypto::KeyPair& key(std::size_t state) {
    return state < kKeyChanges ? testing::log_key() : testing::numbered_key(77);
  }
  void keep() {
    std::array<std::string, kFiles.size()> state;
    for (std::size_t i = 0; i < kFiles.size(); ++i) state[i] = read_bytes(file(i));
    states.push_back(state);
  }
  Result<trace::VerifyReport> verify(bool since) const {
    trace::VerifyOptions options;
    options.solver = false;
    options.threads = 1;
    // What was put back to before a change of its key cannot name the later one.
    if (since) options.pins.since = latest, options.pins.log_key = key(kStates - 1).pub;
    return trace::verify_chain(dir, options);
  }
  static bool holds(const Result<trace::VerifyReport>& r) {
    return r && r->verdict == trace::ChainVerdict::holds;
  }

  testing::ScratchFolder folder;
  const std::string dir = folder / "chain", latest = folder / "latest";
  std::vector<std::array<std::string, kFiles.size()>> states;
};

/// Segment, record and checkpoint of any states: the genesis is one in all of them.
TEST_F(PutBack, any_file_to_any_state_is_found_by_the_others_or_by_a_later_checkpoint) {
  int tried = 0, by_itself = 0, by_since = 0;
  for (std::size_t segment = 0; segment < kStates; ++segment)
    for (std::size_t record = 0; record < kStates; ++record)
      for (std::size_t checkpoint = 0; checkpoint < kStates; ++checkpoint) {
        SCOPED_TRACE(::testing::Message() << segment << " " << record << " " << checkpoint);
        write_bytes(file(1), states[segment][1]);
        write_bytes(file(2), states[record][2]);
        write_bytes(file(3), states[checkpoint][3]);
        ++tried;
        // As a writer leaves them that was killed, at the latest behind that segment's end.
        const bool consistent = checkpoint <= record && record <= segment;
        const auto alone = verify(false), since = verify(true);
        ASSERT_TRUE(alone);
        EXPECT_EQ(holds(alone), consistent);
        EXPECT_EQ(chain::ChainWriter::open(dir, key(record)).has_value(), consistent);
        EXPECT_EQ(holds(since), consistent && checkpoint == kStates - 1);
        by_itself += holds(alone) ? 0 : 1;
        if (!holds(alone) || checkpoint == kStates - 1) continue;
        // Also where the log was put back to before a change of its key.
        ASSERT_TRUE(since);
        ++by_since;
        const auto& all = since->audit.violations;
        EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const AuditViolation& v) {
          return v.kind == DamageClass::root && v.detail.find("rolled back") != v.detail.npos;
        })) << all.front().detail;
      }
  std::cout << "  " << tried << " mixtures: " << by_itself << " found by the files themselves, "
            << by_since << " by a later checkpoint\n";
  for (const auto& state : states) EXPECT_EQ(state[0], states[0][0]) << "the genesis never changes";
}

TEST_F(PutBack, a_file_that_is_gone_is_found) {
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    const std::string was = read_bytes(file(i));
    std::filesystem::remove(file(i));
    EXPECT_FALSE(holds(verify(false))) << kFiles[i];
    // Without a checkpoint the record says what was about to be signed: the writer signs that.
    EXPECT_EQ(chain::ChainWriter::open(dir, key(kStates - 1)).has_value(), i == 3) << kFiles[i];
    write_bytes(file(i), was);
  }
  EXPECT_TRUE(holds(verify(true)));
}

}  // namespace
}  // namespace capmarket::audit
