// The tree and the leaves of a log in the files of C2SP tlog-tiles. Source:
// docs/spec/chain.md#tiles.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"

namespace capmarket::log {

/// Hashes in a full tile, leaves in a full bundle.
inline constexpr std::int64_t kTileWidth = 256;

/// One tile of hashes, or one bundle of leaves.
struct Tile {
  int level = 0;  // -1: a bundle of leaves
  std::int64_t index = 0;
  std::int64_t width = kTileWidth;  // 1 .. 256
  bool operator==(const Tile&) const = default;
};

/// `tile/0/x001/234`, `tile/entries/000.p/17`.
std::string tile_path(const Tile& tile);
/// The tile of such a path; empty for anything that `tile_path` does not write.
std::optional<Tile> parse_tile_path(std::string_view path);
/// All tiles and bundles of a log of `size` entries that one of `old_size` does not have: full
/// ones, and the partial ones of this size. By level from -1, ascending index.
std::vector<Tile> tiles_of(std::int64_t size, std::int64_t old_size = 0);
/// The bytes of a tile of hashes. Precondition: level >= 0, inside the tree of these leaves.
/// O(what it spans).
Bytes tile_bytes(const Tile& tile, std::span<const Digest> leaf_hashes);
/// Adds a leaf to a bundle: two bytes of its length, big-endian, then itself. At most 65 535 bytes.
void append_leaf(Bytes& bundle, ByteView leaf);

}  // namespace capmarket::log
