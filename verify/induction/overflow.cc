// Theorem `no-overflow`: the solver's integers do not overflow, C++'s do; a third domain records
// every intermediate of every clause and the theorem keeps each inside 64 bits. Source: analyses.md
// B5.
#include "model/admission/table.h"
#include "verify/induction/requirements.h"
#include "verify/induction/theorem.h"
#include "verify/symbolic/facts.h"

namespace capmarket {
namespace {

thread_local std::vector<Symbolic::Int>* recorded = nullptr;

/// As `Symbolic`, and remembers the result of each arithmetic operation.
struct Recording {
  using Bool = Symbolic::Bool;
  struct Int {
    Symbolic::Int term;

    static Int fresh(const std::string& name) { return {Symbolic::Int::fresh(name)}; }
    static Int keep(Symbolic::Int t) {
      CHECK(recorded != nullptr);
      recorded->push_back(t);
      return {std::move(t)};
    }
    friend Int operator+(const Int& a, const Int& b) { return keep(a.term + b.term); }
    friend Int operator-(const Int& a, const Int& b) { return keep(a.term - b.term); }
    friend Int operator-(const Int& a) { return keep(-a.term); }
    friend Int operator*(const Int& a, const Int& b) { return keep(a.term * b.term); }
    friend Bool operator<(const Int& a, const Int& b) { return a.term < b.term; }
    friend Bool operator<=(const Int& a, const Int& b) { return a.term <= b.term; }
    friend Bool operator>(const Int& a, const Int& b) { return a.term > b.term; }
    friend Bool operator>=(const Int& a, const Int& b) { return a.term >= b.term; }
    friend Bool operator==(const Int& a, const Int& b) { return a.term == b.term; }
    friend Bool operator!=(const Int& a, const Int& b) { return a.term != b.term; }
  };
  static Bool boolean(bool v) { return Symbolic::boolean(v); }
  static Int integer(std::int64_t v) { return {Symbolic::integer(v)}; }
  static Int select(const Bool& c, const Int& a, const Int& b) {
    return {Symbolic::select(c, a.term, b.term)};
  }
  static Bool select(const Bool& c, const Bool& a, const Bool& b) {
    return Symbolic::select(c, a, b);
  }
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den) {
    return Int::keep(Symbolic::mul_div_floor(a.term, num, den));
  }
};

/// The facts and every intermediate that evaluating their clauses computes.
template <template <class> class Facts>
struct Recorded {
  Facts<Recording> facts;
  FactShape shape;
  std::vector<Symbolic::Int> leaves;  // the Ints among the facts
  std::vector<Symbolic::Int> intermediates;
};

template <template <class> class Facts>
std::shared_ptr<Recorded<Facts>> record(const FactShape& shape, const std::string& prefix) {
  auto out = std::make_shared<Recorded<Facts>>();
  out->shape = shape;
  out->facts = fresh_facts<Facts, Recording>(shape, prefix);
  visit(out->facts, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Recording::Int>)
      out->leaves.push_back(member.term);
  });
  recorded = &out->intermediates;
  (void)evaluate_clauses<Recording>(out->facts);
  recorded = nullptr;
  return out;
}

Symbolic::Bool within(const Symbolic::Int& x, const Symbolic::Int& low, const Symbolic::Int& high) {
  return low <= x && x <= high;
}

/// Every intermediate is a 64-bit integer.
Symbolic::Bool fits(const std::vector<Symbolic::Int>& intermediates) {
  auto low = Symbolic::integer(std::numeric_limits<std::int64_t>::min());
  auto high = Symbolic::integer(std::numeric_limits<std::int64_t>::max());
  std::vector<Symbolic::Bool> all;
  for (const auto& x : intermediates) all.push_back(within(x, low, high));
  return all_of(all);
}

std::vector<Symbolic::Bool> bounded(const std::vector<Symbolic::Int>& leaves, std::int64_t bound) {
  std::vector<Symbolic::Bool> out;
  for (const auto& x : leaves)
    out.push_back(within(x, Symbolic::integer(-bound), Symbolic::integer(bound)));
  return out;
}

/// What the resolver promises of remainders: 0 <= remainder <= granularity.
std::vector<Symbolic::Bool> remainders(const SettlementFacts<Recording>& f) {
  std::vector<Symbolic::Bool> out;
  for (const auto& leg : f.legs)
    out.push_back(Symbolic::integer(0) <= leg.signed_remainder.term &&
                  leg.signed_remainder.term <= leg.granularity.term);
  return out;
}
template <class Facts>
std::vector<Symbolic::Bool> remainders(const Facts&) {
  return {};
}

/// Fills concrete facts from an example; true when the concrete evaluation overflowed nowhere.
template <template <class> class Facts>
Replay replay_concretely(const Recorded<Facts>& r, const z3::model& model, bool expect_overflow) {
  Facts<Recording> symbolic = r.facts;
  std::vector<std::int64_t> values;
  visit(symbolic, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Recording::Int>)
      values.push_back(value_in(model, member.term));
    else
      values.push_back(static_cast<std::int64_t>(value_in(model, member)));
  });
  Facts<Concrete> concrete;
  reshape(concrete, r.shape);
  std::size_t next = 0;
  visit(concrete, "", [&](const std::string&, auto& member) {
    member.value = values.at(next++) != 0;
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Concrete::Int>)
      member.value = values[next - 1];
  });
  bool overflow = false;
  for (const auto& c : evaluate_clauses<Concrete>(concrete))
    overflow |= c.clause.holds.poisoned || c.clause.resolved.poisoned;
  return {overflow == expect_overflow, in_words(concrete, "facts")};
}

template <template <class> class Facts>
Theorem theorem_for(const std::string& kind) {
  FactShape shape;
  shape.legs = 2;
  auto r = record<Facts>(shape, "overflow." + kind);
  auto contracts = remainders(r->facts);
  auto with = [&](std::int64_t bound, bool contracted) {
    auto all = bounded(r->leaves, bound);
    if (contracted) all.insert(all.end(), contracts.begin(), contracts.end());
    return premises(std::move(all));
  };
  auto replay = [r](bool expect) -> ReplayFunction {
    return [r, expect](const z3::model& m) { return replay_concretely(*r, m, expect); };
  };
  auto claim = fits(r->intermediates);
  Theorem t;
  t.name = "no-overflow." + kind;
  t.statement = "under |x| < 2^62 for every fact, no intermediate of a clause leaves 64 bits";
  t.queries.push_back({with(kWireMax, true), claim, replay(false)});
  t.mutations.push_back(
      {"premise:wire-bound",
       {with(std::numeric_limits<std::int64_t>::max(), true), claim, replay(true)}});
  if (!contracts.empty())
    t.mutations.push_back({"premise:remainders", {with(kWireMax, false), claim, replay(true)}});
  return t;
}

}  // namespace

std::vector<Theorem> overflow_theorems() {
  // Clauses of requests, grants and promulgations compare only: they have no intermediate.
  std::vector<Theorem> all;
  all.push_back(theorem_for<SettlementFacts>("settlement"));
  all.push_back(theorem_for<DeclarationFacts>("declaration"));
  return all;
}

}  // namespace capmarket
