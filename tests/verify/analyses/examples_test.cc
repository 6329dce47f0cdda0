// Golden cases are played on a chain: for each form of one what the chain decides, boundaries, what
// no market implies, and where numbers put together by hand said something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/faults.h"
#include "model/rules/parse.h"
#include "tests/support/edited.h"
#include "tests/support/playing.h"
#include "tests/support/scratch_folder.h"
#include "verify/analyses/example_play.h"

namespace capmarket::analyses {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Text in place of other text, once for each pair.
using Edits = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kRule = R"yaml(rule: test/played
version: 1
authority: test
class: compute
scope: eu
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 1min
unit: core
retention: 1y
currency: EUR
limits: { quantity: 1 .. 1000, price: 0.00 .. 100.00, length: 1min .. 8h, lead: 0s .. 1d, skew: 5s }
coordination: { mode: none }
pricing: { mode: negotiated, floor: 1.00, cap: 50.00 }
tiers:
  - name: urgent
    rank: 30
    eligible: user.kind == "hospital"
    displaces: { when: victim.rank < rank && notice >= 5min, compensation: "max(1.5 * victim.value, 1.00)", pay_within: 24h }
  - name: firm
    rank: 20
    eligible: quantity >= 10
  - name: spot
    rank: 10
    eligible: true
fallback:
  - { name: same, substitution: same-holder, notify_within: 1min, refund: 100%, penalty: 20% }
  - { name: none, substitution: none, notify_within: 1min, refund: 50%, penalty: 0% }
revocation: { on_review: compensate, rate: 50% }
)yaml";

std::string edited(std::string text, const Edits& edits) {
  for (const auto& [from, to] : edits) text = testing::edited(std::move(text), from, to);
  return text;
}

std::string with_example(const std::string& given, const std::string& expect, const Edits& edits) {
  return edited(kRule, edits) + "examples:\n  - given: { " + given + " }\n    expect: { " + expect +
         " }\n";
}

question::RuleFile rule_file(const std::string& text, const std::string& file = "played.yaml") {
  question::RuleFile out;
  out.file = file;
  auto rule = rules::parse_rule(file, text, rules::load_superseded, &out.places);
  EXPECT_TRUE(rule) << (rule ? "" : to_text(rule.error()));
  if (rule) out.rule = *std::move(rule);
  out.id = crypto::content_id(rules::encode_rule(out.rule));
  return out;
}

/// What the chain makes of the only example of the rule: outcomes by name, or why there is no
/// market.
std::string played(const std::vector<question::RuleFile>& files) {
  question::RuleSubject subject = question::subject_of(files.front(), files);
  const rules::Example& example = subject.rule().examples.front();
  auto outcome = play_example(subject, example, script::make_executor);
  if (!outcome) return "no market: " + outcome.error().variable + ": " + outcome.error().what;
  std::string out;
  for (const rules::NamedValue& v : example.expect)
    out += v.name + ": " + outcome->values.at(v.name) + "; ";
  return out + outcome->because();
}

std::string played(const std::string& given, const std::string& expect, const Edits& edits = {}) {
  return played({rule_file(with_example(given, expect, edits))});
}

/// Whether it is admitted, and because of what not.
std::string decided(const std::string& given, const Edits& edits = {}) {
  return played(given, "admitted: true", edits);
}

constexpr const char* kYes = "admitted: true; ";
std::string no(const std::string& clauses) { return "admitted: false; refused by " + clauses; }

TEST(PlayedExample, is_admitted_or_refused_by_a_clause) {
  EXPECT_EQ(decided("user.kind: hospital, tier: urgent"), kYes);
  EXPECT_EQ(decided("user.kind: factory, tier: urgent"), no("`tier-eligible`"));
  // Without a tier the best that is eligible.
  EXPECT_EQ(decided("quantity: 9"), kYes);
  EXPECT_EQ(decided("rank: 20, quantity: 9"), no("`tier-eligible`"));
  EXPECT_EQ(decided("rank: 20, quantity: 10"), kYes);
}

