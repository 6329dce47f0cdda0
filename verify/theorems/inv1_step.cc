// INV-1: the step. At one arbitrary instant, for a settlement of two legs in turn, each with a cover
// of one victim in two parts, every one on the declaration in question or on another.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/cover_conjuncts.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems::inv1 {
namespace {

using D = smt::Symbolic;

constexpr int kParts = 2;                                         // of a victim: one a step
constexpr std::size_t kReleases = kLegs * std::size_t{kParts};  // in the order of turns

/// One declaration (or infrastructure) as the settlement finds it. `Limit` in the names of facts:
/// the declared quantity less curtailments, or the schedule.
struct Step {
  bool shared;
  std::string name;
  Admission a;
  Int t, load, limit;  // at the instant t
  Bool same_grant;     // both legs displace one grant
  std::vector<SymbolicPiece> grant;  // of each leg's victim: its live piece
  std::vector<Bool> leg_on, victim_on;
  std::vector<Int> net_b;  // of each leg, at its latest guarded breakpoint at or before t

  Step(bool on_infrastructure, const std::string& prefix)
      : shared(on_infrastructure),
        name(prefix),
        a(prefix, kLegs, 1, kParts),
        t(Int::fresh(prefix + ".t")),
        load(Int::fresh(prefix + ".load")),
        limit(Int::fresh(prefix + ".limit")),
        same_grant(Bool::fresh(prefix + ".same_grant")) {
    for (std::size_t i = 0; i < kLegs; ++i) {
      grant.push_back(fresh_piece(fmt::format("{}.grant{}", prefix, i)));
      leg_on.push_back(Bool::fresh(fmt::format("{}.leg_on{}", prefix, i)));
      victim_on.push_back(Bool::fresh(fmt::format("{}.victim_on{}", prefix, i)));
      net_b.push_back(Int::fresh(fmt::format("{}.net_b{}", prefix, i)));
    }
  }

  admission::ClauseId clause() const {
    return shared ? admission::ClauseId::shared_capacity : admission::ClauseId::capacity;
  }
  const Int& excess(std::size_t i) const {
    return shared ? a.leg(i).shared_excess : a.leg(i).excess;
  }
  const admission::VictimFacts<D>& victim(std::size_t i) const { return a.leg(i).victims[0]; }
  const admission::CoverPartFacts<D>& part(std::size_t release) const {
    return victim(release / kParts).parts[release % kParts];
  }
  Bool in_leg(std::size_t i) const { return covers<D>(a.piece(i), t); }
  Bool in_part(std::size_t release) const {
    return part(release).from <= t && t < part(release).until;
  }
  /// What the guard takes off at t for the cover of a leg.
  Int counted(std::size_t i) const {
    Int sum = zero();
    for (std::size_t r = i * kParts; r < (i + 1) * kParts; ++r)
      sum = sum + D::select(victim_on[i] && in_part(r), part(r).released, zero());
    return sum;
  }
  Int added(std::size_t i) const {
    return D::select(leg_on[i], value_at<D>(a.piece(i), t), zero());
  }
  /// What is live of a release's grant at t, after those before it in turn.
  Int there(std::size_t release) const {
    const std::size_t leg = release / kParts;
    Int left = value_at<D>(grant[leg], t);
    for (std::size_t r = 0; r < release; ++r) {
      Bool same = D::boolean(r / kParts == leg) || same_grant;
      left = left - D::select(same, taken_of(r), zero());
    }
    return left;
  }
  /// What a release really takes of its grant, wherever that is: at most what is there.
  Int taken_of(std::size_t release) const {
    return D::select(in_part(release), min_of<D>(part(release).released, there(release)), zero());
  }
  Int taken(std::size_t i) const {
    Int sum = zero();
    for (std::size_t r = i * kParts; r < (i + 1) * kParts; ++r) sum = sum + taken_of(r);
    return D::select(victim_on[i], sum, zero());
  }
  /// The load at the turn of leg `i`; after all legs.
  Int turn(std::size_t i) const {
    Int sum = load;
    for (std::size_t before = 0; before < i; ++before)
      sum = sum + added(before) - taken(before);
    return sum;
  }
  Int after() const { return turn(kLegs); }
  /// What the maximum of the leg's excess is over, at t.
  Int net(std::size_t i) const {
    Int over = turn(i) - limit;
    return (shared ? min_of<D>(over, zero()) : over) - counted(i);
  }

  /// Live of grants on this declaration, at t, each once.
  Int displaced() const {
    auto first = D::select(victim_on[0], value_at<D>(grant[0], t), zero());
    auto second = D::select(victim_on[1] && !(victim_on[0] && same_grant),
                            value_at<D>(grant[1], t), zero());
    return first + second;
  }

