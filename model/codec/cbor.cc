#include "model/codec/cbor.h"

#include <fmt/format.h>

namespace capmarket::codec {
namespace {
constexpr std::uint8_t kUnsigned = 0, kNegative = 1, kByteString = 2, kTextString = 3, kArray = 4,
                       kMap = 5, kSimple = 7;
constexpr std::uint8_t kFalse = 20, kTrue = 21, kNull = 22;
}  // namespace

void CborWriter::head(std::uint8_t major, std::uint64_t argument) {
  auto top = static_cast<std::uint8_t>(major << 5);
  int width = 0;
  if (argument < 24) {
    out_.push_back(static_cast<std::uint8_t>(top | argument));
    return;
  }
  if (argument <= 0xff) {
    out_.push_back(top | 24);
    width = 1;
  } else if (argument <= 0xffff) {
    out_.push_back(top | 25);
    width = 2;
  } else if (argument <= 0xffffffff) {
    out_.push_back(top | 26);
    width = 4;
  } else {
    out_.push_back(top | 27);
    width = 8;
  }
  for (int i = width - 1; i >= 0; --i)
    out_.push_back(static_cast<std::uint8_t>(argument >> (8 * i)));
}

void CborWriter::integer(std::int64_t v) {
  if (v >= 0)
    head(kUnsigned, static_cast<std::uint64_t>(v));
  else
    head(kNegative, ~static_cast<std::uint64_t>(v));
}
void CborWriter::bytes(ByteView v) {
  head(kByteString, v.size());
  out_.insert(out_.end(), v.begin(), v.end());
}
void CborWriter::text(std::string_view v) {
  head(kTextString, v.size());
  out_.insert(out_.end(), v.begin(), v.end());
}
void CborWriter::array(std::size_t items) { head(kArray, items); }
void CborWriter::map(std::size_t entries) { head(kMap, entries); }
void CborWriter::boolean(bool v) { head(kSimple, v ? kTrue : kFalse); }
void CborWriter::null() { head(kSimple, kNull); }

bool CborReader::fail(std::string what) {
  if (!error_) error_ = fmt::format("{} at byte {}", what, at_);
  return false;
}

bool CborReader::head(std::uint8_t major, std::uint64_t& argument) {
  if (!ok()) return false;
  if (at_ >= input_.size()) return fail("the input ends early");
  std::uint8_t first = input_[at_];
  if (first >> 5 != major)
    return fail(fmt::format("major type {} where {} was expected", first >> 5, major));
  std::uint8_t low = first & 31;
  if (low < 24) {
    argument = low;
    ++at_;
    return true;
  }
  if (low > 27) return fail("an indefinite length or a reserved form");
  std::size_t width = std::size_t{1} << (low - 24);
  if (input_.size() - at_ - 1 < width) return fail("the input ends early");
  argument = 0;
  for (std::size_t i = 0; i < width; ++i) argument = argument << 8 | input_[at_ + 1 + i];
  std::uint64_t least = width == 1 ? 24 : std::uint64_t{1} << (8 * (width / 2));
  if (argument < least) return fail("a number that is not in its shortest form");
  at_ += 1 + width;
  return true;
}

bool CborReader::integer(std::int64_t& v) {
  if (!ok()) return false;
  if (at_ >= input_.size()) return fail("the input ends early");
  bool negative = input_[at_] >> 5 == kNegative;
  std::uint64_t n = 0;
  if (!head(negative ? kNegative : kUnsigned, n)) return false;
  if (n > static_cast<std::uint64_t>(kWireMax)) return fail("an integer beyond 62 bits");
  v = negative ? -1 - static_cast<std::int64_t>(n) : static_cast<std::int64_t>(n);
  return true;
}

bool CborReader::count(std::uint8_t major, std::size_t bytes_each, std::size_t& items) {
  std::uint64_t n = 0;
  if (!head(major, n)) return false;
  if (n > (input_.size() - at_) / bytes_each) return fail("a length beyond the end of the input");
  items = static_cast<std::size_t>(n);
  return true;
}

bool CborReader::bytes(Bytes& v) {
  std::size_t n = 0;
  if (!count(kByteString, 1, n)) return false;
  v.assign(input_.begin() + static_cast<std::ptrdiff_t>(at_),
           input_.begin() + static_cast<std::ptrdiff_t>(at_ + n));
  at_ += n;
  return true;
}

bool CborReader::fixed_bytes(std::span<std::uint8_t> v) {
  std::size_t n = 0;
  if (!count(kByteString, 1, n)) return false;
  if (n != v.size()) return fail(fmt::format("{} bytes where {} were expected", n, v.size()));
  std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(at_), n, v.begin());
  at_ += n;
  return true;
}

bool CborReader::text(std::string& v) {
  std::size_t n = 0;
  if (!count(kTextString, 1, n)) return false;
  ByteView raw = input_.subspan(at_, n);
  if (!is_utf8(raw)) return fail("text that is not UTF-8");
  v.assign(raw.begin(), raw.end());
  at_ += n;
  return true;
}

bool CborReader::array(std::size_t& items) {
  if (!count(kArray, 1, items)) return false;
  return ++depth_ <= kCborDepthMax || fail("nesting deeper than 16");
}

bool CborReader::map(std::size_t& entries) {
  if (!count(kMap, 2, entries)) return false;
  return ++depth_ <= kCborDepthMax || fail("nesting deeper than 16");
}

void CborReader::leave() { --depth_; }

bool CborReader::key(std::int64_t previous, std::int64_t& v) {
  std::uint64_t n = 0;
  if (!head(kUnsigned, n)) return false;
  if (n > 1000) return fail("a map key beyond 1000");
  v = static_cast<std::int64_t>(n);
  return v > previous || fail("map keys that do not ascend");
}

bool CborReader::boolean(bool& v) {
  std::uint64_t n = 0;
  if (!head(kSimple, n)) return false;
  if (n != kTrue && n != kFalse) return fail("neither true nor false");
  v = n == kTrue;
  return true;
}

bool CborReader::take_null() {
  if (!ok() || at_ >= input_.size() || input_[at_] != (kSimple << 5 | kNull)) return false;
  ++at_;
  return true;
}

bool CborReader::finish() {
  if (!ok()) return false;
  return at_ == input_.size() || fail("bytes after the end");
}

bool is_utf8(ByteView s) {
  for (std::size_t i = 0; i < s.size();) {
    std::uint8_t c = s[i];
    int extra = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : -1;
    if (extra < 0 || s.size() - i < static_cast<std::size_t>(extra) + 1) return false;
    std::uint32_t code = extra == 0 ? c : c & (0x3f >> extra);
    for (int k = 1; k <= extra; ++k) {
      if (s[i + static_cast<std::size_t>(k)] >> 6 != 2) return false;
      code = code << 6 | (s[i + static_cast<std::size_t>(k)] & 0x3f);
    }
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[extra] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    i += static_cast<std::size_t>(extra) + 1;
  }
  return true;
}

}  // namespace capmarket::codec
