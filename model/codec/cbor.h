// Deterministic CBOR (RFC 8949 section 4.2.1), restricted: integers, byte strings, UTF-8 text,
// arrays, maps with small ascending integer keys, true false null.
// Source: docs/spec/chain.md#canonical-bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/base/bytes.h"
#include "model/base/integers.h"

namespace capmarket::codec {

/// Arrays and maps inside each other, at most.
inline constexpr int kCborDepthMax = 16;
/// Bytes of an object's body, at most.
inline constexpr std::size_t kObjectBytesMax = 64 * 1024;
/// Bytes of the body of a declaration batch, at most.
inline constexpr std::size_t kBatchBytesMax = 16 * 1024 * 1024;

/// Appends shortest-form items. The caller writes exactly as many items as a header announced.
class CborWriter {
 public:
  /// An integer of any sign; a reader takes no more than 62 bits of it.
  void integer(std::int64_t v);
  /// A byte string.
  void bytes(ByteView v);
  /// A text, which the caller vouches to be UTF-8.
  void text(std::string_view v);
  /// The header of an array: the items follow.
  void array(std::size_t items);
  /// The header of a map: so many keys, ascending integers, each followed by its value.
  void map(std::size_t entries);
  void boolean(bool v);
  void null();
  /// What was written so far.
  const Bytes& result() const { return out_; }
  /// The same, moved out: nothing is written afterwards.
  Bytes take() { return std::move(out_); }

 private:
  void head(std::uint8_t major, std::uint64_t argument);
  Bytes out_;
};

/// Strict, bounded reader. Every method returns false (or nothing) once anything was wrong; `error`
/// then says what, at which byte. Lengths are checked against the input before anything is
/// allocated.
class CborReader {
 public:
  explicit CborReader(ByteView input) : input_(input) {}

  /// Between -kWireMax - 1 and kWireMax.
  bool integer(std::int64_t& v);
  /// A byte string of any length that the input holds.
  bool bytes(Bytes& v);
  /// A byte string of exactly the length of `v`.
  bool fixed_bytes(std::span<std::uint8_t> v);
  /// A text that is UTF-8 (is_utf8).
  bool text(std::string& v);
  /// The header of an array, which leave() ends.
  bool array(std::size_t& items);
  /// The header of a map, which leave() ends.
  bool map(std::size_t& entries);
  /// The next key of a map, which must be greater than `previous` (-1 before the first).
  bool key(std::int64_t previous, std::int64_t& v);
  /// True or false.
  bool boolean(bool& v);
  /// True when the next item is null, which is then consumed.
  bool take_null();
  /// Nothing is left and nothing was wrong.
  bool finish();
  /// Call when an array or map has been read to its end: depth is bounded by kCborDepthMax.
  void leave();

  /// Nothing was wrong so far.
  bool ok() const { return !error_.has_value(); }
  /// The first thing that was wrong: `what at byte N`.
  const std::optional<std::string>& error() const { return error_; }
  /// Says that `what` is wrong here, unless something was before; false.
  bool fail(std::string what);
  /// Bytes read, from 0.
  std::size_t position() const { return at_; }

 private:
  bool head(std::uint8_t major, std::uint64_t& argument);
  bool count(std::uint8_t major, std::size_t bytes_each, std::size_t& items);
  ByteView input_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<std::string> error_;
};

/// True for well-formed UTF-8 without surrogates or overlong forms.
bool is_utf8(ByteView text);

}  // namespace capmarket::codec
