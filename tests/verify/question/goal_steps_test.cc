// One model of what can happen: every step that a monitor judges on a chain is a case of the
// checker's question, with the chain's own numbers, and the checker judges it as the monitor does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "tests/support/market.h"
#include "verify/question/goal_question.h"

namespace capmarket::question {
namespace {

using testing::at_second;
using testing::Market;
using testing::Party;
using testing::RuleParts;

constexpr const char* kGoals = R"(goals:
  - { name: small, always: quantity <= 40 }
  - { name: in-scope, always: 'location in "eu/de"' }
  - { name: debts, never: user.overdue }
  - { name: refused, never: 'not admitted && price > 100.00' }
  - { name: absurd, always: 'admitted or value + value < 1000000000000.00' }
  - { name: whole, always: displaced implies compensation >= victim.value }
  - { name: public, never: 'displaced && victim.tier == "basic" && holder.kind != "public"' }
  - { name: fits, always: 'admitted && quantity <= 2 implies quantity * 4611686018427387903 >= 0' }
  - { name: twice, never: displaced && victim.times_displaced >= 1 }
  - { name: warned, always: displaced implies notice >= 30s }
  - { name: refund, always: failed implies refund >= 0.01 }
  - { name: debtors, never: failed && user.overdue }
  - { name: late, always: failed implies request.waited <= 90s }
)";

/// A market whose parties do at random what a chain admits and refuses, and a holder whose
/// credential is corrected on the way.
class RandomMarket {
 public:
  RandomMarket(const std::string& pricing, unsigned seed)
      : market_({crypto::Scheme::mac, testing::rule_text(parts(pricing))}),
        monitor_(market_.chain()),
        random_(seed) {
    market_.chain().observe([this](const chain::Event& e) {
      monitor_.on_event(e);
      for (chain::GoalStepSeen& step : monitor_.steps_of(e)) steps_.push_back(std::move(step));
    });
    grant_ = market_.holder_grant(60);
    grant_.kind = "public";
    holder_ = market_.admit_party(grant_);
    elsewhere_ = market_.holder(60, "eu/fr");
    inside_ = market_.declare(holder_, 60, testing::seconds(0, 4000));
    outside_ = market_.declare(elsewhere_, 60, testing::seconds(0, 4000));
    user_ = market_.user("basic", "");
  }

  void play(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      now_ += pick(1, 40);
      if (i % 3 == 2) correct();
      if (pick(0, 7) == 0 && !grants_.empty())
        fail();
      else
        settle();
    }
  }
  const std::vector<chain::GoalStepSeen>& steps() const { return steps_; }
  const rules::Rule& rule() const { return market_.chain().state().rules.all().front().rule; }

