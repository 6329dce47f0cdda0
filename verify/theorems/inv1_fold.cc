// The lemmas that carry the guard's answer from the latest breakpoint b to an arbitrary instant t.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems::inv1 {
namespace {

// ---- INV-1.piece, INV-1.fold
// ----------------------------------------------------------------------

struct Between {
  SymbolicPiece p;
  Int b, t, sum_b, sum_t;

  explicit Between(const std::string& name)
      : p(fresh_piece(name + ".piece")),
        b(Int::fresh(name + ".b")),
        t(Int::fresh(name + ".t")),
        sum_b(Int::fresh(name + ".sum_b")),
        sum_t(Int::fresh(name + ".sum_t")) {}
  Bool small() const { return replayable({p.from, p.until, p.quantity, b, t, sum_b, sum_t}); }
  Bool no_start() const { return !(b < p.from && p.from <= t); }
  Bool no_end() const { return !(b < p.until && p.until <= t); }
  /// Of load: it starts nowhere between; of a release: it ends nowhere between.
  Bool no_rise() const {
    return (zero() <= p.quantity && no_start()) || (p.quantity <= zero() && no_end());
  }
};

/// On the real step function: whether the value at t exceeds the value at b.
ReplayFunction replay_between(std::shared_ptr<Between> x, bool sums, bool expect_higher) {
  return [=](const z3::model& m) {
    capacity::StepFunction load;
    add_to(load, m, x->p);
    Instant b(smt::value_in(m, x->b)), t(smt::value_in(m, x->t));
    if (sums && b < t) {  // the rest of the load, as far as these two instants see it
      load.add({b, b + Duration(1)}, Quantity(smt::value_in(m, x->sum_b)));
      load.add({t, t + Duration(1)}, Quantity(smt::value_in(m, x->sum_t)));
    }
    return Replay{(load.value(t) > load.value(b)) == expect_higher,
                  in_words(m, {{"b", x->b},
                               {"t", x->t},
                               {"from", x->p.from},
                               {"until", x->p.until},
                               {"quantity", x->p.quantity}})};
  };
}

Theorem piece_theorem() {
  auto x = std::make_shared<Between>("piece");
  auto positive = zero() <= x->p.quantity;
  auto order = x->b <= x->t;
  auto claim = value_at<smt::Symbolic>(x->p, x->t) <= value_at<smt::Symbolic>(x->p, x->b);
  auto with = [&](std::vector<Bool> all) { return premises(std::move(all)); };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "piece");
  out.statement = "no start of the piece in (b, t] => piece(t) <= piece(b)";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  out.queries.push_back(
      {with({order, positive, x->no_start(), x->small()}), claim, replay_between(x, false, false)});
  out.queries.push_back(
      {with({order, positive, x->no_start()}), claim, replay_between(x, false, false)});
  auto mutate = [&](const char* name, std::vector<Bool> all) {
    all.push_back(x->small());
    out.mutations.push_back({name, {with(std::move(all)), claim, replay_between(x, false, true)}});
  };
  mutate("premise:quantity>=0", {order, x->no_start()});
  mutate("premise:no-start", {order, positive});
  mutate("premise:no-start:<-for-<=", {order, positive, !(x->b < x->p.from && x->p.from < x->t)});
  mutate("premise:order", {positive, x->no_start()});
  return out;
}

Theorem release_theorem() {
  auto x = std::make_shared<Between>("release");
  auto negative = x->p.quantity <= zero();
  auto order = x->b <= x->t;
  auto claim = value_at<smt::Symbolic>(x->p, x->t) <= value_at<smt::Symbolic>(x->p, x->b);
  auto with = [&](std::vector<Bool> all) { return premises(std::move(all)); };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "release");
  out.statement =
      "a release counts negative: no end of it in (b, t] => release(t) <= release(b), so that the "
      "load after it starts nowhere between";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  out.queries.push_back(
      {with({order, negative, x->no_end(), x->small()}), claim, replay_between(x, false, false)});
  out.queries.push_back(
      {with({order, negative, x->no_end()}), claim, replay_between(x, false, false)});
  auto mutate = [&](const char* name, std::vector<Bool> all) {
    all.push_back(x->small());
    out.mutations.push_back({name, {with(std::move(all)), claim, replay_between(x, false, true)}});
  };
  mutate("premise:quantity<=0", {order, x->no_end()});
  mutate("premise:no-end", {order, negative});
  mutate("premise:start-for-end", {order, negative, x->no_start()});
  mutate("premise:no-end:<-for-<=", {order, negative, !(x->b < x->p.until && x->p.until < x->t)});
  return out;
}

