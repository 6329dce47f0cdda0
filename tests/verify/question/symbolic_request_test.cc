// The schema: what the unknowns of a rule range over.
#include "verify/question/symbolic_request.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "model/capacity/piece.h"
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
/// Whether the question has a case that admission meets: a leg, and a grant of 20 that gives way.
struct MetCases : ::testing::Test {
  std::vector<RuleFile> files = loaded_rules(kRuleFolder + "clean.yaml");
  RuleSubject subject = subject_of(files.front(), files);
  smt::SymbolicScope scope;
  SymbolicRequest request{subject, "", true};
  smt::Solver solver{smt::SolverBudget{}};
  const std::int64_t minute = 60 * kNanosPerSecond;
  const std::int64_t day = subject.rule().effective.from.value + 24 * kNanosPerHour;

  MetCases() { solver.add(request.premises()); }
  Instant on(std::int64_t minutes) const { return Instant(day + minutes * minute); }
  Window window(std::int64_t from, std::int64_t until) const { return {on(from), on(until)}; }
  Instant rounded_up(Instant t) const {
    return Instant(static_cast<std::int64_t>(-floor_div(-t.value, minute) * minute));
  }
  smt::Symbolic::Bool is(const char* name, std::int64_t value) {
    return request.row(expr::variable_row(name)).value == smt::Symbolic::integer(value);
  }
  static std::int64_t largest(const capacity::Pieces& pieces) {
    std::int64_t out = 0;
    for (const objects::Piece& p : pieces) out = std::max(out, p.quantity.value);
    return out;
  }

  /// `live` and `released`: of the grant, pieces in order; all of `live` inside the leg may go.
  smt::Answer has_pieces(Window leg, Instant now, Instant admission, Window grant,
                         const capacity::Pieces& live, const capacity::Pieces& released,
                         std::int64_t price) {
    const capacity::Pieces part =
        capacity::inside(live, {std::max(leg.from, rounded_up(admission)), leg.until});
    auto worth = [&](Volume v) { return value_of(Money(price), v).value_or(Money(0)); };
    const Volume before = capacity::volume_of(live);
    const Money value = worth(before) - worth(before - capacity::volume_of(released));
    const Money whole = worth(volume_of(Quantity(20), grant.length()));
    const expr::Bindings<CheckedSymbolic> chooses = request.bindings(0, true);
    const std::int64_t part_notice = (part.front().window.from - admission).value;
    return solver.check(
        {is("start", leg.from.value), is("until", leg.until.value), is("now", now.value),
         is("victim.start", grant.from.value), is("victim.until", grant.until.value),
         is("notice", (released.front().window.from - admission).value),
         is("released", largest(released)), is("victim.price", price),
         is("victim.quantity", largest(part)), is("victim.value", value.value),
         is("victim.whole_value", whole.value), is("victim.rank", 10),
         request.admission() == smt::Symbolic::integer(admission.value),
         chooses.ints[at("notice")].value == smt::Symbolic::integer(part_notice)});
  }
  smt::Answer has(Window leg, Instant now, Instant admission, Window grant, objects::Piece piece,
                  std::int64_t released, std::int64_t price) {
    Window cut{std::max({leg.from, piece.window.from, rounded_up(admission)}),
               std::min(leg.until, piece.window.until)};
    return has_pieces(leg, now, admission, grant, {piece}, {{cut, Quantity(released)}}, price);
  }
};

TEST_F(MetCases, has_the_cases_that_admission_meets) {
  // Whole, future; a part of one that runs; a trimmed piece, one unit of it for one minute.
  EXPECT_EQ(has(window(60, 120), on(0), on(0), window(60, 120), {window(60, 120), Quantity(20)}, 20,
                20'000),
            smt::Answer::sat);
  EXPECT_EQ(has(window(10, 60), on(5), on(5), window(-60, 300), {window(-60, 300), Quantity(20)}, 3,
                33'333),
            smt::Answer::sat);
  EXPECT_EQ(has(window(10, 60), on(5), Instant(on(5).value + 3 * kNanosPerSecond), window(-60, 300),
                {window(10, 11), Quantity(1)}, 1, 10'001),
            smt::Answer::sat);
  // Signed right at its start, admitted within the skew after it.
  EXPECT_EQ(has(window(0, 60), on(0), Instant(on(0).value + 5 * kNanosPerSecond), window(0, 60),
                {window(0, 60), Quantity(20)}, 20, 20'000),
            smt::Answer::sat);
  // Two pieces of it, of other quantities, not from the first instant on; between them nothing.
  EXPECT_EQ(has_pieces(window(60, 120), on(0), on(0), window(60, 180),
                       {{window(60, 80), Quantity(20)}, {window(90, 180), Quantity(7)}},
                       {{window(70, 75), Quantity(4)}, {window(100, 120), Quantity(7)}}, 20'000),
            smt::Answer::sat);
}

TEST_F(MetCases, has_none_below_the_floor_or_of_nothing) {
  EXPECT_EQ(has(window(60, 120), on(0), on(0), window(60, 120), {window(60, 120), Quantity(20)}, 20,
                9'999),
            smt::Answer::unsat);
  EXPECT_EQ(has(window(60, 120), on(0), on(0), window(60, 120), {window(60, 120), Quantity(20)}, 0,
                20'000),
            smt::Answer::unsat);
}

}  // namespace
}  // namespace capmarket::question
