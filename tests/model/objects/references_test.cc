#include "model/objects/references.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace capmarket::objects {
namespace {

TEST(References, are_every_id_of_the_schema) {
  ContentId a, b, c;
  a.bytes[0] = 1, b.bytes[0] = 2, c.bytes[0] = 3;
  Settlement s;
  s.legs.resize(1);
  s.legs[0].request = a;
  s.legs[0].replaces = b;
  s.legs[0].price_index = c;
  auto ids = references(s);
  for (const ContentId& id : {a, b, c}) EXPECT_EQ(std::count(ids.begin(), ids.end(), id), 1);
}

}  // namespace
}  // namespace capmarket::objects
