// What a Pruning lists: runs of entries that stay and that go, in one form each.
#include "model/chain/pruned.h"

#include <gtest/gtest.h>

#include <random>

#include "model/objects/object.h"

namespace capmarket::chain {
namespace {

std::vector<std::int64_t> all_listed(const std::vector<objects::Pruning>& prunings) {
  std::vector<std::int64_t> out;
  for (const objects::Pruning& p : prunings) {
    auto done = each_listed(p, [&](std::int64_t n) {
      out.push_back(n);
      return true;
    });
    EXPECT_TRUE(done) << to_text(done.error());
  }
  return out;
}

TEST(Pruned, is_listed_as_it_was_said_by_as_few_entries_as_can_be) {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const std::int64_t size = 1 + static_cast<std::int64_t>(random() % 20'000);
    const unsigned one_of = 1 + static_cast<unsigned>(random() % 9);
    std::vector<std::int64_t> going;
    for (std::int64_t n = 0; n < size; ++n)
      if (random() % one_of == 0) going.push_back(n);
    const auto prunings = prunings_of(going, size);
    ASSERT_EQ(all_listed(prunings), going);
    for (std::size_t i = 0; i < prunings.size(); ++i) {
      EXPECT_EQ(prunings[i].entries, size + static_cast<std::int64_t>(i));
      EXPECT_LE(prunings[i].runs.size(), kPruningRunsMax);
      if (i + 1 < prunings.size()) {
        EXPECT_EQ(prunings[i].runs.size(), kPruningRunsMax);
      }
      EXPECT_TRUE(objects::decode_object(objects::Kind::pruning, objects::encode_object(prunings[i])));
    }
  }
}

TEST(Pruned, is_no_list_where_its_runs_are_none_of_the_entries_before) {
  auto refused = [](std::int64_t entries, const std::vector<std::int64_t>& runs) {
    return !each_listed({{}, entries, runs}, [](std::int64_t) { return true; });
  };
  EXPECT_FALSE(refused(4, {1, 2}));
  EXPECT_FALSE(refused(4, {0, 4}));
  EXPECT_TRUE(refused(4, {})) << "nothing";
  EXPECT_TRUE(refused(4, {1})) << "nothing goes";
  EXPECT_TRUE(refused(4, {1, 2, 1})) << "ends with what stays";
  EXPECT_TRUE(refused(4, {1, 4})) << "itself";
  EXPECT_TRUE(refused(4, {1, 0})) << "a run of none";
  EXPECT_TRUE(refused(4, {1, 1, 0, 1})) << "two runs for one";
  EXPECT_TRUE(refused(4, {-1, 2}));
  EXPECT_TRUE(refused(4, {1, kWireMax}));
  EXPECT_TRUE(refused(4, {kWireMax, kWireMax}));
  objects::Pruning salted{{}, 4, {1, 2}};
  salted.salt.bytes[0] = 1;
  EXPECT_FALSE(each_listed(salted, [](std::int64_t) { return true; }));
}

TEST(Pruned, sets_know_what_is_in_them) {
  PrunedSet set;
  EXPECT_TRUE(set.empty());
  for (std::int64_t n : {7, 2, 64}) set.insert(n);
  EXPECT_EQ(set.all(), (std::vector<std::int64_t>{2, 7, 64}));
  EXPECT_TRUE(set.contains(64));
  EXPECT_FALSE(set.contains(63));
  EXPECT_FALSE(set.contains(1'000'000));
  set.erase(7);
  EXPECT_EQ(set.count(), 2);
  EXPECT_EQ(set.below(64).all(), (std::vector<std::int64_t>{2}));
}

}  // namespace
}  // namespace capmarket::chain
