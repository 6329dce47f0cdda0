// How far a tick may be ahead of the entry before it, where the genesis says so.
#include <gtest/gtest.h>

#include "model/chain/chain.h"
#include "model/log/log.h"
#include "tests/support/market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::Market;

constexpr Duration kMinuteAhead{60 * kNanosPerSecond};

TEST(TickAhead, of_no_bound_is_any_tick) {
  Market m;
  EXPECT_TRUE(m.chain().tick(Instant(kWireMax)));
}

TEST(TickAhead, refuses_a_tick_further_than_it_and_appends_nothing) {
  Market m({.tick_ahead = kMinuteAhead});
  ASSERT_TRUE(m.chain().tick(at_second(10)));
  const Digest root = m.chain().root();
  for (Instant far : {at_second(70) + Duration(1), at_second(1000), Instant(kWireMax)}) {
    auto refused = m.chain().tick(far);
    ASSERT_FALSE(refused) << far.value;
    EXPECT_NE(refused.error()[0].expected.find("at most 1min behind it"), std::string::npos);
    EXPECT_EQ(m.chain().root(), root);
    EXPECT_EQ(m.chain().state().time, at_second(10));
  }
  EXPECT_TRUE(m.chain().tick(at_second(70)));
  EXPECT_TRUE(m.chain().tick(at_second(70))) << "the same again is no other tick";
  EXPECT_TRUE(m.chain().tick(at_second(130)));
}

TEST(TickAhead, counts_from_what_falls_due_on_the_way_and_a_refused_tick_makes_nothing_due) {
  Market m({.tick_ahead = kMinuteAhead});
  testing::Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, testing::seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, testing::seconds(200, 300));
  q.open_until = at_second(50);
  m.ask(u, q);
  const std::int64_t size = m.chain().size();
  ASSERT_LT(m.chain().state().time, at_second(49));
  EXPECT_FALSE(m.chain().tick(at_second(110) + Duration(1)));
  EXPECT_EQ(m.chain().size(), size) << "the residual of second 50 is not due yet";
  EXPECT_TRUE(m.chain().tick(at_second(110)));
  EXPECT_EQ(m.chain().size(), size + 2) << "the residual, then the tick";
}

TEST(TickAhead, of_less_than_a_nanosecond_is_no_genesis) {
  for (std::int64_t ahead : {0, -1}) {
    Market m;
    objects::Genesis g = m.genesis();
    g.tick_ahead = Duration(ahead);
    auto made = Chain::create(
        testing::sign(m.chain().signing(), {}, g,
                      {{objects::Role::root, m.root_key}, {objects::Role::root, m.overseas_key}}),
        m.setup, log::memory_log(nullptr));
    ASSERT_FALSE(made);
    EXPECT_NE(made.error()[0].what.find("`tick_ahead`"), std::string::npos);
  }
}

}  // namespace
}  // namespace capmarket::chain
