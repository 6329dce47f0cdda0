#include "model/chain/chain.h"

#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::chain {
namespace {

using testing::Market;

TEST(ChainSubmit, does_not_take_derived_objects_ticks_or_a_genesis_from_outside) {
  Market m;
  for (const objects::Object& o :
       {objects::Object(objects::Residual{}), objects::Object(objects::Tick{{}, m.setup}),
        objects::Object(m.genesis())}) {
    auto unsigned_one = m.chain().submit(m.sign(o, {}), m.setup);
    ASSERT_TRUE(unsigned_one.has_value());
    EXPECT_TRUE(unsigned_one->turned_away || unsigned_one->repeated);
  }
  const testing::Signers known{{objects::Role::authority, m.authority_key}};
  EXPECT_FALSE(m.chain().submit(m.sign(objects::Residual{}, known), m.setup).has_value());
  EXPECT_FALSE(m.chain().submit(m.sign(objects::Tick{{}, m.setup}, known), m.setup).has_value());
}

}  // namespace
}  // namespace capmarket::chain
