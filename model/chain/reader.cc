#include "model/chain/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "model/base/check.h"
#include "model/base/read_file.h"
#include "model/chain/damage.h"
#include "model/chain/first_entry.h"
#include "model/chain/walk.h"
#include "model/crypto/hash.h"

namespace capmarket::chain {
namespace {

bool same_bytes(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// The first entry and the file genesis.cbor are the same bytes: its signatures stand outside of
/// the id that everything else refers to.
Result<void> expect_same_genesis(const std::string& dir, const Leaf& leaf, ByteView payload,
                                 const ContentId& chain) {
  auto file = read_input(dir + "/genesis.cbor", InputKind::genesis);
  if (!file) return fail(file.error().problem);
  if (same_bytes(as_bytes(*file), payload)) return {};
  if (leaf.id == chain && is_payload_of(payload, leaf)) return not_the_first_entry(dir);
  return damage_at(0, "leaf", "the first entry is not the genesis of genesis.cbor");
}

}  // namespace

std::string chain_directory(const std::string& dir) {
  // What may not be looked at is no reason to look elsewhere, nor is a copy of the genesis that is gone.
  auto may_be_there = [&](const char* name) {
    std::error_code error;
    return std::filesystem::exists(dir + name, error) || error == std::errc::permission_denied;
  };
  return may_be_there("/chain/genesis.cbor") || may_be_there("/chain/segments") ? dir + "/chain" : dir;
}

crypto::Signing ChainReader::signing() const {
  return {genesis_.scheme, genesis_.mac_key.value_or(crypto::MacKey{})};
}

const PublicKey& key_at(const LogKeys& keys, std::int64_t size) {
  return std::find_if(keys.rbegin(), keys.rend(),
                      [&](const auto& from) { return from.first <= size; })
      ->second;
}

Result<ChainReader> ChainReader::open_payload(const std::string& dir, ByteView genesis) {
  ChainReader out;
  out.dir_ = dir;
  auto payload = objects::decode_payload(objects::Kind::genesis, genesis);
  if (!payload) return told_of(dir + "/genesis.cbor", payload.error());
  auto object = objects::decode_object(objects::Kind::genesis, payload->body);
  if (!object) return told_of(dir + "/genesis.cbor", object.error());
  out.genesis_ = std::get<objects::Genesis>(*object);
  if (auto read = objects::expect_format(out.genesis_); !read) return tl::unexpected(read.error());
  out.chain_ = crypto::content_id(payload->body);
  out.signer_ = out.genesis_.log_key;
  out.keys_ = {{0, out.signer_}};
  return out;
}

Result<ChainReader> ChainReader::open_genesis(const std::string& dir) {
  auto raw = read_input(dir + "/genesis.cbor", InputKind::genesis);
  if (!raw && raw.error().fault != ReadFault::absent) return fail(raw.error().problem);
  auto out = raw ? open_payload(dir, as_bytes(*raw))
                 : fail(fmt::format("{}: no chain here", dir), "a chain or run directory");
  const std::string named = named_origin(dir);
  if (out && (named.empty() || named == log::checkpoint_origin(out->chain_))) return out;
  // Of two that differ the first entry stands, where the files beside it name it: the copy is another.
  auto first = standing_genesis(dir);
  if (!first) return tl::unexpected(first.error());
  if (*first && (!raw || !same_bytes(**first, as_bytes(*raw)))) return not_the_first_entry(dir);
  return out;
}

Result<ChainReader> ChainReader::open_first_entry(const std::string& dir) {
  auto first = standing_genesis(dir);
  if (!first) return tl::unexpected(first.error());
  if (!*first) return open_genesis(dir);
  auto out = open_payload(dir, **first);
  if (!out) return out;
  auto raw = read_input(dir + "/genesis.cbor", InputKind::genesis);
  out->by_first_entry_ = true;
  out->genesis_is_other_ = !raw || !same_bytes(**first, as_bytes(*raw));
  return out;
}

Result<ChainReader> ChainReader::open(const std::string& dir) {
  auto out = open_genesis(dir);
  if (!out) return out;
  if (auto r = out->open_note(); !r) return tl::unexpected(r.error());
  return out;
}

Result<void> ChainReader::open_note() {
  const std::string file = dir_ + "/checkpoint";
  auto bytes = read_input(file, InputKind::checkpoint);
  if (!bytes && bytes.error().fault == ReadFault::absent)
    return fail(fmt::format("{}: no checkpoint", dir_), "a chain that was signed at least once; where a record of it is left, `chain fsck` puts the "
                "checkpoint back");
  if (!bytes) return fail(bytes.error().problem);
  auto note = log::parse_note(*bytes);
  if (!note) return told_of(file, note.error());
  auto said = log::read_checkpoint(*note);
  if (!said) return told_of(file, said.error());
  if (said->origin != log::checkpoint_origin(chain_))
    return fail(fmt::format("{}: the checkpoint is another chain's", dir_));
  if (said->size < 1)
    return fail(fmt::format("{}: the checkpoint signs no entry", dir_), "at least the genesis");
  auto own = log::open_checkpoint(*bytes, signer_);
  if (!own) own = open_later_note(*note, *bytes, *said);
  if (!own) return told_of(file, own.error());
  checkpoint_ = *own;
  note_ = std::move(*bytes);
  return {};
}

/// The log may have changed its key since: whose it is at that size, its entries say. What the note says
/// counts for nothing before one of them signed it: a size beyond the end does not roll the log back.
Result<log::Checkpoint> ChainReader::open_later_note(const log::Note& note, std::string_view bytes,
                                                     const log::Checkpoint& said) {
  ChainReader entries = *this;
  entries.read_to(said);
  entries.keys_alone_ = true;
  auto entry = entries.next();
  while (entry && *entry) entry = entries.next();
  signer_ = entries.keys_.back().second;
  auto own = log::open_checkpoint(bytes, signer_);
  if (own && entry) return own;
  if (own) return tl::unexpected(entry.error());
  std::vector<log::VerifierKey> known;
  for (const auto& [from, key] : entries.keys_)
    known.push_back(log::log_verifier(said.origin, key));
  const auto signers = log::signers_of(note, known);
  // Behind damage there may be a change of the key: who signed under a key that is not known cannot be
  // told.
  if (!entry && !entries.is_short_ && signers) return tl::unexpected(entry.error());
  return tl::unexpected(signers ? own.error() : signers.error());
}

Result<void> ChainReader::expect_signed_note(const std::optional<log::Checkpoint>& there) const {
  const std::string file = dir_ + "/checkpoint";
  auto bytes = read_input(file, InputKind::checkpoint);
  if (!bytes && bytes.error().fault == ReadFault::absent) return {};
  if (!bytes) return fail(bytes.error().problem);
  auto note = log::parse_note(*bytes);
  auto said = note ? log::read_checkpoint(*note) : tl::unexpected(note.error());
  if (said) said = log::open_checkpoint(*bytes, key_at(said->size));
  if (!said) return fail(Problem{file, 0, 0, said.error()[0].what, "the log's key of then", ""});
  if (there && there->size == said->size && there->root != said->root)
    return damage_at(said->size, "root", "another one than the checkpoint signs");
  return {};
}

Result<void> ChainReader::follow_key(const Entry& entry) {
  auto signature = [&](std::string what) {
    return damage_at(entry.leaf.sequence.value, "signature", std::move(what));
  };
  auto payload = objects::decode_payload(entry.leaf.kind, entry.payload);
  auto object = payload ? objects::decode_object(entry.leaf.kind, payload->body)
                        : tl::unexpected(payload.error());
  if (!object) return signature("a change of the log's key that cannot be read");
  const auto& change = std::get<objects::LogKey>(*object);
  if (change.entries != entry.leaf.sequence.value ||
      !objects::is_signed_by_both(change, chain_, keys_.back().second))
    return signature("a change of the log's key that is not signed by both keys for this place");
  keys_.emplace_back(change.entries + 1, change.key);
  return {};
}

Result<bool> ChainReader::load_segment() {
  std::string path = fmt::format("{}/segments/{:08}.seg", dir_, segment_number_);
  auto text = read_input(path, InputKind::segment);
  if (!text && text.error().fault == ReadFault::absent) return false;
  if (!text) return fail(text.error().problem);
  // The writer begins a segment with a frame: none stands behind an empty one.
  if (text->empty()) return damage_at(sequence_, "torn", "an empty segment");
  segment_ = std::move(*text);
  at_ = 0;
  ++segment_number_;
  return true;
}

/// Source: docs/spec/chain.md#pruning.
Result<void> ChainReader::follow_pruning(const Entry& entry) {
  auto refused = [&](std::string what) {
    return damage_at(entry.leaf.sequence.value, "decision", std::move(what));
  };
  auto payload = objects::decode_payload(entry.leaf.kind, entry.payload);
  auto object = payload ? objects::decode_object(entry.leaf.kind, payload->body)
                        : tl::unexpected(payload.error());
  if (!object) return refused("a pruning that cannot be read");
  const auto& pruning = std::get<objects::Pruning>(*object);
  if (pruning.entries != entry.leaf.sequence.value) return refused("a pruning of another place");
  std::int64_t again = -1;
  auto listed = each_listed(pruning, [&](std::int64_t n) {
    // One that is read as pruned may be listed here, or by the Pruning that is about to be written.
    if (unlisted_.contains(n))
      unlisted_.erase(n);
    else if (may_be_listed_.contains(n))
      may_be_listed_.erase(n);
    else
      again = n;
    return again < 0;
  });
  if (!listed) return refused(listed.error()[0].what);
  if (again >= 0)
    return refused(fmt::format("a pruning of entry {}, which another one lists already", again));
  return {};
}

/// Nothing lists it, as far as that can be read: what keeps a Pruning behind it from being read is the
/// damage, where something does.
Result<void> ChainReader::body_is_gone(std::int64_t n) const {
  std::int64_t met = 0;
  std::optional<std::pair<std::int64_t, std::string>> other;
  auto walked = walk_all(dir_, [&](const FoundFrame& frame) {
    const std::int64_t here = met++;
    if (other || here <= n || here >= checkpoint_.size) return;
    auto leaf = frame.intact ? decode_leaf(frame.leaf) : tl::unexpected(Problems());
    if (!frame.intact)
      other.emplace(here, "crc: a frame's checksum differs");
    else if (leaf && leaf->sequence.value != here)
      other.emplace(here, "length: frames that cannot be told apart");
    else if (leaf && leaf->kind == objects::Kind::pruning && !is_payload_of(frame.payload, *leaf))
      other.emplace(here, "payload: a pruning that its leaf does not name");
  });
  if (!walked) return tl::unexpected(walked.error());
  if (!other && met < checkpoint_.size && met > n)
    other.emplace(met, "torn: whole frames end here, below the signed size");
  if (!other) return damage_at(n, "payload", "its body is gone, and no pruning lists it");
  return fail(Problem{"", 0, 0,
                      fmt::format("damage at sequence {}: {}; no pruning that can be read lists "
                                  "entry {}, whose body is gone",
                                  other->first, other->second, n),
                      "", "", Fault::damage});
}

Result<void> ChainReader::mark_pruned(Entry& entry) {
  const std::int64_t n = entry.leaf.sequence.value;
  const bool listed = pruned_->contains(n);
  entry.pruned = listed || as_if_.contains(n);
  if (!entry.pruned && entry.payload.empty()) return body_is_gone(n);
  if (!entry.pruned) return {};
  if (!objects::is_prunable(entry.leaf.kind))
    return damage_at(
        n, "payload",
        fmt::format("a pruned {}, which is kept for ever", objects::to_text(entry.leaf.kind)));
  if (const auto other = entry.payload.empty() ? "" : not_named_by(entry.leaf, entry.payload);
      !other.empty())
    return damage_at(n, "payload", fmt::format("of a pruned entry, {}", other));
  ++pruned_met_;
  if (!entry.payload.empty()) ++pruned_present_;
  (listed ? unlisted_ : may_be_listed_).insert(n);
  return {};
}

Result<void> ChainReader::expect_end() const {
  if (!note_.empty() && key_at(sequence_) != signer_)
    return damage_at(sequence_, "signature", "the checkpoint is signed by a key that the log left");
  if (!unlisted_.empty())
    return damage_at(unlisted_.all()[0], "payload", "no pruning lists it, where the log ends");
  return {};
}

Result<std::optional<Entry>> ChainReader::next() {
  auto out = next_entry();
  if (!out) return told_of(dir_, out.error());
  return out;
}

Result<std::optional<Entry>> ChainReader::next_entry() {
  if (sequence_ == checkpoint_.size) {
    if (auto r = expect_end(); !r) return tl::unexpected(r.error());
    return std::optional<Entry>();
  }
  if (!pruned_ && !keys_alone_) {
    auto listed = pruned_below(dir_, checkpoint_.size);
    if (!listed) return tl::unexpected(listed.error());
    pruned_ = std::move(*listed);
  }
  auto entry = next_frame();
  if (!entry) return tl::unexpected(entry.error());
  if (entry->leaf.kind == objects::Kind::log_key)
    if (auto r = follow_key(*entry); !r) return tl::unexpected(r.error());
  if (keys_alone_) return std::optional<Entry>(std::move(*entry));
  if (auto r = mark_pruned(*entry); !r) return tl::unexpected(r.error());
  if (entry->leaf.kind == objects::Kind::pruning)
    if (auto r = follow_pruning(*entry); !r) return tl::unexpected(r.error());
  return std::optional<Entry>(std::move(*entry));
}

Result<Entry> ChainReader::next_frame() {
  if (at_ == segment_.size()) {
    auto more = load_segment();
    if (!more) return tl::unexpected(more.error());
    if (!*more) {
      auto numbers = segment_numbers(dir_);
      if (!numbers) return tl::unexpected(numbers.error());
      if (!numbers->empty() && numbers->back() >= segment_number_)
        return damage_at(sequence_, "missing",
                      fmt::format("segments/{:08}.seg is not there, and a later one is",
                                  segment_number_));
      is_short_ = true;
      return damage_at(sequence_, "rolled-back", "the log ends below its signed size");
    }
  }
  ByteView leaf, payload;
  switch (log::read_frame(as_bytes(segment_), at_, leaf, payload)) {
    case log::FrameFault::none:
      break;
    case log::FrameFault::end:
    case log::FrameFault::torn:
      return damage_at(sequence_, "torn", "a frame ends early");
    case log::FrameFault::crc:
      return damage_at(sequence_, "crc", "a frame's checksum differs");
    case log::FrameFault::length:
      return damage_at(sequence_, "length", "a frame's lengths are impossible");
  }
  auto decoded = decode_leaf(leaf);
  if (!decoded) return damage_at(sequence_, "leaf", decoded.error()[0].what);
  if (decoded->sequence.value != sequence_ || decoded->previous != previous_)
    return damage_at(sequence_, "link", "a leaf that does not follow the one before");
  if (sequence_ == 0 && !by_first_entry_)
    if (auto r = expect_same_genesis(dir_, *decoded, payload, chain_); !r)
      return tl::unexpected(r.error());
  previous_ = log::leaf_hash(leaf);
  ++sequence_;
  return Entry{std::move(*decoded), Bytes(leaf.begin(), leaf.end()),
               Bytes(payload.begin(), payload.end())};
}

Result<objects::CheckedSubmission> submission_of(const Entry& entry, const ContentId& chain,
                                        const crypto::Signing& signing) {
  if (entry.pruned)
    return fail(fmt::format("entry {}: its body was pruned", entry.leaf.sequence.value),
                "an entry that has its body");
  auto raw = objects::decode_payload(entry.leaf.kind, entry.payload);
  if (!raw) return damage_at(entry.leaf.sequence.value, "payload", raw.error()[0].what);
  auto checked = objects::check_submission(std::move(*raw), chain, signing);
  if (!checked) return damage_at(entry.leaf.sequence.value, "payload", checked.error()[0].what);
  const bool body = checked->id == entry.leaf.id;
  const bool signatures = checked->signatures_hash == entry.leaf.signatures;
  if (!body || !signatures)
    return damage_at(entry.leaf.sequence.value, body ? "signature" : "payload",
                  std::string(objects::not_named(body, signatures)));
  return checked;
}

Result<objects::CheckedSubmission> ChainReader::submission_of(const Entry& entry) const {
  auto out = chain::submission_of(entry, chain_, signing());
  if (!out) return told_of(dir_, out.error());
  return out;
}

}  // namespace capmarket::chain