Theorem fold_theorem() {
  auto x = std::make_shared<Between>("fold");
  auto order = x->b < x->t;  // b = t is the same instant: nothing to carry
  auto hypothesis = x->sum_t <= x->sum_b;
  auto claim =
      x->sum_t + value_at<smt::Symbolic>(x->p, x->t) <= x->sum_b + value_at<smt::Symbolic>(x->p, x->b);
  auto given = [&](std::vector<Bool> all, bool real) {
    if (real) all.push_back(x->small());
    return premises(std::move(all));
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "fold");
  out.statement =
      "sum(t) <= sum(b) over the pieces of load and releases so far => the same with one more";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  std::vector<Bool> all{order, x->no_rise(), hypothesis};
  out.queries.push_back({given(all, true), claim, replay_between(x, true, false)});
  out.queries.push_back({given(all, false), claim, replay_between(x, true, false)});
  out.mutations.push_back(
      {"premise:hypothesis",
       {given({order, x->no_rise()}, true), claim, replay_between(x, true, true)}});
  out.mutations.push_back(
      {"premise:no-rise",
       {given({order, hypothesis}, true), claim, replay_between(x, true, true)}});
  return out;
}

// ---- INV-1.inherited
// -----------------------------------------------------------------------------

/// Of an infrastructure: load less schedule, and what the leg's own cover releases, at b and at t.
struct Inherited {
  Int over_b = Int::fresh("inherited.over_b"), over_t = Int::fresh("inherited.over_t");
  Int own_b = Int::fresh("inherited.own_b"), own_t = Int::fresh("inherited.own_t");

  Bool small() const { return replayable({over_b, over_t, own_b, own_t}); }
  template <class D>
  static typename D::Int net(const typename D::Int& over, const typename D::Int& own) {
    return min_of<D>(over, D::integer(0)) - own;
  }
};

Theorem inherited_theorem() {
  auto x = std::make_shared<Inherited>();
  auto load = x->over_t <= x->over_b, own = x->own_b <= x->own_t;
  auto claim = Inherited::net<smt::Symbolic>(x->over_t, x->own_t) <=
               Inherited::net<smt::Symbolic>(x->over_b, x->own_b);
  auto replay = [x](bool expect) -> ReplayFunction {
    return [x, expect](const z3::model& m) {
      auto v = [&](const Int& y) { return Concrete::integer(smt::value_in(m, y)); };
      bool kept = Concrete::holds(Inherited::net<Concrete>(v(x->over_t), v(x->own_t)) <=
                                  Inherited::net<Concrete>(v(x->over_b), v(x->own_b)));
      return Replay{kept == expect, in_words(m, {{"load - schedule at b", x->over_b},
                                                 {"at t", x->over_t},
                                                 {"released at b", x->own_b},
                                                 {"at t", x->own_t}})};
    };
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "inherited");
  out.statement =
      "load - schedule no higher at t than at b, own releases no lower => min(load - schedule, 0) - "
      "own releases is no higher";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  out.queries.push_back({premises({load, own, x->small()}), claim, replay(true)});
  out.queries.push_back({premises({load, own}), claim, replay(true)});
  out.mutations.push_back({"premise:load", {premises({own, x->small()}), claim, replay(false)}});
  out.mutations.push_back({"premise:releases", {premises({load, x->small()}), claim, replay(false)}});
  return out;
}

// ---- INV-1.breakpoint
// -----------------------------------------------------------------------------

/// One step of the fold that keeps the latest breakpoint at or before t.
struct Latest {
  Int from = Int::fresh("latest.from"), until = Int::fresh("latest.until");
  Int t = Int::fresh("latest.t"), b = Int::fresh("latest.b");
  Int start = Int::fresh("latest.start");      // where the piece that is folded in rises
  Int earlier = Int::fresh("latest.earlier");  // of an arbitrary one before it
  Bool guarded_b = Bool::fresh("latest.guarded_b");
  Bool guarded_start = Bool::fresh("latest.guarded_start");

