// Pairs of rules that differ in one thing or two, with what `diff` must say of them: the relation,
// and each difference as `kind provision[tier]`.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/verify/diff/diff_support.h"

namespace capmarket::diff {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Pair {
  std::string name;
  std::vector<Edit> newer;
  std::string relation;
  std::vector<std::string> differences;
  std::vector<Edit> older = {};
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.name; }

const Edit kDiscovered = {"{ mode: negotiated, floor: 1.00, cap: 50.00 }",
                          "{ mode: discovered, over: 1h, band: 20%, max_age: 15min, floor: 1.00, "
                          "cap: 50.00 }"};
const Edit kFixed = {"{ mode: negotiated, floor: 1.00, cap: 50.00 }",
                     "{ mode: fixed, tariff: 42.00 }"};
std::string schedule(const std::string& spot) {
  auto entry = [](const std::string& tier, const std::string& price) {
    return "\n  - { tier: " + tier +
           ", from: 2026-01-01T00:00:00Z, until: 2027-02-01T00:00:00Z, price: " + price + " }";
  };
  return "\n  mode: fixed\n  tariff:" + entry("urgent", "9.00") + entry("firm", "7.00") +
         entry("spot", spot);
}
const Edit kNoDisplacing = {
    "    displaces:\n      when: victim.rank < rank && notice >= 5min\n      compensation: max(1.5 "
    "* victim.value, 1.00)\n      pay_within: 24h\n",
    ""};
const Edit kAgainstTen = {"victim.rank < rank && notice", "victim.rank == 10 && notice"};
const Edit kNoNotice = {"victim.rank < rank && notice >= 5min", "victim.rank < rank"};
const Edit kOneTier = {
    "  - name: urgent\n    rank: 30\n    eligible: user.kind == \"hospital\"\n" +
        kNoDisplacing.first +
        "  - name: firm\n    rank: 20\n    eligible: quantity >= 10\n    min_run: 10min\n  - name: "
        "spot\n    rank: 10\n    eligible: true\n",
    "  - name: spot\n    rank: 10\n    eligible: quantity <= 1000\n"};
const std::string kZone = "zone: { name: z, offset: +01:00 }";
const Edit kNight = {"    eligible: true", "    eligible: start.hour >= 22"};
const std::string kNegotiated = " { mode: negotiated, floor: 1.00, cap: 50.00 }";
const std::string kFallback = "fallback:\n";

const std::vector<Pair>& pairs() {
  static const std::vector<Pair> kPairs = {
      // Equivalent, whatever the text.
      {"identical", {}, "equivalent", {}},
      {"rewritten_eligibility",
       {{"quantity >= 10", "not (quantity < 5 || quantity - 5 < 5)"},
        {"user.kind == \"hospital\"", "not (user.kind != \"hospital\")"}},
       "equivalent",
       {}},
      {"rewritten_displacement",
       {{"victim.rank < rank && notice >= 5min", "not (notice < 300s || rank <= victim.rank)"},
        {"max(1.5 * victim.value, 1.00)",
         "\"victim.value * 1.5 > 1.00 ? 1.5 * victim.value : 1.00\""}},
       "equivalent",
       {}},
      {"condition_that_the_limits_imply",
       {{"eligible: true", "eligible: quantity >= 1"}},
       "equivalent",
       {}},
      {"condition_that_the_rank_guard_implies",
       {{"victim.rank < rank && notice >= 5min", "notice >= 5min"}},
       "equivalent",
       {}},
      {"renumbered_ranks",
       {{"rank: 30", "rank: 3"}, {"rank: 20", "rank: 2"}, {"rank: 10", "rank: 1"}},
       "equivalent",
       {}},
      {"rank_of_a_tier_that_nobody_obtains",
       {{"eligible: quantity >= 10", "eligible: false"}, {"rank: 20", "rank: 5"}},
       "equivalent",
       {},
       {{"eligible: quantity >= 10", "eligible: false"}}},
      {"quota_of_everything",
       {{"    eligible: true", "    eligible: true\n    quota: { of: capacity, at_most: 100% }"}},
       "equivalent",
       {}},
      {"other_window_alone", {{"until: 2027-01-01", "until: 2028-01-01"}}, "equivalent", {}},
      {"keys_that_check_alone_judges",
       {{"pay_within: 24h", "pay_within: 24h\n      exempt: notice > 1h"},
        {"currency: EUR", "currency: EUR\ndefault: deny\nload: quantity < 5"}},
       "equivalent",
       {}},
      {"renamed_strategy", {{"name: same", "name: the-same"}}, "equivalent", {}},
      {"prices_beyond_the_limits",
       {{"cap: 50.00", "cap: 200.00"}},
       "equivalent",
       {},
       {{"cap: 50.00", "cap: 100.00"}}},
      {"terms_of_a_displacement_that_cannot_happen",
       {{"notice >= 5min", "notice < 0s"}, {"pay_within: 24h", "pay_within: 48h"}},
       "equivalent",
       {},
       {{"notice >= 5min", "notice < 0s"}}},
      // Limits.
      {"more_quantity", {{"1 .. 1000", "1 .. 2000"}}, "looser", {"newly-admitted limits.quantity"}},
      {"less_length", {{"1min .. 8h", "1min .. 4h"}}, "stricter", {"newly-refused limits.length"}},
      {"longer_lead_and_no_short_one",
       {{"0s .. 1d", "1h .. 2d"}},
       "incomparable",
       {"newly-admitted limits.lead", "newly-refused limits.lead"}},
      {"more_skew", {{"skew: 5s", "skew: 6s"}}, "looser", {"newly-admitted limits.skew"}},
      {"lower_price_limit",
       {{"0.00 .. 100.00", "0.00 .. 20.00"}},
       "stricter",
       {"newly-refused limits.price"}},
      {"finer_granularity_without_displacement",
       {{"granularity: 1min", "granularity: 30s"}, kNoDisplacing},
       "looser",
       {"newly-admitted granularity"},
       {kNoDisplacing}},
      {"finer_granularity",
       {{"granularity: 1min", "granularity: 30s"}},
       "incomparable",
       {"newly-admitted granularity", "other-terms granularity[urgent]"}},
      {"other_origin_without_displacement",
       {{"currency: EUR", "currency: EUR\norigin: 2026-01-01T00:00:30Z"}, kNoDisplacing},
       "incomparable",
       {"newly-admitted granularity", "newly-refused granularity"},
       {kNoDisplacing}},
      {"narrower_scope", {{"scope: eu", "scope: eu/de"}}, "stricter", {"newly-refused scope"}},
      {"scope_elsewhere", {{"scope: eu", "scope: us"}}, "incomparable", {"other-terms scope"}},
      {"sibling_scope",
       {{"scope: eu", "scope: eu/fr"}},
       "incomparable",
       {"newly-admitted scope", "newly-refused scope"},
       {{"scope: eu", "scope: eu/de"}}},
      {"longer_retention",
       {{"retention: 1y", "retention: 2y"}},
       "stricter",
       {"newly-refused retention"}},
      // Tiers.
      {"wider_eligibility",
       {{"quantity >= 10", "quantity >= 5"}},
       "looser",
       {"newly-admitted tiers.eligible[firm]"}},
      {"other_kind",
       {{"\"hospital\"", "\"clinic\""}},
       "incomparable",
       {"newly-admitted tiers.eligible[urgent]", "newly-refused tiers.eligible[urgent]"}},
      {"tier_removed",
       {{"  - name: spot\n    rank: 10\n    eligible: true\n", ""}},
       "stricter",
       {"newly-refused tiers[spot]"}},
      {"tier_renamed",
       {{"name: spot", "name: cheap"}},
       "incomparable",
       {"newly-admitted tiers[cheap]", "newly-refused tiers[spot]"}},
      {"tiers_swapped", {{"rank: 20", "rank: 5"}}, "incomparable", {"other-tier tiers.rank[spot]"}},
      {"quota",
       {{"    eligible: true", "    eligible: true\n    quota: { of: capacity, at_most: 40% }"}},
       "stricter",
       {"newly-refused tiers.quota[spot]"}},
      {"quota_of_a_user",
       {{"    eligible: true", "    eligible: true\n    quota: { of: user, at_most: 40 }"}},
       "stricter",
       {"newly-refused tiers.quota[spot]"}},
      {"quota_of_a_user_raised",
       {{"    eligible: true", "    eligible: true\n    quota: { of: user, at_most: 41 }"}},
       "looser",
       {"newly-admitted tiers.quota[spot]"},
       {{"    eligible: true", "    eligible: true\n    quota: { of: user, at_most: 40 }"}}},
      {"never_to_preempt",
       {{"    eligible: true", "    eligible: true\n    preempts: never"}},
       "incomparable",
       {"other-terms tiers.preempts[spot]"}},
      {"zone_that_nobody_reads", {{"unit: core", "unit: core\n" + kZone}}, "equivalent", {}},
      {"zone_moved",
       {{"unit: core", "unit: core\nzone: { name: z, offset: +02:00 }"}, kNight},
       "incomparable",
       {"newly-admitted tiers.eligible[spot]", "newly-refused tiers.eligible[spot]"},
       {{"unit: core", "unit: core\n" + kZone}, kNight}},
      {"zone_renamed",
       {{"unit: core", "unit: core\nzone: { name: y, offset: +01:00 }"}, kNight},
       "equivalent",
       {},
       {{"unit: core", "unit: core\n" + kZone}, kNight}},
      {"bands_written_out",
       {{"      compensation: max(1.5 * victim.value, 1.00)",
         "      compensation: \"notice >= 1h ? min(victim.value, 9.00) : max(1.5 * victim.value, "
         "1.00)\""}},
       "equivalent",
       {},
       {{"      compensation",
         "      bands:\n        - { if: notice >= 1h, compensation: victim.value, at_most: 9.00 "
         "}\n      compensation"}}},
      {"set_aside_moved",
       {{"min_run: 10min", "min_run: 10min\n    set_aside: 10%"}},
       "incomparable",
       {"newly-admitted tiers.set_aside", "newly-refused tiers.set_aside",
        "other-cover tiers.set_aside[urgent]"},
       {{"    eligible: true", "    eligible: true\n    set_aside: 10%"}}},
      {"set_aside_for_whom_nobody_displaces",
       {{"rank: 30\n", "rank: 30\n    set_aside: 10%\n"}},
       "stricter",
       {"newly-refused tiers.set_aside"}},
      {"set_aside_where_nobody_displaces",
       {kNoDisplacing, {"min_run: 10min", "min_run: 10min\n    set_aside: 10%"}},
       "stricter",
       {"newly-refused tiers.set_aside"},
       {kNoDisplacing}},
      // Displacement.
      {"more_notice",
       {{"notice >= 5min", "notice >= 10min"}},
       "stricter",
       {"newly-refused tiers.displaces.when[urgent]"}},
      {"more_compensation",
       {{"1.5 * victim.value", "1.6 * victim.value"}},
       "incomparable",
       {"other-compensation tiers.displaces.compensation[urgent]"}},
      {"time_to_stop",
       {{"pay_within: 24h", "pay_within: 24h\n      stop_within: 30min"}},
       "stricter",
       {"newly-refused tiers.displaces.stop_within[urgent]"}},
      {"no_displacement", {kNoDisplacing}, "stricter", {"newly-refused tiers.displaces[urgent]"}},
      // What is left of a grant begins later where it is protected for longer, and `when` reads the
      // notice of that: more notice, of less.
      {"longer_protection_and_with_it_more_notice",
       {{"min_run: 10min", "min_run: 20min"}},
       "incomparable",
       {"newly-admitted tiers.min_run[firm]", "newly-refused tiers.min_run[firm]"}},
      {"longer_protection",
       {kNoNotice, {"min_run: 10min", "min_run: 20min"}},
       "stricter",
       {"newly-refused tiers.min_run[firm]"},
       {kNoNotice}},
      {"protection_that_the_limits_imply",
       {kNoNotice, {"min_run: 10min", "min_run: 9h"}},
       "equivalent",
       {},
       {kNoNotice, {"min_run: 10min", "min_run: 8h"}}},
      {"rank_in_a_condition",
       {kAgainstTen, {"rank: 10", "rank: 15"}},
       "stricter",
       {"newly-refused tiers.rank[urgent]"},
       {kAgainstTen}},
      {"pay_later",
       {{"pay_within: 24h", "pay_within: 48h"}},
       "incomparable",
       {"other-deadline tiers.displaces.pay_within[urgent]"}},
      {"other_victims",
       {{"pay_within: 24h", "pay_within: 24h\n      victims: cheapest"}},
       "incomparable",
       {"other-order tiers.displaces.victims[urgent]"}},
      // Prices.
      {"higher_floor", {{"floor: 1.00", "floor: 2.00"}}, "stricter", {"newly-refused pricing"}},
      {"other_tariff",
       {kFixed, {"tariff: 42.00", "tariff: 43.00"}},
       "incomparable",
       {"other-price pricing"},
       {kFixed}},
      {"scheduled_price",
       {{kNegotiated, schedule("4.00")}},
       "incomparable",
       {"other-price pricing[spot]"},
       {{kNegotiated, schedule("5.00")}}},
      {"negotiated_where_it_was_fixed", {}, "looser", {"newly-admitted pricing"}, {kFixed}},
      {"narrower_band",
       {kDiscovered, {"band: 20%", "band: 10%"}},
       "stricter",
       {"newly-refused pricing"},
       {kDiscovered}},
      {"older_index",
       {kDiscovered, {"max_age: 15min", "max_age: 30min"}},
       "incomparable",
       {"newly-admitted pricing", "newly-refused pricing"},
       {kDiscovered}},
      {"index_over_another_span",
       {kDiscovered, {"over: 1h", "over: 2h"}},
       "incomparable",
       {"other-price pricing.over"},
       {kDiscovered}},
      // Signatures, failures, what follows.
      {"coordinator_signs",
       {{"mode: none", "mode: single"}},
       "incomparable",
       {"newly-admitted coordination", "newly-refused coordination"}},
      {"wider_shards",
       {{"mode: none", "mode: sharded, by: 1"}, {"scope: eu", "scope: eu/de"}},
       "stricter",
       {"newly-refused coordination"},
       {{"mode: none", "mode: sharded, by: 2"}, {"scope: eu", "scope: eu/de"}}},
      {"peers", {{"mode: none", "mode: peer"}}, "incomparable", {"other-terms coordination"}},
      {"less_refund",
       {{"refund: 100%, penalty: 20%", "refund: 90%, penalty: 20%"}},
       "incomparable",
       {"other-money fallback.refund"}},
      {"later_notice_of_failure",
       {{"notify_within: 1min, refund: 100%, penalty: 50%",
         "notify_within: 2min, refund: 100%, penalty: 50%"}},
       "incomparable",
       {"other-deadline fallback.notify_within"}},
      {"one_strategy_more",
       {{kFallback, kFallback +
                        "  - { name: pooled, substitution: pool, notify_within: 1s, refund: 100%, "
                        "penalty: 1% }\n"}},
       "looser",
       {"newly-admitted fallback"}},
      {"other_scope_of_substitutes",
       {{"substitution: same-holder", "substitution: any"}},
       "incomparable",
       {"other-terms fallback.substitution"}},
      {"shorter_disputes",
       {{"dispute_within: 30d", "dispute_within: 10d"}},
       "incomparable",
       {"other-deadline dispute_within", "other-deadline review_within"}},
      {"leased",
       {{"currency: EUR", "currency: EUR\nlease: 4min"}},
       "incomparable",
       {"other-deadline lease"}},
      {"fees",
       {{"currency: EUR",
         "currency: EUR\nsurrender_fee: 5%\npeer_penalty: 7%\nclaims: { burden: holder }"}},
       "incomparable",
       {"other-money peer_penalty", "other-money surrender_fee", "other-terms claims"}},
      {"other_review", {{"rate: 50%", "rate: 60%"}}, "incomparable", {"other-money revocation"}},
      {"other_commodity",
       {{"class: compute", "class: power"}, {"unit: core", "unit: kW"}},
       "incomparable",
       {"other-terms class", "other-terms unit"}},
      {"other_currency", {{"EUR", "CHF"}}, "incomparable", {"other-money currency"}},
      // Two things that only together change anything.
      {"two_reasons_at_once",
       {kOneTier, {"1 .. 1000", "1 .. 2000"}, {"quantity <= 1000", "quantity <= 2000"}},
       "looser",
       {"newly-admitted together[spot]"},
       {kOneTier}},
  };
  return kPairs;
}

std::string name_of(const Difference& d) {
  return std::string(to_text(d.kind)) + " " + d.provision +
         (d.tier.empty() ? "" : "[" + d.tier + "]");
}

class Pairs : public ::testing::TestWithParam<Pair> {};

TEST_P(Pairs, come_out_as_expected) {
  const Pair& pair = GetParam();
  DiffReport report = diffed(pair.older, pair.newer);
  EXPECT_FALSE(report.internal_error) << report.mismatch;
  EXPECT_FALSE(report.vacuous);
  EXPECT_FALSE(report.undecided());
  ASSERT_TRUE(report.relation.has_value());
  EXPECT_EQ(to_text(*report.relation), pair.relation);
  std::vector<std::string> found;
  for (const Difference& d : report.differences) {
    if (std::find(found.begin(), found.end(), name_of(d)) == found.end())
      found.push_back(name_of(d));
    EXPECT_FALSE(d.sentence.empty());
    EXPECT_NE(d.old_outcome, d.new_outcome) << d.sentence;
    EXPECT_GT(d.old_place.line, 0) << d.sentence;
    EXPECT_GT(d.new_place.line, 0) << d.sentence;
  }
  EXPECT_THAT(found, ::testing::UnorderedElementsAreArray(pair.differences));
  // Of what else the rules are about nobody can be said to gain or lose.
  for (const Difference& d : report.differences)
    for (const char* without : {"class", "unit", "currency", "pricing.over"})
      if (d.provision == without) return;
  EXPECT_EQ(report.effects.empty(), report.differences.empty());
}

INSTANTIATE_TEST_SUITE_P(Rules, Pairs, ::testing::ValuesIn(pairs()),
                         [](const auto& one) { return one.param.name; });

TEST(Diff, says_the_same_twice) {
  auto words = [] {
    DiffReport r = diffed({}, {{"1 .. 1000", "2 .. 2000"},
                               {"1.5 * victim", "1.7 * victim"},
                               {"min_run: 10min", "min_run: 7min"}});
    std::string out;
    for (const Difference& d : r.differences) {
      out += name_of(d) + d.sentence + d.old_outcome + d.new_outcome;
      for (const auto& [name, value] : d.witness) out += name + "=" + value + ";";
    }
    return out;
  };
  std::string once = words();
  EXPECT_THAT(once, HasSubstr("quantity=1001 core"));
  EXPECT_EQ(once, words());
}

TEST(Diff, a_witness_names_only_what_matters_and_the_smallest_numbers) {
  using Value = std::pair<std::string, std::string>;
  DiffReport r = diffed({}, {{"quantity >= 10", "quantity >= 5"}});
  ASSERT_EQ(r.differences.size(), 1u);
  EXPECT_THAT(r.differences[0].witness,
              ::testing::ElementsAre(Value("tier", "firm"), Value("quantity", "5 core")));
  EXPECT_EQ(r.differences[0].old_outcome, "refused by tier-eligible");
  EXPECT_EQ(r.differences[0].new_outcome, "admitted");
  r = diffed({}, {{"notice >= 5min", "notice >= 10min"}});
  ASSERT_EQ(r.differences.size(), 1u);
  EXPECT_THAT(r.differences[0].witness,
              ::testing::ElementsAre(Value("tier", "urgent"), Value("user.kind", "hospital"),
                                     Value("victim.tier", "spot"), Value("notice", "5min")));
}

TEST(Diff, tells_the_places_of_both_provisions) {
  DiffReport r = diffed({{"currency: EUR", "currency: EUR\nlease: 4min"}},
                        {{"pay_within: 24h", "pay_within: 24h"}, {"1.5 * ", "1.6 * "}});
  ASSERT_EQ(r.differences.size(), 2u);
  EXPECT_EQ(r.differences[0].old_place.place, "tiers[0].displaces.compensation");
  EXPECT_EQ(r.differences[0].old_place.line, r.differences[0].new_place.line + 1);
  EXPECT_EQ(r.differences[0].new_place.file, "new.yaml");
}

TEST(Diff, notes_what_changes_nothing_on_the_chain) {
  DiffReport r = diffed({}, {{"until: 2027", "until: 2028"},
                             {"pay_within: 24h", "pay_within: 24h\n      bound: 9.00"},
                             {"currency: EUR", "currency: EUR\nprice_monotone: true"}});
  EXPECT_THAT(r.differences, IsEmpty());
  for (const char* part : {"effective windows differ", "urgent.bound", "price_monotone"})
    EXPECT_THAT(r.notes, Contains(HasSubstr(part)));
}

TEST(Diff, gives_up_as_undecided_and_never_as_equivalent) {
  DiffOptions options;
  options.rlimit = 1;
  options.at_most = true;
  DiffReport r = diffed({}, {{"quantity >= 10", "quantity > 9"}}, options);
  EXPECT_TRUE(r.undecided());
  EXPECT_FALSE(r.relation.has_value());
  ASSERT_EQ(r.gates.size(), 1u);
  EXPECT_EQ(r.gates[0].verdict, DiffGate::Verdict::undecided);
  // What constants decide is decided.
  r = diffed({}, {{"dispute_within: 30d", "dispute_within: 10d"}}, options);
  EXPECT_EQ(r.relation, DiffRelation::incomparable);
}

TEST(Diff, calls_a_comparison_over_nothing_vacuous) {
  std::vector<Edit> nobody = {{"user.kind == \"hospital\"", "quantity < 1"},
                              {"quantity >= 10", "quantity < 1"},
                              {"eligible: true", "eligible: quantity < 1"}};
  DiffReport r = diffed(nobody, nobody);
  EXPECT_TRUE(r.vacuous);
  EXPECT_THAT(r.differences, IsEmpty());
}

DiffGate::Verdict gate(const std::vector<Edit>& newer, const std::string& only) {
  DiffOptions options;
  options.only = only;
  DiffReport r = diffed({}, newer, options);
  EXPECT_EQ(r.gates.size(), 1u);
  return r.gates[0].verdict;
}

TEST(DiffGates, only_holds_where_every_difference_lies_inside) {
  using V = DiffGate::Verdict;
  const std::vector<Edit> newer = {{"quantity >= 10", "quantity >= 5"}};
  EXPECT_EQ(gate(newer, "quantity < 10"), V::holds);
  EXPECT_EQ(gate(newer, "tier == \"firm\" && quantity >= 5"), V::holds);
  EXPECT_EQ(gate(newer, "quantity < 9"), V::violated);
  EXPECT_EQ(gate(newer, "tier == \"spot\""), V::violated);
  EXPECT_EQ(gate({}, "false"), V::holds);
}

TEST(DiffGates, only_speaks_of_displacements_and_of_constants) {
  using V = DiffGate::Verdict;
  const std::vector<Edit> when = {{"notice >= 5min", "notice >= 10min"}};
  EXPECT_EQ(gate(when, "victim.rank < 30"), V::holds);
  // `when` reads the notice of the victim's part, of which what is released may begin later.
  EXPECT_EQ(gate(when, "notice < 10min"), V::violated);
  EXPECT_EQ(gate(when, "victim.tier == \"firm\""), V::violated);
  const std::vector<Edit> owed = {{"1.5 * victim.value", "1.6 * victim.value"}};
  EXPECT_EQ(gate(owed, "victim.value >= 0.60"), V::holds);
  EXPECT_EQ(gate(owed, "victim.value >= 0.70"), V::violated);
  const std::vector<Edit> later = {{"pay_within: 24h", "pay_within: 48h"}};
  EXPECT_EQ(gate(later, "user.kind == \"hospital\""), V::holds);
  EXPECT_EQ(gate(later, "quantity > 1"), V::violated);
}

TEST(DiffGates, only_gives_a_case_outside) {
  DiffOptions options;
  options.only = "quantity < 9";
  DiffReport r = diffed({}, {{"quantity >= 10", "quantity >= 5"}}, options);
  using Value = std::pair<std::string, std::string>;
  EXPECT_THAT(r.gates[0].witness,
              ::testing::ElementsAre(Value("tier", "firm"), Value("quantity", "9 core")));
}

TEST(DiffGates, at_most_and_at_least_follow_the_relation) {
  using V = DiffGate::Verdict;
  DiffOptions options;
  options.at_most = options.at_least = true;
  auto verdicts = [&](const std::vector<Edit>& newer) {
    std::vector<V> out;
    for (const DiffGate& g : diffed({}, newer, options).gates) out.push_back(g.verdict);
    return out;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(verdicts({}), ElementsAre(V::holds, V::holds));
  EXPECT_THAT(verdicts({{"1 .. 1000", "1 .. 900"}}), ElementsAre(V::holds, V::violated));
  EXPECT_THAT(verdicts({{"1 .. 1000", "1 .. 1100"}}), ElementsAre(V::violated, V::holds));
  EXPECT_THAT(verdicts({{"1.5 * ", "1.6 * "}}), ElementsAre(V::violated, V::violated));
}

TEST(DiffGates, an_intent_that_is_no_expression_is_a_problem) {
  DiffOptions options;
  options.only = "quantty > 5";
  question::RuleFile base = rule_file("base.yaml", edited({}));
  auto report = diff_rules(base, base, options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error()[0].file, "--only");
  EXPECT_THAT(report.error()[0].expected, HasSubstr("did you mean `quantity`"));
}

}  // namespace
}  // namespace capmarket::diff
