#include "verify/audit/frames.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/codec/cbor.h"
#include "model/codec/fields.h"
#include "model/crypto/hash.h"
#include "model/crypto/sign.h"

namespace capmarket::audit {
namespace {

constexpr std::uint32_t kLeafMax = 65'535;
constexpr std::uint32_t kPayloadMax = 17 * 1024 * 1024;

std::uint32_t little_endian(const std::uint8_t* at) {
  return std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 |
         std::uint32_t{at[3]} << 24;
}

tl::unexpected<Damage> damage(DamageClass kind, std::string what) {
  return tl::make_unexpected(Damage{kind, std::move(what), {}});
}

}  // namespace

std::string_view to_text(DamageClass damage) {
  switch (damage) {
    case DamageClass::crc:
      return "crc";
    case DamageClass::leaf:
      return "leaf";
    case DamageClass::link:
      return "link";
    case DamageClass::root:
      return "root";
    case DamageClass::signature:
      return "signature";
    case DamageClass::decision:
      return "decision";
    case DamageClass::derived:
      return "derived";
  }
  return {};
}

tl::expected<bool, Damage> FrameReader::open_next() {
  auto bytes = read_input(fmt::format("{}/segments/{:08}.seg", dir_, segment_), InputKind::segment);
  if (!bytes) {
    if (bytes.error().fault == ReadFault::absent) return false;
    return tl::make_unexpected(
        Damage{DamageClass::crc, bytes.error().problem.what, {bytes.error().problem}});
  }
  bytes_ = std::move(*bytes);
  at_ = 0;
  ++segment_;
  return true;
}

tl::expected<std::optional<AuditFrame>, Damage> FrameReader::next() {
  while (at_ == bytes_.size()) {
    auto more = open_next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return std::optional<AuditFrame>();
  }
  ByteView left = as_bytes(bytes_).subspan(at_);
  constexpr std::size_t kHead = 12;
  if (left.size() < kHead) return damage(DamageClass::crc, "a torn frame");
  std::uint32_t leaf_size = little_endian(left.data());
  std::uint32_t payload_size = little_endian(left.data() + 4);
  if (leaf_size == 0 || leaf_size > kLeafMax || payload_size > kPayloadMax)
    return damage(DamageClass::crc, "impossible lengths in a frame");
  if (left.size() - kHead < std::size_t{leaf_size} + payload_size)
    return damage(DamageClass::crc, "a frame that ends early");
  ByteView leaf = left.subspan(kHead, leaf_size),
           payload = left.subspan(kHead + leaf_size, payload_size);
  std::uint32_t crc = crypto::crc32c(left.subspan(0, 8));
  crc = crypto::crc32c(payload, crypto::crc32c(leaf, crc));
  if (crc != little_endian(left.data() + 8))
    return damage(DamageClass::crc, "the frame's checksum does not fit its bytes");
  at_ += kHead + leaf_size + payload_size;
  return std::optional(AuditFrame{{leaf.begin(), leaf.end()}, {payload.begin(), payload.end()}});
}

namespace {

bool read_clauses(codec::CborReader& r, std::vector<std::int64_t>& out) {
  if (!codec::decode(r, out)) return false;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i] < 1 || (i > 0 && out[i] <= out[i - 1]))
      return r.fail("clause numbers that do not ascend");
  return true;
}

bool read_leaf_fields(codec::CborReader& r, AuditLeaf& leaf) {
  std::size_t entries = 0;
  std::int64_t key = -1;
  auto at = [&](std::int64_t expected) {
    return r.key(key, key) && (key == expected || r.fail("an unexpected field"));
  };
  bool ok = r.map(entries) && (entries == 10 || r.fail("not ten fields"));
  ok = ok && at(1) && r.integer(leaf.sequence) && at(2) && r.fixed_bytes(leaf.previous.bytes);
  ok = ok && at(3) && r.integer(leaf.time.value) && at(4) && r.integer(leaf.kind);
  ok = ok && at(5) && r.fixed_bytes(leaf.id.bytes) && at(6) && r.fixed_bytes(leaf.signatures.bytes);
  ok = ok && at(7) && r.boolean(leaf.admitted) && at(8) && read_clauses(r, leaf.failed);
  ok = ok && at(9) && read_clauses(r, leaf.unresolved);
  ok = ok && at(10) && codec::decode(r, leaf.shortfalls);
  if (ok) r.leave();
  return ok && r.finish();
}

}  // namespace

std::optional<AuditLeaf> read_leaf(ByteView bytes, std::string& why) {
  codec::CborReader reader(bytes);
  AuditLeaf leaf;
  if (!read_leaf_fields(reader, leaf)) {
    why = reader.error().value_or("no canonical leaf");
    return std::nullopt;
  }
  if (leaf.admitted != (leaf.failed.empty() && leaf.unresolved.empty())) {
    why = "`admitted` contradicts the clauses that it names";
    return std::nullopt;
  }
  if (leaf.admitted && !leaf.shortfalls.empty()) {
    why = "`admitted` contradicts the shortfalls that it states";
    return std::nullopt;
  }
  return leaf;
}

namespace {

int base64_digit(char c) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::size_t at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// Standard alphabet with padding, no spare bits; empty on anything else.
std::optional<Bytes> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  Bytes out;
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text.substr(0, text.size() - padding)) {
    int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> held));
    bits &= (1u << held) - 1;
  }
  if (bits != 0) return std::nullopt;
  return out;
}

