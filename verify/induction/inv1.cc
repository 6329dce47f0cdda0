// INV-1 by induction: at one arbitrary instant t, quantifier-free. The executed guard looks at
// breakpoints only; these lemmas are the step of the fold that carries its answer to t, and
// docs/explanation/inv-1.md is the induction that joins them. Source: analyses.md B2.
#include "verify/induction/inv1.h"

#include <fmt/format.h>

#include "model/admission/decision.h"
#include "model/capacity/step_function.h"
#include "verify/induction/theorem.h"
#include "verify/symbolic/facts.h"

namespace capmarket {
namespace {

using Bool = Symbolic::Bool;
using Int = Symbolic::Int;
using SymbolicPiece = Piece<Symbolic>;

/// Far from 64 bits even when a few are added: only for examples that are replayed in C++.
constexpr std::int64_t kReplayMax = std::int64_t{1} << 56;

Int zero() { return Symbolic::integer(0); }

Bool replayable(const std::vector<Int>& values) {
  std::vector<Bool> all;
  for (const Int& v : values)
    all.push_back(Symbolic::integer(-kReplayMax) <= v && v <= Symbolic::integer(kReplayMax));
  return all_of(all);
}

SymbolicPiece fresh_piece(const std::string& name) {
  return {Int::fresh(name + ".from"), Int::fresh(name + ".until"), Int::fresh(name + ".quantity")};
}

void add_to(StepFunction& load, const z3::model& m, const SymbolicPiece& p) {
  load.add({Instant(value_in(m, p.from)), Instant(value_in(m, p.until))},
           Quantity(value_in(m, p.quantity)));
}

std::string in_words(const z3::model& m, const std::vector<std::pair<std::string, Int>>& values) {
  std::string out;
  for (const auto& [name, v] : values)
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", name, value_in(m, v));
  return out;
}

// ---- The predicate's part: what an admitted settlement of one leg adds
// ---------------------------

/// Free facts of a settlement with one leg.
struct Admission {
  SettlementFacts<Symbolic> facts;
  FactShape shape;