TEST(PlayedExample, ends_at_the_bounds_of_the_limits) {
  EXPECT_EQ(decided("quantity: 1000"), kYes);
  EXPECT_EQ(decided("quantity: 1001"), no("`quantity`"));
  EXPECT_EQ(decided("length: 8h"), kYes);
  EXPECT_EQ(decided("length: 481min"), no("`window`"));
  EXPECT_EQ(decided("lead: 1d"), kYes);
  EXPECT_EQ(decided("lead: 1441min"), no("`window`"));
  EXPECT_EQ(decided("price: 50.00"), kYes);
  EXPECT_EQ(decided("price: 50.0001"), no("`price`"));
  EXPECT_EQ(decided("price: 0.99"), no("`price`"));
}

TEST(PlayedExample, keeps_granularity_and_origin) {
  EXPECT_EQ(decided("start: 2026-03-01T00:01:00Z, lead: 1h"), kYes);
  EXPECT_EQ(decided("start: 2026-03-01T00:01:30Z, lead: 1h"), no("`granularity`"));
  const Edits origin = {{"granularity: 1min", "granularity: 1min\norigin: 2026-01-01T00:00:30Z"}};
  EXPECT_EQ(decided("start: 2026-03-01T00:01:30Z, lead: 1h", origin), kYes);
  EXPECT_EQ(decided("start: 2026-03-01T00:01:00Z, lead: 1h", origin), no("`granularity`"));
}

TEST(PlayedExample, is_signed_in_the_time_of_its_version) {
  EXPECT_EQ(decided("now: 2026-12-31T23:59:59Z"), kYes);
  EXPECT_EQ(decided("now: 2027-01-01T00:00:00Z"), no("`rule-in-force`"));
  EXPECT_EQ(decided("now: 2025-12-31T23:59:59Z"), no("`rule-in-force`"));
}

TEST(PlayedExample, has_the_coordinators_that_the_rule_asks_for) {
  for (const char* mode : {"{ mode: single }", "{ mode: sharded, by: 2 }", "{ mode: peer }"})
    EXPECT_EQ(decided("location: eu/de", {{"{ mode: none }", mode}}), kYes) << mode;
}

TEST(PlayedExample, pays_the_entry_of_a_schedule) {
  const Edits schedule = {
      {"{ mode: negotiated, floor: 1.00, cap: 50.00 }",
       "{ mode: fixed, tariff: [{ tier: spot, from: 2026-01-01T00:00:00Z, until: 2026-06-01T00:00:00Z, "
       "price: 2.00 }, { tier: firm, from: 2026-02-01T00:00:00Z, until: 2026-06-01T00:00:00Z, price: "
       "8.00 }, { tier: spot, from: 2026-06-01T00:00:00Z, until: 2027-01-01T00:00:00Z, price: 4.00 }] }"}};
  const std::string money = "admitted: true, refund: 0.00";
  EXPECT_EQ(played("tier: spot", money, schedule), "admitted: true; refund: 2.0000; ");
  // The tier's own entry, from where it begins: not the least price of the schedule.
  EXPECT_EQ(played("tier: firm, quantity: 10", money, schedule),
            "admitted: true; refund: 80.0000; ");
  EXPECT_EQ(played("tier: spot, price: 4.00", money, schedule), "admitted: true; refund: 4.0000; ");
  EXPECT_EQ(played("tier: spot, start: 2026-07-01T00:00:00Z", money, schedule),
            "admitted: true; refund: 4.0000; ");
  EXPECT_EQ(decided("tier: spot, price: 3.00, start: 2026-07-01T00:00:00Z", schedule),
            no("`price`"));
  EXPECT_EQ(decided("tier: firm, quantity: 10, start: 2026-07-01T00:00:00Z", schedule),
            no("`price`"));
}

TEST(PlayedExample, reads_a_value_as_price_times_quantity_times_length) {
  const Edits dear = {{"eligible: quantity >= 10", "eligible: value >= 100.00"}};
  EXPECT_EQ(decided("tier: firm, value: 100.00", dear), kYes);
  EXPECT_EQ(decided("tier: firm, value: 99.9999", dear), no("`tier-eligible`"));
  EXPECT_EQ(decided("tier: firm, value: 100.00, quantity: 7", dear),
            "no market: value: no price from 1.0000 to 50.0000 gives 100.0000 with 7 core for 1h");
}

