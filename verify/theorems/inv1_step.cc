// INV-1: the step. At one arbitrary instant, for a settlement of two legs with an entry each, every
// one on the declaration in question or on another.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/entry_conjuncts.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems::inv1 {
namespace {


/// One declaration (or infrastructure) as the settlement finds it. `Limit` in the names of facts:
/// the declared quantity less curtailments, or the schedule.
struct Step {
  bool shared;
  std::string name;
  Admission a;
  Int t, load, limit;  // at the instant t
  Bool same_grant;     // both entries displace one grant
  std::vector<Bool> leg_on, entry_on;
  std::vector<Int> net_b;  // of each leg, at its latest guarded breakpoint at or before t

  Step(bool on_infrastructure, const std::string& prefix)
      : shared(on_infrastructure),
        name(prefix),
        a(prefix, kLegs, 1),
        t(Int::fresh(prefix + ".t")),
        load(Int::fresh(prefix + ".load")),
        limit(Int::fresh(prefix + ".limit")),
        same_grant(Bool::fresh(prefix + ".same_grant")) {
    for (std::size_t i = 0; i < kLegs; ++i) {
      leg_on.push_back(Bool::fresh(fmt::format("{}.leg_on{}", prefix, i)));
      entry_on.push_back(Bool::fresh(fmt::format("{}.entry_on{}", prefix, i)));
      net_b.push_back(Int::fresh(fmt::format("{}.net_b{}", prefix, i)));
    }
  }

  admission::ClauseId clause() const { return shared ? admission::ClauseId::shared_capacity : admission::ClauseId::capacity; }
  const Int& excess(std::size_t i) const {
    return shared ? a.leg(i).shared_excess : a.leg(i).excess;
  }
  const admission::VictimFacts<smt::Symbolic>& entry(std::size_t i) const { return a.leg(i).victims[0]; }
  SymbolicPiece victim(std::size_t i) const {
    return {entry(i).piece_from, entry(i).piece_until, entry(i).piece_quantity};
  }
  Bool in_leg(std::size_t i) const { return covers<smt::Symbolic>(a.piece(i), t); }
  Bool in_release(std::size_t i) const { return entry(i).release_from <= t && t < entry(i).until; }
  /// What the guard takes off at t for an entry: r over [release_from, until).
  Int counted(std::size_t i) const {
    return smt::Symbolic::select(entry_on[i] && in_release(i), entry(i).released, zero());
  }
  Int added(std::size_t i) const {
    return smt::Symbolic::select(leg_on[i], value_at<smt::Symbolic>(a.piece(i), t), zero());
  }
  /// load - releases + other legs - limit, at t.
  Int net(std::size_t i) const { return load - counted(0) - counted(1) + added(1 - i) - limit; }
  /// What an entry really takes: at most what its piece still has.
  Int taken(std::size_t i) const {
    Int there = value_at<smt::Symbolic>(victim(i), t);
    if (i == 1) there = smt::Symbolic::select(same_grant, there - taken(0), there);
    return smt::Symbolic::select(entry_on[i] && in_release(i),
                            min_of<smt::Symbolic>(entry(i).released, there), zero());
  }
  Int after() const { return load - taken(0) - taken(1) + added(0) + added(1); }

  /// Pieces of grants on this declaration, at t, each once.
  Int displaced() const {
    auto first = smt::Symbolic::select(entry_on[0], value_at<smt::Symbolic>(victim(0), t), zero());
    auto second = smt::Symbolic::select(entry_on[1] && !(entry_on[0] && same_grant),
                                   value_at<smt::Symbolic>(victim(1), t), zero());
    return first + second;
  }

