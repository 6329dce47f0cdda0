// Values are products: where expressions bound some of the factors, the greatest value lies at no
// end of them. The verdict on both sides of it is compared with every case there is.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/base/text.h"
#include "model/chain/bindings.h"
#include "model/expr/evaluate.h"
#include "verify/analyses/check.h"
#include "verify/question/query.h"

namespace capmarket::question {
namespace {

struct ProductRule {
  std::string limits = "quantity: 1 .. 300, price: 0.00 .. 20.00, length: 15min .. 6h";
  std::string floor = "0.25", cap = "12.00", granularity = "15min";
  std::string eligible = "true", displaces, goal;
};

RuleFile rule_of(const ProductRule& p) {
  std::string tiers =
      fmt::format("  - {{ name: top, rank: 9, eligible: '{}'{} }}\n", p.eligible, p.displaces);
  if (!p.displaces.empty()) tiers += "  - { name: base, rank: 1, eligible: true }\n";
  const std::string text = fmt::format(
      "rule: test/products\nversion: 1\nauthority: test\nclass: power\nscope: eu\n"
      "effective: {{ from: 2026-01-01T00:00:00Z, until: 2026-07-01T00:00:00Z }}\n"
      "granularity: {}\nunit: kW\nretention: 1y\ncurrency: EUR\n"
      "limits: {{ {}, lead: 0s .. 1d, skew: 5s }}\ncoordination: {{ mode: none }}\n"
      "pricing: {{ mode: negotiated, floor: {}, cap: {} }}\ndefault: deny\ntiers:\n{}fallback:\n  "
      "- {{ name: same, substitution: none, notify_within: 15min, refund: 100%, penalty: 0% "
      "}}\nrevocation: {{ on_review: uphold }}\ngoals:\n  - {{ name: most, always: '{}' }}\n",
      p.granularity, p.limits, p.floor, p.cap, tiers, p.goal);
  auto file = rule_file_with("products.yaml", text, {});
  EXPECT_TRUE(file) << text << (file ? "" : to_text(file.error()));
  return file.value_or(RuleFile{});
}

/// Whether an admitted leg of the first tier breaks the goal.
QueryResult broken(const RuleFile& file) {
  RuleSubject subject = subject_of(file, {file});
  smt::SymbolicScope scope;
  Query q({}, subject);
  const SymbolicRequest& s = q.request("", false);
  GoalStep admitted;
  admitted.admitted = true;
  q.require(q.eligible(s, 0));
  q.require(!CheckedSymbolic::holds(q.claim(file.rule.goals.front().claim, s, 0, admitted)));
  return q.solve(true);
}

TEST(Products, a_bound_on_what_an_hour_costs_bounds_the_value_to_the_last_unit) {
  // 19 * quantity * price <= 500.00: 26.3157 an hour, 157.8942 in six.
  ProductRule p;
  p.eligible = "19 * (quantity * price) <= 500.00";
  p.goal = "value <= 157.8942";
  EXPECT_EQ(broken(rule_of(p)).answer, smt::Answer::unsat);
  p.goal = "value <= 157.8941";
  const QueryResult result = broken(rule_of(p));
  EXPECT_EQ(result.answer, smt::Answer::sat) << result.reason;
  EXPECT_TRUE(result.reproduced) << result.mismatch;
}

TEST(Products, lengths_under_a_bound_of_energy_stay_on_the_granularity) {
  // quantity * length <= 25 kWh on quarters of an hour: 4 kW for 6 h 15 min at 12.00.
  ProductRule p;
  p.limits = "quantity: 3 .. 4, price: 0.00 .. 20.00, length: 15min .. 8h";
  p.eligible = "quantity * length <= 25h";
  p.goal = "value <= 300.00";
  EXPECT_EQ(broken(rule_of(p)).answer, smt::Answer::unsat);
  p.goal = "value <= 299.99";
  EXPECT_EQ(broken(rule_of(p)).answer, smt::Answer::sat);
}

std::string verdict_of(const analyses::RuleReport& report, const std::string& analysis) {
  for (const analyses::Finding& f : report.findings)
    if (f.analysis == analysis)
      return std::string(to_text(f.verdict)) + (f.sentence.empty() ? "" : ": " + f.sentence);
  return "";
}

analyses::RuleReport checked(const ProductRule& p) {
  const RuleFile file = rule_of(p);
  analyses::CheckOptions options;
  options.scripted_scenarios = false;
  analyses::RuleReport report = analyses::check_rule(file, {file}, options);
  EXPECT_FALSE(report.internal_error) << report.mismatch;
  return report;
}

TEST(Products, a_bound_on_a_victims_energy_bounds_what_is_taken_of_it) {
  ProductRule p;
  p.eligible = "user.kind == \"grid\"";
  p.displaces =
      ", displaces: { when: 'victim.quantity * victim.length <= 30h', compensation: "
      "'max(victim.value, 0.50)', pay_within: 1d }";
  p.goal = "displaced implies victim.value <= 360.00";
  EXPECT_EQ(verdict_of(checked(p), "goal:most"), "proved");
  p.goal = "displaced implies victim.value <= 359.9999";
  EXPECT_EQ(verdict_of(checked(p), "goal:most").substr(0, 7), "refuted");
}

TEST(Products, the_smallest_ratio_of_a_flat_compensation_is_found) {
  // 2.00 for at most 299 kW x 6 h x 12.00 = 21 528.00.
  ProductRule p;
  p.displaces =
      ", displaces: { when: 'victim.quantity < quantity', compensation: 2.00, pay_within: 1d }";
  p.goal = "displaced implies compensation >= 2.00";
  const std::string said = verdict_of(checked(p), "compensation-adequate");
  EXPECT_NE(said.find("the smallest ratio is 0.00%"), said.npos) << said;
}

TEST(Products, a_chain_of_ratios_is_a_bound_of_what_it_begins_with) {
  ProductRule p;
  p.eligible = "value";
  for (int i = 0; i < 40; ++i) p.eligible = "1.0003 * (" + p.eligible + ")";
  p.eligible += " >= 7.00";
  // The least value: 40 floors lose at most a unit each.
  std::int64_t least = 70'000;
  auto of = [](std::int64_t v) {
    for (int i = 0; i < 40; ++i) v = v * 10'003 / 10'000;
    return v;
  };
  while (of(least - 1) >= 70'000) --least;
  p.goal = fmt::format("admitted implies value >= {}", to_text(Money(least)));
  EXPECT_EQ(broken(rule_of(p)).answer, smt::Answer::unsat);
  p.goal = fmt::format("admitted implies value >= {}", to_text(Money(least + 1)));
  EXPECT_EQ(broken(rule_of(p)).answer, smt::Answer::sat);
}

/// The greatest value of an eligible request, of all there are; nothing where there is none.
std::optional<std::int64_t> greatest(const rules::Rule& rule) {
  std::optional<std::int64_t> out;
  const rules::Limits& l = rule.limits;
  objects::CredentialGrant nobody;
  location::Location place = rule.scope;
  chain::EligibilityContext leg;
  leg.user = leg.holder = &nobody;
  leg.location = &place;
  leg.signed_at = rule.effective.from;
  for (auto q = l.quantity_min.value; q <= l.quantity_max.value; ++q)
    for (auto p = rule.pricing.floor.value; p <= rule.pricing.cap.value; ++p)
      for (auto d = l.length_min.value; d <= l.length_max.value; d += rule.granularity.value) {
        leg.quantity = Quantity(q), leg.price = Money(p);
        leg.window = {rule.effective.from, rule.effective.from + Duration(d)};
        const rules::Tier& tier = rule.tiers.front();
        if (!Concrete::holds(expr::evaluate_bool<Concrete>(
                tier.eligible, chain::eligibility_bindings(rule, tier, leg))))
          continue;
        const std::int64_t value = value_of(leg.price, volume_of(leg.quantity, Duration(d)))->value;
        out = std::max(out.value_or(value), value);
      }
  return out;
}

RC_GTEST_PROP(ProductsOfSmallRules, are_bounded_as_enumeration_says, ()) {
  auto pick = [](std::int64_t low, std::int64_t high) {
    return *rc::gen::noShrink(rc::gen::inRange<std::int64_t>(low, high + 1));
  };
  ProductRule p;
  const std::int64_t q = pick(1, 5), least = pick(1, 60);
  p.limits = fmt::format("quantity: {} .. {}, price: 0.00 .. 20.00, length: 15min .. {}min", q,
                         q + pick(0, 6), 15 * pick(1, 8));
  p.floor = to_text(Money(least)), p.cap = to_text(Money(least + pick(0, 40)));
  const std::vector<std::string> bounds = {
      fmt::format("{} * (quantity * price) <= {}", pick(1, 9), to_text(Money(pick(1, 2'000)))),
      fmt::format("quantity * length <= {}min", pick(10, 600)),
      fmt::format("quantity * (quantity * price) <= {}", to_text(Money(pick(1, 3'000)))),
      fmt::format("(quantity + {}) * price < {}", pick(0, 3), to_text(Money(pick(1, 700)))),
      fmt::format("quantity * quantity * length >= {}min || price <= {}", pick(10, 900),
                  to_text(Money(pick(1, 90))))};
  p.eligible = bounds[static_cast<std::size_t>(pick(0, 4))] + " && " +
               bounds[static_cast<std::size_t>(pick(0, 4))];
  p.goal = "value >= 0.00";
  const std::optional<std::int64_t> most = greatest(rule_of(p).rule);
  RC_CLASSIFY(most.has_value(), "somebody is eligible");
  const std::int64_t bound = most.value_or(0);
  for (std::int64_t end : {bound, bound - 1}) {
    p.goal = fmt::format("value <= {}", to_text(Money(end)));
    const QueryResult result = broken(rule_of(p));
    RC_LOG() << p.limits << " " << p.floor << " " << p.cap << " " << p.eligible << " " << p.goal
             << " " << result.reason << result.mismatch << "\n";
    RC_ASSERT(result.reproduced);
    RC_ASSERT(result.answer == (most && end < *most ? smt::Answer::sat : smt::Answer::unsat));
  }
}

}  // namespace
}  // namespace capmarket::question
