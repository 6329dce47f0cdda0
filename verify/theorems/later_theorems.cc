// INV-7: a revocation or successor changes no earlier decision. Two copies of the facts of one
// settlement: as looked up at its own number, and after one more event of each kind.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems {
namespace {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;
using inv1::Admission;

/// One event that is admitted somewhere: at `number`, with effect from `effect`.
struct Event {
  Int number, effect;
  explicit Event(const std::string& name)
      : number(Int::fresh(name + ".number")), effect(Int::fresh(name + ".effect")) {}
};

/// The rule of lookup: of several only those admitted before `number` count; the earliest effect.
template <class D>
typename D::Int looked_up(const typename D::Int& so_far, const typename D::Int& event_number,
                          const typename D::Int& effect, const typename D::Int& number) {
  return D::select(event_number < number, min_of<D>(so_far, effect), so_far);
}

struct Twice {
  Admission a{"later", 1, 1};
  admission::SettlementFacts<smt::Symbolic> after = a.facts;
  Int number = Int::fresh("later.number");
  Event revocation{"later.revocation"}, successor{"later.successor"};

  Twice() {
    for (auto& leg : after.legs) {
      for (auto* c : {&leg.holder, &leg.user}) revoke(*c);
      for (auto& s : leg.shards) revoke(s.coordinator);
      leg.successor_from =
          looked_up<smt::Symbolic>(leg.successor_from, successor.number, successor.effect, number);
    }
  }
  void revoke(admission::CredentialFacts<smt::Symbolic>& c) {
    for (auto& link : c.links)
      link.revoked_from =
          looked_up<smt::Symbolic>(link.revoked_from, revocation.number, revocation.effect, number);
  }
  /// Clause by clause: as before.
  Bool same_decision() const {
    auto all = smt::Symbolic::boolean(true);
    auto then = admission::evaluate_clauses<smt::Symbolic>(a.facts), now = admission::evaluate_clauses<smt::Symbolic>(after);
    for (std::size_t i = 0; i < then.size(); ++i)
      all = all && then[i].clause.resolved == now[i].clause.resolved &&
            then[i].clause.holds == now[i].clause.holds;
    return all;
  }
  std::vector<Bool> given() {
    auto all = a.admitted(std::nullopt);
    for (const Int& x :
         {number, revocation.number, revocation.effect, successor.number, successor.effect}) {
      all.push_back(smt::Symbolic::integer(-kWireMax) <= x);
      all.push_back(x <= smt::Symbolic::integer(kWireMax));
    }
    return all;
  }
};

ReplayFunction replay(std::shared_ptr<Twice> x, bool same) {
  return [x, same](const z3::model& m) {
    auto then = x->a.concrete(m);
    admission::SettlementFacts<smt::Symbolic> symbolic = x->after;
    auto now = smt::concretise<admission::SettlementFacts>(m, symbolic, x->a.shape);
    return Replay{(admission::decide(then) == admission::decide(now)) == same,
                  inv1::in_words(m, {{"settlement", x->number},
                                     {"signed at", x->a.facts.signed_at},
                                     {"revocation", x->revocation.number},
                                     {"with effect at", x->revocation.effect},
                                     {"successor", x->successor.number},
                                     {"from", x->successor.effect}})};
  };
}

Theorem theorem(std::shared_ptr<Twice> x, const std::string& name, const std::string& statement,
                const std::vector<std::pair<std::string, Bool>>& given,
                const std::vector<std::pair<std::string, Bool>>& turned) {
  auto with = [&](std::size_t left_out, const std::vector<Bool>& instead) {
    auto all = x->given();
    for (std::size_t i = 0; i < given.size(); ++i)
      if (i != left_out) all.push_back(given[i].second);
    all.insert(all.end(), instead.begin(), instead.end());
    return premises(std::move(all));
  };
  Theorem t;
  t.name = name;
  t.statement = statement;
  t.code = ProvedCode::shipped_over_copy;
  t.bounds = "one revocation and one successor more; " +
             bounds_of<admission::SettlementFacts>({x->a.shape});
  t.queries.push_back({with(given.size(), {}), x->same_decision(), replay(x, true)});
  for (std::size_t i = 0; i < given.size(); ++i) {
    t.mutations.push_back(
        {"premise:" + given[i].first, {with(i, {}), x->same_decision(), replay(x, false)}});
    t.mutations.push_back({"premise:" + turned[i].first,
                           {with(i, {turned[i].second}), x->same_decision(), replay(x, false)}});
  }
  return t;
}

}  // namespace

std::vector<Theorem> later_theorems() {
  auto x = std::make_shared<Twice>();
  auto one = smt::Symbolic::integer(1);
  const Int &n = x->number, &signed_at = x->a.facts.signed_at;
  std::vector<Theorem> all;
  all.push_back(theorem(x, objects::theorem_name(objects::Invariant::permanence),
                        "a revocation or successor that is admitted later changes no clause of a "
                        "decision: it is not looked up below its own number",
                        {{"revocation-later", n <= x->revocation.number},
                         {"successor-later", n <= x->successor.number}},
                        {{"revocation-one-before", n <= x->revocation.number + one},
                         {"successor-one-before", n <= x->successor.number + one}}));
  all.push_back(theorem(x, objects::theorem_name(objects::Invariant::permanence, "effect"),
                        "one that is admitted earlier, with effect only after signed_at, changes "
                        "none either",
                        {{"revocation-after", signed_at < x->revocation.effect},
                         {"successor-after", signed_at < x->successor.effect}},
                        {{"revocation-after:<=-for-<", signed_at <= x->revocation.effect},
                         {"successor-after:<=-for-<", signed_at <= x->successor.effect}}));
  return all;
}

}  // namespace capmarket::theorems