 private:
  static RuleParts parts(const std::string& pricing) {
    RuleParts p;
    p.scope = "eu/de";
    p.pricing = pricing;
    p.tiers = R"(  - name: gold
    rank: 20
    eligible: user.kind == "hospital" && quantity <= 50
    displaces: { when: 'victim.rank < rank && victim.times_displaced < 2', compensation: "0.5 * victim.value", pay_within: 1min }
  - { name: basic, rank: 10, eligible: 'holder.kind == "public"' }
  - { name: spare, rank: 5, eligible: "true" }
)";
    p.more = kGoals;
    return p;
  }
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }

  void correct() {
    grant_.salt = market_.salt();
    grant_.kind = grant_.kind == "private" ? "public" : "private";
    holder_.credential = market_.admit_party(grant_).credential;
  }

  void settle() {
    const std::string tier = std::vector<std::string>{"gold", "gold", "basic", "basic", "spare"}[pick(0, 4)];
    const bool outside = pick(0, 19) == 0;
    // Who has asked before may be overdue by now.
    const Party user =
        tier == "basic" && pick(0, 1) == 0
            ? user_
            : market_.user(tier, tier == "gold" && pick(0, 5) > 0 ? "hospital" : "x");
    const std::int64_t from = now_ + pick(1, 20);
    objects::Request q = market_.request(user, {outside ? outside_ : inside_}, pick(20, 35),
                                         testing::seconds(from, from + pick(100, 300)), tier);
    const ContentId asked = market_.ask(user, q);
    objects::Settlement s =
        market_.settlement(outside ? elsewhere_ : holder_, user, outside ? outside_ : inside_,
                           asked, q, at_second(now_));
    objects::Leg& leg = s.legs[0];
    if (rule().pricing.mode == rules::PricingMode::fixed)
      leg.price = Money(tier == "gold" ? 300'000 : 100'000);
    if (pick(0, 3) > 0) leg.displace = objects::DisplaceTerms{Money(kWireMax), Money(kWireMax)};
    if (pick(0, 9) == 0) leg.price = Money(pick(0, 20'000'000));
    if (pick(0, 9) == 0) leg.quantity = Quantity(pick(0, 1) == 0 ? 0 : kWireMax);
    const auto receipt =
        market_.settle(outside ? elsewhere_ : holder_, user, s, at_second(now_ + pick(0, 3)));
    if (receipt.decision.admitted())
      grants_.push_back(market_.chain().state().settlements.all().back().id);
    now_ += 3;
  }

  void fail() {
    const ContentId grant =
        objects::grant_id(grants_[static_cast<std::size_t>(pick(0, std::ssize(grants_) - 1))], 0);
    const chain::GrantRecord& g = *market_.chain().state().grant(grant);
    objects::DeliveryFailure f{market_.salt(),
                               holder_.key.pub,
                               objects::Role::holder,
                               {},
                               grant,
                               Quantity(pick(1, g.leg.quantity.value)),
                               g.leg.window,
                               at_second(now_),
                               "storm"};
    market_.submit(market_.sign(f, {{objects::Role::holder, holder_.key}}), at_second(now_));
  }

  Market market_;
  chain::GoalMonitor monitor_;
  std::mt19937 random_;
  objects::CredentialGrant grant_;
  Party holder_, elsewhere_, user_;
  ContentId inside_, outside_;
  std::vector<ContentId> grants_;
  std::vector<chain::GoalStepSeen> steps_;
  std::int64_t now_ = 1;
};

bool is_number(const expr::Variable& v) {
  return v.type == expr::ExprType::integer || v.type == expr::ExprType::money ||
         v.type == expr::ExprType::duration || v.type == expr::ExprType::time ||
         v.type == expr::ExprType::name;
}

/// The checker's step with the chain's own values.
class SameStep {
 public:
  SameStep(const RuleSubject& subject, const chain::GoalStepSeen& seen, const GoalCase& at)
      : seen_(seen), at_(at), query_({}, subject), request_(request_at(query_, at)) {
    const expr::Bindings<CheckedSymbolic> b = request_.bindings(at.tier);
    for (std::size_t row = 0; row < expr::variables().size(); ++row) {
      const expr::Variable& v = expr::variables()[row];
      if (v.place == expr::ExprPlace::displacement && !at.step.displaced) continue;
      if (v.place == expr::ExprPlace::goal) continue;
      // What leaves 64 bits is nothing in particular.
      if (is_number(v) && !seen.values.ints[row].poisoned)
        same(b.ints[row].value == smt::num(seen.values.ints[row].value));
      if (v.type == expr::ExprType::boolean)
        same(b.bools[row].value == smt::Symbolic::boolean(seen.values.bools[row].value));
      if (v.type == expr::ExprType::name_set)
        for (std::size_t n = 0; n < b.sets[row].size(); ++n)
          same(b.sets[row][n].value == smt::Symbolic::boolean(seen.values.sets[row][n].value));
    }
    for (std::size_t p = 0; p < b.location_in.size(); ++p)
      same(b.location_in[p].value == smt::Symbolic::boolean(seen.values.location_in[p].value));
    expr::ExprWorld world = subject.world;
    auto make = [](std::string what, std::string, int) {
      return Problem{"", 0, 0, std::move(what), "", ""};
    };
    history_ =
        *expr::parse_expr(history(), expr::ExprPlace::goal, expr::ExprType::boolean, world, make);
    same(CheckedSymbolic::holds(query_.claim(history_, request_, at.tier, at.step)));
  }

