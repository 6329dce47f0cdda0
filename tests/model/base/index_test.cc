#include "model/base/index.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace capmarket {
namespace {

struct Apple {
  int weight = 0;
};
struct Pear {};

template <class List, class Place>
concept Reaches = requires(List list, Place place) {
  list[place];
};
template <class List, class Place>
concept HasAt = requires(List list, Place place) {
  at(list, place);
};

TEST(Index, does_not_mix) {
  static_assert(!std::is_convertible_v<int, Index<Apple>>);
  static_assert(!std::is_constructible_v<Index<Apple>, Index<Pear>>);
  static_assert(!std::is_assignable_v<Index<Apple>&, Index<Pear>>);
  static_assert(Reaches<IndexedVector<Apple>, Index<Apple>>);
  static_assert(!Reaches<IndexedVector<Apple>, Index<Pear>>);
  static_assert(!Reaches<IndexedVector<Apple>, int>);
  static_assert(HasAt<std::vector<Apple>&, Index<Apple>>);
  static_assert(!HasAt<std::vector<Apple>&, Index<Pear>>);
  static_assert(sizeof(Index<Apple>) == 4);
}

TEST(Index, is_none_until_it_is_set) {
  Index<Apple> none;
  EXPECT_FALSE(none.valid());
  EXPECT_EQ(none, Index<Apple>(-1));
  EXPECT_TRUE(Index<Apple>(0).valid());
  EXPECT_LT(none, Index<Apple>(0));
  EXPECT_EQ(Index<Apple>(7).place(), 7u);
}

TEST(Index, walks_a_list_in_order) {
  IndexedVector<Apple> list;
  EXPECT_EQ(list.next(), Index<Apple>(0));
  EXPECT_EQ(list.push_back({3}), Index<Apple>(0));
  EXPECT_EQ(list.push_back({5}), Index<Apple>(1));
  int sum = 0;
  for (Index<Apple> i : list.indices()) sum = 10 * sum + list[i].weight;
  EXPECT_EQ(sum, 35);
}

TEST(IndexDeath, outside_of_the_list_is_our_mistake) {
  IndexedVector<Apple> list;
  EXPECT_EXIT(list[Index<Apple>(0)], ::testing::ExitedWithCode(70), "");
  EXPECT_EXIT(list[Index<Apple>()], ::testing::ExitedWithCode(70), "");
  EXPECT_EXIT(Index<Apple>(std::int64_t{1} << 31), ::testing::ExitedWithCode(70), "");
}

}  // namespace
}  // namespace capmarket