  Bool small() const { return replayable({from, until, t, b, start, earlier}); }
};

template <class I>
auto between(const I& low, const I& x, const I& high) {
  return low < x && x <= high;
}

/// The invariant after the step: still in the window, at or before t, guarded, none skipped.
Bool latest_claim(const Latest& l, const Bool& taken) {
  Int next = smt::Symbolic::select(taken, l.start, l.b);
  Bool guarded = smt::Symbolic::select(taken, l.guarded_start, l.guarded_b);
  return l.from <= next && next <= l.t && guarded && !between(next, l.earlier, l.t) &&
         !between(next, l.start, l.t);
}

ReplayFunction replay_latest(std::shared_ptr<Latest> l, bool inclusive, bool expect) {
  return [=](const z3::model& m) {
    auto v = [&](const Int& x) { return smt::value_in(m, x); };
    bool before_t = inclusive ? v(l->start) <= v(l->t) : v(l->start) < v(l->t);
    bool taken = v(l->b) < v(l->start) && before_t;
    std::int64_t next = taken ? v(l->start) : v(l->b);
    bool guarded = smt::value_in(m, taken ? l->guarded_start : l->guarded_b);
    bool kept = v(l->from) <= next && next <= v(l->t) && guarded &&
                !between(next, v(l->earlier), v(l->t)) && !between(next, v(l->start), v(l->t));
    return Replay{kept == expect, in_words(m, {{"from", l->from},
                                               {"t", l->t},
                                               {"b", l->b},
                                               {"start", l->start},
                                               {"earlier", l->earlier}})};
  };
}

Theorem breakpoint_theorem() {
  auto l = std::make_shared<Latest>();
  auto window = l->from <= l->t && l->t < l->until;
  auto position = l->from <= l->b && l->b <= l->t;
  auto guard_b = l->guarded_b;  // the window's start, then whichever was kept
  auto guard_start =
      implies<smt::Symbolic>(l->from <= l->start && l->start < l->until, l->guarded_start);
  auto none_skipped = !between(l->b, l->earlier, l->t);
  auto taken = between(l->b, l->start, l->t);
  auto given = [&](std::vector<Bool> all) {
    all.push_back(l->small());
    return premises(std::move(all));
  };
  auto claim = latest_claim(*l, taken);
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "breakpoint");
  out.statement =
      "the fold that keeps the latest breakpoint b <= t: b is in the window and guarded, and no "
      "piece so far starts (no release ends) in (b, t]";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  std::vector<Bool> all{window, position, guard_b, guard_start, none_skipped};
  out.queries.push_back({given(all), claim, replay_latest(l, true, true)});
  out.queries.push_back({premises(all), claim, replay_latest(l, true, true)});
  auto mutate = [&](const char* name, std::vector<Bool> some) {
    out.mutations.push_back({name, {given(std::move(some)), claim, replay_latest(l, true, false)}});
  };
  mutate("breakpoint:window-start", {window, position, guard_start, none_skipped});
  mutate("breakpoint:piece-start", {window, position, guard_b, none_skipped});
  mutate("premise:none-skipped", {window, position, guard_b, guard_start});
  out.mutations.push_back({"step:<-for-<=",
                           {given(all), latest_claim(*l, l->b < l->start && l->start < l->t),
                            replay_latest(l, false, false)}});
  return out;
}

// ---- INV-1.schedule
// -------------------------------------------------------------------------------

