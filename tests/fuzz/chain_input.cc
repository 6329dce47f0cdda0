#include "tests/fuzz/chain_input.h"

#include <algorithm>
#include <filesystem>

#include "model/chain/leaf.h"
#include "model/crypto/hash.h"
#include "model/log/checkpoint.h"
#include "model/log/merkle.h"
#include "model/log/record.h"
#include "model/objects/submission.h"
#include "tests/support/parties.h"

namespace capmarket::fuzz {
namespace {

constexpr std::size_t kPartBytesMax = 65'535;

/// The bytes of an input from the first on; zeros behind the last.
class InputBytes {
 public:
  explicit InputBytes(ByteView bytes) : left_(bytes) {}
  bool any() const { return !left_.empty(); }
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t out = left_.front();
    left_ = left_.subspan(1);
    return out;
  }
  std::uint16_t two() {
    const std::uint8_t low = byte();
    return static_cast<std::uint16_t>(low | byte() << 8);
  }
  Bytes part() {
    const std::size_t said = two();
    const std::size_t length = std::min(said, left_.size());
    Bytes out(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(length));
    left_ = left_.subspan(length);
    return out;
  }

 private:
  ByteView left_;
};

void put_two(Bytes& out, std::size_t n) {
  out.push_back(static_cast<std::uint8_t>(n));
  out.push_back(static_cast<std::uint8_t>(n >> 8));
}

void put_part(Bytes& out, ByteView part) {
  const ByteView held = part.first(std::min(part.size(), kPartBytesMax));
  put_two(out, held.size());
  out.insert(out.end(), held.begin(), held.end());
}

void apply(const RawEdit& edit, Bytes& file) {
  if (file.empty()) return;
  const auto place = file.begin() + static_cast<std::ptrdiff_t>(edit.place % file.size());
  switch (edit.how % 4) {
    case 0:
      *place ^= edit.byte;
      return;
    case 1:
      file.erase(place);
      return;
    case 2:
      file.insert(place, edit.byte);
      return;
    default:
      file.erase(place, file.end());
  }
}

/// The leaf names its payload; under `mac` the same keys sign it again.
void put_body_right(log::Frame& frame, const ContentId& chain, const crypto::Signing& signing) {
  auto leaf = chain::decode_leaf(frame.leaf);
  if (!leaf || frame.payload.empty()) return;
  auto raw = objects::decode_payload(leaf->kind, frame.payload);
  if (!raw) return;
  leaf->id = crypto::content_id(raw->body);
  if (signing.scheme == crypto::Scheme::mac && !raw->signatures.empty()) {
    std::vector<std::pair<objects::Role, crypto::KeyPair>> signers;
    for (const objects::Signature& s : raw->signatures) {
      signers.emplace_back(s.role, crypto::KeyPair{});
      signers.back().second.pub = s.key;
    }
    raw->signatures = objects::sign_all(signing, chain, leaf->kind, leaf->id, signers);
    frame.payload = objects::encode_payload(raw->body, raw->signatures);
  }
  leaf->signatures = objects::hash_signatures(raw->signatures);
  frame.leaf = chain::encode_leaf(*leaf);
}

ContentId chain_of(const std::vector<log::Frame>& frames) {
  auto first = frames.empty() ? tl::unexpected(Problems()) : chain::decode_leaf(frames[0].leaf);
  return first ? first->id : ContentId{};
}

void put_links_right(std::vector<log::Frame>& frames) {
  Digest previous;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (auto leaf = chain::decode_leaf(frames[i].leaf)) {
      leaf->sequence = Sequence(static_cast<std::int64_t>(i));
      leaf->previous = previous;
      frames[i].leaf = chain::encode_leaf(*leaf);
    }
    previous = log::leaf_hash(frames[i].leaf);
  }
}

log::Checkpoint end_at(const ContentId& chain, std::span<const log::Frame> frames) {
  std::vector<Digest> hashes;
  for (const log::Frame& f : frames) hashes.push_back(log::leaf_hash(f.leaf));
  return {log::checkpoint_origin(chain), static_cast<std::int64_t>(frames.size()),
          log::merkle_root(hashes)};
}

void sign_end(ChainInput& in) {
  auto first = [&](std::size_t behind) {
    const std::size_t size = in.frames.size() - std::min(in.frames.size(), behind);
    return std::vector<log::Frame>(in.frames.begin(),
                                   in.frames.begin() + static_cast<std::ptrdiff_t>(size));
  };
  const ContentId chain = chain_of(in.frames);
  const auto checkpoint = first(in.behind_checkpoint), record = first(in.behind_record);
  auto bytes = [](const std::string& text) { return Bytes(text.begin(), text.end()); };
  in.checkpoint = bytes(log::sign_checkpoint(end_at(chain, checkpoint), signing_key(checkpoint)));
  in.record = bytes(log::sign_record({end_at(chain, record), {}}, signing_key(record)));
}

void repair(ChainInput& in) {
  if (in.repair >= Repair::bodies) {
    const crypto::Signing signing = signing_of(in.frames);
    const ContentId chain = chain_of(in.frames);
    for (std::size_t i = 0; i < in.frames.size(); ++i)
      put_body_right(in.frames[i], i == 0 ? ContentId{} : chain, signing);
  }
  if (in.repair >= Repair::links) {
    put_links_right(in.frames);
    if (!in.frames.empty()) in.genesis = in.frames[0].payload;
  }
  if (in.repair >= Repair::signed_end) sign_end(in);
}

}  // namespace

