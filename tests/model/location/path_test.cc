#include "model/location/path.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace capmarket::location {
namespace {

TEST(Location, contains_whole_segments_only) {
  EXPECT_TRUE(Location{"eu"}.contains({"eu/de"}));
  EXPECT_TRUE(Location{"eu"}.contains({"eu"}));
  EXPECT_FALSE(Location{"eu/d"}.contains({"eu/de"}));
  EXPECT_FALSE(Location{"eu/de"}.contains({"eu"}));
  for (const char* bad :
       {"", "/", "eu/", "/eu", "eu//de", "eu de", "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"})
    EXPECT_FALSE(parse_location(bad).has_value()) << bad;
}

RC_GTEST_PROP(Location, containment_is_two_comparisons_of_intervals, ()) {
  auto path = [] {
    std::string out = "a";
    int depth = *rc::gen::inRange(0, 4);
    for (int i = 0; i < depth; ++i) out += *rc::gen::element("/a", "/b", "/ab");
    return Location{out};
  };
  Location location = path(), scope = path();
  Interval inner = interval_of(location);
  Interval outer = interval_of(scope, location, *rc::gen::inRange(0, 9));
  RC_ASSERT((outer.enter <= inner.enter && inner.exit <= outer.exit) == scope.contains(location));
}

}  // namespace
}  // namespace capmarket::location
