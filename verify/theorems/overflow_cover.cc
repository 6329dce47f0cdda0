// no-overflow.cover: sums over as many victims as a cover may have. Source:
// docs/spec/semantics.md#limits-of-a-cover, docs/spec/semantics.md#overflow.
#include "verify/theorems/bounds.h"
#include "verify/theorems/overflow_cover.h"

#include <fmt/format.h>

#include <limits>

#include "model/objects/governance.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems {
namespace {

using inv1::Bool;
using inv1::Int;
using inv1::zero;

/// What each victim is owed or given back, and what the leg states at most.
struct Sum {
  std::vector<Int> amounts;
  Int at_most = Int::fresh("sum.at_most");

  Sum() {
    for (int i = 0; i < objects::kVictimsMax; ++i)
      amounts.push_back(Int::fresh(fmt::format("sum.amount{}", i)));
  }
  /// Where the sum leaves 64 bits on its way, it is more than what is stated.
  Bool claim() const {
    auto most = smt::num(std::numeric_limits<std::int64_t>::max());
    auto least = smt::num(std::numeric_limits<std::int64_t>::min());
    Int sum = zero();
    std::vector<Bool> left;
    for (const Int& x : amounts) {
      sum = sum + x;
      left.push_back(sum < least || most < sum);
    }
    return implies<smt::Symbolic>(smt::any_of(left), at_most < sum);
  }
  Premises given(std::int64_t bound, bool positive) const {
    std::vector<Bool> all = {smt::num(-kWireMax) <= at_most, at_most <= smt::num(kWireMax)};
    for (const Int& x : amounts) {
      all.push_back(smt::num(-bound) <= x && x <= smt::num(bound));
      if (positive) all.push_back(zero() <= x);
    }
    return premises(std::move(all));
  }
};

/// The concrete sum is poisoned, and the clause with it, where the exact sum is more than stated.
ReplayFunction replay(std::shared_ptr<Sum> s, bool expect) {
  return [s, expect](const z3::model& m) {
    Concrete::Int sum = Concrete::integer(0);
    Int128 exact = 0;
    for (const Int& x : s->amounts) {
      sum = sum + Concrete::integer(smt::value_in(m, x));
      exact += smt::value_in(m, x);
    }
    const std::int64_t at_most = smt::value_in(m, s->at_most);
    bool within = Concrete::holds(sum <= Concrete::integer(at_most));
    return Replay{(within == (exact <= at_most)) == expect,
                  fmt::format("at most {}, the first of {} is {}", at_most, s->amounts.size(),
                              smt::value_in(m, s->amounts[0]))};
  };
}

}  // namespace

std::vector<Theorem> overflow_cover_theorems() {
  auto s = std::make_shared<Sum>();
  Theorem t;
  t.name = "no-overflow.cover";
  t.statement = fmt::format(
      "a sum of K or of refunds over {} victims that leaves 64 bits on its way is more than any leg "
      "states: where the predicate refuses for the overflow, the exact sum is refused too",
      objects::kVictimsMax);
  t.code = ProvedCode::copy;
  t.bounds = fmt::format("{} victims; {}", objects::kVictimsMax, kAnyWireInteger);
  t.queries.push_back({s->given(kWireMax, true), s->claim(), replay(s, true)});
  t.mutations.push_back(
      {"premise:amount>=0", {s->given(kWireMax, false), s->claim(), replay(s, false)}});
  return {t};
}

}  // namespace capmarket::theorems
