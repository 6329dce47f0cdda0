#include "model/objects/object.h"

#include <gtest/gtest.h>

namespace capmarket::objects {
namespace {

TEST(Settlements, keep_the_limits_of_the_protocol_or_are_no_object) {
  auto decodes = [](const Settlement& s) {
    return decode_object(Kind::settlement, encode_object(s)).has_value();
  };
  Settlement s;
  EXPECT_FALSE(decodes(s));
  s.legs.resize(kLegsMax);
  EXPECT_TRUE(decodes(s));
  s.legs[3].displace = DisplaceTerms{Money(0), Money(1)};
  EXPECT_TRUE(decodes(s));
  s.legs.clear();
  s.legs.resize(kLegsMax + 1);
  EXPECT_FALSE(decodes(s));
}

}  // namespace
}  // namespace capmarket::objects