ChainInput parse_chain_input(ByteView bytes) {
  InputBytes in(bytes);
  ChainInput out;
  const std::uint8_t first = in.byte();
  out.repair = static_cast<Repair>(first & 3);
  out.ask = static_cast<Ask>(first >> 2 & 3);
  out.first_segment = in.byte();
  const std::uint8_t behind = in.byte();
  out.behind_checkpoint = behind & 15;
  out.behind_record = behind >> 4;
  for (std::size_t n = in.byte(); n > 0; --n) {
    RawEdit edit;
    edit.file = in.byte();
    edit.place = in.two();
    edit.how = in.byte();
    edit.byte = in.byte();
    out.edits.push_back(edit);
  }
  out.genesis = in.part();
  out.checkpoint = in.part();
  out.record = in.part();
  while (in.any()) {
    log::Frame frame;
    frame.leaf = in.part();
    frame.payload = in.part();
    out.frames.push_back(std::move(frame));
  }
  return out;
}

Bytes to_bytes(const ChainInput& input) {
  const std::size_t edits = std::min<std::size_t>(input.edits.size(), 255);
  const auto repair = static_cast<unsigned>(input.repair), ask = static_cast<unsigned>(input.ask);
  Bytes out = {static_cast<std::uint8_t>(repair | ask << 2), input.first_segment,
               static_cast<std::uint8_t>((input.behind_checkpoint & 15) | input.behind_record << 4),
               static_cast<std::uint8_t>(edits)};
  for (std::size_t i = 0; i < edits; ++i) {
    const RawEdit& edit = input.edits[i];
    out.push_back(edit.file);
    put_two(out, edit.place);
    out.push_back(edit.how);
    out.push_back(edit.byte);
  }
  for (const Bytes* part : {&input.genesis, &input.checkpoint, &input.record}) put_part(out, *part);
  for (const log::Frame& frame : input.frames) {
    put_part(out, frame.leaf);
    put_part(out, frame.payload);
  }
  return out;
}

void write_chain_input(ChainInput in, const std::string& dir) {
  repair(in);
  std::vector<Bytes> segments(1);
  for (std::size_t i = 0; i < in.frames.size(); ++i) {
    if (i > 0 && i == in.first_segment) segments.emplace_back();
    log::append_frame(segments.back(), in.frames[i].leaf, in.frames[i].payload);
  }
  for (const RawEdit& edit : in.edits) {
    Bytes* files[] = {&in.genesis, &in.checkpoint, &in.record, &segments.back()};
    apply(edit, *files[edit.file % 4]);
  }
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir + "/segments");
  testing::write_bytes(dir + "/genesis.cbor", in.genesis);
  testing::write_bytes(dir + "/checkpoint", in.checkpoint);
  testing::write_bytes(dir + "/" + log::kRecordFile, in.record);
  testing::write_bytes(testing::first_segment(dir), segments[0]);
  if (segments.size() > 1) testing::write_bytes(dir + "/segments/00000001.seg", segments[1]);
}

ChainInput read_chain_input(const std::string& dir) {
  auto bytes = [&](const std::string& name) {
    const std::string text = testing::read_bytes(dir + "/" + name);
    return Bytes(text.begin(), text.end());
  };
  ChainInput out;
  out.genesis = bytes("genesis.cbor");
  out.checkpoint = bytes("checkpoint");
  out.record = bytes(log::kRecordFile);
  out.frames = testing::read_frames(dir);
  return out;
}

const crypto::KeyPair& signing_key(const std::vector<log::Frame>& frames) {
  const ContentId chain = chain_of(frames);
  const crypto::KeyPair* key = &testing::log_key();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    auto leaf = chain::decode_leaf(frames[i].leaf);
    if (!leaf || leaf->kind != objects::Kind::log_key) continue;
    auto raw = objects::decode_payload(leaf->kind, frames[i].payload);
    auto object = raw ? objects::decode_object(leaf->kind, raw->body) : tl::unexpected(Problems());
    if (!object) continue;
    const auto& change = std::get<objects::LogKey>(*object);
    if (change.entries != static_cast<std::int64_t>(i) ||
        !objects::is_signed_by_both(change, chain, key->pub))
      continue;
    for (int n = 0; n < 256; ++n)
      if (testing::numbered_key(n).pub == change.key) key = &testing::numbered_key(n);
  }
  return *key;
}

std::vector<testing::ForgedEntry> entries_of(const std::vector<log::Frame>& frames) {
  std::vector<testing::ForgedEntry> out;
  for (const log::Frame& f : frames) {
    auto leaf = chain::decode_leaf(f.leaf);
    if (!leaf) return {};
    out.push_back({std::move(*leaf), f.payload});
  }
  return out;
}

std::vector<log::Frame> linked(const std::vector<testing::ForgedEntry>& entries) {
  std::vector<log::Frame> out;
  for (const testing::ForgedEntry& e : entries)
    out.push_back({chain::encode_leaf(e.leaf), e.payload});
  put_links_right(out);
  return out;
}

crypto::Signing signing_of(const std::vector<log::Frame>& frames) {
  if (frames.empty()) return {};
  auto raw = objects::decode_payload(objects::Kind::genesis, frames[0].payload);
  auto object =
      raw ? objects::decode_object(objects::Kind::genesis, raw->body) : tl::unexpected(Problems());
  if (!object) return {};
  const auto& genesis = std::get<objects::Genesis>(*object);
  return {genesis.scheme, genesis.mac_key.value_or(crypto::MacKey{})};
}

}  // namespace capmarket::fuzz
