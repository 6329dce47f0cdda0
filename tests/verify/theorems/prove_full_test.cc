// Every theorem and every mutation comes out the same, word for word, a second time.
#include <gtest/gtest.h>

#include "verify/theorems/prove.h"

namespace capmarket::theorems {
namespace {

TEST(ProveTwice, decides_everything_the_same_way) {
  const ProveReport first = prove({});
  const ProveReport again = prove({});
  ASSERT_EQ(again.theorems.size(), first.theorems.size());
  for (std::size_t i = 0; i < again.theorems.size(); ++i) {
    EXPECT_EQ(again.theorems[i].example, first.theorems[i].example);
    ASSERT_EQ(again.theorems[i].mutations.size(), first.theorems[i].mutations.size());
    for (std::size_t m = 0; m < again.theorems[i].mutations.size(); ++m)
      EXPECT_EQ(again.theorems[i].mutations[m].counterexample,
                first.theorems[i].mutations[m].counterexample);
  }
}

}  // namespace
}  // namespace capmarket::theorems