Theorem schedule_theorem() {
  auto a = std::make_shared<Admission>("schedule", 1, 0);
  Int b = Int::fresh("schedule.b"), t = Int::fresh("schedule.t"),
      quantity = Int::fresh("schedule.quantity");
  SymbolicPiece declared{a->leg().declaration_from, a->leg().declaration_until, quantity};
  auto inside = [&](const Int& x) { return a->leg().from <= x && x < a->leg().until; };
  auto claim = value_at<smt::Symbolic>(declared, b) <= value_at<smt::Symbolic>(declared, t);
  auto small =
      replayable({b, t, quantity, a->leg().from, a->leg().until, declared.from, declared.until});
  auto given = [&](std::optional<admission::ClauseId> without, bool real) {
    auto all = a->admitted(without);
    all.push_back(inside(b) && inside(t) && b <= t && zero() <= quantity);
    if (real) all.push_back(small);
    return premises(std::move(all));
  };
  auto replay = [=](bool admitted) -> ReplayFunction {
    return [=](const z3::model& m) {
      admission::Decision decision = admission::decide(a->concrete(m));
      capacity::StepFunction limit;
      add_to(limit, m, declared);
      bool falls = limit.value(Instant(smt::value_in(m, t))) < limit.value(Instant(smt::value_in(m, b)));
      bool refused = named(decision) == std::vector<admission::ClauseId>{admission::ClauseId::window};
      return Replay{admitted ? decision.admitted() && !falls : refused && falls,
                    in_words(m, {{"b", b},
                                 {"t", t},
                                 {"declared from", declared.from},
                                 {"until", declared.until},
                                 {"quantity", quantity}})};
    };
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "schedule");
  out.statement = "inside the leg's window the declared quantity does not fall between b and t";
  out.code = ProvedCode::shipped_over_copy;
  out.bounds = bounds_of<admission::SettlementFacts>({a->shape});
  out.queries.push_back({given(std::nullopt, true), claim, replay(true)});
  out.queries.push_back({given(std::nullopt, false), claim, replay(true)});
  out.mutations.push_back({"clause:window", {given(admission::ClauseId::window, true), claim, replay(false)}});
  return out;
}

// ---- INV-1.frame
// ----------------------------------------------------------------------------------

/// Two declarations, one of which the leg is on, and a removal from either.
Theorem frame_theorem() {
  auto p = std::make_shared<SymbolicPiece>(fresh_piece("frame.piece"));
  Int leg_on = Int::fresh("frame.leg_on"), other = Int::fresh("frame.other"),
      t = Int::fresh("frame.t"), load = Int::fresh("frame.load");
  auto added = smt::Symbolic::select(leg_on == other, value_at<smt::Symbolic>(*p, t), zero());
  auto removed = load - value_at<smt::Symbolic>(*p, t);
  auto claim = load + added == load && removed <= load;
  auto small = replayable({p->from, p->until, p->quantity, t, load}) && p->from < p->until;
  auto apart = leg_on != other;
  auto positive = zero() <= p->quantity;
  auto replay = [=](bool holds) -> ReplayFunction {
    return [=](const z3::model& m) {
      capacity::StepFunction before;
      Instant at(smt::value_in(m, t));
      before.add({at, at + Duration(1)}, Quantity(smt::value_in(m, load)));
      capacity::StepFunction after = before, without = before;
      if (smt::value_in(m, leg_on) == smt::value_in(m, other)) add_to(after, m, *p);
      without.add({Instant(smt::value_in(m, p->from)), Instant(smt::value_in(m, p->until))},
                  Quantity(-smt::value_in(m, p->quantity)));
      bool kept = after.value(at) == before.value(at) && without.value(at) <= before.value(at);
      return Replay{
          kept == holds,
          in_words(m, {{"leg on", leg_on}, {"other", other}, {"t", t}, {"quantity", p->quantity}})};
    };
  };
  Theorem out;
  out.name = objects::theorem_name(objects::Invariant::capacity, "frame");
  out.statement = "a leg leaves every other declaration's load as it was; removing never raises it";
  out.code = ProvedCode::copy;
  out.bounds = kNoBound;
  out.queries.push_back({premises({apart, positive, small}), claim, replay(true)});
  out.queries.push_back({premises({apart, positive}), claim, replay(true)});
  out.mutations.push_back(
      {"premise:another-declaration", {premises({positive, small}), claim, replay(false)}});
  out.mutations.push_back(
      {"premise:quantity>=0", {premises({apart, small}), claim, replay(false)}});
  return out;
}

}  // namespace

std::vector<Theorem> fold_theorems() {
  std::vector<Theorem> all;
  all.push_back(breakpoint_theorem());
  all.push_back(piece_theorem());
  all.push_back(release_theorem());
  all.push_back(fold_theorem());
  all.push_back(inherited_theorem());
  all.push_back(schedule_theorem());
  all.push_back(frame_theorem());
  return all;
}

}  // namespace capmarket::theorems::inv1