/// The line that begins at `at`, which moves behind it; empty without a line end.
std::optional<std::string> take_line(const std::string& text, std::size_t& at) {
  std::size_t end = text.find('\n', at);
  if (end == std::string::npos) return std::nullopt;
  std::string line = text.substr(at, end - at);
  at = end + 1;
  return line;
}

constexpr std::size_t kNoteBytesMax = 64 * 1024, kNoteLinesMax = 64, kKeyIdBytes = 4;

bool is_text(const std::string& note) {
  return codec::is_utf8(as_bytes(note)) && std::none_of(note.begin(), note.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n';
         });
}

/// A line of signatures: whose, and the bytes with the key's id in front.
struct NoteLine {
  std::string name;
  Bytes bytes;
};
std::optional<NoteLine> read_note_line(const std::string& line) {
  static constexpr std::string_view kLead = "\xe2\x80\x94 ";
  const std::size_t end = line.find(' ', kLead.size());
  if (!line.starts_with(kLead) || end == line.npos) return std::nullopt;
  NoteLine out{line.substr(kLead.size(), end - kLead.size()), {}};
  auto bytes = from_base64(std::string_view(line).substr(end + 1));
  if (out.name.empty() || out.name.find('+') != out.name.npos || !bytes ||
      bytes->size() <= kKeyIdBytes)
    return std::nullopt;
  out.bytes = std::move(*bytes);
  return out;
}

/// Whether the line stands under the name and the id of the log's key; whoever else signed is
/// nobody that the audit knows.
bool names_log(const NoteLine& line, const std::string& origin, const PublicKey& key) {
  static constexpr std::uint8_t kSuffix[] = {'\n', 0x01};
  const Digest id = crypto::sha256({as_bytes(origin), ByteView(kSuffix), key.view()});
  return line.name == origin && std::equal(id.bytes.begin(), id.bytes.begin() + kKeyIdBytes,
                                           line.bytes.begin());
}

tl::expected<AuditCheckpoint, std::string> read_note_text(const std::string& text) {
  std::size_t at = 0;
  const auto origin = take_line(text, at), size = take_line(text, at), root = take_line(text, at);
  if (!root || origin->empty())
    return tl::make_unexpected("its text is not origin, size and root");
  while (at < text.size())
    if (take_line(text, at)->empty()) return tl::make_unexpected("an empty line in its text");
  AuditCheckpoint out;
  out.origin = *origin;
  auto number = parse_integer(*size);
  auto bytes = from_base64(*root);
  if (!number || *number < 0 || std::to_string(*number) != *size)
    return tl::make_unexpected("the size is no number");
  if (!bytes || bytes->size() != 32) return tl::make_unexpected("the root is no digest");
  out.size = *number;
  std::copy(bytes->begin(), bytes->end(), out.root.bytes.begin());
  return out;
}

}  // namespace

tl::expected<AuditCheckpoint, std::string> read_checkpoint_text(const std::string& note) {
  const std::size_t blank = note.rfind("\n\n");
  if (note.size() > kNoteBytesMax || blank == note.npos || !is_text(note))
    return tl::make_unexpected("no text, an empty line and lines of signatures");
  return read_note_text(note.substr(0, blank + 1));
}

tl::expected<AuditCheckpoint, std::string> read_checkpoint(const std::string& note,
                                                           const PublicKey& key) {
  const std::size_t blank = note.rfind("\n\n");
  if (note.size() > kNoteBytesMax || blank == note.npos || blank + 2 == note.size() ||
      note.back() != '\n' || !is_text(note))
    return tl::make_unexpected("no text, an empty line and lines of signatures");
  auto out = read_note_text(note.substr(0, blank + 1));
  if (!out) return out;
  bool by_log = false;
  std::size_t at = blank + 2;
  for (std::size_t lines = 0; at < note.size(); ++lines) {
    auto line = read_note_line(*take_line(note, at));
    if (!line || lines == kNoteLinesMax)
      return tl::make_unexpected("a malformed line of signatures, or too many");
    if (!names_log(*line, out->origin, key)) continue;
    SignatureBytes signature;
    if (line->bytes.size() != kKeyIdBytes + signature.bytes.size())
      return tl::make_unexpected("the signature is malformed");
    std::copy(line->bytes.begin() + kKeyIdBytes, line->bytes.end(), signature.bytes.begin());
    if (!crypto::verify(crypto::Signing{}, key, as_bytes(note).subspan(0, blank + 1), signature))
      return tl::make_unexpected("the signature does not verify");
    by_log = true;
  }
  if (!by_log) return tl::make_unexpected("not signed by the log's key");
  return out;
}

Digest audit_leaf_hash(ByteView leaf) {
  static constexpr std::uint8_t kLeaf[] = {0x00};
  return crypto::sha256({ByteView(kLeaf), leaf});
}

namespace {
Digest join(const Digest& left, const Digest& right) {
  static constexpr std::uint8_t kNode[] = {0x01};
  return crypto::sha256({ByteView(kNode), left.view(), right.view()});
}
}  // namespace

void AuditTree::append(const Digest& leaf) {
  ++size_;
  std::pair<std::int64_t, Digest> top{1, leaf};
  while (!subtrees_.empty() && subtrees_.back().first == top.first) {
    top = {2 * top.first, join(subtrees_.back().second, top.second)};
    subtrees_.pop_back();
  }
  subtrees_.push_back(top);
}

Digest AuditTree::root() const {
  if (subtrees_.empty()) return crypto::sha256(ByteView());
  Digest out = subtrees_.back().second;
  for (auto it = std::next(subtrees_.rbegin()); it != subtrees_.rend(); ++it)
    out = join(it->second, out);
  return out;
}

}  // namespace capmarket::audit
