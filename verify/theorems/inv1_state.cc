// INV-1 between settlements: what every other event does to one declaration at one arbitrary
// instant. A curtailment lowers what there is; what failed stays in the load.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems::inv1 {
namespace {

/// Of a declaration at one instant: live pieces, failed ones that stay in the load, and what is
/// declared and not curtailed. Over a domain, so that an example runs concretely.
template <class D>
struct State {
  typename D::Int live, failed, limit;

  typename D::Int load() const { return live + failed; }
  /// Load fits, or nothing of it is live: what failed cannot be taken back by a curtailment.
  typename D::Bool sound() const {
    return D::integer(0) <= live && D::integer(0) <= failed &&
           (load() <= limit || live == D::integer(0));
  }
};

/// What an event does to the instant, for the quantity `q` of a part that covers it.
template <class D>
using Effect = State<D> (*)(const State<D>&, const typename D::Int& q);

template <class D>
State<D> released(const State<D>& s, const typename D::Int& q) {
  return {s.live - q, s.failed, s.limit};
}
template <class D>
State<D> failed(const State<D>& s, const typename D::Int& q) {
  return {s.live - q, s.failed + q, s.limit};
}
/// The excess of live load fails with the curtailment, and leaves the load.
template <class D>
State<D> curtailed(const State<D>& s, const typename D::Int& q) {
  auto limit = s.limit - q;
  auto excess = max_of<D>(s.load() - limit, D::integer(0));
  return {s.live - min_of<D>(s.live, excess), s.failed, limit};
}
template <class D>
State<D> curtailed_in_silence(const State<D>& s, const typename D::Int& q) {
  return {s.live, s.failed, s.limit - q};
}
template <class D>
State<D> failed_twice(const State<D>& s, const typename D::Int& q) {
  return {s.live - q, s.failed + q + q, s.limit};
}

/// What is free goes back to the asset: neither live nor failed load.
template <class D>
State<D> retracted(const State<D>& s) {
  return {s.live, s.failed, s.limit - max_of<D>(s.limit - s.load(), D::integer(0))};
}
template <class D>
State<D> retracted_with_failed(const State<D>& s) {
  return {s.live, s.failed, s.limit - max_of<D>(s.limit - s.live, D::integer(0))};
}

/// One kind of part on one declaration, at t.
template <template <class> class Facts>
struct Event {
  Facts<smt::Symbolic> facts;
  smt::FactShape shape;
  State<smt::Symbolic> before;
  Int t;

