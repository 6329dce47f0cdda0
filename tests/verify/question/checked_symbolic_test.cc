// The concrete evaluator and the solver's domain agree on an expression.
#include "verify/question/checked_symbolic.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

#include "model/expr/evaluate.h"
#include "verify/smt/solver.h"

namespace capmarket::question {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

Problem problem_of(std::string what, std::string expected, int) {
  Problem p;
  p.what = std::move(what);
  p.expected = std::move(expected);
  return p;
}

/// A random expression as text, of a type; `depth` bounds it.
std::string money_text(int depth);
std::string integer_text(int depth) {
  int pick = *rc::gen::inRange(0, depth > 0 ? 9 : 3);
  auto one = [&] { return integer_text(depth - 1); };
  switch (pick) {
    case 0:
      return *rc::gen::element<std::string>("quantity", "rank", "victim.quantity", "released");
    case 1:
      return std::to_string(*rc::gen::inRange(-20, 20));
    case 2:
      return *rc::gen::element<std::string>("4611686018427387000", "1", "victim.times_displaced");
    case 3:
      return "(" + one() + " + " + one() + ")";
    case 4:
      return "(" + one() + " - " + one() + ")";
    case 5:
      return "(" + one() + " * " + std::to_string(*rc::gen::inRange(-5, 6)) + ")";
    case 6:
      return "min(" + one() + ", " + one() + ")";
    case 7:
      return "abs(" + one() + ")";
    default:
      return "(" + one() + " < " + one() + " ? " + one() + " : " + one() + ")";
  }
}
std::string money_text(int depth) {
  int pick = *rc::gen::inRange(0, depth > 0 ? 8 : 2);
  auto one = [&] { return money_text(depth - 1); };
  switch (pick) {
    case 0:
      return *rc::gen::element<std::string>("value", "price", "victim.value", "compensation");
    case 1:
      return *rc::gen::element<std::string>("1.00", "-0.0003", "400000000000.00");
    case 2:
      return "(" + *rc::gen::element<std::string>("1.5", "0.3333", "-2.0007", "0.0001") + " * " +
             one() + ")";
    case 3:
      return "(" + one() + " + " + one() + ")";
    case 4:
      return "(-" + one() + ")";
    case 5:
      return "max(" + one() + ", " + one() + ")";
    case 6:
      return "(" + integer_text(depth - 1) + " * " + one() + ")";
    default:
      return "(partial ? " + one() + " : " + one() + ")";
  }
}
std::string boolean_text(int depth) {
  int pick = *rc::gen::inRange(0, depth > 0 ? 9 : 4);
  auto one = [&] { return boolean_text(depth - 1); };
  switch (pick) {
    case 0:
      return *rc::gen::element<std::string>("partial", "victim.started", "displaced", "true");
    case 1:
      return *rc::gen::element<std::string>("user.kind == 'a'", "user.kind != holder.kind",
                                            "tier in ['a', 'b']", "'b' in user.groups",
                                            "location in 'eu/de'");
    case 2:
      return "(" + money_text(depth) + " >= " + money_text(depth) + ")";
    case 3:
      return "(" + integer_text(depth) + " == " + integer_text(depth) + ")";
    case 4:
      return "(" + one() + " && " + one() + ")";
    case 5:
      return "(" + one() + " || " + one() + ")";
    case 6:
      return "(not " + one() + ")";
    case 7:
      return "(" + one() + " implies " + one() + ")";
    default:
      return "(" + one() + " ? " + one() + " : " + one() + ")";
  }
}

std::int64_t random_number() {
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return *rc::gen::inRange<std::int64_t>(-50, 50);
    case 1:
      return *rc::gen::inRange<std::int64_t>(-kMost / 4, kMost / 4);
    case 2:
      return *rc::gen::elementOf(
          std::vector<std::int64_t>{kMost, -kMost - 1, kMost - 1, kMost / 2});
    default:
      return *rc::gen::inRange<std::int64_t>(-100'000'000, 100'000'000);
  }
}

