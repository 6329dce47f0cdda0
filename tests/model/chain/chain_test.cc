#include "model/chain/chain.h"

#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::chain {
namespace {

using testing::Market;

TEST(ChainSubmit, does_not_take_derived_objects_ticks_or_a_genesis_from_outside) {
  Market m;
  objects::Residual residual;
  EXPECT_FALSE(m.chain().submit(m.sign(residual, {}), m.setup).has_value());
  EXPECT_FALSE(m.chain().submit(m.sign(objects::Tick{{}, m.setup}, {}), m.setup).has_value());
}

}  // namespace
}  // namespace capmarket::chain
