// INV-1, unrolled: the whole function at once, with the guard at breakpoints only, so that each
// kind of breakpoint can be skipped.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems::inv1 {
namespace {

constexpr int kLive = 2;

/// What the guard of a mutant leaves out.
struct Guard {
  bool window_start = true, live_start = true, failed_start = true, leg_start = true;
  bool release_end = true;  // there what is left after the release rises
  bool limit_falls = true;  // a curtailment begins; the schedule steps down
  PieceEnds ends = PieceEnds::half_open;
  bool every_leg = false;  // guarded; else the last alone, which the claim is about
};

/// Live and failed pieces, two legs in turn, a release by the second one's cover, and a limit that is
/// lower from one instant on to another.
struct Unrolled {
  static constexpr std::size_t kLast = kLegs - 1;  // the leg that the claim is about

  bool shared;
  Admission a;
  std::vector<SymbolicPiece> live;
  SymbolicPiece failed, lower;
  Int limit, t;

  Unrolled(bool on_infrastructure, const std::string& prefix)
      : shared(on_infrastructure),
        a(prefix, kLegs, 1),
        failed(fresh_piece(prefix + ".failed")),
        lower(fresh_piece(prefix + ".lower")),
        limit(Int::fresh(prefix + ".limit")),
        t(Int::fresh(prefix + ".t")) {
    for (int i = 0; i < kLive; ++i)
      live.push_back(fresh_piece(fmt::format("{}.live{}", prefix, i)));
  }

