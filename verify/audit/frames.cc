#include "verify/audit/frames.h"

#include <fmt/format.h>

#include <filesystem>

#include "model/base/read_file.h"
#include "model/codec/cbor.h"
#include "model/codec/fields.h"
#include "model/crypto/crc32c.h"
#include "model/crypto/hash.h"

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
  // The writer begins a segment with a frame: none stands behind an empty one.
  if (bytes->empty()) return damage(DamageClass::crc, "an empty segment");
  bytes_ = std::move(*bytes);
  at_ = 0;
  ++segment_;
  return true;
}

std::optional<std::string> FrameReader::missing() const {
  const std::string name = fmt::format("{:08}.seg", segment_);
  std::error_code error;
  std::filesystem::directory_iterator it(dir_ + "/segments", error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error))
    if (const std::string other = it->path().filename().string();
        other.size() == name.size() && other.ends_with(".seg") &&
        other.find_first_not_of("0123456789") == name.find('.') && other > name)
      return name;
  return std::nullopt;
}

Damage FrameReader::short_of(std::int64_t size) const {
  if (auto name = missing())
    return {DamageClass::crc,
            fmt::format("segments/{} is not there, and a later one is", *name),
            {}};
  return {DamageClass::root,
          fmt::format("the log ends here, below its signed size {}: rolled back, or an old backup",
                      size),
          {}};
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
  std::int64_t before = -1;
  for (const AuditShortfall& x : leaf.shortfalls) {
    if (x.leg <= before || x.lack.value < 1 || x.compensation.value < 0 || x.refund.value < 0) {
      why = "shortfalls of legs that do not ascend, or of nothing";
      return std::nullopt;
    }
    before = x.leg;
  }
  return leaf;
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

std::string audit_directory(const std::string& dir) {
  // What may not be looked at is no reason to look elsewhere.
  auto may_be_there = [&](const char* name) {
    std::error_code error;
    return std::filesystem::exists(dir + name, error) || error == std::errc::permission_denied;
  };
  return may_be_there("/chain/genesis.cbor") || may_be_there("/chain/segments") ? dir + "/chain"
                                                                                 : dir;
}

}  // namespace capmarket::audit