  Bool guard(std::size_t i) const { return implies<smt::Symbolic>(leg_on[i], net_b[i] <= excess(i)); }
  Bool fold(std::size_t i) const {
    return implies<smt::Symbolic>(leg_on[i] && in_leg(i), net(i) <= net_b[i]);
  }
  std::vector<Bool> contracts() const;
  Bool claim() const;
  Bool constant_over_the_window() const;
  Replay replay(const z3::model& m, std::optional<admission::ClauseId> refused_for) const;
};

/// What the resolver promises: one grant is one piece; a release begins no earlier than its entry;
/// `victims_distinct` is what it says; the same declaration is the same. Under shared capacity, the
/// mode asks for the coordinator.
std::vector<Bool> Step::contracts() const {
  std::vector<Bool> out;
  out.push_back(implies<smt::Symbolic>(a.facts.victims_distinct, !same_grant));
  for (std::size_t i = 0; i < kLegs; ++i) {
    out.push_back(zero() <= entry(i).piece_quantity && entry(i).from <= entry(i).release_from);
    if (shared)
      out.push_back(implies<smt::Symbolic>(
          leg_on[i], a.leg(i).coordination_single || a.leg(i).coordination_sharded));
    else
      out.push_back(implies<smt::Symbolic>(entry(i).same_declaration, entry_on[i] == leg_on[i]));
  }
  out.push_back(implies<smt::Symbolic>(same_grant, entry_on[0] == entry_on[1] &&
                                                  victim(0).from == victim(1).from &&
                                                  victim(0).until == victim(1).until &&
                                                  victim(0).quantity == victim(1).quantity));
  return out;
}

/// Inside a leg's window the load after admission fits; where none reaches, it is not higher.
Bool Step::claim() const {
  auto all = smt::Symbolic::boolean(true), reached = smt::Symbolic::boolean(false);
  for (std::size_t i = 0; i < kLegs; ++i) {
    auto here = leg_on[i] && in_leg(i);
    all = all && implies<smt::Symbolic>(here, after() <= limit);
    reached = reached || here;
  }
  return all && (reached || after() <= load);
}

/// Both legs and both releases have one window, around t, and the pieces cover it or miss it: then
/// an example is a constant there, and the real step function has the value of t everywhere.
Bool Step::constant_over_the_window() const {
  std::vector<Int> values{t, load, limit};
  std::vector<Bool> all{in_leg(0)};
  for (std::size_t i = 0; i < kLegs; ++i) {
    const auto& l = a.leg(i);
    all.push_back(l.from == a.leg().from && l.until == a.leg().until);
    all.push_back(entry(i).release_from == l.from && entry(i).until == l.until);
    auto misses = victim(i).until <= l.from || l.until <= victim(i).from;
    all.push_back((victim(i).from <= l.from && l.until <= victim(i).until) || misses);
    all.push_back(victim(i).from < victim(i).until);
    for (const Int& x : {l.from, l.until, l.quantity, entry(i).released, victim(i).from,
                         victim(i).until, victim(i).quantity, excess(i)})
      values.push_back(x);
  }
  all.push_back(displaced() <= load);
  all.push_back(replayable(values));
  return smt::all_of(all);
}

/// Runs an example on the real step function and the real predicate, with excesses recomputed.
Replay Step::replay(const z3::model& m, std::optional<admission::ClauseId> refused_for) const {
  auto v = [&](const Int& x) { return smt::value_in(m, x); };
  Window window{Instant(v(a.leg().from)), Instant(v(a.leg().until))};
  Instant at(v(t));
  capacity::StepFunction before;
  before.add(window, Quantity(v(load) - v(displaced())));
  bool once = smt::value_in(m, same_grant && entry_on[0]);
  for (std::size_t i = 0; i < kLegs; ++i)
    if (smt::value_in(m, entry_on[i]) && !(i == 1 && once)) add_to(before, m, victim(i));
  capacity::StepFunction left = before, after = before, rest[kLegs];
  for (std::size_t i = 0; i < kLegs; ++i) add_to(rest[i], m, victim(i));
  for (std::size_t i = 0; i < kLegs; ++i) {
    if (!smt::value_in(m, entry_on[i])) continue;
    Window w{Instant(v(entry(i).release_from)), Instant(v(entry(i).until))};
    left.add(w, Quantity(-v(entry(i).released)));
    capacity::StepFunction& there = rest[i == 1 && once ? 0 : i];
    Quantity taken = std::min(Quantity(v(entry(i).released)), there.value(at));
    there.add(w, Quantity(-taken.value));
    after.add(w, Quantity(-taken.value));
  }
  auto facts = a.concrete(m);
  for (std::size_t i = 0; i < kLegs; ++i) {
    if (!smt::value_in(m, leg_on[i])) continue;
    after.add(window, Quantity(v(a.leg(i).quantity)));
    capacity::StepFunction with_others = left;
    if (smt::value_in(m, leg_on[1 - i])) with_others.add(window, Quantity(v(a.leg(1 - i).quantity)));
    auto& fact = shared ? facts.legs[i].shared_excess : facts.legs[i].excess;
    fact = Concrete::integer(with_others.max(window).value - v(limit));
  }
  admission::Decision decision = admission::decide(facts);
  bool breached = after.value(at) > Quantity(v(limit));
  bool as_expected = refused_for ? named(decision) == std::vector{*refused_for} && breached
                                 : decision.admitted() && smt::value_in(m, claim());
  return {as_expected,
          fmt::format("load {}, limit {} and after admission {} at {}; legs of {} and {}, entries "
                      "of {} and {}",
                      before.value(at).value, v(limit), after.value(at).value, at.value,
                      v(a.leg(0).quantity), v(a.leg(1).quantity), v(entry(0).released),
                      v(entry(1).released))};
}

Theorem step_theorem(bool shared) {
  auto s = std::make_shared<Step>(shared, shared ? "shared" : "step");
  auto given = [&](std::vector<Bool> all, bool lemma, bool real) {
    for (Bool& b : s->contracts()) all.push_back(std::move(b));
    for (std::size_t i = 0; i < kLegs; ++i) {
      all.push_back(s->guard(i));
      if (lemma) all.push_back(s->fold(i));
    }
    if (real) all.push_back(s->constant_over_the_window());
    return premises(std::move(all));
  };
  auto replay = [s](std::optional<admission::ClauseId> refused_for) -> ReplayFunction {
    return [s, refused_for](const z3::model& m) { return s->replay(m, refused_for); };
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, shared ? "shared" : "");
  out.statement = fmt::format(
      "admission preserves INV-1 for every state, {} and settlement: at one arbitrary instant of "
      "an admitted leg, load after its releases and legs <= {}; elsewhere the load does not rise "
      "(any number of grants, by the lemmas INV-1.*)",
      shared ? "infrastructure" : "declaration",
      shared ? "schedule, under single or sharded coordination" : "declared less curtailed");
  out.queries.push_back(
      {given(s->a.admitted(std::nullopt), true, true), s->claim(), replay(std::nullopt)});
  out.queries.push_back(
      {given(s->a.admitted(std::nullopt), true, false), s->claim(), replay(std::nullopt)});
  out.mutations.push_back(
      {fmt::format("clause:{}", admission::to_text(s->clause())),
       {given(s->a.admitted(s->clause()), true, true), s->claim(), replay(s->clause())}});
  out.mutations.push_back(
      {"lemma:" + objects::theorem_name(objects::Invariant::capacity, "fold"),
       {given(s->a.admitted(std::nullopt), false, true), s->claim(), replay(s->clause())}});
  for (const char* conjunct : {"r<=piece", "cut", "distinct"}) {
    auto all = s->a.admitted(admission::ClauseId::displacement);
    for (Bool& b : displacement_but(s->a.facts, conjunct)) all.push_back(std::move(b));
    out.mutations.push_back(
        {fmt::format("displacement:{}", conjunct),
         {given(std::move(all), true, true), s->claim(), replay(admission::ClauseId::displacement)}});
  }
  return out;
}

}  // namespace

std::vector<Theorem> step_theorems() { return {step_theorem(false), step_theorem(true)}; }

}  // namespace capmarket::theorems::inv1
