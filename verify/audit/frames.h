// The bytes of a chain directory, read once, forwards, with bounded memory. Shares nothing with
// model/chain. Source: docs/spec/chain.md#files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"

namespace capmarket::audit {

/// How bytes of a chain can be other than what was signed.
enum class DamageClass : std::uint8_t { crc, leaf, link, root, signature, decision, derived };
/// The class as reports say it.
std::string_view to_text(DamageClass damage);

/// Damage, with what it is in words.
struct Damage {
  DamageClass kind = DamageClass::crc;
  std::string what;
  Problems unreadable{};  // where the system did not give the bytes: nobody is accused of it
};

/// One entry of a segment as bytes.
struct AuditFrame {
  Bytes leaf;
  Bytes payload;
};

/// Frames of all segments in order. Memory: one segment.
class FrameReader {
 public:
  explicit FrameReader(std::string dir) : dir_(std::move(dir)) {}
  /// The next frame; empty at the end of the last segment.
  tl::expected<std::optional<AuditFrame>, Damage> next();
  /// At the end: the name of the segment that is not there, where a later one is.
  std::optional<std::string> missing() const;
  /// What the end is, where so many entries are signed.
  Damage short_of(std::int64_t size) const;

 private:
  tl::expected<bool, Damage> open_next();
  std::string dir_;
  int segment_ = 0;
  std::string bytes_;  // of the segment that is read
  std::size_t at_ = 0;
};

/// What a leg of a refused settlement lacked, as its leaf states it.
struct AuditShortfall {
  std::int64_t leg = 0;
  Quantity lack;
  Money compensation;
  Money refund;
  bool operator==(const AuditShortfall&) const = default;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "leg", s.leg);
    v(2, "lack", s.lack);
    v(3, "compensation", s.compensation);
    v(4, "refund", s.refund);
  }
};

/// A leaf, decoded by the audit's own decoder.
struct AuditLeaf {
  std::int64_t sequence = 0;
  Digest previous;
  Instant time;
  std::int64_t kind = 0;
  ContentId id;
  Digest signatures;
  bool admitted = false;
  std::vector<std::int64_t> failed;      // clause numbers, ascending
  std::vector<std::int64_t> unresolved;  // likewise
  std::vector<AuditShortfall> shortfalls;
};
/// Empty where the bytes are not the canonical form; `why` says what is wrong.
std::optional<AuditLeaf> read_leaf(ByteView bytes, std::string& why);

/// `dir/chain` where that holds a chain, or may not be looked at; else `dir`.
std::string audit_directory(const std::string& dir);

/// RFC 9162: SHA-256(0x00 || leaf); SHA-256(0x01 || left || right).
Digest audit_leaf_hash(ByteView leaf);
/// The Merkle tree hash over leaves that arrive one at a time, by merging equal subtrees.
class AuditTree {
 public:
  /// Adds the hash of the next leaf.
  void append(const Digest& leaf);
  /// The root over all leaves so far; of none, the hash of nothing.
  Digest root() const;
  std::int64_t size() const { return size_; }

 private:
  std::vector<std::pair<std::int64_t, Digest>> subtrees_;  // (leaves, hash), falling
  std::int64_t size_ = 0;
};

}  // namespace capmarket::audit