  explicit Admission(const std::string& name) {
    shape.links = 1;
    shape.scopes = shape.memberships = 1;
    facts = fresh_facts<SettlementFacts>(shape, name);
  }
  const LegFacts<Symbolic>& leg() const { return facts.legs[0]; }
  SymbolicPiece piece() const { return {leg().from, leg().until, leg().quantity}; }
  std::vector<Bool> admitted(std::optional<ClauseId> without) {
    auto all = wire_bounds(facts);
    for (const auto& r : evaluate_clauses<Symbolic>(facts))
      if (r.id != without) all.push_back(r.clause.resolved && r.clause.holds);
    return all;
  }
};

/// Runs an example on the real step function and the real predicate: the excess is recomputed from
/// `pieces`; `refused` expects a refusal that names `clause` alone and, where it is `capacity`, a
/// load above the declared quantity at `t`.
Replay replay_for_real(const Admission& a, const z3::model& m,
                       const std::vector<SymbolicPiece>& pieces, const Int& declared, const Int& t,
                       std::optional<ClauseId> clause) {
  SettlementFacts<Symbolic> symbolic = a.facts;
  auto facts = concretise<SettlementFacts>(m, symbolic, a.shape);
  LegFacts<Concrete>& leg = facts.legs[0];
  StepFunction load;
  for (const auto& p : pieces) add_to(load, m, p);
  Window window{Instant(leg.from.value), Instant(leg.until.value)};
  Quantity limit(value_in(m, declared));
  if (!window.empty()) leg.excess = Concrete::integer((load.max(window) - limit).value);
  Decision decision = decide(facts);
  StepFunction after = load;
  after.add(window, Quantity(leg.quantity.value));
  Instant at(value_in(m, t));
  std::string words =
      fmt::format("leg [{}, {}) of {}, load {} and declared {} at {}", leg.from.value,
                  leg.until.value, leg.quantity.value, load.value(at).value, limit.value, at.value);
  if (!clause) return {decision.admitted() && after.value(at) <= limit, words};
  bool named = decision.failed == std::vector<ClauseId>{*clause} && decision.unresolved.empty();
  bool breached = *clause != ClauseId::capacity || after.value(at) > limit;
  return {named && breached, words};
}

// ---- INV-1: the step
// ------------------------------------------------------------------------------

Theorem step_theorem() {
  auto a = std::make_shared<Admission>("step");
  Int t = Int::fresh("step.t"), load_b = Int::fresh("step.load_b"),
      load_t = Int::fresh("step.load_t"), declared_b = Int::fresh("step.declared_b"),
      declared_t = Int::fresh("step.declared_t");
  auto in_window = a->leg().from <= t && t < a->leg().until;
  // b is the latest breakpoint at or before t: the guard held there.
  auto guard = load_b - declared_b <= a->leg().excess;
  auto fold = implies<Symbolic>(in_window, load_t <= load_b);
  auto schedule = implies<Symbolic>(in_window, declared_b <= declared_t);
  auto before = load_t <= declared_t;
  auto claim = load_t + value_at<Symbolic>(a->piece(), t) <= declared_t;
  auto small = replayable({load_b, load_t, declared_b, declared_t, a->leg().quantity, t,
                           a->leg().from, a->leg().until});
  // One piece stands for the load at t, over the whole window.
  SymbolicPiece whole{a->leg().from, a->leg().until, load_t};
  auto replay = [=](std::optional<ClauseId> clause) -> ReplayFunction {
    return
        [=](const z3::model& m) { return replay_for_real(*a, m, {whole}, declared_t, t, clause); };
  };
  auto given = [&](std::vector<Bool> lemmas, std::optional<ClauseId> without, bool real) {
    auto all = a->admitted(without);
    all.insert(all.end(), lemmas.begin(), lemmas.end());
    if (real) {
      all.push_back(small && zero() <= load_t && in_window);
    }
    return premises(std::move(all));
  };
  Theorem out;
  out.name = "INV-1";
  out.statement =
      "admission preserves INV-1 for every state, declaration and settlement: at one arbitrary "
      "instant, load <= declared before and an admitted settlement => load <= declared after "
      "(any number of grants, by the lemmas INV-1.*)";
  std::vector<Bool> lemmas{guard, fold, schedule, before};
  out.queries.push_back({given(lemmas, std::nullopt, true), claim, replay(std::nullopt)});
  out.queries.push_back({given(lemmas, std::nullopt, false), claim, replay(std::nullopt)});
  out.mutations.push_back(
      {"clause:capacity",
       {given(lemmas, ClauseId::capacity, true), claim, replay(ClauseId::capacity)}});
  out.mutations.push_back(
      {"lemma:INV-1.fold",
       {given({guard, schedule, before}, std::nullopt, true), claim, replay(ClauseId::capacity)}});
  out.mutations.push_back(
      {"lemma:INV-1.schedule",
       {given({guard, fold, before}, std::nullopt, true), claim, replay(ClauseId::capacity)}});
  return out;
}

// ---- INV-1.bounded: the whole function, unrolled
// --------------------------------------------------

constexpr int kPieces = 4;

struct Unrolled {
  Admission admission{"bounded"};
  std::vector<SymbolicPiece> pieces;
  Int declared = Int::fresh("bounded.declared");
  Int t = Int::fresh("bounded.t");

