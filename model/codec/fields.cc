#include "model/codec/fields.h"

namespace capmarket::codec {

void encode(CborWriter& w, Volume v) {
  auto bits = static_cast<unsigned __int128>(v.value);
  std::array<std::uint8_t, 16> out{};
  for (std::size_t i = 0; i < 16; ++i) out[15 - i] = static_cast<std::uint8_t>(bits >> (8 * i));
  w.bytes(out);
}

bool decode(CborReader& r, Volume& v) {
  std::array<std::uint8_t, 16> in{};
  if (!r.fixed_bytes(in)) return false;
  unsigned __int128 bits = 0;
  for (std::uint8_t b : in) bits = bits << 8 | b;
  v.value = static_cast<Int128>(bits);
  return true;
}

bool decode(CborReader& r, Window& v) {
  std::size_t n = 0;
  if (!r.array(n)) return false;
  if (n != 2) return r.fail("a window that is not a pair");
  if (!r.integer(v.from.value) || !r.integer(v.until.value)) return false;
  r.leave();
  return true;
}

bool decode(CborReader& r, location::Location& v) {
  std::string text;
  if (!r.text(text)) return false;
  auto parsed = location::parse_location(text);
  if (!parsed) return r.fail("text that is no location");
  v = std::move(*parsed);
  return true;
}

}  // namespace capmarket::codec
