// Who gains and who loses by a difference.
#include <gmock/gmock.h>

#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

/// `users of tier `spot` lose: can newly be …`.
std::vector<std::string> told(const std::vector<Edit>& newer, const std::vector<Edit>& older = {}) {
  std::vector<std::string> out;
  for (const Effect& e : diffed(older, newer).effects)
    out.push_back(e.who + (e.gains ? " gain: " : " lose: ") + e.what);
  return out;
}

using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

const Edit kFirmDisplaces = {
    "rank: 20\n",
    "rank: 20\n    displaces: { when: notice >= 1h, compensation: victim.value, pay_within: 1h }\n"};

TEST(Effects, a_new_right_to_displace_is_what_its_victims_lose) {
  EXPECT_THAT(
      told({kFirmDisplaces}),
      ::testing::UnorderedElementsAre("users of tier `spot` lose: can newly be displaced by `firm`",
                                      "users of tier `firm` gain: can newly displace `spot`"));
  EXPECT_THAT(told({}, {kFirmDisplaces}),
              ::testing::UnorderedElementsAre(
                  "users of tier `spot` gain: can no longer be displaced by `firm`",
                  "users of tier `firm` lose: can no longer displace `spot`"));
}

TEST(Effects, a_wider_condition_names_every_tier_that_it_reaches) {
  const std::vector<std::string> all = told({{"notice >= 5min", "notice >= 1min"}});
  EXPECT_THAT(all, IsSupersetOf({"users of tier `spot` lose: can newly be displaced by `urgent`",
                                 "users of tier `firm` lose: can newly be displaced by `urgent`"}));
  EXPECT_THAT(told({{"notice >= 5min", "notice >= 5min || victim.tier == \"spot\""}}),
              Not(Contains(StartsWith("users of tier `firm`"))));
}

TEST(Effects, a_new_tier_that_displaces_is_a_loss_of_those_below) {
  const std::vector<std::string> all =
      told({{"  - name: firm\n",
             "  - name: rescue\n    rank: 25\n    eligible: true\n    displaces: { when: true, "
             "compensation: victim.value, pay_within: 1h }\n  - name: firm\n"}});
  EXPECT_THAT(all, IsSupersetOf({"users of tier `spot` lose: can newly be displaced by `rescue`",
                                 "users of tier `firm` lose: can newly be displaced by `rescue`"}));
  EXPECT_THAT(all,
              Not(Contains("users of tier `urgent` lose: can newly be displaced by `rescue`")));
}

TEST(Effects, compensation_has_two_sides_and_a_direction) {
  EXPECT_THAT(
      told({{"1.5 * victim", "1.6 * victim"}}),
      IsSupersetOf({"users of tier `spot` gain: are owed more when `urgent` displaces them, in "
                    "some cases",
                    "users of tier `urgent` lose: owe more when they displace `spot`, in some "
                    "cases"}));
  EXPECT_THAT(told({{"1.5 * victim", "1.4 * victim"}}),
              Not(Contains(::testing::HasSubstr("are owed more"))));
}

TEST(Effects, deadlines_fees_and_refunds_say_both_values) {
  EXPECT_THAT(
      told({{"pay_within: 24h", "pay_within: 48h"}}),
      ::testing::UnorderedElementsAre(
          "users whom tier `urgent` displaces lose: the time within which they are paid was 1d, "
          "and is 2d",
          "users of tier `urgent` gain: the time that they have to pay for a displacement was 1d, "
          "and is 2d"));
  EXPECT_THAT(told({{"currency: EUR", "currency: EUR\nsurrender_fee: 5%"}}),
              Contains(StartsWith("users lose: the part of its value that giving a grant back")));
  EXPECT_THAT(
      told({{"refund: 100%, penalty: 20%", "refund: 90%, penalty: 20%"}}),
      Contains(StartsWith("users lose: the part of what fails that is paid back was 100.00%")));
}

TEST(Effects, a_dearer_slot_is_a_loss_of_users_and_a_gain_of_holders) {
  const Edit fixed = {"{ mode: negotiated, floor: 1.00, cap: 50.00 }",
                      "{ mode: fixed, tariff: 42.00 }"};
  EXPECT_THAT(told({fixed, {"tariff: 42.00", "tariff: 43.00"}}, {fixed}),
              ::testing::UnorderedElementsAre(
                  "users lose: the price of a slot was 42.0000, and is 43.0000",
                  "holders gain: the price of a slot was 42.0000, and is 43.0000"));
}

TEST(Effects, none_where_nothing_differs) { EXPECT_TRUE(told({}).empty()); }

}  // namespace
}  // namespace capmarket::diff