/// Of somebody urgent, an hour ahead, in the place of a spot grant.
std::string displacing(const std::string& more, const Edits& edits = {},
                       const std::string& expect = "displaced: true, compensation: 0.00") {
  return played("user.kind: hospital, tier: urgent, victim.tier: spot" + more, expect, edits);
}

TEST(PlayedExample, displaces_and_owes_what_the_chain_computes) {
  EXPECT_EQ(displacing(", lead: 1h, victim.value: 10.00"),
            "compensation: 15.0000; displaced: true; ");
  EXPECT_EQ(displacing(", notice: 5min"), "compensation: 1.5000; displaced: true; ");
  EXPECT_EQ(displacing(", notice: 4min"),
            "compensation: 0.0000; displaced: false; refused by `capacity`");
  // Dearer than one core at the cap.
  EXPECT_EQ(displacing(", lead: 1h, victim.value: 100.00"),
            "compensation: 150.0000; displaced: true; ");
  // Worth less than an hour at the floor.
  EXPECT_EQ(displacing(", lead: 1h, victim.value: 0.50"),
            "compensation: 1.0000; displaced: true; ");
  EXPECT_EQ(displacing(", lead: 1h, quantity: 10, victim.quantity: 40, victim.price: 2.00"),
            "compensation: 30.0000; displaced: true; ");
  EXPECT_EQ(displacing(", lead: 1h, victim.value: 10.00, victim.whole_value: 40.00"),
            "compensation: 15.0000; displaced: true; ");
}

TEST(PlayedExample, has_a_victim_that_somebody_could_have_been_granted) {
  // Nobody is granted fewer than ten of the firm tier.
  const std::string firm = "user.kind: hospital, tier: urgent, notice: 5min, victim.tier: firm";
  EXPECT_EQ(played(firm, "compensation: 0.00"), "compensation: 1.5000; ");
  EXPECT_EQ(played(firm + ", victim.quantity: 10", "compensation: 0.00"),
            "compensation: 15.0000; ");
  // What is left of a larger one.
  EXPECT_EQ(played(firm + ", victim.quantity: 2", "compensation: 0.00"), "compensation: 3.0000; ");
  EXPECT_EQ(
      played(firm, "displaced: true", {{"eligible: quantity >= 10", "eligible: quantity > 1000"}}),
      "no market: : no grant can give way so: nobody could have been granted it");
}

TEST(PlayedExample, displaces_what_has_begun_and_what_was_displaced_before) {
  const Edits begun = {{"notice >= 5min", "victim.started"}};
  EXPECT_EQ(displacing(", lead: 1h, victim.started: true", begun, "displaced: true"),
            "displaced: true; ");
  EXPECT_EQ(displacing(", victim.started: false", begun, "displaced: true"),
            "displaced: false; refused by `capacity`");
  const Edits once = {{"notice >= 5min", "victim.times_displaced < 2"}};
  EXPECT_EQ(displacing(", lead: 1h, victim.times_displaced: 1", once, "displaced: true"),
            "displaced: true; ");
  EXPECT_EQ(displacing(", lead: 1h, victim.times_displaced: 2", once, "displaced: true"),
            "displaced: false; refused by `capacity`");
}

TEST(PlayedExample, refuses_to_displace_for_who_owes) {
  EXPECT_EQ(displacing(", lead: 1h, user.overdue: true", {}, "admitted: true"),
            no("`displacement`"));
  EXPECT_EQ(displacing(", lead: 1h, request.waited: 30min", {}, "admitted: true"), kYes);
  EXPECT_EQ(decided("tier: spot, user.overdue: true"), kYes);
}

TEST(PlayedExample, fails_whole_under_the_first_strategy) {
  const std::string money = "failed: true, refund: 0.00, penalty: 0.00";
  EXPECT_EQ(played("price: 10.00, quantity: 3", money),
            "failed: true; penalty: 6.0000; refund: 30.0000; ");
  // Who has to prove what plays no part in what the holder tells itself.
  for (const char* burden : {"holder", "claimant"})
    EXPECT_EQ(
        played("price: 10.00", money,
               {{"revocation:", std::string("claims: { contest_within: 1d, burden: ") + burden +
                                    ", claim_fee: 5%, contest_fee: 5% }\nrevocation:"}}),
        "failed: true; penalty: 2.0000; refund: 10.0000; ");
  EXPECT_EQ(played("quantity: 1001", money),
            "failed: false; penalty: 0.0000; refund: 0.0000; refused by `quantity`");
}