  admission::ClauseId clause() const {
    return shared ? admission::ClauseId::shared_capacity : admission::ClauseId::capacity;
  }
  const Int& excess(std::size_t i) const {
    return shared ? a.leg(i).shared_excess : a.leg(i).excess;
  }
  SymbolicPiece release() const {
    const auto& p = a.leg(kLast).victims[0].parts[0];
    return {p.from, p.until, p.released};
  }
  /// Load less what there is, at the turn of a leg: with those before it.
  Int over_at(std::size_t i, const Int& x, PieceEnds ends = PieceEnds::half_open) const {
    Int sum = load_at<smt::Symbolic>(live, x, ends) + value_at<smt::Symbolic>(failed, x, ends) +
              value_at<smt::Symbolic>(lower, x) - limit;
    for (std::size_t before = 0; before < i; ++before)
      sum = sum + value_at<smt::Symbolic>(a.piece(before), x, ends);
    return sum;
  }
  Int released_at(std::size_t i, const Int& x) const {
    return i == kLast ? value_at<smt::Symbolic>(release(), x) : zero();
  }
  /// What the leg's excess is the maximum of.
  Int net_at(std::size_t i, const Int& x, PieceEnds ends = PieceEnds::half_open) const {
    Int over = over_at(i, x, ends);
    return (shared ? min_of<smt::Symbolic>(over, zero()) : over) - released_at(i, x);
  }
  /// In the window of the last leg, under its own guard: within the limit, of an infrastructure
  /// perhaps for being no more than at its turn.
  Bool claim() const {
    Int over = over_at(kLast, t);
    Int after = over - released_at(kLast, t) + a.leg(kLast).quantity;
    auto fits = after <= zero();
    if (shared) fits = fits || after <= over;
    return implies<smt::Symbolic>(covers<smt::Symbolic>(a.piece(kLast), t), fits);
  }
  std::vector<Bool> guards(const Guard& guard) const;
  Premises given(const Guard& guard, std::optional<admission::ClauseId> without, bool quantities,
                 bool real);
  std::vector<Instant> instants(const z3::model& m) const;
  Replay replay(const z3::model& m, std::optional<admission::ClauseId> refused_for) const;
};

/// net <= excess at every breakpoint that the guard looks at, and at no other instant.
std::vector<Bool> Unrolled::guards(const Guard& guard) const {
  std::vector<Bool> out;
  for (std::size_t i = guard.every_leg ? 0 : kLast; i < kLegs; ++i) {
    const auto& leg = a.leg(i);
    auto at = [&](bool looked_at, const Int& b) {
      if (!looked_at) return;
      out.push_back(implies<smt::Symbolic>(leg.from <= b && b < leg.until,
                                           net_at(i, b, guard.ends) <= excess(i)));
    };
    at(guard.window_start, leg.from);
    for (const auto& p : live) at(guard.live_start, p.from);
    at(guard.failed_start, failed.from);
    for (std::size_t before = 0; before < i; ++before) at(guard.leg_start, a.leg(before).from);
    at(guard.release_end, release().until);
    at(guard.limit_falls, lower.from);
  }
  return out;
}

Premises Unrolled::given(const Guard& guard, std::optional<admission::ClauseId> without,
                         bool quantities, bool real) {
  auto all = a.admitted(without);
  for (Bool& b : guards(guard)) all.push_back(std::move(b));
  std::vector<Int> values{limit, t};
  std::vector<SymbolicPiece> pieces = live;
  pieces.insert(pieces.end(), {failed, lower});
  for (const auto& p : pieces) {
    all.push_back(p.from < p.until);
    if (quantities) all.push_back(zero() <= p.quantity);
  }
  pieces.insert(pieces.end(), {a.piece(0), a.piece(1), release()});
  for (const auto& p : pieces) values.insert(values.end(), {p.from, p.until, p.quantity});
  if (real) all.push_back(replayable(values));
  return premises(std::move(all));
}

/// Where anything may change, and t.
std::vector<Instant> Unrolled::instants(const z3::model& m) const {
  std::vector<SymbolicPiece> pieces = live;
  pieces.insert(pieces.end(), {failed, lower, a.piece(0), a.piece(1), release()});
  std::vector<Instant> out{Instant(smt::value_in(m, t))};
  for (const auto& p : pieces)
    for (const Int& x : {p.from, p.until}) out.push_back(Instant(smt::value_in(m, x)));
  return out;
}

/// Excesses recomputed by the real step function, leg by leg, the decision by the real predicate.
Replay Unrolled::replay(const z3::model& m, std::optional<admission::ClauseId> refused_for) const {
  auto v = [&](const Int& x) { return smt::value_in(m, x); };
  capacity::StepFunction now, own;
  for (const auto& p : live) add_to(now, m, p);
  for (const auto& p : {failed, lower}) add_to(now, m, p);
  add_to(own, m, release());
  const std::int64_t there = v(limit);
  const Instant at(v(t));
  auto facts = a.concrete(m);
  bool breached = false;
  for (std::size_t i = 0; i < kLegs; ++i) {
    Window w{Instant(facts.legs[i].from.value), Instant(facts.legs[i].until.value)};
    auto net = [&](Instant x) {
      std::int64_t over = now.value(x).value - there;
      if (shared) over = std::min<std::int64_t>(over, 0);
      return over - (i == kLast ? own.value(x).value : 0);
    };
    std::int64_t most = -kWireMax;
    for (Instant x : instants(m))
      if (w.contains(x)) most = std::max(most, net(x));
    auto& fact = shared ? facts.legs[i].shared_excess : facts.legs[i].excess;
    fact = Concrete::integer(most);
    std::int64_t quantity = facts.legs[i].quantity.value;
    if (i == kLast && w.contains(at)) breached = net(at) + quantity > 0;
    if (!w.empty()) now.add(w, Quantity(quantity));
  }
  admission::Decision decision = admission::decide(facts);
  bool as_expected = refused_for ? named(decision) == std::vector{*refused_for} && breached
                                 : decision.admitted() && !breached;
  return {as_expected, in_words(m, {{"t", t},
                                    {"limit", limit},
                                    {"leg from", a.leg(0).from},
                                    {"until", a.leg(0).until},
                                    {"quantity", a.leg(0).quantity},
                                    {"next leg from", a.leg(1).from},
                                    {"until", a.leg(1).until},
                                    {"quantity", a.leg(1).quantity},
                                    {"release until", release().until},
                                    {"of", release().quantity}})};
}

Theorem bounded_theorem(bool shared) {
  auto u = std::make_shared<Unrolled>(shared, shared ? "bounded_shared" : "bounded");
  auto claim = u->claim();
  auto replay = [u](std::optional<admission::ClauseId> refused_for) -> ReplayFunction {
    return [u, refused_for](const z3::model& m) { return u->replay(m, refused_for); };
  };
  // Only the infrastructure's guard is in question there, under a mode that has one.
  auto mode = [&](Premises p) {
    if (!u->shared) return p;
    auto all = *p;
    for (std::size_t i = 0; i < kLegs; ++i)
      all.push_back(u->a.leg(i).coordination_single || u->a.leg(i).coordination_sharded);
    return premises(std::move(all));
  };
  Theorem out;
  out.name =
      objects::theorem_name(objects::Invariant::capacity, shared ? "bounded-shared" : "bounded");
  out.statement = fmt::format(
      "the whole function at once, for {} live pieces, a failed one, two legs in turn, a release and a {}: "
      "the guard at breakpoints only, and the predicate",
      kLive, shared ? "schedule that falls" : "curtailment");
  out.code = ProvedCode::shipped_over_copy;
  out.bounds = fmt::format("{} live pieces, 1 failed, 1 lower limit; ", kLive) +
               bounds_of<admission::SettlementFacts>({u->a.shape});
  Guard both;  // so that the example is admitted
  both.every_leg = true;
  out.queries.push_back(
      {mode(u->given(both, std::nullopt, true, true)), claim, replay(std::nullopt)});
  out.queries.push_back(
      {mode(u->given({}, std::nullopt, true, false)), claim, replay(std::nullopt)});
  auto mutate = [&](const std::string& name, const Guard& guard, std::optional<admission::ClauseId> without,
                    bool quantities) {
    out.mutations.push_back(
        {name, {mode(u->given(guard, without, quantities, true)), claim, replay(u->clause())}});
  };
  auto skip = [&](const std::string& name, bool Guard::*kind) {
    Guard guard;
    guard.*kind = false;
    mutate("breakpoint:" + name, guard, std::nullopt, true);
  };
  auto turn = [&](const std::string& name, PieceEnds ends) {
    Guard guard;
    guard.ends = ends;
    mutate(name, guard, std::nullopt, true);
  };
  mutate(fmt::format("clause:{}", admission::to_text(u->clause())), {}, u->clause(), true);
  skip("window-start", &Guard::window_start);
  skip("live-start", &Guard::live_start);
  skip("failed-start", &Guard::failed_start);
  skip("leg-start", &Guard::leg_start);
  skip("release-end", &Guard::release_end);
  skip(shared ? "schedule-falls" : "curtailment-start", &Guard::limit_falls);
  turn("piece-start:<-for-<=", PieceEnds::start_excluded);
  turn("piece-end:one-early", PieceEnds::ends_early);
  mutate("premise:quantity>=0", {}, std::nullopt, false);
  return out;
}

}  // namespace

std::vector<Theorem> bounded_theorems() { return {bounded_theorem(false), bounded_theorem(true)}; }

}  // namespace capmarket::theorems::inv1