  explicit Event(const std::string& prefix)
      : facts(),
        before{Int::fresh(prefix + ".live"), Int::fresh(prefix + ".failed"),
               Int::fresh(prefix + ".limit")},
        t(Int::fresh(prefix + ".t")) {
    shape.links = shape.scopes = 1;
    facts = smt::fresh_facts<Facts>(shape, prefix);
  }
  Int covering() const { return value_at<smt::Symbolic>({facts.from, facts.until, facts.quantity}, t); }
  /// `real`: with numbers so small that an example runs.
  std::vector<Bool> given(std::optional<admission::ClauseId> without, bool of_limit, bool real) {
    auto all = smt::wire_bounds(facts);
    for (const auto& r : admission::evaluate_clauses<smt::Symbolic>(facts))
      if (r.id != without) all.push_back(r.clause.resolved && r.clause.holds);
    all.push_back(before.sound());
    // `excess` is at least what is gone already less what there was, at every instant.
    auto inside = facts.from <= t && t < facts.until;
    const Int& there = of_limit ? before.limit : before.live;
    all.push_back(implies<smt::Symbolic>(inside, -there <= facts.excess));
    if (real)
      all.push_back(replayable({before.live, before.failed, before.limit, t, facts.from,
                                facts.until, facts.quantity, facts.excess}));
    return all;
  }
};

/// Load never above the limit while something is live; never more than it was, where the event
/// adds nothing; live load never negative.
template <class D>
typename D::Bool kept(const State<D>& before, const State<D>& after) {
  return after.sound() && after.load() <= before.load();
}

struct EventMutation {
  const char* name;
  std::optional<admission::ClauseId> without;
  Effect<smt::Symbolic> effect;
  Effect<Concrete> concrete;
};

template <template <class> class Facts>
Theorem event_theorem(const std::string& name, const std::string& statement, bool of_limit,
                      Effect<smt::Symbolic> effect, Effect<Concrete> concrete,
                      const std::vector<EventMutation>& mutations) {
  auto e = std::make_shared<Event<Facts>>("state." + name);
  auto claim = [e](Effect<smt::Symbolic> f) {
    return kept<smt::Symbolic>(e->before, f(e->before, e->covering()));
  };
  auto replay = [e](Effect<Concrete> f, std::optional<admission::ClauseId> clause,
                    bool holds) -> ReplayFunction {
    return [e, f, clause, holds](const z3::model& m) {
      auto num = [&](const Int& x) { return Concrete::integer(smt::value_in(m, x)); };
      Facts<smt::Symbolic> symbolic = e->facts;
      admission::Decision decision = admission::decide(smt::concretise<Facts>(m, symbolic, e->shape));
      capacity::StepFunction part;
      add_to(part, m, {e->facts.from, e->facts.until, e->facts.quantity});
      State<Concrete> before{num(e->before.live), num(e->before.failed), num(e->before.limit)};
      auto q = Concrete::integer(part.value(Instant(smt::value_in(m, e->t))).value);
      bool good = Concrete::holds(kept<Concrete>(before, f(before, q)));
      bool decided = clause ? named(decision) == std::vector{*clause} : decision.admitted();
      return Replay{good == holds && decided,
                    fmt::format("live {}, failed {}, limit {}; part of {}", before.live.value,
                                before.failed.value, before.limit.value, q.value)};
    };
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, name);
  out.statement = statement;
  out.code = ProvedCode::shipped_over_copy;
  out.bounds = "one part; " + bounds_of<Facts>({e->shape});
  for (bool real : {true, false})
    out.queries.push_back({premises(e->given(std::nullopt, of_limit, real)), claim(effect),
                           replay(concrete, std::nullopt, true)});
  for (const EventMutation& x : mutations)
    out.mutations.push_back({x.name,
                             {premises(e->given(x.without, of_limit, true)), claim(x.effect),
                              replay(x.concrete, x.without, false)}});
  return out;
}

/// A retraction names no part: it takes what there is at every instant.
Theorem retract_theorem() {
  auto s = std::make_shared<State<smt::Symbolic>>(State<smt::Symbolic>{
      Int::fresh("retract.live"), Int::fresh("retract.failed"), Int::fresh("retract.limit")});
  auto query = [s](State<smt::Symbolic> (*effect)(const State<smt::Symbolic>&),
                   State<Concrete> (*concrete)(const State<Concrete>&), bool holds,
                   bool real = true) {
    auto replay = [s, concrete, holds](const z3::model& m) {
      auto num = [&](const Int& x) { return Concrete::integer(smt::value_in(m, x)); };
      State<Concrete> before{num(s->live), num(s->failed), num(s->limit)};
      bool good = Concrete::holds(kept<Concrete>(before, concrete(before)));
      return Replay{good == holds, fmt::format("live {}, failed {}, limit {}", before.live.value,
                                               before.failed.value, before.limit.value)};
    };
    std::vector<Bool> given{s->sound()};
    if (real) given.push_back(replayable({s->live, s->failed, s->limit}));
    return TheoremQuery{premises(std::move(given)), kept<smt::Symbolic>(*s, effect(*s)), replay};
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "retract");
  out.statement =
      "a retraction takes no more than what is neither live nor failed: the load stays, and fits as "
      "before";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  for (bool real : {true, false})
    out.queries.push_back(query(retracted<smt::Symbolic>, retracted<Concrete>, true, real));
  out.mutations.push_back({"effect:failed-is-free", query(retracted_with_failed<smt::Symbolic>,
                                                          retracted_with_failed<Concrete>, false)});
  return out;
}

}  // namespace

std::vector<Theorem> state_theorems() {
  constexpr auto kOutstanding = admission::ClauseId::outstanding;
  std::vector<Theorem> all;
  all.push_back(event_theorem<admission::SurrenderFacts>(
      "surrender", "a surrender releases no more than is live: load falls, and fits as before",
      false, released<smt::Symbolic>, released<Concrete>,
      {{"clause:outstanding", kOutstanding, released<smt::Symbolic>, released<Concrete>},
       {"clause:quantity", admission::ClauseId::quantity, released<smt::Symbolic>, released<Concrete>}}));
  all.push_back(event_theorem<admission::DeliveryFailureFacts>(
      "failure", "what failed stays in the load, no more and no less: it cannot be sold again",
      false, failed<smt::Symbolic>, failed<Concrete>,
      {{"clause:outstanding", kOutstanding, failed<smt::Symbolic>, failed<Concrete>},
       {"effect:counted-twice", std::nullopt, failed_twice<smt::Symbolic>, failed_twice<Concrete>}}));
  all.push_back(event_theorem<admission::CurtailmentFacts>(
      "curtailment",
      "where less is left than the load, the excess of what is live fails and leaves it: load <= "
      "declared less curtailed, or nothing is live",
      true, curtailed<smt::Symbolic>, curtailed<Concrete>,
      {{"effect:nothing-fails", std::nullopt, curtailed_in_silence<smt::Symbolic>,
        curtailed_in_silence<Concrete>}}));
  all.push_back(retract_theorem());
  return all;
}

}  // namespace capmarket::theorems::inv1
