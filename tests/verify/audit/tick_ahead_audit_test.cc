// A tick too far ahead, by who has the log's key and a writer that lets it: audit and replay refuse
// it, each by its own reading.
#include <gtest/gtest.h>

#include "model/chain/reader.h"
#include "model/chain/replay.h"
#include "model/crypto/hash.h"
#include "model/objects/submission.h"
#include "tests/support/chain_files.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "verify/audit/audit.h"

namespace capmarket::audit {
namespace {

using testing::at_second;

/// A market with a residual due at second 50 and a tick at second 110, 60 behind it; the tick is
/// then moved to `at`.
struct MovedTick {
  testing::ScratchFolder dir;
  AuditReport report;
  bool replays = false;

  explicit MovedTick(std::optional<Duration> ahead, Instant at) {
    testing::Market m({.tick_ahead = ahead});
    testing::Party h = m.holder(100), u = m.user("basic");
    ContentId d = m.declare(h, 100, testing::seconds(0, 1000));
    objects::Request q = m.request(u, {d}, 40, testing::seconds(200, 300));
    q.open_until = at_second(50);
    m.ask(u, q);
    CHECK(m.chain().tick(at_second(110)).has_value());
    m.write(dir.path());
    testing::forge_entries(dir.path(), [&](auto& entries) {
      testing::ForgedEntry& last = entries.back();
      const Bytes body = objects::encode_object(objects::Tick{{}, at});
      last.leaf.time = at;
      last.leaf.id = crypto::content_id(body);
      last.payload = objects::encode_payload(body, {});
    });
    report = audit_chain(dir.path(), {1, nullptr}).value();
    auto reader = chain::ChainReader::open(dir.path());
    replays = reader && chain::replay(*reader).has_value();
  }
};

TEST(TickAheadAudit, a_tick_as_far_ahead_as_the_genesis_lets_it_be_holds) {
  const MovedTick kept(Duration(60 * kNanosPerSecond), at_second(110));
  EXPECT_TRUE(kept.report.holds());
  EXPECT_TRUE(kept.replays);
  const MovedTick nearer(Duration(60 * kNanosPerSecond), at_second(51));
  EXPECT_TRUE(nearer.report.holds());
  EXPECT_TRUE(nearer.replays);
}

TEST(TickAheadAudit, a_nanosecond_further_is_a_decision_that_nobody_else_comes_to) {
  for (Instant at : {at_second(110) + Duration(1), at_second(190), Instant(kWireMax)}) {
    const MovedTick moved(Duration(60 * kNanosPerSecond), at);
    ASSERT_FALSE(moved.report.violations.empty()) << at.value;
    const AuditViolation& v = moved.report.violations.back();
    EXPECT_EQ(v.invariant, objects::Invariant::replay);
    EXPECT_EQ(v.kind, DamageClass::decision);
    EXPECT_NE(v.detail.find("the genesis lets it be 1min ahead"), std::string::npos) << v.detail;
    EXPECT_FALSE(moved.replays) << at.value;
  }
}

TEST(TickAheadAudit, without_a_bound_in_the_genesis_any_tick_holds) {
  const MovedTick moved(std::nullopt, at_second(190));
  EXPECT_TRUE(moved.report.holds());
  EXPECT_TRUE(moved.replays);
}

}  // namespace
}  // namespace capmarket::audit