struct RandomValues {
  expr::Bindings<Concrete> concrete;
  expr::Bindings<CheckedSymbolic> symbolic;
  std::vector<smt::Symbolic::Bool> values;  // that the unknowns have
};

/// Random values, and unknowns with bounds around them. Some bounds are the value alone.
RandomValues random_values(const expr::ExprWorld& world) {
  RandomValues out;
  for (const expr::Variable& v : expr::variables()) {
    std::int64_t value = random_number();
    if (v.type == expr::ExprType::name) value = *rc::gen::inRange<std::int64_t>(0, 4);
    out.concrete.ints.push_back(Concrete::integer(value));
    smt::Symbolic::Int term = smt::Symbolic::Int::fresh(std::string(v.name));
    out.values.push_back(term == smt::Symbolic::integer(value));
    bool tight = *rc::gen::arbitrary<bool>();
    std::int64_t low = tight ? value : std::min<std::int64_t>(value, -1'000);
    std::int64_t high = tight ? value : std::max<std::int64_t>(value, 1'000);
    out.symbolic.ints.push_back(CheckedSymbolic::within(term, low, high));
    auto flag = [&](const std::string& name, std::vector<Concrete::Bool>& a,
                    std::vector<CheckedSymbolic::Bool>& b) {
      bool is = *rc::gen::arbitrary<bool>();
      smt::Symbolic::Bool t = smt::Symbolic::Bool::fresh(name);
      a.push_back(Concrete::boolean(is));
      b.push_back({t, std::nullopt});
      out.values.push_back(t == smt::Symbolic::boolean(is));
    };
    flag(std::string(v.name) + "?", out.concrete.bools, out.symbolic.bools);
    out.concrete.sets.emplace_back();
    out.symbolic.sets.emplace_back();
    for (const std::string& name : world.names)
      flag(std::string(v.name) + "." + name, out.concrete.sets.back(), out.symbolic.sets.back());
  }
  for (const location::Location& path : world.paths) {
    smt::Symbolic::Bool t = smt::Symbolic::Bool::fresh(path.path);
    bool is = *rc::gen::arbitrary<bool>();
    out.concrete.location_in.push_back(Concrete::boolean(is));
    out.symbolic.location_in.push_back({t, std::nullopt});
    out.values.push_back(t == smt::Symbolic::boolean(is));
  }
  return out;
}

int cases() {
  const char* full = std::getenv("CAPMARKET_FULL");
  return full != nullptr && std::string(full) == "1" ? 100 : 1;
}

template <class Text>
void agree(Text text, expr::ExprType type) {
  smt::SymbolicScope scope;
  for (int i = 0; i < 10 * cases(); ++i) {
    expr::ExprWorld world;
    std::string written = text(3);
    auto expr = expr::parse_expr(written, expr::ExprPlace::goal, type, world, problem_of);
    if (!expr) continue;  // an integer literal beyond the wire's bound
    RandomValues r = random_values(world);
    smt::Solver solver(smt::SolverBudget{});
    solver.add(r.values);
    if (type == expr::ExprType::boolean) {
      Concrete::Bool c = expr::evaluate_bool<Concrete>(*expr, r.concrete);
      CheckedSymbolic::Bool s = expr::evaluate_bool<CheckedSymbolic>(*expr, r.symbolic);
      smt::Symbolic::Bool poisoned = CheckedSymbolic::poisoned(s.poison);
      RC_ASSERT(solver.check({poisoned != smt::Symbolic::boolean(c.poisoned)}) ==
                smt::Answer::unsat);
      if (!c.poisoned)
        RC_ASSERT(solver.check({s.value != smt::Symbolic::boolean(c.value)}) == smt::Answer::unsat);
      RC_ASSERT(solver.check({CheckedSymbolic::holds(s) ==
                              smt::Symbolic::boolean(Concrete::holds(c))}) == smt::Answer::sat);
    } else {
      Concrete::Int c = expr::evaluate_int<Concrete>(*expr, r.concrete);
      CheckedSymbolic::Int s = expr::evaluate_int<CheckedSymbolic>(*expr, r.symbolic);
      smt::Symbolic::Bool poisoned = CheckedSymbolic::poisoned(s.poison);
      RC_ASSERT(solver.check({poisoned != smt::Symbolic::boolean(c.poisoned)}) ==
                smt::Answer::unsat);
      if (c.poisoned) continue;
      RC_ASSERT(solver.check({s.value != smt::Symbolic::integer(c.value)}) == smt::Answer::unsat);
      RC_ASSERT(s.low <= c.value && c.value <= s.high);
    }
  }
}

RC_GTEST_PROP(CheckedSymbolic, reads_the_clock_as_the_concrete_evaluator_does, ()) {
  smt::SymbolicScope scope;
  expr::Zone zone{"z", Duration(*rc::gen::inRange(-1439, 1440) * expr::kNanosPerMinute), {}};
  const std::int64_t at = random_number();
  if (*rc::gen::arbitrary<bool>())
    zone.changes = {{Instant(at / 2), Duration(13 * kNanosPerHour)},
                    {Instant(at / 2 + 1), Duration(-kNanosPerHour)}};
  const Concrete::Int t = Concrete::integer(at);
  const smt::Symbolic::Int term = smt::Symbolic::Int::fresh("t");
  const CheckedSymbolic::Int x = CheckedSymbolic::within(term, -kMost - 1, kMost);
  smt::Solver solver(smt::SolverBudget{});
  solver.add({term == smt::Symbolic::integer(at)});
  auto agree_on = [&](const Concrete::Int& c, const CheckedSymbolic::Int& s, int low, int high) {
    smt::Symbolic::Bool poisoned = CheckedSymbolic::poisoned(s.poison);
    RC_ASSERT(solver.check({poisoned != smt::Symbolic::boolean(c.poisoned)}) == smt::Answer::unsat);
    if (c.poisoned) return;
    RC_ASSERT(solver.check({s.value != smt::Symbolic::integer(c.value)}) == smt::Answer::unsat);
    RC_ASSERT(low <= c.value && c.value <= high && s.low <= c.value && c.value <= s.high);
  };
  agree_on(expr::hour_of<Concrete>(zone, t), expr::hour_of<CheckedSymbolic>(zone, x), 0, 23);
  agree_on(expr::weekday_of<Concrete>(zone, t), expr::weekday_of<CheckedSymbolic>(zone, x), 1, 7);
}

RC_GTEST_PROP(CheckedSymbolic, agrees_with_the_concrete_evaluator_on_booleans, ()) {
  agree(boolean_text, expr::ExprType::boolean);
}
RC_GTEST_PROP(CheckedSymbolic, agrees_with_the_concrete_evaluator_on_money, ()) {
  agree(money_text, expr::ExprType::money);
}
RC_GTEST_PROP(CheckedSymbolic, agrees_with_the_concrete_evaluator_on_integers, ()) {
  agree(integer_text, expr::ExprType::integer);
}

TEST(CheckedSymbolic, rounds_toward_minus_infinity_and_up_where_asked) {
  smt::SymbolicScope scope;
  smt::Solver solver(smt::SolverBudget{});
  for (std::int64_t a : {-15, -1, 0, 1, 15}) {
    CheckedSymbolic::Int x = CheckedSymbolic::within(smt::Symbolic::Int::fresh("x"), -20, 20);
    std::vector<smt::Symbolic::Bool> is = {x.value == smt::Symbolic::integer(a)};
    auto same = [&](const CheckedSymbolic::Int& got, std::int64_t want) {
      is.push_back(got.value != smt::Symbolic::integer(want));
      EXPECT_EQ(solver.check(is), smt::Answer::unsat) << a;
      is.pop_back();
    };
    std::int64_t floor = a >= 0 ? a / 10 : -((-a + 9) / 10), ceil = a > 0 ? (a + 9) / 10 : a / 10;
    same(CheckedSymbolic::mul_div_floor(x, 1, 10), floor);
    same(CheckedSymbolicUp::mul_div_floor(x, 1, 10), ceil);
  }
}

}  // namespace
}  // namespace capmarket::question
