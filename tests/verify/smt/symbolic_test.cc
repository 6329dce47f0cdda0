// The solver's domain means what the concrete one means.
#include "verify/smt/symbolic.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <type_traits>

#include "model/admission/decision.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::smt {
namespace {

// `if (e > 0)` on a solver term must not compile.
static_assert(!std::is_convertible_v<Symbolic::Bool, bool>);
static_assert(!std::is_constructible_v<bool, Symbolic::Bool>);
static_assert(!std::is_convertible_v<Symbolic::Int, bool>);
static_assert(!std::is_constructible_v<bool, Symbolic::Int>);
static_assert(!std::is_convertible_v<bool, Symbolic::Bool>);
static_assert(!std::is_convertible_v<int, Symbolic::Int>);

bool valid(const Symbolic::Bool& b) { return b.term().simplify().is_true(); }

/// Small values, so that comparisons are often equal, and some at the wire bound.
rc::Gen<std::int64_t> any_int() {
  return rc::gen::weightedOneOf<std::int64_t>(
      {{8, rc::gen::inRange<std::int64_t>(-3, 4)},
       {1, rc::gen::elementOf(std::vector<std::int64_t>{kWireMax, -kWireMax, kWireMax - 1})}});
}

template <template <class> class Facts>
Facts<Concrete> random_facts(const FactShape& shape) {
  Facts<Concrete> f;
  reshape(f, shape);
  admission::visit(f, "", [](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Concrete::Int>)
      member.value = *any_int();
    else
      member.value = *rc::gen::weightedElement<bool>({{5, true}, {1, false}});
  });
  return f;
}

/// Clause by clause: resolved and holds, as numerals in the solver and concretely.
template <template <class> class Facts>
void expect_same_decision(const FactShape& shape) {
  SymbolicScope scope;
  auto concrete = random_facts<Facts>(shape);
  auto symbolic = as_numerals<Facts>(concrete, shape);
  auto want = admission::evaluate_clauses<Concrete>(concrete);
  auto got = admission::evaluate_clauses<Symbolic>(symbolic);
  for (std::size_t i = 0; i < want.size(); ++i) {
    // A poisoned clause overflowed: only outside the premises of `no-overflow`.
    if (want[i].clause.holds.poisoned) continue;
    RC_ASSERT(want[i].clause.resolved.value == valid(got[i].clause.resolved));
    RC_ASSERT(want[i].clause.holds.value == valid(got[i].clause.holds));
  }
}

RC_GTEST_PROP(Domains, agree_on_settlements, ()) {
  FactShape shape;
  shape.legs = *rc::gen::inRange(1, 3);
  shape.links = *rc::gen::inRange(1, 4);
  shape.victims = *rc::gen::inRange(0, 3);
  shape.shards = *rc::gen::inRange(0, 3);
  shape.policy_roots = *rc::gen::inRange(0, 3);
  shape.coordinator_roots = *rc::gen::inRange(0, 3);
  expect_same_decision<admission::SettlementFacts>(shape);
}
RC_GTEST_PROP(Domains, agree_on_declarations, ()) { expect_same_decision<admission::DeclarationFacts>({}); }
RC_GTEST_PROP(Domains, agree_on_requests, ()) { expect_same_decision<admission::RequestFacts>({}); }
RC_GTEST_PROP(Domains, agree_on_grants, ()) { expect_same_decision<admission::GrantFacts>({}); }
RC_GTEST_PROP(Domains, agree_on_promulgations, ()) { expect_same_decision<admission::PromulgationFacts>({}); }
RC_GTEST_PROP(Domains, agree_on_batches, ()) {
  FactShape shape;
  shape.items = *rc::gen::inRange(0, 4);
  expect_same_decision<admission::BatchFacts>(shape);
}
RC_GTEST_PROP(Domains, agree_on_edicts, ()) { expect_same_decision<admission::EdictFacts>({}); }
RC_GTEST_PROP(Domains, agree_on_intents, ()) { expect_same_decision<admission::IntentFacts>({}); }
RC_GTEST_PROP(Domains, agree_on_parts, ()) {
  expect_same_decision<admission::SurrenderFacts>({});
  expect_same_decision<admission::DeliveryFailureFacts>({});
  expect_same_decision<admission::CurtailmentFacts>({});
  expect_same_decision<admission::ActivityFacts>({});
}
RC_GTEST_PROP(Domains, agree_on_notices, ()) {
  expect_same_decision<admission::WithdrawalFacts>({});
  expect_same_decision<admission::RetractFacts>({});
  expect_same_decision<admission::RenewalFacts>({});
  expect_same_decision<admission::PaymentFacts>({});
  expect_same_decision<admission::FallbackRecordFacts>({});
  expect_same_decision<admission::PriceIndexFacts>({});
  expect_same_decision<admission::DisputeFacts>({});
  expect_same_decision<admission::ContestFacts>({});
  expect_same_decision<admission::WitnessFacts>({});
}

RC_GTEST_PROP(Domains, floor_alike_for_either_sign, ()) {
  SymbolicScope scope;
  auto a = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
  auto num = *rc::gen::inRange<std::int64_t>(-20'000, 20'000);
  auto den = *rc::gen::inRange<std::int64_t>(1, 20'000);
  auto got = Symbolic::mul_div_floor(Symbolic::integer(a), num, den);
  auto want = Concrete::mul_div_floor(Concrete::integer(a), num, den);
  RC_ASSERT(valid(got == Symbolic::integer(want.value)));
}

TEST(Symbolic, gives_back_the_values_of_an_example_in_the_same_shape) {
  SymbolicScope scope;
  FactShape shape;
  auto facts = fresh_facts<admission::SettlementFacts>(shape, "f");
  Solver solver({});
  solver.add(wire_bounds(facts));
  solver.add(admission::admit<Symbolic>(facts));
  ASSERT_EQ(solver.check(), Answer::sat);
  auto concrete = concretise<admission::SettlementFacts>(solver.model(), facts, shape);
  EXPECT_TRUE(admission::decide(concrete).admitted());
}

TEST(Symbolic, keeps_every_free_variable_under_a_readable_name) {
  SymbolicScope scope;
  auto facts = fresh_facts<admission::SettlementFacts>({}, "settlement");
  EXPECT_EQ(facts.legs[0].quantity.term().decl().name().str(), "settlement.legs.0.quantity");
}

TEST(Symbolic, says_unknown_when_the_budget_is_spent) {
  SymbolicScope scope;
  auto x = Symbolic::Int::fresh("x"), y = Symbolic::Int::fresh("y"), z = Symbolic::Int::fresh("z");
  Solver solver({1000, 10'000});
  auto one = Symbolic::integer(1);
  solver.add(one < x && one < y && one < z && x * x * x + y * y * y == z * z * z);
  EXPECT_EQ(solver.check(), Answer::unknown);
  EXPECT_FALSE(solver.reason().empty());
}

}  // namespace
}  // namespace capmarket::smt
