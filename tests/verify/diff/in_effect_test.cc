// What differs in text and not in effect: over every start, every victim that could be granted, and
// all that could be released of it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

std::string relation(const std::vector<Edit>& older, const std::vector<Edit>& newer) {
  const DiffReport r = diffed(older, newer);
  EXPECT_FALSE(r.internal_error) << r.mismatch;
  return r.relation ? std::string(to_text(*r.relation)) : "undecided";
}

Edit zoned(const std::string& zone) { return {"unit: core", "unit: core\nzone: " + zone}; }
Edit spot(const std::string& eligible) {
  return {"    eligible: true", "    eligible: '" + eligible + "'"};
}
Edit owes(const std::string& k) { return {"max(1.5 * victim.value, 1.00)", "'" + k + "'"}; }
Edit to_spot(const std::string& more) {
  return {"    eligible: true", "    eligible: true\n" + more};
}

/// Starts lie before 2027-01-02: signed by the year's end, a day ahead at most.
TEST(InEffect, a_clock_counts_where_an_expression_comes_out_otherwise) {
  const Edit one = zoned("{ name: z, offset: +01:00 }");
  const std::string two = "{ name: z, offset: +01:00, changes: [{ from: ";
  EXPECT_EQ(
      relation({one, spot("start.hour >= 22")},
               {zoned("{ name: z, offset: +00:00 }"), spot("start.hour >= 21 && start.hour < 23")}),
      "equivalent");
  EXPECT_EQ(relation({one, spot("start.hour >= 22")},
                     {zoned(two + "2027-01-02T00:00:00Z, offset: +02:00 }] }"),
                      spot("start.hour >= 22")}),
            "equivalent");
  EXPECT_EQ(
      relation({one, spot("start.hour < 6")},
               {zoned(two + "2027-01-01T23:30:00Z, offset: +02:00 }] }"), spot("start.hour < 6")}),
      "equivalent");
  EXPECT_EQ(
      relation({one, spot("start.hour < 6")},
               {zoned(two + "2027-01-01T22:30:00Z, offset: +02:00 }] }"), spot("start.hour < 6")}),
      "looser");
}

TEST(InEffect, a_clock_counts_in_conditions_and_compensations) {
  const Edit one = zoned("{ name: z, offset: +01:00 }"), two = zoned("{ name: z, offset: +02:00 }");
  const Edit day = {"victim.rank < rank && notice >= 5min", "start.hour >= 6 && notice >= 5min"};
  EXPECT_EQ(relation({one, day}, {two, day}), "incomparable");
  const Edit paid = owes("start.hour >= 6 ? victim.value : 0.00");
  EXPECT_EQ(relation({one, paid}, {two, paid}), "incomparable");
  const Edit always = owes("start.hour < 24 ? victim.value : 0.00");
  EXPECT_EQ(relation({one, always}, {two, always}), "equivalent");
}

TEST(InEffect, a_victim_is_inside_its_quota_of_a_user) {
  const Edit few = to_spot("    quota: { of: user, at_most: 40 }");
  const Edit only = {"victim.rank < rank && notice", "victim.tier == \"spot\" && notice"};
  EXPECT_EQ(relation({few, only, owes("victim.value")},
                     {few, only, owes("victim.quantity > 40 ? 0.00 : victim.value")}),
            "equivalent");
  EXPECT_EQ(relation({few, only, owes("victim.value")},
                     {few, only, owes("victim.quantity > 39 ? 0.00 : victim.value")}),
            "incomparable");
}

TEST(InEffect, a_tier_whose_quota_is_set_aside_gives_nothing) {
  const Edit only = {"victim.rank < rank && notice", "victim.tier == \"spot\" && notice"};
  auto kept = [&](int share) {
    return to_spot(
        fmt::format("    quota: {{ of: capacity, at_most: 50% }}\n    set_aside: {}%", share));
  };
  EXPECT_EQ(relation({kept(50), only}, {kept(50), only, owes("2 * victim.value")}), "equivalent");
  EXPECT_EQ(relation({kept(49), only}, {kept(49), only, owes("2 * victim.value")}), "incomparable");
}

TEST(InEffect, no_more_is_released_than_the_leg_lacks) {
  EXPECT_EQ(relation({owes("victim.value")}, {owes("released > quantity ? 0.00 : victim.value")}),
            "equivalent");
  EXPECT_EQ(relation({owes("victim.value")}, {owes("released >= quantity ? 0.00 : victim.value")}),
            "incomparable");
}

TEST(InEffect, a_lease_that_outlasts_every_grant_lets_none_lapse) {
  const std::string eur = "currency: EUR";
  EXPECT_EQ(relation({}, {{eur, eur + "\nlease: 8h"}}), "equivalent");
  EXPECT_EQ(relation({}, {{eur, eur + "\nlease: 479min"}}), "incomparable");
}

TEST(InEffect, a_review_that_owes_nothing_is_none) {
  const Edit rate = {"on_review: compensate, rate: 50%", "on_review: uphold"};
  const Edit nothing = {"on_review: compensate, rate: 50%", "on_review: compensate, rate: 0%"};
  const Edit absent = {"revocation: { on_review: compensate, rate: 50% }\n", ""};
  EXPECT_EQ(relation({rate}, {absent}), "equivalent");
  EXPECT_EQ(relation({nothing}, {absent}), "equivalent");
  EXPECT_EQ(relation({}, {absent}), "incomparable");
}

}  // namespace
}  // namespace capmarket::diff
