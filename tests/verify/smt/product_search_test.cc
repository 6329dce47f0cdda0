// Products of unknowns, decided: against what exhaustive enumeration finds, and where the numbers
// are those of a rule.
#include "verify/smt/product_search.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "verify/smt/recorder.h"

namespace capmarket::smt {
namespace {

Symbolic::Int within(std::vector<Symbolic::Bool>& all, const char* name, std::int64_t low,
                     std::int64_t high) {
  Symbolic::Int out = Symbolic::Int::fresh(name);
  all.push_back(num(low) <= out && out <= num(high));
  return out;
}

/// A price, a quantity and minutes worth more than `above`, while times * quantity * price stays
/// at most `most`.
std::vector<Symbolic::Bool> spend(std::int64_t times, std::int64_t most, std::int64_t above) {
  std::vector<Symbolic::Bool> out;
  Symbolic::Int quantity = within(out, "quantity", 1, 700),
                price = within(out, "price", 500, 90'000);
  Symbolic::Int minutes = within(out, "minutes", 1, 360), value = within(out, "value", 0, 1L << 40);
  Symbolic::Int exact = price * quantity * minutes;
  out.push_back(value * num(60) <= exact && exact < value * num(60) + num(60));
  out.push_back(num(times) * (quantity * price) <= num(most));
  out.push_back(value > num(above));
  return out;
}

TEST(ProductSearch, finds_the_greatest_value_under_a_hyperbola_and_none_above) {
  // 11 * quantity * price <= 200 000: at most 18 181 a minute's sixtieth, over 360 minutes.
  for (auto [above, answer] :
       {std::pair(109'085, Answer::sat), std::pair(109'086, Answer::unsat)}) {
    SymbolicScope scope;
    ProductSearch search(spend(11, 200'000, above), {});
    EXPECT_EQ(search.run(), answer) << above;
  }
}

TEST(ProductSearch, is_undecided_where_the_boxes_run_out) {
  SymbolicScope scope;
  std::vector<Symbolic::Bool> all;
  Symbolic::Int a = within(all, "a", 2, 5000), b = within(all, "b", 2, 5000);
  all.push_back(a * b == num(1'000'003));
  ProductBudget few;
  few.boxes = 1;
  ProductSearch search(all, few);
  EXPECT_EQ(search.run(), Answer::unknown);
  EXPECT_EQ(search.limit(), ProductSearch::Limit::boxes);
  ProductBudget hurried;
  hurried.total_rlimit = 1;
  ProductSearch of_steps(all, hurried);
  EXPECT_EQ(of_steps.run(), Answer::unknown);
  EXPECT_EQ(of_steps.limit(), ProductSearch::Limit::steps);
}

TEST(ProductSearch, is_undecided_where_a_factor_has_no_bounds) {
  SymbolicScope scope;
  Symbolic::Int a = Symbolic::Int::fresh("a"), b = Symbolic::Int::fresh("b");
  EXPECT_EQ(ProductSearch({a * b > num(7)}, {}).run(), Answer::unknown);
}

TEST(ProductSearch, records_a_linear_question_for_each_box_without_a_case) {
  SymbolicScope scope;
  QuestionRecorder recorder;
  recorder.name("goal", "g", "");
  ProductSearch search(spend(11, 200'000, 109'090), {});
  ASSERT_EQ(search.run(), Answer::unsat);
  search.record();
  const Questions questions = recorder.take();
  ASSERT_FALSE(questions.all.empty());
  for (const Question& q : questions.all) {
    EXPECT_TRUE(q.unsat);
    EXPECT_EQ(q.logic, "QF_LIA");
  }
}

/// Small unknowns, and a question over two or three of them and differences of them.
struct Small {
  std::array<std::int64_t, 4> low{}, high{};
  std::array<std::int64_t, 5> k{};
  int shape = 0;

  template <class Int>
  auto ask(const std::array<Int, 4>& x, const Int& zero, auto number) const {
    Int first = x[0] * x[1], second = x[2] * (x[1] - x[3]);
    Int third = x[0] * x[1] * x[2];
    Int left = shape % 3 == 0 ? first : shape % 3 == 1 ? third : first * (x[3] + number(k[3]));
    return number(k[0]) * left + number(k[1]) * second == number(k[2]) + zero;
  }
};

RC_GTEST_PROP(ProductSearchOfSmallQuestions, says_what_enumeration_says, ()) {
  auto pick = [](std::int64_t low, std::int64_t high) {
    return *rc::gen::noShrink(rc::gen::inRange<std::int64_t>(low, high + 1));
  };
  Small s;
  for (std::size_t i = 0; i < 4; ++i) {
    s.low[i] = pick(-3, 4);
    s.high[i] = s.low[i] + pick(0, 5);
  }
  s.shape = static_cast<int>(pick(0, 2));
  s.k = {pick(1, 7), pick(-4, 4), pick(-60, 200), pick(-2, 3), 0};
  bool any = false;
  std::array<std::int64_t, 4> x{};
  auto same = [](std::int64_t v) { return v; };
  for (x[0] = s.low[0]; x[0] <= s.high[0]; ++x[0])
    for (x[1] = s.low[1]; x[1] <= s.high[1]; ++x[1])
      for (x[2] = s.low[2]; x[2] <= s.high[2]; ++x[2])
        for (x[3] = s.low[3]; x[3] <= s.high[3]; ++x[3])
          any = any || s.ask<std::int64_t>(x, 0, same);
  SymbolicScope scope;
  std::vector<Symbolic::Bool> all;
  std::array<Symbolic::Int, 4> terms;
  const char* names[] = {"a", "b", "c", "d"};
  for (std::size_t i = 0; i < 4; ++i) terms[i] = within(all, names[i], s.low[i], s.high[i]);
  all.push_back(s.ask<Symbolic::Int>(terms, num(0), [](std::int64_t v) { return num(v); }));
  ProductBudget budget;
  budget.boxes = 5'000;
  ProductSearch search(all, budget);
  RC_ASSERT(search.run() == (any ? Answer::sat : Answer::unsat));
  if (!any) return;
  Solver linear((SolverBudget()));
  linear.add(search.premises());
  RC_ASSERT(linear.probe() == Answer::sat);
  // Its numbers answer the question itself.
  Solver exact((SolverBudget()));
  exact.add(all);
  RC_ASSERT(exact.probe(search.values(linear.model())) == Answer::sat);
}

}  // namespace
}  // namespace capmarket::smt