/// Each was decided otherwise when its facts were put together by hand.
TEST(PlayedExample, is_right_where_facts_by_hand_were_not) {
  // By hand, what a refused displacement would have been for was admitted all the same.
  EXPECT_EQ(displacing(", notice: 4min", {}, "admitted: true, displaced: true"),
            "admitted: false; displaced: false; refused by `capacity`");
  // A victim whose start is now has begun; by hand it had not unless it was said.
  EXPECT_EQ(displacing("", {{"notice >= 5min", "not victim.started"}}, "displaced: true"),
            "displaced: false; refused by `capacity`");
  // Nobody looked at the rule's scope, nor whether a strategy is there to settle under.
  EXPECT_EQ(decided("location: us"), no("`rule-in-force`"));
  std::string bare = kRule;
  bare.erase(bare.find("fallback:"), bare.find("revocation:") - bare.find("fallback:"));
  EXPECT_EQ(
      played({rule_file(bare + "examples:\n  - { given: {}, expect: { admitted: true } }\n")}),
      no("`objects-resolve`, `fallback`"));
}

TEST(PlayedExample, names_what_no_market_has) {
  EXPECT_EQ(decided("start: 2026-03-01T00:00:00Z, until: 2026-03-01T01:00:00Z, length: 2h"),
            "no market: until: no market has this beside what else is given: `until` would be "
            "2026-03-01T02:00:00Z");
  EXPECT_EQ(displacing(", victim.rank: 11"),
            "no market: victim.tier: no version that is here has such a tier");
  EXPECT_THAT(displacing(", victim.times_displaced: 5"),
              HasSubstr("no market: victim.times_displaced"));
  EXPECT_THAT(displacing(", victim.price: 60.00"), HasSubstr("no market: victim.price"));
  EXPECT_THAT(displacing(", victim.quantity: 1, victim.length: 1h, victim.value: 51.00"),
              HasSubstr("no market: victim.value"));
  EXPECT_THAT(decided("rank: 11"), HasSubstr("no market: rank"));
}

TEST(PlayedExample, knows_the_versions_before) {
  testing::ScratchFolder folder;
  folder.write("one.yaml",
               edited(kRule, {{"name: spot\n    rank: 10", "name: night\n    rank: 15"}}));
  auto second = [&](const std::string& given) {
    return folder.write("two.yaml", edited(with_example("user.kind: hospital, tier: urgent" + given,
                                                        "admitted: true", {}),
                                           {{"version: 1", "version: 2\nsupersedes: one.yaml"},
                                            {"from: 2026-01-01", "from: 2026-06-01"}}));
  };
  auto of = [&](const std::string& given) {
    auto files = question::load_rule_files(second(given));
    EXPECT_TRUE(files) << (files ? "" : to_text(files.error()));
    return played(*files);
  };
  EXPECT_EQ(of(", now: 2026-06-01T00:00:00Z"), kYes);
  // In the time of the version before, this one is not in force.
  EXPECT_EQ(of(", now: 2026-05-31T23:59:59Z"), no("`rule-in-force`"));
  // Who gives way was granted under the version before, in a tier that this one does not have.
  EXPECT_EQ(of(", lead: 1h, victim.tier: night"), kYes);
  EXPECT_EQ(of(", lead: 1min, victim.tier: night"), no("`capacity`"));
}

/// Values that a reader may try, and some that no market has.
std::vector<std::string> tried(const expr::Variable& v) {
  using enum expr::ExprType;
  const std::string most = "4611686018427387903";
  switch (v.type) {
    case integer:
      return {"0", "1", "2", "10", "20", "30", "1000", "-1", most, "-" + most};
    case money:
      return {"0.0000", "1.0000", "2.5000", "10.0000", "0.0001", "-1.0000", "461168601842738.7903"};
    case duration:
      return {"0s", "1s", "1min", "5min", "1h", "8h", "1d", "-1h", "400d"};
    case time:
      return {"1970-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z",
              "2026-12-31T23:59:59Z", "2116-02-20T23:53:38Z"};
    case boolean:
      return {"true", "false"};
    case path:
      return {"eu", "eu/de/1", "us"};
    case name_set:
      return {"hospital", "a, b"};
    default:
      if (v.name.ends_with("tier")) return {"urgent", "firm", "spot"};
      return {"hospital", "factory"};
  }
}