  smt::Answer judged(const rules::Goal& goal, bool broken) {
    const CheckedSymbolic::Bool claim = query_.claim(goal.claim, request_, at_.tier, at_.step);
    std::optional<CheckedSymbolic::Bool> left;
    if (const auto text = chain::goal_left(goal))
      left = query_.part_of_claim(*text, request_, at_.tier, at_.step);
    const smt::Symbolic::Bool breaks =
        chain::breaks<CheckedSymbolic>(goal, left, claim, at_.step.admitted);
    query_.require(broken ? breaks : !breaks);
    return query_.solve(false).answer;
  }

 private:
  void same(const smt::Symbolic::Bool& b) { query_.require(b); }
  std::int64_t number(const char* name) const { return seen_.values.ints[at(name)].value; }
  /// What only goals read.
  std::string history() const {
    auto money = [&](const char* name) {
      return fmt::format("{} == {}", name, to_text(Money(number(name))));
    };
    return fmt::format("{}user.overdue && request.waited == {}ns && {} && {} && {}",
                       seen_.values.bools[at("user.overdue")].value ? "" : "not ",
                       number("request.waited"), money("compensation"), money("refund"),
                       money("penalty"));
  }

  const chain::GoalStepSeen& seen_;
  GoalCase at_;
  Query query_;
  const SymbolicRequest& request_;
  expr::Expr history_;
};

struct Met {
  int kinds[4] = {};
  int broken = 0, corrected = 0;
};

void agree(const std::string& pricing, unsigned seed, int rounds, Met& met) {
  RandomMarket market(pricing, seed);
  market.play(rounds);
  RuleFile file;
  file.file = "rule.yaml";
  file.rule = market.rule();
  const RuleSubject subject = subject_of(file, {file});
  smt::SymbolicScope scope;
  for (const chain::GoalStepSeen& seen : market.steps()) {
    ++met.kinds[static_cast<std::size_t>(seen.kind)];
    for (const rules::Goal& goal : file.rule.goals) {
      if (!chain::speaks_of(chain::goal_subject(goal.claim), seen.kind)) continue;
      const Concrete::Bool claim = expr::evaluate_bool<Concrete>(goal.claim, seen.values);
      const bool admitted = chain::facts_of(seen.kind).admitted;
      std::optional<Concrete::Bool> left;
      if (const auto text = chain::goal_left(goal))
        left = expr::evaluate_bool<Concrete>(*text, seen.values);
      const bool broken = chain::breaks<Concrete>(goal, left, claim, admitted);
      if (claim.poisoned && !admitted) continue;  // the numbers of the question fit 64 bits
      met.broken += broken ? 1 : 0;
      met.corrected += broken && goal.name == "public" ? 1 : 0;
      bool found = false;
      for (const GoalCase& at : goal_cases(file.rule, goal.claim)) {
        // What a goal of legs reads of a leg that displaces is what it reads of one that is
        // admitted.
        const bool displaces = seen.kind == chain::GoalStepKind::displacement &&
                               at.kind == chain::GoalStepKind::admitted;
        if ((at.kind != seen.kind && !displaces) || file.rule.tiers[at.tier].name != seen.tier ||
            found || (at.step.failed && at.step.strategy != "none"))
          continue;
        found = true;
        if (displaces) continue;
        // There is such a step, and none with its values that is judged otherwise.
        EXPECT_NE(SameStep(subject, seen, at).judged(goal, broken), smt::Answer::unsat)
            << goal.name << " seed " << seed;
        EXPECT_EQ(SameStep(subject, seen, at).judged(goal, !broken), smt::Answer::unsat)
            << goal.name << " seed " << seed;
      }
      EXPECT_TRUE(found) << goal.name;
    }
  }
}

TEST(GoalSteps, of_random_histories_are_cases_of_the_question_and_judged_alike) {
  Met met;
  const std::string schedule = R"(
  mode: fixed
  tariff:
    - { tier: gold, from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z, price: 30.00 }
    - { tier: basic, from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z, price: 10.00 }
    - { tier: spare, from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z, price: 10.00 }
)";
  agree("{ mode: negotiated, floor: 1.00, cap: 100.00 }", 1, 90, met);
  agree(schedule, 2, 90, met);
  for (std::size_t k = 0; k < 4; ++k) EXPECT_GT(met.kinds[k], 2) << k;
  EXPECT_GT(met.broken, 20);
  EXPECT_GT(met.corrected, 0);
}

}  // namespace
}  // namespace capmarket::question
