// RFC 8949, appendix A: which of its examples are of the restricted form here, and what RFC 8949 calls
// not well-formed (appendix F) or not preferred (section 4.2.1).
#include <gtest/gtest.h>

#include "model/codec/cbor.h"

namespace capmarket::codec {
namespace {

/// Reads one item of any kind that there is, whatever is inside.
bool read_any(CborReader& r, ByteView bytes) {
  if (!r.ok() || r.position() >= bytes.size()) return r.fail("nothing");
  std::int64_t number = 0;
  std::size_t items = 0;
  bool yes = false;
  Bytes raw;
  std::string text;
  switch (bytes[r.position()] >> 5) {
    case 0:
    case 1:
      return r.integer(number);
    case 2:
      return r.bytes(raw);
    case 3:
      return r.text(text);
    case 4:
      if (!r.array(items)) return false;
      while (items-- > 0)
        if (!read_any(r, bytes)) return false;
      r.leave();
      return true;
    case 5:
      if (!r.map(items)) return false;
      for (number = -1; items-- > 0;)
        if (!r.key(number, number) || !read_any(r, bytes)) return false;
      r.leave();
      return true;
    default:
      return r.boolean(yes);
  }
}

bool is_of_the_form(const char* hex) {
  const Bytes bytes = from_hex(hex).value();
  CborReader r(bytes);
  return read_any(r, bytes) && r.finish();
}

TEST(PublishedCbor, examples_of_the_form_are_read) {
  for (const char* good :
       {"00", "01", "0a", "17", "1818", "1819", "1864", "1903e8", "1a000f4240",
        "1b000000e8d4a51000", "20", "29", "3863", "3903e7", "f4", "f5", "40", "4401020304", "60",
        "6161", "6449455446", "62225c", "62c3bc", "63e6b0b4", "64f0908591", "80", "83010203",
        "8301820203820405", "98190102030405060708090a0b0c0d0e0f101112131415161718181819", "a0",
        "a201020304"})
    EXPECT_TRUE(is_of_the_form(good)) << good;
}

/// Well-formed CBOR that the form has no place for: numbers beyond 62 bits, bignums, floats, null and
/// other simple values, tags, keys of text, indefinite lengths.
TEST(PublishedCbor, examples_outside_of_the_form_are_refused) {
  for (const char* other :
       {"1bffffffffffffffff", "c249010000000000000000", "3bffffffffffffffff",
        "c349010000000000000000", "f90000", "f98000", "f93c00", "fb3ff199999999999a", "f93e00",
        "f97bff", "fa47c35000", "fa7f7fffff", "fb7e37e43c8800759c", "f90001", "f90400", "f9c400",
        "fbc010666666666666", "f97c00", "f97e00", "f9fc00", "fa7f800000", "fa7fc00000",
        "faff800000", "fb7ff0000000000000", "fb7ff8000000000000", "fbfff0000000000000", "f6", "f7",
        "f0", "f8ff", "c074323031332d30332d32315432303a30343a30305a", "c11a514b67b0",
        "c1fb41d452d9e8200000", "d74401020304", "d818456449455446",
        "d82076687474703a2f2f7777772e6578616d706c652e636f6d", "a26161016162820203",
        "826161a161626163", "a56161614161626142616361436164614461656145", "5f42010243030405ff",
        "7f657374726561646d696e67ff", "9fff", "9f018202039f0405ffff", "9f01820203820405ff",
        "83018202039f0405ff", "83019f0203ff820405",
        "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", "bf61610161629f0203ffff",
        "826161bf61626163ff", "bf6346756ef563416d7421ff"})
    EXPECT_FALSE(is_of_the_form(other)) << other;
}

/// Appendix F: the end inside of an item, reserved additional information, simple values in two bytes,
/// indefinite lengths where there are none, a break alone.
TEST(PublishedCbor, examples_that_are_not_well_formed_are_refused) {
  for (const char* bad :
       {"18", "19", "1a", "1b", "1901", "1a0102", "1b01020304050607", "38", "58", "78", "98",
        "9a01ff00", "b8", "d8", "f8", "f900", "fa0000", "fb000000", "41", "61", "5affffffff00",
        "5bffffffffffffffff010203", "7affffffff00", "7b7fffffffffffffff010203", "81",
        "818181818181818181", "8200", "a1", "a20102", "a100", "a2000000", "c0", "5f4100", "7f6100",
        "9f", "9f0102", "bf", "bf01020102", "819f", "9f8000", "9f9f9f9f9fffffffff",
        "9f819f819f9fffffff", "1c", "1d", "1e", "3c", "3d", "3e", "5c", "5d", "5e", "7c", "7d",
        "7e", "9c", "9d", "9e", "bc", "bd", "be", "dc", "dd", "de", "fc", "fd", "fe", "f800",
        "f801", "f818", "f81f", "5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fa0ff", "5fc000ff",
        "5fe0ff", "7f4100ff", "5f5f4100ffff", "7f7f6100ffff", "ff", "81ff", "8200ff", "a1ff",
        "a1ff00", "a100ff", "a20000ff", "9f81ff", "9f829f819f9fffffffff", "bf00ff", "bf000000ff",
        "1f", "3f", "df"})
    EXPECT_FALSE(is_of_the_form(bad)) << bad;
}

/// Section 4.2.1: longer than needed, keys out of order or twice; and what follows the item.
TEST(PublishedCbor, the_same_in_another_form_is_refused) {
  for (const char* other :
       {"1800", "190000", "1a00000000", "1b0000000000000000", "1817", "1900ff", "1a0000ffff",
        "3800", "3900ff", "5800", "580141", "59000100", "7800", "780161", "9800", "980100",
        "990001", "b800", "b8010102", "a203040102", "a201020103", "a220002100", "a120f4", "a1f400",
        "a11903e900", "0000", "f4f4", "8000", "a0a0", "4001", "61ff", "62c0af", "63eda080",
        "64f4908080", "61c3", "63e28228", "64f8888080"})
    EXPECT_FALSE(is_of_the_form(other)) << other;
}

TEST(PublishedCbor, nests_so_deep_and_no_deeper) {
  auto nested = [](int deep) {
    std::string hex;
    for (int i = 0; i < deep; ++i) hex += "81";
    return hex + "00";
  };
  EXPECT_TRUE(is_of_the_form(nested(kCborDepthMax).c_str()));
  EXPECT_FALSE(is_of_the_form(nested(kCborDepthMax + 1).c_str()));
}

}  // namespace
}  // namespace capmarket::codec
