// Canonical bytes of every kind: there and back, and nothing shorter or longer is an object.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "model/objects/json_view.h"
#include "tests/property/generators.h"

namespace capmarket::property {
namespace {

class EveryKind : public ::testing::TestWithParam<objects::Kind> {};

TEST_P(EveryKind, comes_back_from_its_bytes_and_is_shown) {
  std::size_t longest = 0;
  ASSERT_TRUE(rc::check([&] {
    objects::Object object = *object_of(GetParam());
    RC_ASSERT(objects::kind_of(object) == GetParam());
    Bytes body = objects::encode_object(object);
    longest = std::max(longest, body.size());
    auto back = objects::decode_object(GetParam(), body);
    if (!back) RC_FAIL(to_text(back.error()));
    RC_ASSERT(objects::encode_object(*back) == body);
    RC_ASSERT(!objects::object_json(object).dump().empty());
    RC_ASSERT(objects::object_json(*back).dump() == objects::object_json(*objects::decode_object(GetParam(), body)).dump());
  }));
  EXPECT_GT(longest, 20U) << "trivial objects only";
}

TEST_P(EveryKind, refuses_every_truncation_and_a_byte_too_many) {
  ASSERT_TRUE(rc::check([&] {
    Bytes body = objects::encode_object(*object_of(GetParam()));
    for (std::size_t n = 0; n < body.size(); ++n)
      RC_ASSERT(!objects::decode_object(GetParam(), ByteView(body).first(n)).has_value());
    body.push_back(0);
    RC_ASSERT(!objects::decode_object(GetParam(), body).has_value());
  }));
}

INSTANTIATE_TEST_SUITE_P(kinds, EveryKind, ::testing::ValuesIn(objects::all_kinds()), [](const auto& kind) {
  std::string name(to_text(kind.param));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace capmarket::property
