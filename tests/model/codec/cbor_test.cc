#include "model/codec/cbor.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/objects/object.h"

namespace capmarket::codec {
namespace {

std::string hex_of(std::int64_t v) {
  CborWriter w;
  w.integer(v);
  return to_hex(w.result());
}

/// RFC 8949, appendix A.
TEST(Cbor, writes_the_shortest_form) {
  EXPECT_EQ(hex_of(0), "00");
  EXPECT_EQ(hex_of(23), "17");
  EXPECT_EQ(hex_of(24), "1818");
  EXPECT_EQ(hex_of(100), "1864");
  EXPECT_EQ(hex_of(1000), "1903e8");
  EXPECT_EQ(hex_of(1'000'000), "1a000f4240");
  EXPECT_EQ(hex_of(1'000'000'000'000), "1b000000e8d4a51000");
  EXPECT_EQ(hex_of(-1), "20");
  EXPECT_EQ(hex_of(-100), "3863");
  EXPECT_EQ(hex_of(-1000), "3903e7");
}

bool reads_integer(const char* hex) {
  Bytes raw = *from_hex(hex);
  CborReader r(raw);
  std::int64_t v = 0;
  return r.integer(v) && r.finish();
}

TEST(Cbor, refuses_every_form_but_the_shortest) {
  EXPECT_TRUE(reads_integer("17"));
  for (const char* bad :
       {"1817", "190017", "1a00000017", "1b0000000000000017", "1900ff", "1a0000ffff",
        "1b00000000ffffffff", "3817", "1c", "1f", "18", "19ff", "ff", "", "0000",
        "1b4000000000000000", "fb3ff0000000000000", "c100", "5f4100ff"})
    EXPECT_FALSE(reads_integer(bad)) << bad;
}

TEST(Cbor, refuses_a_length_beyond_the_input_before_allocating) {
  for (const char* bad :
       {"5bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff", "5a7fffffff"}) {
    Bytes raw = *from_hex(bad);
    CborReader r(raw);
    Bytes out;
    std::size_t n = 0;
    EXPECT_FALSE(r.bytes(out) || CborReader(raw).array(n) || CborReader(raw).map(n)) << bad;
  }
}

TEST(Cbor, refuses_text_that_is_not_utf8) {
  for (const char* bad : {"61ff", "62c080", "63eda080", "64f4908080", "61c3"}) {
    Bytes raw = *from_hex(bad);
    CborReader r(raw);
    std::string out;
    EXPECT_FALSE(r.text(out)) << bad;
  }
}

RC_GTEST_PROP(Cbor, reads_back_every_integer_on_the_wire, ()) {
  auto v = *rc::gen::inRange<std::int64_t>(-kWireMax, kWireMax);
  CborWriter w;
  w.integer(v);
  CborReader r(w.result());
  std::int64_t back = 0;
  RC_ASSERT(r.integer(back) && r.finish() && back == v);
}

RC_GTEST_PROP(Cbor, never_crashes_on_random_bytes_and_accepts_only_the_canonical_form, ()) {
  auto raw = *rc::gen::container<Bytes>(rc::gen::arbitrary<std::uint8_t>());
  auto kind = *rc::gen::element(objects::Kind::genesis, objects::Kind::authority_grant, objects::Kind::credential_grant,
                                objects::Kind::class_declaration, objects::Kind::rule, objects::Kind::declaration,
                                objects::Kind::request, objects::Kind::settlement, objects::Kind::residual, objects::Kind::tick);
  auto object = objects::decode_object(kind, raw);
  if (object) RC_ASSERT(objects::encode_object(*object) == raw);
}

}  // namespace
}  // namespace capmarket::codec
