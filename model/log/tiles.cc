#include "model/log/tiles.h"

#include <fmt/format.h>

#include "model/base/check.h"
#include "model/log/merkle.h"

namespace capmarket::log {
namespace {

/// 1234067: `x001/x234/067`.
std::string index_path(std::int64_t index) {
  std::string out = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) out = fmt::format("x{:03}/{}", index % 1000, out);
  return out;
}

/// Of one level with `hashes` hashes, `old_hashes` of them before.
void add_level(int level, std::int64_t hashes, std::int64_t old_hashes, std::vector<Tile>& out) {
  if (hashes == old_hashes) return;
  const std::int64_t full = hashes / kTileWidth, rest = hashes % kTileWidth;
  for (std::int64_t i = old_hashes / kTileWidth; i < full; ++i)
    out.push_back({level, i, kTileWidth});
  if (rest > 0) out.push_back({level, full, rest});
}

}  // namespace

std::string tile_path(const Tile& tile) {
  return fmt::format("tile/{}/{}{}", tile.level < 0 ? "entries" : fmt::format("{}", tile.level),
                     index_path(tile.index),
                     tile.width == kTileWidth ? "" : fmt::format(".p/{}", tile.width));
}

std::vector<Tile> tiles_of(std::int64_t size, std::int64_t old_size) {
  std::vector<Tile> out;
  add_level(-1, size, old_size, out);
  for (int level = 0; size > 0; ++level, size /= kTileWidth, old_size /= kTileWidth)
    add_level(level, size, old_size, out);
  return out;
}

Bytes tile_bytes(const Tile& tile, std::span<const Digest> leaf_hashes) {
  CHECK(tile.level >= 0, tile.level);
  std::size_t spans = 1;  // leaves below one hash
  for (int i = 0; i < tile.level; ++i) spans *= kTileWidth;
  const std::size_t from = static_cast<std::size_t>(tile.index * kTileWidth) * spans;
  Bytes out;
  for (std::size_t i = 0; i < static_cast<std::size_t>(tile.width); ++i) {
    CHECK(from + (i + 1) * spans <= leaf_hashes.size(), from, i, spans, leaf_hashes.size());
    const Digest hash = merkle_root(leaf_hashes.subspan(from + i * spans, spans));
    out.insert(out.end(), hash.bytes.begin(), hash.bytes.end());
  }
  return out;
}

void append_leaf(Bytes& bundle, ByteView leaf) {
  CHECK(leaf.size() <= 65'535, leaf.size());
  bundle.push_back(static_cast<std::uint8_t>(leaf.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(leaf.size()));
  bundle.insert(bundle.end(), leaf.begin(), leaf.end());
}

}  // namespace capmarket::log