  Unrolled() {
    for (int i = 0; i < kPieces; ++i) pieces.push_back(fresh_piece(fmt::format("piece{}", i)));
  }
};

/// What the guard of a mutant leaves out.
struct Guard {
  bool window_start = true;
  bool piece_start = true;
  PieceEnds ends = PieceEnds::half_open;
};

/// load - declared <= excess at every breakpoint that the guard looks at, and at no other instant.
std::vector<Bool> guard_contract(const Unrolled& u, const Guard& guard) {
  const auto& leg = u.admission.leg();
  auto at = [&](const Int& b) {
    return load_at<Symbolic>(u.pieces, b, guard.ends) - u.declared <= leg.excess;
  };
  std::vector<Bool> out;
  if (guard.window_start) out.push_back(at(leg.from));
  if (guard.piece_start)
    for (const auto& p : u.pieces)
      out.push_back(implies<Symbolic>(leg.from <= p.from && p.from < leg.until, at(p.from)));
  return out;
}

struct BoundedVariant {
  Guard guard;
  std::optional<ClauseId> without;
  bool quantities = true;
  bool real = true;  // small enough to be replayed
};

Premises bounded_premises(Unrolled& u, const BoundedVariant& v) {
  auto all = u.admission.admitted(v.without);
  for (Bool& b : guard_contract(u, v.guard)) all.push_back(std::move(b));
  std::vector<Int> values{u.declared, u.t, u.admission.leg().quantity, u.admission.leg().from,
                          u.admission.leg().until};
  for (const auto& p : u.pieces) {
    all.push_back(p.from < p.until);
    if (v.quantities) all.push_back(zero() <= p.quantity);
    for (const Int& x : {p.from, p.until, p.quantity}) values.push_back(x);
  }
  all.push_back(load_at<Symbolic>(u.pieces, u.t) <= u.declared);  // INV-1 before
  if (v.real) all.push_back(replayable(values));
  return premises(std::move(all));
}

Theorem bounded_theorem() {
  auto u = std::make_shared<Unrolled>();
  auto claim =
      load_at<Symbolic>(u->pieces, u->t) + value_at<Symbolic>(u->admission.piece(), u->t) <=
      u->declared;
  auto replay = [u](std::optional<ClauseId> clause) -> ReplayFunction {
    return [u, clause](const z3::model& m) {
      return replay_for_real(u->admission, m, u->pieces, u->declared, u->t, clause);
    };
  };
  Theorem out;
  out.name = "INV-1.bounded";
  out.statement = fmt::format(
      "the whole function at once, for {} pieces: the guard at breakpoints only, and the predicate",
      kPieces);
  out.queries.push_back({bounded_premises(*u, {}), claim, replay(std::nullopt)});
  BoundedVariant general;
  general.real = false;
  out.queries.push_back({bounded_premises(*u, general), claim, replay(std::nullopt)});
  auto mutate = [&](const char* name, const BoundedVariant& v) {
    out.mutations.push_back({name, {bounded_premises(*u, v), claim, replay(ClauseId::capacity)}});
  };
  mutate("clause:capacity", {{}, ClauseId::capacity, true, true});
  mutate("breakpoint:window-start", {{false, true, PieceEnds::half_open}, {}, true, true});
  mutate("breakpoint:piece-start", {{true, false, PieceEnds::half_open}, {}, true, true});
  mutate("piece-start:<-for-<=", {{true, true, PieceEnds::start_excluded}, {}, true, true});
  mutate("piece-end:one-early", {{true, true, PieceEnds::ends_early}, {}, true, true});
  mutate("premise:quantity>=0", {{}, {}, false, true});
  return out;
}

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
};

/// On the real step function: whether the value at t exceeds the value at b.
ReplayFunction replay_between(std::shared_ptr<Between> x, bool sums, bool expect_higher) {
  return [=](const z3::model& m) {
    StepFunction load;
    add_to(load, m, x->p);
    Instant b(value_in(m, x->b)), t(value_in(m, x->t));
    if (sums && b < t) {  // the rest of the load, as far as these two instants see it
      load.add({b, b + Duration(1)}, Quantity(value_in(m, x->sum_b)));
      load.add({t, t + Duration(1)}, Quantity(value_in(m, x->sum_t)));
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
  auto claim = value_at<Symbolic>(x->p, x->t) <= value_at<Symbolic>(x->p, x->b);
  auto with = [&](std::vector<Bool> all) { return premises(std::move(all)); };
  Theorem out;
  out.name = "INV-1.piece";
  out.statement = "no start of the piece in (b, t] => piece(t) <= piece(b)";
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

Theorem fold_theorem() {
  auto x = std::make_shared<Between>("fold");
  auto positive = zero() <= x->p.quantity;
  auto order = x->b < x->t;  // b = t is the same instant: nothing to carry
  auto hypothesis = x->sum_t <= x->sum_b;
  auto claim =
      x->sum_t + value_at<Symbolic>(x->p, x->t) <= x->sum_b + value_at<Symbolic>(x->p, x->b);
  auto given = [&](std::vector<Bool> all, bool real) {
    if (real) all.push_back(x->small());
    return premises(std::move(all));
  };
  Theorem out;
  out.name = "INV-1.fold";
  out.statement = "sum(t) <= sum(b) over the pieces so far => the same with one more piece";
  std::vector<Bool> all{order, positive, x->no_start(), hypothesis};
  out.queries.push_back({given(all, true), claim, replay_between(x, true, false)});
  out.queries.push_back({given(all, false), claim, replay_between(x, true, false)});
  out.mutations.push_back(
      {"premise:hypothesis",
       {given({order, positive, x->no_start()}, true), claim, replay_between(x, true, true)}});
  out.mutations.push_back(
      {"premise:no-start",
       {given({order, positive, hypothesis}, true), claim, replay_between(x, true, true)}});
  return out;
}

// ---- INV-1.breakpoint
// -----------------------------------------------------------------------------

/// One step of the fold that keeps the latest breakpoint at or before t.
struct Latest {
  Int from = Int::fresh("latest.from"), until = Int::fresh("latest.until");
  Int t = Int::fresh("latest.t"), b = Int::fresh("latest.b");
  Int start = Int::fresh("latest.start");      // of the piece that is folded in
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
  Int next = Symbolic::select(taken, l.start, l.b);
  Bool guarded = Symbolic::select(taken, l.guarded_start, l.guarded_b);
  return l.from <= next && next <= l.t && guarded && !between(next, l.earlier, l.t) &&
         !between(next, l.start, l.t);
}

ReplayFunction replay_latest(std::shared_ptr<Latest> l, bool inclusive, bool expect) {
  return [=](const z3::model& m) {
    auto v = [&](const Int& x) { return value_in(m, x); };
    bool before_t = inclusive ? v(l->start) <= v(l->t) : v(l->start) < v(l->t);
    bool taken = v(l->b) < v(l->start) && before_t;
    std::int64_t next = taken ? v(l->start) : v(l->b);
    bool guarded = value_in(m, taken ? l->guarded_start : l->guarded_b);
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
      implies<Symbolic>(l->from <= l->start && l->start < l->until, l->guarded_start);
  auto none_skipped = !between(l->b, l->earlier, l->t);
  auto taken = between(l->b, l->start, l->t);
  auto given = [&](std::vector<Bool> all) {
    all.push_back(l->small());
    return premises(std::move(all));
  };
  auto claim = latest_claim(*l, taken);
  Theorem out;
  out.name = "INV-1.breakpoint";
  out.statement =
      "the fold that keeps the latest breakpoint b <= t: b is in the window and guarded, and no "
      "start "
      "of a piece so far lies in (b, t]";
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
  auto a = std::make_shared<Admission>("schedule");
  Int b = Int::fresh("schedule.b"), t = Int::fresh("schedule.t"),
      quantity = Int::fresh("schedule.quantity");
  SymbolicPiece declared{a->leg().declaration_from, a->leg().declaration_until, quantity};
  auto inside = [&](const Int& x) { return a->leg().from <= x && x < a->leg().until; };
  auto claim = value_at<Symbolic>(declared, b) <= value_at<Symbolic>(declared, t);
  auto small =
      replayable({b, t, quantity, a->leg().from, a->leg().until, declared.from, declared.until});
  auto given = [&](std::optional<ClauseId> without, bool real) {
    auto all = a->admitted(without);
    all.push_back(inside(b) && inside(t) && b <= t && zero() <= quantity);
    if (real) all.push_back(small);
    return premises(std::move(all));
  };
  auto replay = [=](bool admitted) -> ReplayFunction {
    return [=](const z3::model& m) {
      SettlementFacts<Symbolic> symbolic = a->facts;
      auto facts = concretise<SettlementFacts>(m, symbolic, a->shape);
      Decision decision = decide(facts);
      StepFunction limit;
      add_to(limit, m, declared);
      bool falls = limit.value(Instant(value_in(m, t))) < limit.value(Instant(value_in(m, b)));
      bool named = decision.failed == std::vector<ClauseId>{ClauseId::window};
      return Replay{admitted ? decision.admitted() && !falls : named && falls,
                    in_words(m, {{"b", b},
                                 {"t", t},
                                 {"declared from", declared.from},
                                 {"until", declared.until},
                                 {"quantity", quantity}})};
    };
  };
  Theorem out;
  out.name = "INV-1.schedule";
  out.statement = "inside the leg's window the declared quantity does not fall between b and t";
  out.queries.push_back({given(std::nullopt, true), claim, replay(true)});
  out.queries.push_back({given(std::nullopt, false), claim, replay(true)});
  out.mutations.push_back({"clause:window", {given(ClauseId::window, true), claim, replay(false)}});
  return out;
}

// ---- INV-1.frame
// ----------------------------------------------------------------------------------

/// Two declarations, one of which the leg is on, and a removal from either.
Theorem frame_theorem() {
  auto p = std::make_shared<SymbolicPiece>(fresh_piece("frame.piece"));
  Int leg_on = Int::fresh("frame.leg_on"), other = Int::fresh("frame.other"),
      t = Int::fresh("frame.t"), load = Int::fresh("frame.load");
  auto added = Symbolic::select(leg_on == other, value_at<Symbolic>(*p, t), zero());
  auto removed = load - value_at<Symbolic>(*p, t);
  auto claim = load + added == load && removed <= load;
  auto small = replayable({p->from, p->until, p->quantity, t, load}) && p->from < p->until;
  auto apart = leg_on != other;
  auto positive = zero() <= p->quantity;
  auto replay = [=](bool holds) -> ReplayFunction {
    return [=](const z3::model& m) {
      StepFunction before;
      Instant at(value_in(m, t));
      before.add({at, at + Duration(1)}, Quantity(value_in(m, load)));
      StepFunction after = before, without = before;
      if (value_in(m, leg_on) == value_in(m, other)) add_to(after, m, *p);
      without.add({Instant(value_in(m, p->from)), Instant(value_in(m, p->until))},
                  Quantity(-value_in(m, p->quantity)));
      bool kept = after.value(at) == before.value(at) && without.value(at) <= before.value(at);
      return Replay{
          kept == holds,
          in_words(m, {{"leg on", leg_on}, {"other", other}, {"t", t}, {"quantity", p->quantity}})};
    };
  };
  Theorem out;
  out.name = "INV-1.frame";
  out.statement = "a leg leaves every other declaration's load as it was; removing never raises it";
  out.queries.push_back({premises({apart, positive, small}), claim, replay(true)});
  out.queries.push_back({premises({apart, positive}), claim, replay(true)});
  out.mutations.push_back(
      {"premise:another-declaration", {premises({positive, small}), claim, replay(false)}});
  out.mutations.push_back(
      {"premise:quantity>=0", {premises({apart, small}), claim, replay(false)}});
  return out;
}

}  // namespace

std::vector<Theorem> inv1_theorems() {
  std::vector<Theorem> all;
  all.push_back(step_theorem());
  all.push_back(breakpoint_theorem());
  all.push_back(piece_theorem());
  all.push_back(fold_theorem());
  all.push_back(schedule_theorem());
  all.push_back(bounded_theorem());
  all.push_back(frame_theorem());
  return all;
}

}  // namespace capmarket
