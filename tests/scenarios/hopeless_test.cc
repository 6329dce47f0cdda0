// Groups that can never get anything are told so, in one sentence with the keys; a near miss is
// not. That it is so: tests/sim/run/hopeless_test.cc.
#include "scenarios/hopeless.h"

#include <algorithm>
#include <filesystem>

#include "scenarios/prospects.h"
#include "tests/scenarios/expect_problem.h"
#include "tests/support/hopeless_cases.h"

namespace capmarket::scenarios {
namespace {

Scenario market_of(const testing::MarketChange& change) {
  testing::ScratchFolder folder;
  return expect_value(load_scenario(testing::write_market(folder, change), change.sets, {}));
}

class HopelessGroups : public ::testing::TestWithParam<testing::HopelessCase> {};

TEST_P(HopelessGroups, are_told_so_and_a_near_miss_is_not) {
  const testing::HopelessCase& c = GetParam();
  const Problems told = market_of(c.hopeless).warnings;
  const bool said = std::any_of(told.begin(), told.end(), [&](const Problem& p) {
    return p.what.find(c.sentence) != p.what.npos && p.line > 0 && !p.expected.empty() &&
           p.what.find("`users.firms`") != p.what.npos;
  });
  EXPECT_TRUE(said) << c.sentence << "\nis not in\n" << to_text(told);
  const Problems near_miss = market_of(c.near_miss).warnings;
  EXPECT_TRUE(near_miss.empty()) << to_text(near_miss);
}

INSTANTIATE_TEST_SUITE_P(Kinds, HopelessGroups, ::testing::ValuesIn(testing::hopeless_cases()),
                         [](const auto& one) { return one.param.name; });

TEST(Hopeless, users_who_give_up_what_they_sign_are_told_so) {
  const std::vector<std::pair<std::string, std::string>> sets = {
      {"chain.interval", "10ms"}, {"users.firms.timeouts.settlement", "109ms"}};
  const Problems told = market_of({sets}).warnings;
  ASSERT_EQ(told.size(), 1u) << to_text(told);
  EXPECT_THAT(told[0].what, ::testing::HasSubstr(
                                "`users.firms` gives up every settlement before it can know of it: "
                                "`timeouts.settlement` 109ms and `chain.interval` 10ms are less"));
  EXPECT_TRUE(
      market_of({{{"chain.interval", "10ms"}, {"users.firms.timeouts.settlement", "110ms"}}})
          .warnings.empty());
}

/// Another version, holder or coordinator may do what one does not.
TEST(Hopeless, one_way_out_is_enough) {
  auto both = [](const std::string& asks) {
    return testing::MarketChange{
        {{"users.firms.value", "0.90"},
         {"holders",
          "[{ name: sites, class: compute, count: 4, strategy: prepublish, quantity: 30, window: "
          "3h, ask: 1.00 }, { name: cheap, class: compute, count: 1, strategy: prepublish, "
          "quantity: 30, window: 3h, ask: " +
              asks + " }]"}}};
  };
  EXPECT_EQ(market_of(both("1.00")).warnings.size(), 1u);
  EXPECT_TRUE(market_of(both("exponential(1.00)")).warnings.empty()) << "it may be 0";
  const Scenario none =
      market_of({{{"users.firms.arrivals.burst.size", "0"}, {"users.firms.value", "0.10"}}});
  EXPECT_TRUE(none.warnings.empty()) << "who asks for nothing is denied nothing";
}

TEST(Hopeless, no_shipped_pack_has_such_a_group) {
  int packs = 0;
  for (const auto& file : std::filesystem::directory_iterator(source_dir() + "/scenarios/packs")) {
    if (file.path().extension() != ".yaml") continue;
    ++packs;
    const Scenario s = expect_value(load_scenario(file.path().string(), {}, {}));
    EXPECT_TRUE(s.warnings.empty()) << file.path() << to_text(s.warnings);
  }
  EXPECT_GE(packs, 15);
}

TEST(Hopeless, partitions_that_meet_count_as_one) {
  Scenario s;
  s.duration = Duration(10);
  s.partitions = {{Duration(5), Duration(10), {"a", "b"}},
                  {Duration(0), Duration(5), {"a", "b", "c"}}};
  EXPECT_TRUE(cut_off(s, "a", "b"));
  EXPECT_FALSE(cut_off(s, "a", "c"));
  EXPECT_FALSE(cut_off(s, "a", "a"));
  s.partitions[0].from = Duration(6);
  EXPECT_FALSE(cut_off(s, "a", "b")) << "one nanosecond is left";
}

}  // namespace
}  // namespace capmarket::scenarios
