// The schema: what the unknowns of a rule range over.
#include "verify/question/symbolic_request.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "model/chain/victims.h"
#include "tests/support/corpus.h"

namespace capmarket::question {
namespace {

using testing::kRuleFolder;
using testing::loaded_rules;

smt::Symbolic::Int wide(Int128 v) {
  // Two halves, as no literal is wider than 64 bits.
  constexpr std::int64_t kHalf = std::int64_t{1} << 32;
  auto high = static_cast<std::int64_t>(floor_div(v, kHalf));
  return smt::Symbolic::integer(high) * smt::Symbolic::integer(kHalf) +
         smt::Symbolic::integer(static_cast<std::int64_t>(v - Int128{high} * kHalf));
}

/// Every reading stays inside the bounds that it claims: overflow is judged by them.
void bounds_hold(const SymbolicRequest& request) {
  smt::Solver solver(smt::SolverBudget{});
  solver.add(request.premises());
  expr::Bindings<CheckedSymbolic> b = request.bindings(0);
  for (std::size_t row = 0; row < expr::variables().size(); ++row) {
    const CheckedSymbolic::Int& x = b.ints[row];
    EXPECT_EQ(solver.check({x.value < wide(x.low)}), smt::Answer::unsat)
        << expr::variables()[row].name;
    EXPECT_EQ(solver.check({x.value > wide(x.high)}), smt::Answer::unsat)
        << expr::variables()[row].name;
  }
}

TEST(SymbolicRequest, readings_stay_inside_their_bounds) {
  for (const char* name : {"clean", "clean-fixed", "granularity-origin", "succession-cut"}) {
    auto files = loaded_rules(kRuleFolder + name + ".yaml");
    for (bool alone : {false, true}) {  // without the versions before it: an open past
      std::vector<RuleFile> known = alone ? std::vector<RuleFile>{files.front()} : files;
      RuleSubject subject = subject_of(known.front(), known);
      smt::SymbolicScope scope;
      for (auto range : {SymbolicRequest::Range::admissible, SymbolicRequest::Range::limits,
                         SymbolicRequest::Range::anything}) {
        bounds_hold(SymbolicRequest(subject, "", false, range));
        if (range != SymbolicRequest::Range::anything)
          bounds_hold(SymbolicRequest(subject, "", true, range));
      }
    }
  }
}

/// Hand-made cases that admission would meet: the schema has each of them.
TEST(SymbolicRequest, has_the_cases_that_admission_meets) {
  auto files = loaded_rules(kRuleFolder + "clean.yaml");
  RuleSubject subject = subject_of(files.front(), files);
  smt::SymbolicScope scope;
  SymbolicRequest request(subject, "", true);
  smt::Solver solver(smt::SolverBudget{});
  solver.add(request.premises());
  const std::int64_t minute = 60 * kNanosPerSecond, hour = kNanosPerHour;
  const std::int64_t day = subject.rule().effective.from.value + 24 * hour;
  auto has = [&](Window leg, Instant now, Instant admission, Window grant, objects::Piece piece,
                 std::int64_t released, std::int64_t price) {
    chain::GrantRecord g;
    g.leg.tier = "spot";
    g.rank = 10;
    g.leg.price = Money(price);
    g.leg.quantity = Quantity(20);
    g.leg.window = grant;
    g.live = {piece};
    Instant from = std::max(
        {leg.from, piece.window.from,
         Instant(static_cast<std::int64_t>(-floor_div(-admission.value, minute) * minute))});
    Instant until = std::min(leg.until, piece.window.until);
    chain::VictimContext v =
        chain::victim_context(g, piece, from, until, Quantity(released), admission);
    auto is = [&](const char* name, std::int64_t value) {
      return request.row(expr::variable_row(name)).value == smt::Symbolic::integer(value);
    };
    return solver.check(
        {is("start", leg.from.value), is("until", leg.until.value), is("now", now.value),
         is("victim.start", grant.from.value), is("victim.until", grant.until.value),
         is("notice", v.notice.value), is("released", released), is("victim.price", price),
         is("victim.quantity", piece.quantity.value), is("victim.value", v.value.value),
         is("victim.whole_value", v.whole_value.value), is("victim.rank", 10)});
  };
  auto at = [&](std::int64_t minutes) { return Instant(day + minutes * minute); };
  auto window = [&](std::int64_t from, std::int64_t until) { return Window{at(from), at(until)}; };
  // Whole, future; a part of one that runs; a trimmed piece, one unit of it for one minute.
  EXPECT_EQ(has(window(60, 120), at(0), at(0), window(60, 120), {window(60, 120), Quantity(20)}, 20,
                20'000),
            smt::Answer::sat);
  EXPECT_EQ(has(window(10, 60), at(5), at(5), window(-60, 300), {window(-60, 300), Quantity(20)}, 3,
                33'333),
            smt::Answer::sat);
  EXPECT_EQ(has(window(10, 60), at(5), Instant(at(5).value + 3 * kNanosPerSecond), window(-60, 300),
                {window(10, 11), Quantity(1)}, 1, 10'001),
            smt::Answer::sat);
  // Signed right at its start, admitted within the skew after it.
  EXPECT_EQ(has(window(0, 60), at(0), Instant(at(0).value + 5 * kNanosPerSecond), window(0, 60),
                {window(0, 60), Quantity(20)}, 20, 20'000),
            smt::Answer::sat);
  // Below the floor no victim was ever admitted, nor one that is not released at all.
  EXPECT_EQ(has(window(60, 120), at(0), at(0), window(60, 120), {window(60, 120), Quantity(20)}, 20,
                9'999),
            smt::Answer::unsat);
  EXPECT_EQ(has(window(60, 120), at(0), at(0), window(60, 120), {window(60, 120), Quantity(20)}, 0,
                20'000),
            smt::Answer::unsat);
}

}  // namespace
}  // namespace capmarket::question