  Bool guard(std::size_t i) const { return implies<D>(leg_on[i], net_b[i] <= excess(i)); }
  Bool fold(std::size_t i) const {
    return implies<D>(leg_on[i] && in_leg(i), net(i) <= net_b[i]);
  }
  std::vector<Bool> contracts() const;
  Bool claim() const;
  Bool constant_over_the_window() const;
  Replay replay(const z3::model& m, std::optional<admission::ClauseId> refused_for) const;
};

/// What the chain promises: `live` is the least that is there over a part, at the leg's turn and
/// after the parts before it; one grant is one piece; the same declaration is the same. Under shared
/// capacity, the mode asks for the coordinator.
std::vector<Bool> Step::contracts() const {
  std::vector<Bool> out;
  for (std::size_t r = 0; r < kReleases; ++r)
    out.push_back(implies<D>(in_part(r), part(r).live <= there(r)));
  for (std::size_t i = 0; i < kLegs; ++i) {
    out.push_back(zero() <= grant[i].quantity);
    if (shared)
      out.push_back(
          implies<D>(leg_on[i], a.leg(i).coordination_single || a.leg(i).coordination_sharded));
    else
      out.push_back(implies<D>(victim(i).same_declaration, victim_on[i] == leg_on[i]));
  }
  out.push_back(implies<D>(same_grant, victim_on[0] == victim_on[1] &&
                                           grant[0].from == grant[1].from &&
                                           grant[0].until == grant[1].until &&
                                           grant[0].quantity == grant[1].quantity));
  return out;
}

/// Inside a leg's window the load after admission fits, on an infrastructure perhaps for being no
/// more than before; where none reaches, it is no more than before.
Bool Step::claim() const {
  auto no_more = after() <= load;
  auto fits = shared ? after() <= limit || no_more : after() <= limit;
  auto all = D::boolean(true), reached = D::boolean(false);
  for (std::size_t i = 0; i < kLegs; ++i) {
    auto here = leg_on[i] && in_leg(i);
    all = all && implies<D>(here, fits);
    reached = reached || here;
  }
  return all && (reached || no_more);
}

/// Both legs and all releases have one window, around t, and the grants' pieces cover it or miss it:
/// then an example is a constant there, and the real step function has the value of t everywhere.
Bool Step::constant_over_the_window() const {
  std::vector<Int> values{t, load, limit};
  std::vector<Bool> all{in_leg(0)};
  for (std::size_t i = 0; i < kLegs; ++i) {
    const auto& l = a.leg(i);
    all.push_back(l.from == a.leg().from && l.until == a.leg().until);
    auto misses = grant[i].until <= l.from || l.until <= grant[i].from;
    all.push_back((grant[i].from <= l.from && l.until <= grant[i].until) || misses);
    all.push_back(grant[i].from < grant[i].until);
    for (const Int& x : {l.from, l.until, l.quantity, grant[i].from, grant[i].until,
                         grant[i].quantity, excess(i)})
      values.push_back(x);
  }
  for (std::size_t r = 0; r < kReleases; ++r) {
    all.push_back(part(r).from == a.leg().from && part(r).until == a.leg().until);
    values.push_back(part(r).released);
  }
  all.push_back(displaced() <= load);
  all.push_back(replayable(values));
  return smt::all_of(all);
}

/// Runs an example on the real step function and the real predicate, leg by leg, with excesses
/// recomputed.
Replay Step::replay(const z3::model& m, std::optional<admission::ClauseId> refused_for) const {
  auto v = [&](const Int& x) { return smt::value_in(m, x); };
  const Window window{Instant(v(a.leg().from)), Instant(v(a.leg().until))};
  const Instant at(v(t));
  capacity::StepFunction now;
  now.add(window, Quantity(v(load) - v(displaced())));
  const bool same = smt::value_in(m, same_grant);
  for (std::size_t i = 0; i < kLegs; ++i)
    if (smt::value_in(m, victim_on[i]) && !(i == 1 && same)) add_to(now, m, grant[i]);
  const Quantity before = now.value(at);
  capacity::StepFunction live[kLegs];
  for (std::size_t i = 0; i < kLegs; ++i) add_to(live[i], m, grant[i]);
  auto facts = a.concrete(m);
  for (std::size_t i = 0; i < kLegs; ++i) {
    Int128 over = Int128{now.max(window).value} - v(limit), own = 0;
    for (std::size_t r = i * kParts; r < (i + 1) * kParts; ++r) {
      capacity::StepFunction& left = live[same ? 0 : i];
      Quantity taken = std::min(Quantity(v(part(r).released)), left.value(at));
      left.add(window, Quantity(-taken.value));
      if (!smt::value_in(m, victim_on[i])) continue;
      now.add(window, Quantity(-taken.value));
      own += v(part(r).released);
    }
    if (!smt::value_in(m, leg_on[i])) continue;
    now.add(window, Quantity(v(a.leg(i).quantity)));
    auto& fact = shared ? facts.legs[i].shared_excess : facts.legs[i].excess;
    fact = Concrete::integer(
        static_cast<std::int64_t>((shared ? std::min<Int128>(over, 0) : over) - own));
  }
  admission::Decision decision = admission::decide(facts);
  bool decided = refused_for ? named(decision) == std::vector{*refused_for} : decision.admitted();
  bool as_expected = decided && now.value(at) == Quantity(v(after())) &&
                     smt::value_in(m, claim()) == !refused_for;
  return {as_expected,
          fmt::format("load {}, limit {} and after admission {} at {}; legs of {} and {}, releases "
                      "of {}, {}, {} and {}",
                      before.value, v(limit), now.value(at).value, at.value, v(a.leg(0).quantity),
                      v(a.leg(1).quantity), v(part(0).released), v(part(1).released),
                      v(part(2).released), v(part(3).released))};
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
      "an admitted leg, load after all covers and legs <= {}; elsewhere the load does not rise "
      "(any number of grants, by the lemmas INV-1.*)",
      shared ? "infrastructure" : "declaration",
      shared ? "schedule, under single or sharded coordination, or no more than before"
             : "declared less curtailed");
  out.code = ProvedCode::shipped_over_copy;
  out.bounds = bounds_of<admission::SettlementFacts>({s->a.shape});
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
  for (const char* conjunct : {"r<=live", "r>0"}) {
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
