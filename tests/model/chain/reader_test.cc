#include "model/chain/reader.h"
#include "model/chain/replay.h"

#include <gtest/gtest.h>

#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::chain {
namespace {

using testing::Market;

/// RFC 9162 frames of a whole market, read back and replayed to the same root.
TEST(Replay, gives_the_same_root_from_the_bytes) {
  Market m;
  testing::Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, testing::seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, testing::seconds(200, 300));
  ContentId id = m.ask(u, q);
  m.settle(h, u, m.settlement(h, u, d, id, q, testing::at_second(100)), testing::at_second(100));
  objects::Settlement twice = m.settlement(h, u, d, id, q, testing::at_second(101));
  EXPECT_FALSE(m.settle(h, u, twice, testing::at_second(101)).decision.admitted());
  m.chain().tick(testing::at_second(2000));

  testing::ScratchFolder dir;
  m.write(dir.path());
  auto reader = ChainReader::open(dir.path());
  ASSERT_TRUE(reader.has_value()) << to_text(reader.error());
  auto again = replay(*reader);
  ASSERT_TRUE(again.has_value()) << to_text(again.error());
  EXPECT_EQ(again->root(), m.chain().root());
  EXPECT_EQ(again->state().grants.size(), m.chain().state().grants.size());
}

}  // namespace
}  // namespace capmarket::chain
