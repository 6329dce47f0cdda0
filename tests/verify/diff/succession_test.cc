// Where NEW supersedes OLD: what becomes of grants of OLD that still live.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

/// `kind phase tier` of each difference.
std::vector<std::string> told(const DiffReport& r) {
  std::vector<std::string> out;
  for (const Difference& d : r.differences)
    out.push_back(fmt::format("{} {} {}", to_text(d.kind), to_text(d.phase), d.tier));
  return out;
}

/// OLD, and a successor with other ranks: what crosses from the one to the other.
DiffReport succeeded(const std::vector<Edit>& newer, bool supersedes = true,
                     const std::vector<Edit>& older = {}) {
  const question::RuleFile a = rule_file("old.yaml", edited(older));
  question::RuleFile b = rule_file("new.yaml", edited(newer));
  if (supersedes) b.rule.supersedes = a.id, b.rule.version = 2;
  DiffOptions options;
  options.at_most = options.at_least = true;
  auto report = diff_rules(a, b, options);
  EXPECT_TRUE(report) << to_text(report.error());
  return report ? *report : DiffReport{};
}

/// The order of either rule by itself does not say that the best tier displaces its own.
TEST(DiffSuccession, a_higher_number_displaces_grants_of_the_version_before) {
  const DiffReport r = succeeded({{"rank: 30", "rank: 31"}});
  EXPECT_FALSE(r.internal_error) << r.mismatch;
  EXPECT_THAT(told(r), UnorderedElementsAre("newly-admitted displacement urgent",
                                            "other-tier failure urgent"));
  ASSERT_EQ(r.gates.size(), 2u);
  EXPECT_EQ(r.gates[0].verdict, DiffGate::Verdict::violated);
  EXPECT_THAT(
      r.differences[0].sentence,
      HasSubstr("while grants of OLD last, tier `urgent` under NEW can newly displace those of "
                "tier `urgent`"));
  const Effect lost = {"users of tier `urgent`", false,
                       "can newly be displaced by `urgent` of NEW, while grants of OLD last",
                       "tiers.rank", "urgent"};
  EXPECT_THAT(r.effects, Contains(lost));
}

/// Whoever displaced stays above nobody of OLD; NEW's grants go before all of OLD's, and what OLD's
/// lose nobody makes up for.
TEST(DiffSuccession, smaller_numbers_stand_below_the_version_before) {
  const DiffReport r =
      succeeded({{"rank: 30", "rank: 3"}, {"rank: 20", "rank: 2"}, {"rank: 10", "rank: 1"}});
  EXPECT_FALSE(r.internal_error) << r.mismatch;
  EXPECT_EQ(r.relation, DiffRelation::incomparable);
  EXPECT_EQ(r.gates[0].verdict, DiffGate::Verdict::violated);
  for (const char* each : {"newly-refused displacement urgent", "other-tier failure urgent",
                           "newly-refused failure spot"})
    EXPECT_THAT(told(r), Contains(each));
}

TEST(DiffSuccession, the_same_ranks_or_no_succession_is_equivalent) {
  EXPECT_EQ(succeeded({}).relation, DiffRelation::equivalent);
  EXPECT_EQ(succeeded({{"rank: 10\n", "rank: 15\n"}}, false).relation, DiffRelation::equivalent);
}

/// By recorded rank, lowest first: grants of OLD, where the latest went first.
TEST(DiffSuccession, a_number_that_orders_no_tiers_orders_the_grants_of_two_versions) {
  const DiffReport r = succeeded({{"rank: 10\n", "rank: 15\n"}});
  EXPECT_THAT(told(r),
              UnorderedElementsAre("other-order displacement urgent", "other-tier failure spot"));
  EXPECT_EQ(r.gates[0].verdict, DiffGate::Verdict::violated);
  EXPECT_EQ(r.gates[1].verdict, DiffGate::Verdict::violated);
  const Effect first = {"users of grants of OLD, of those whom tier `urgent` displaces", false,
                        "go before those of NEW", "tiers.rank", "urgent"};
  EXPECT_THAT(r.effects, Contains(first));
}