/// Whatever is given, it is played or told why not.
RC_GTEST_PROP(PlayedExample, is_an_answer_or_a_reason, ()) {
  question::RuleFile file = rule_file(kRule);
  rules::Example example{{}, {{"admitted", "true"}}};
  for (const expr::Variable& v : expr::variables()) {
    if (rules::example_variable(v.name, true) == nullptr) continue;
    if (*rc::gen::weightedElement<bool>({{9, false}, {1, true}}))
      example.given.push_back({std::string(v.name), *rc::gen::elementOf(tried(v))});
  }
  std::sort(example.given.begin(), example.given.end());
  file.rule.examples = {example};
  RC_LOG() << rules::format_example(example);
  question::RuleSubject subject = question::subject_of(file, {file});
  auto outcome = play_example(subject, file.rule.examples.front(), script::make_executor);
  RC_CLASSIFY(outcome.has_value() && outcome->refused_by.empty(), "admitted");
  RC_CLASSIFY(outcome.has_value() && outcome->displaced, "displaced");
  RC_CLASSIFY(!outcome, "no market");
  if (!outcome) {
    RC_ASSERT(!outcome.error().what.empty());
    RC_ASSERT(!outcome.error().expected.empty());
    return;
  }
  RC_ASSERT((outcome->values.at("admitted") == "true") == outcome->refused_by.empty());
  RC_ASSERT(!outcome->displaced || outcome->refused_by.empty());
}

std::vector<const Finding*> findings_on_examples(const RuleReport& r) {
  std::vector<const Finding*> out;
  for (const Finding& f : r.findings)
    if (f.analysis == "examples") out.push_back(&f);
  return out;
}

TEST(CheckedExample, says_what_was_expected_what_came_and_why_at_its_place) {
  question::RuleFile file =
      rule_file(with_example("user.kind: factory, tier: urgent", "admitted: true", {}));
  RuleReport r = check_rule(file, {file}, testing::playing());
  ASSERT_FALSE(findings_on_examples(r).empty());
  const Finding& f = *findings_on_examples(r).front();
  EXPECT_EQ(f.verdict, AnalysisVerdict::refuted);
  EXPECT_EQ(f.sentence, "`admitted` comes out as false, not true: refused by `tier-eligible`");
  EXPECT_EQ(f.provisions.front().place, "examples[0].expect.admitted");
  EXPECT_EQ(f.provisions.front().line, 31);
  EXPECT_EQ(f.provisions.front().column, 25);
}

TEST(CheckedExample, without_a_market_is_wrong_input_and_nothing_is_asked) {
  testing::ScratchFolder folder;
  const std::string path = folder.write(
      "rule.yaml",
      with_example("start: 2026-03-01T00:00:00Z, until: 2026-03-01T01:00:00Z, length: 2h",
                   "admitted: true", {}));
  auto files = question::load_rule_files(path);
  ASSERT_TRUE(files);
  RuleReport r = check_rule(files->front(), *files, testing::playing());
  EXPECT_TRUE(r.findings.empty());
  ASSERT_EQ(r.problems.size(), 1u);
  const Problem& p = r.problems.front();
  EXPECT_EQ(p.line, 30);
  EXPECT_THAT(p.source_line.substr(static_cast<std::size_t>(p.column) - 1),
              HasSubstr("2026-03-01T01:00:00Z"));
  EXPECT_THAT(p.what,
              AllOf(HasSubstr("example 1: "), HasSubstr("`until` would be 2026-03-01T02:00:00Z")));
  EXPECT_FALSE(p.expected.empty());
}

TEST(CheckedExample, is_unknown_where_nothing_plays_it) {
  question::RuleFile file = rule_file(with_example("quantity: 9", "admitted: true", {}));
  RuleReport r = check_rule(file, {file}, {});
  ASSERT_EQ(findings_on_examples(r).size(), 1u);
  EXPECT_EQ(findings_on_examples(r).front()->verdict, AnalysisVerdict::unknown);
}

}  // namespace
}  // namespace capmarket::analyses
