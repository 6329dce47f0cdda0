#include "model/chain/salvage.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "model/base/check.h"
#include "model/base/read_file.h"
#include "model/chain/leaf.h"
#include "model/chain/walk.h"
#include "model/crypto/hash.h"
#include "model/log/log.h"
#include "model/log/merkle.h"

namespace capmarket::chain {
namespace {

/// The change of key that a frame holds, if `key` and the new one have signed it.
std::optional<objects::LogKey> change_in(const FoundFrame& frame, const ContentId& chain,
                                         const PublicKey& key) {
  if (!frame.intact) return std::nullopt;
  auto leaf = decode_leaf(frame.leaf);
  if (!leaf || leaf->kind != objects::Kind::log_key) return std::nullopt;
  auto payload = objects::decode_payload(leaf->kind, frame.payload);
  auto object = payload ? objects::decode_object(leaf->kind, payload->body)
                        : tl::unexpected(payload.error());
  if (!object) return std::nullopt;
  const auto& change = std::get<objects::LogKey>(*object);
  if (change.entries != leaf->sequence.value || !objects::is_signed_by_both(change, chain, key))
    return std::nullopt;
  return change;
}

tl::unexpected<Problems> cannot_be_shown(const std::string& dir, const std::string& what) {
  return fail(fmt::format("{}: {}: nothing shows that what is left is what the log had", dir, what),
              "a copy that is less damaged, or --unproved for what replays all the same");
}

}  // namespace

Result<LogKeys> log_keys_of(const std::string& dir, const ChainReader& genesis) {
  LogKeys out = {{0, genesis.genesis().log_key}};
  std::int64_t place = 0;
  auto walked = walk_all(dir, [&](const FoundFrame& frame) {
    // Frames before it may be lost, but there are none too many: one further back than it says is no
    // entry of this log.
    auto change = change_in(frame, genesis.chain(), out.back().second);
    if (change && change->entries >= place) out.emplace_back(change->entries + 1, change->key);
    ++place;
  });
  if (!walked) return tl::unexpected(walked.error());
  return out;
}

Result<log::Checkpoint> signed_end(const std::string& dir, const ChainReader& genesis) {
  auto keys = log_keys_of(dir, genesis);
  if (!keys) return tl::unexpected(keys.error());
  auto record = read_input(dir + "/" + log::kRecordFile, InputKind::checkpoint);
  auto note = read_input(dir + "/checkpoint", InputKind::checkpoint);
  std::optional<log::Checkpoint> out;
  auto take = [&](const log::Checkpoint& end, const PublicKey& signer) {
    if (end.origin == log::checkpoint_origin(genesis.chain()) && end.size > 0 &&
        key_at(*keys, end.size) == signer && (!out || end.size > out->size))
      out = end;
  };
  for (const auto& [from, key] : *keys) {
    if (auto own = record ? log::open_record(*record, key) : tl::unexpected(Problems()))
      take(own->signed_end, key);
    if (auto own = note ? log::open_checkpoint(*note, key) : tl::unexpected(Problems()))
      take(*own, key);
  }
  if (out) return *out;
  return fail(fmt::format("{}: neither a record nor a checkpoint that the log's key signed", dir),
              "one of them: without, nothing shows which entries the log had");
}

Result<Vouched> vouched_leaves(const std::string& dir, const log::Checkpoint& end) {
  std::vector<Bytes> leaves;
  std::vector<bool> intact;
  const auto size = static_cast<std::size_t>(end.size);
  auto walked = walk_all(dir, [&](const FoundFrame& f) {
    if (leaves.size() == size) return;
    leaves.emplace_back(f.leaf.begin(), f.leaf.end());
    intact.push_back(f.intact);
  });
  if (!walked) return tl::unexpected(walked.error());
  if (leaves.size() < size)
    return cannot_be_shown(dir, fmt::format("{} of {} signed entries cannot be told apart any more",
                                            size - leaves.size(), size));
  // From the last on: a leaf that is the one whose hash is known says that of the one before it.
  Vouched out{std::vector<Digest>(size), end.size};
  for (std::size_t i = size; i-- > 0;) {
    const Digest own = out.leaves[i] = log::leaf_hash(leaves[i]);
    if (i + 1 == size || log::leaf_hash(leaves[i + 1]) != out.leaves[i + 1]) continue;
    if (auto next = decode_leaf(leaves[i + 1])) out.leaves[i] = next->previous;
    if (intact[i] && own != out.leaves[i]) out.until = static_cast<std::int64_t>(i);
  }
  if (log::merkle_root(out.leaves) != end.root)
    return cannot_be_shown(dir,
                           fmt::format("its {} entries have another root than was signed", size));
  return out;
}

bool Vouched::is(std::int64_t sequence, ByteView leaf) const {
  return sequence < static_cast<std::int64_t>(leaves.size()) &&
         log::leaf_hash(leaf) == leaves[static_cast<std::size_t>(sequence)];
}

Result<void> expect_vouched(const std::string& dir, const Vouched& vouched, ByteView frames) {
  ByteView leaf, payload;
  std::int64_t n = 0;
  for (std::size_t at = 0; at < frames.size(); ++n) {
    CHECK(log::read_frame(frames, at, leaf, payload) == log::FrameFault::none);
    if (n < static_cast<std::int64_t>(vouched.leaves.size()) && !vouched.is(n, leaf))
      return cannot_be_shown(dir, fmt::format("entry {} is another one than was signed", n));
  }
  return {};
}

Result<PrunedSet> bodiless_in(const std::string& dir) {
  PrunedSet out;
  std::int64_t met = 0;
  auto walked = walk_all(dir, [&](const FoundFrame& frame) {
    const std::int64_t n = met++;
    if (!frame.intact || !frame.payload.empty()) return;
    auto leaf = decode_leaf(frame.leaf);
    if (leaf && leaf->sequence.value == n && objects::is_prunable(leaf->kind)) out.insert(n);
  });
  if (!walked) return tl::unexpected(walked.error());
  return out;
}

Result<std::int64_t> entries_in(const std::string& dir) {
  std::int64_t out = 0;
  if (auto r = walk_all(dir, [&](const FoundFrame&) { ++out; }); !r) return tl::unexpected(r.error());
  return out;
}

Result<log::Cut> left_behind(const std::string& dir, std::size_t kept) {
  log::Cut out;
  Bytes sums;
  auto numbers = segment_numbers(dir);
  if (!numbers) return tl::unexpected(numbers.error());
  for (const int number : *numbers) {
    auto text = read_input(segment_path(dir, number), InputKind::segment);
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
