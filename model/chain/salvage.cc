#include "model/chain/salvage.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/check.h"
#include "model/base/read_file.h"
#include "model/chain/leaf.h"
#include "model/crypto/hash.h"
#include "model/log/log.h"
#include "model/log/merkle.h"

namespace capmarket::chain {
namespace {

/// A leaf as it stands, and whether its frame's checksum is right.
struct FoundLeaf {
  Bytes bytes;
  bool intact = false;
};

/// The frames of a segment, whatever their checksums say; those whose lengths are impossible end it.
void read_leaves(ByteView bytes, std::vector<FoundLeaf>& leaves) {
  auto u32 = [&](std::size_t at) {
    return static_cast<std::size_t>(bytes[at]) | static_cast<std::size_t>(bytes[at + 1]) << 8 |
           static_cast<std::size_t>(bytes[at + 2]) << 16 |
           static_cast<std::size_t>(bytes[at + 3]) << 24;
  };
  for (std::size_t at = 0; bytes.size() - at >= log::kFrameHead;) {
    const std::size_t leaf = u32(at), payload = u32(at + 4);
    if (leaf == 0 || leaf > log::kLeafBytesMax || payload > log::kPayloadBytesMax ||
        bytes.size() - at - log::kFrameHead < leaf + payload)
      return;
    const ByteView body = bytes.subspan(at + log::kFrameHead, leaf);
    std::size_t frame = at;
    ByteView unused_leaf, unused_payload;
    const bool intact =
        log::read_frame(bytes, frame, unused_leaf, unused_payload) == log::FrameFault::none;
    leaves.push_back({Bytes(body.begin(), body.end()), intact});
    at += log::kFrameHead + leaf + payload;
  }
}

std::string segment_path(const std::string& dir, int number) {
  return fmt::format("{}/segments/{:08}.seg", dir, number);
}

/// The leaves of `dir` up to `size`, as many as can be told apart.
Result<std::vector<FoundLeaf>> leaves_of(const std::string& dir, std::int64_t size) {
  std::vector<FoundLeaf> out;
  for (int number = 0; static_cast<std::int64_t>(out.size()) < size; ++number) {
    auto text = read_input(segment_path(dir, number), InputKind::segment);
    if (!text && text.error().fault == ReadFault::absent) break;
    if (!text) return fail(text.error().problem);
    read_leaves(as_bytes(*text), out);
  }
  if (out.size() > static_cast<std::size_t>(size)) out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

Result<log::Checkpoint> signed_end(const std::string& dir, const ChainReader& genesis) {
  ChainReader entries = genesis;
  entries.read_to({{}, kWireMax, {}});
  for (auto entry = entries.next(); entry && *entry;) entry = entries.next();
  auto record = read_input(dir + "/" + log::kRecordFile, InputKind::checkpoint);
  auto note = read_input(dir + "/checkpoint", InputKind::checkpoint);
  const std::string origin = log::checkpoint_origin(genesis.chain());
  for (const auto& [from, key] : entries.keys()) {
    auto own = record ? log::open_record(*record, key) : tl::unexpected(Problems());
    if (own && own->signed_end.origin == origin) return own->signed_end;
  }
  for (const auto& [from, key] : entries.keys()) {
    auto own = note ? log::open_checkpoint(*note, key) : tl::unexpected(Problems());
    if (own && own->origin == origin && own->size > 0) return *own;
  }
  return fail(fmt::format("{}: neither a record nor a checkpoint that a key of this log signed", dir),
              "one of them: without, nothing shows which entries the log had");
}

Result<void> expect_vouched(const std::string& dir, const log::Checkpoint& end, ByteView frames) {
  auto leaves = leaves_of(dir, end.size);
  if (!leaves) return tl::unexpected(leaves.error());
  const auto size = static_cast<std::size_t>(end.size);
  auto cannot = [&](const std::string& what) {
    return fail(fmt::format("{}: {}: nothing shows that what is left is what the log had", dir, what),
                "a copy that is less damaged");
  };
  if (leaves->size() < size)
    return cannot(fmt::format("{} of {} signed entries cannot be told apart any more",
                              size - leaves->size(), size));
  std::vector<Digest> hashes;
  for (std::size_t i = 0; i < size; ++i) {
    const FoundLeaf& own = (*leaves)[i];
    const bool has_next = !own.intact && i + 1 < size && (*leaves)[i + 1].intact;
    auto next = has_next ? decode_leaf((*leaves)[i + 1].bytes) : tl::unexpected(Problems());
    hashes.push_back(next ? next->previous : log::leaf_hash(own.bytes));
  }
  if (log::merkle_root(hashes) != end.root)
    return cannot(fmt::format("its {} entries have another root than was signed", size));
  ByteView leaf, payload;
  std::size_t i = 0;
  for (std::size_t at = 0; at < frames.size() && i < size; ++i) {
    CHECK(log::read_frame(frames, at, leaf, payload) == log::FrameFault::none);
    if (log::leaf_hash(leaf) != hashes[i])
      return cannot(fmt::format("entry {} is another one than was signed", i));
  }
  return {};
}

Result<log::Cut> left_behind(const std::string& dir, std::size_t kept) {
  log::Cut out;
  Bytes sums;
  for (int number = 0;; ++number) {
    auto text = read_input(segment_path(dir, number), InputKind::segment);
    if (!text && text.error().fault == ReadFault::absent) break;
    if (!text) return fail(text.error().problem);
    const std::size_t here = std::min(kept, text->size());
    kept -= here;
    if (here == text->size()) continue;
    out.bytes += static_cast<std::int64_t>(text->size() - here);
    const Digest sum = crypto::sha256(as_bytes(*text).subspan(here));
    sums.insert(sums.end(), sum.bytes.begin(), sum.bytes.end());
  }
  out.digest = crypto::sha256(sums);
  return out;
}

}  // namespace capmarket::chain
