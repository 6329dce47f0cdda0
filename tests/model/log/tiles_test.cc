// Tiles, by the examples of C2SP tlog-tiles and against the tree.
#include "model/log/tiles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "model/log/merkle.h"

namespace capmarket::log {
namespace {

std::vector<Digest> leaves(std::int64_t n) {
  std::vector<Digest> out;
  for (std::int64_t i = 0; i < n; ++i) {
    const Bytes leaf = {static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
    out.push_back(leaf_hash(leaf));
  }
  return out;
}

TEST(Tiles, have_the_paths_of_the_specification) {
  EXPECT_EQ(tile_path({0, 1'234'067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({-1, 0, 17}), "tile/entries/000.p/17");
  EXPECT_EQ(tile_path({2, 1'000, 1}), "tile/2/x001/000.p/1");
}

TEST(Tiles, are_known_by_their_paths_alone) {
  for (const Tile& t : tiles_of(70'000))
    EXPECT_EQ(parse_tile_path(tile_path(t)), t) << tile_path(t);
  EXPECT_EQ(parse_tile_path("tile/0/x001/x234/067")->index, 1'234'067);
  for (const char* bad :
       {"tile/0/000.p/256", "tile/0/000.p/0", "tile/0/000.p/017", "tile/64/000", "tile/00/000",
        "tile/0/1", "tile/0/x000/001", "tile/0/000/", "tile/x/000", "atile/0/000",
        "tile/entries/000.p/", ""})
    EXPECT_FALSE(parse_tile_path(bad).has_value()) << bad;
}

TEST(Tiles, of_seventy_thousand_entries_are_those_of_the_specification) {
  std::map<int, std::pair<int, std::int64_t>> levels;  // full ones, width of the partial one
  for (const Tile& t : tiles_of(70'000))
    (t.width == kTileWidth ? levels[t.level].first += 1 : levels[t.level].second = t.width, 0);
  EXPECT_EQ(levels[0], std::make_pair(273, std::int64_t{112}));
  EXPECT_EQ(levels[-1], levels[0]);
  EXPECT_EQ(levels[1], std::make_pair(1, std::int64_t{17}));
  EXPECT_EQ(levels[2], std::make_pair(0, std::int64_t{1}));
  EXPECT_EQ(levels.size(), 4u);
  EXPECT_EQ(tiles_of(256).size(), 3u);
  EXPECT_TRUE(tiles_of(0).empty());
}

TEST(Tiles, that_are_new_are_those_that_the_old_size_lacks) {
  for (std::int64_t old_size : {0, 1, 255, 256, 257, 700})
    for (std::int64_t size : {old_size, old_size + 1, old_size + 256, std::int64_t{1000}}) {
      const std::vector<Tile> before = tiles_of(old_size);
      std::vector<Tile> missing;
      for (const Tile& t : tiles_of(size))
        if (std::find(before.begin(), before.end(), t) == before.end()) missing.push_back(t);
      EXPECT_EQ(tiles_of(size, old_size), missing) << old_size << " " << size;
    }
}

TEST(Tiles, hold_the_hashes_that_give_the_root) {
  const std::vector<Digest> all = leaves(600);
  const Bytes top = tile_bytes({1, 0, 2}, all);
  ASSERT_EQ(top.size(), 64u);
  std::vector<Digest> roots(2);
  for (std::size_t i = 0; i < 2; ++i)
    std::copy_n(top.begin() + static_cast<std::ptrdiff_t>(32 * i), 32, roots[i].bytes.begin());
  const Digest left = node_hash(roots[0], roots[1]);
  const std::span<const Digest> rest = std::span(all).subspan(512);
  EXPECT_EQ(node_hash(left, merkle_root(rest)), merkle_root(all));
  const Bytes last = tile_bytes({0, 2, 88}, all);
  EXPECT_TRUE(std::equal(last.begin(), last.begin() + 32, all[512].bytes.begin()));
}

TEST(Tiles, a_bundle_has_the_length_before_each_leaf) {
  Bytes bundle;
  append_leaf(bundle, Bytes{1, 2, 3});
  append_leaf(bundle, Bytes(300, 7));
  EXPECT_EQ(bundle.size(), 2u + 3 + 2 + 300);
  EXPECT_EQ(bundle[1], 3);
  EXPECT_EQ(bundle[5], 1);
  EXPECT_EQ(bundle[6], 300 - 256);
}

}  // namespace
}  // namespace capmarket::log