/// Of NEW's grants, all admitted later, the latest goes first by either; but what was lost under
/// OLD is made up for at no lower rank.
TEST(DiffSuccession, a_lower_number_keeps_the_latest_first_and_replaces_no_loss) {
  const Edit never_late = {"skew: 5s", "skew: 0s"};
  EXPECT_THAT(told(succeeded({never_late, {"rank: 10\n", "rank: 5\n"}}, true, {never_late})),
              UnorderedElementsAre("newly-refused failure spot"));
  // A leg under OLD may be late: then it is the later one.
  EXPECT_THAT(told(succeeded({{"rank: 10\n", "rank: 5\n"}})),
              UnorderedElementsAre("other-order displacement urgent", "other-tier failure spot",
                                   "newly-refused failure spot"));
}

/// Who can give way to nobody is in no order.
TEST(DiffSuccession, the_order_counts_where_both_can_give_way) {
  const Edit hidden = {"victim.rank < rank && notice", "victim.tier == \"firm\" && notice"};
  EXPECT_THAT(told(succeeded({hidden, {"rank: 10\n", "rank: 15\n"}}, true, {hidden})),
              UnorderedElementsAre("other-tier failure spot"));
}

/// A grant of one tier of OLD and one of another of NEW: by rank the other way round.
TEST(DiffSuccession, grants_of_two_tiers_of_two_versions_have_an_order) {
  const Edit never_late = {"skew: 5s", "skew: 0s"};
  const Edit by_tier = {"victim.rank < rank && notice",
                        "(victim.tier != \"firm\" || victim.rank < 25) && notice"};
  const std::vector<Edit> older = {never_late, by_tier};
  std::vector<Edit> newer = older;
  newer.push_back({"rank: 20\n", "rank: 26\n"});  // NEW's `firm` never gives way
  newer.push_back({"rank: 10\n", "rank: 22\n"});
  bool two_tiers = false;
  for (const Difference& d : succeeded(newer, true, older).differences)
    two_tiers = two_tiers || (d.kind == DiffKind::other_order &&
                              d.sentence.find("OLD of tier `firm` and one of NEW of tier `spot`") !=
                                  std::string::npos);
  EXPECT_TRUE(two_tiers);
}

/// NEW's limits imply what its condition no longer says; grants of OLD are larger.
TEST(DiffSuccession, grants_of_the_version_before_keep_its_limits) {
  const Edit small = {"victim.rank < rank && notice", "victim.quantity <= 500 && notice"};
  const std::vector<Edit> newer = {{"1 .. 1000", "1 .. 500"}};
  EXPECT_THAT(told(succeeded(newer, false, {small})),
              UnorderedElementsAre("newly-refused request "));
  EXPECT_THAT(told(succeeded(newer, true, {small})),
              UnorderedElementsAre("newly-refused request ", "newly-admitted displacement urgent",
                                   "newly-admitted displacement urgent"));
}

/// NEW's condition is as OLD's for its own grants; those of OLD keep the rank that it names no
/// more.
TEST(DiffSuccession, a_condition_that_names_a_rank_reads_the_one_that_was_granted) {
  const question::RuleFile a = rule_file(
      "old.yaml", edited({Edit{"victim.rank < rank && notice", "victim.rank == 10 && notice"}}));
  question::RuleFile b =
      rule_file("new.yaml", edited({{"victim.rank < rank && notice", "victim.rank == 11 && notice"},
                                    {"rank: 10\n", "rank: 11\n"}}));
  EXPECT_EQ(diff_rules(a, b, {})->relation, DiffRelation::equivalent);
  b.rule.supersedes = a.id, b.rule.version = 2;
  EXPECT_THAT(told(*diff_rules(a, b, {})), Contains("newly-refused displacement urgent"));
}

}  // namespace
}  // namespace capmarket::diff
