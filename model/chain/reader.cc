#include "model/chain/reader.h"

#include <fmt/format.h>

#include <filesystem>

#include "model/base/read_file.h"
#include "model/crypto/hash.h"

namespace capmarket::chain {
namespace {

tl::unexpected<Problems> damage(std::int64_t sequence, std::string_view kind, std::string what) {
  return fail(fmt::format("damage at sequence {}: {}: {}", sequence, kind, what));
}

}  // namespace

std::string chain_directory(const std::string& dir) {
  std::error_code error;
  return std::filesystem::exists(dir + "/chain/genesis.cbor", error) ? dir + "/chain" : dir;
}

crypto::Signing ChainReader::signing() const {
  return {genesis_.scheme, genesis_.mac_key.value_or(crypto::MacKey{})};
}

Result<ChainReader> ChainReader::open(const std::string& dir) {
  ChainReader out;
  out.dir_ = dir;
  auto raw = read_input(dir + "/genesis.cbor", InputKind::genesis);
  if (!raw && raw.error().fault == ReadFault::absent)
    return fail(fmt::format("{}: no chain here", dir), "a chain or run directory");
  if (!raw) return fail(raw.error().problem);
  auto payload = objects::decode_payload(objects::Kind::genesis, as_bytes(*raw));
  if (!payload) return tl::unexpected(payload.error());
  auto object = objects::decode_object(objects::Kind::genesis, payload->body);
  if (!object) return tl::unexpected(object.error());
  out.genesis_ = std::get<objects::Genesis>(*object);
  if (auto read = objects::expect_format(out.genesis_); !read) return tl::unexpected(read.error());
  out.chain_ = crypto::content_id(payload->body);
  auto note = read_input(dir + "/checkpoint", InputKind::checkpoint);
  if (!note && note.error().fault == ReadFault::absent)
    return fail(fmt::format("{}: no checkpoint", dir), "a chain that was signed at least once");
  if (!note) return fail(note.error().problem);
  auto checkpoint = log::open_checkpoint(*note, out.genesis_.log_key);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  if (checkpoint->origin != log::checkpoint_origin(out.chain_))
    return fail(fmt::format("{}: the checkpoint is another chain's", dir));
  if (checkpoint->size < 1)
    return fail(fmt::format("{}: the checkpoint signs no entry", dir), "at least the genesis");
  out.checkpoint_ = *checkpoint;
  out.note_ = std::move(*note);
  return out;
}

Result<bool> ChainReader::load_segment() {
  std::string path = fmt::format("{}/segments/{:08}.seg", dir_, segment_number_);
  auto text = read_input(path, InputKind::segment);
  if (!text && text.error().fault == ReadFault::absent) return false;
  if (!text) return fail(text.error().problem);
  segment_ = std::move(*text);
  at_ = 0;
  ++segment_number_;
  return true;
}

Result<std::optional<Entry>> ChainReader::next() {
  if (sequence_ == checkpoint_.size) return std::optional<Entry>();
  while (at_ == segment_.size()) {
    auto more = load_segment();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return damage(sequence_, "rolled-back", "the log ends below its signed size");
  }
  ByteView leaf, payload;
  switch (log::read_frame(as_bytes(segment_), at_, leaf, payload)) {
    case log::FrameFault::none:
      break;
    case log::FrameFault::end:
    case log::FrameFault::torn:
      return damage(sequence_, "torn", "a frame ends early");
    case log::FrameFault::crc:
      return damage(sequence_, "crc", "a frame's checksum differs");
    case log::FrameFault::length:
      return damage(sequence_, "length", "a frame's lengths are impossible");
  }
  auto decoded = decode_leaf(leaf);
  if (!decoded) return damage(sequence_, "leaf", decoded.error()[0].what);
  if (decoded->sequence.value != sequence_ || decoded->previous != previous_)
    return damage(sequence_, "link", "a leaf that does not follow the one before");
  previous_ = log::leaf_hash(leaf);
  ++sequence_;
  return Entry{std::move(*decoded), Bytes(leaf.begin(), leaf.end()),
               Bytes(payload.begin(), payload.end())};
}

Result<objects::CheckedSubmission> submission_of(const Entry& entry, const ContentId& chain,
                                        const crypto::Signing& signing) {
  auto raw = objects::decode_payload(entry.leaf.kind, entry.payload);
  if (!raw) return damage(entry.leaf.sequence.value, "payload", raw.error()[0].what);
  auto checked = objects::check_submission(std::move(*raw), chain, signing);
  if (!checked) return damage(entry.leaf.sequence.value, "payload", checked.error()[0].what);
  if (checked->id != entry.leaf.id || checked->signatures_hash != entry.leaf.signatures)
    return damage(entry.leaf.sequence.value, "payload", "a body that its leaf does not name");
  return checked;
}

namespace {

/// One replay under way. A derived entry stands in the log before the submission that brings it
/// forth again, so leaves are compared as soon as both sides have them.
struct Replay {
  ChainReader& reader;
  std::shared_ptr<Bytes> frames = std::make_shared<Bytes>();
  std::optional<Chain> chain{};
  std::vector<Digest> recorded{}, produced{};
  std::size_t compared = 0;
  Instant last{};  // admission time of the last entry

