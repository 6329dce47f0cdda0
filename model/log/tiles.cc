#include "model/log/tiles.h"

#include <fmt/format.h>

#include <regex>

#include "model/base/check.h"
#include "model/base/text.h"
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

std::optional<Tile> parse_tile_path(std::string_view path) {
  static const std::regex kForm(
      R"(tile/(entries|\d{1,2})/((?:x\d{3}/){0,5})(\d{3})(?:\.p/(\d{1,3}))?)");
  std::match_results<std::string_view::const_iterator> m;
  if (!std::regex_match(path.begin(), path.end(), m, kForm)) return std::nullopt;
  Tile out;
  out.level = m[1] == "entries" ? -1 : static_cast<int>(*parse_integer(m[1].str()));
  std::string digits = m[2].str() + m[3].str();
  std::erase_if(digits, [](char c) { return c == 'x' || c == '/'; });
  out.index = *parse_integer(digits);
  if (m[4].matched) out.width = *parse_integer(m[4].str());
  // Leading zeros, a full tile that calls itself partial: another text than that of the tile.
  if (out.level > 63 || out.width < 1 || tile_path(out) != path) return std::nullopt;
  return out;
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