  Result<void> step(const Entry& e) {
    recorded.push_back(log::leaf_hash(e.leaf_bytes));
    auto checked = submission_of(e, reader.chain(), reader.signing());
    if (!checked) return tl::unexpected(checked.error());
    if (!chain) {
      auto made = Chain::create(std::move(*checked), e.leaf.time, log::memory_log(frames.get()));
      if (!made) return tl::unexpected(made.error());
      chain = std::move(*made);
      produced.push_back(chain->root());  // the root of one leaf is its hash
      chain->observe(
          [this](const Event& event) { produced.push_back(log::leaf_hash(encode_leaf(event.leaf))); });
    } else if (e.leaf.kind == objects::Kind::tick) {
      chain->tick(std::get<objects::Tick>(checked->object).instant);
    } else if (e.leaf.kind == objects::Kind::readmission) {
      const auto& end = std::get<objects::Readmission>(checked->object);
      chain->turned_away(end.submitter, end.turned_away);
    } else if (!objects::is_derived(e.leaf.kind)) {
      auto receipt = chain->submit(*checked, e.leaf.time);
      if (!receipt) return damage(e.leaf.sequence.value, "decision", receipt.error()[0].what);
    }
    last = e.leaf.time;
    return compare();
  }

  /// What fell due at the end has no submission behind it that brings it forth.
  Result<void> finish() {
    if (recorded.size() > produced.size()) chain->advance(last);
    return compare();
  }

  Result<void> compare() {
    for (; compared < std::min(recorded.size(), produced.size()); ++compared)
      if (recorded[compared] != produced[compared])
        return damage(static_cast<std::int64_t>(compared), "decision", "replay decides otherwise");
    frames->clear();
    return {};
  }
};

}  // namespace

Result<Chain> replay(ChainReader& reader, const std::function<bool(const Entry&, Chain&)>& visit) {
  Replay run{reader};
  for (;;) {
    auto entry = reader.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) break;
    if (run.chain && visit && !visit(**entry, *run.chain)) {
      run.chain->observe(nullptr);
      return std::move(*run.chain);
    }
    if (auto r = run.step(**entry); !r) return tl::unexpected(r.error());
  }
  if (!run.chain) return fail("an empty chain");
  if (auto r = run.finish(); !r) return tl::unexpected(r.error());
  run.chain->observe(nullptr);
  const log::Checkpoint& c = reader.signed_checkpoint();
  if (run.chain->root() != c.root || run.chain->size() != c.size)
    return fail("replay ends with another root than the checkpoint signs");
  return std::move(*run.chain);
}

}  // namespace capmarket::chain
