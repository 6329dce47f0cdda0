// INV-3, INV-5, INV-8 and the conservation of money, as steps at one arbitrary instant.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/inv1_parts.h"
#include "verify/theorems/requirement_point.h"

namespace capmarket::theorems {
namespace {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;
using inv1::in_words;
using inv1::named;
using inv1::replayable;
using inv1::zero;

// ---- What was decided about one object, and a claim over values beside its facts
// ------------------------------------------

template <template <class> class Facts>
struct Decided {
  Facts<smt::Symbolic> facts;
  smt::FactShape shape;

  explicit Decided(const std::string& prefix) {
    shape.links = shape.scopes = shape.memberships = shape.policy_roots = 1;
    shape.victims = 0;
    facts = smt::fresh_facts<Facts>(shape, prefix);
  }
  std::vector<Bool> given(std::optional<admission::ClauseId> without,
                          const std::vector<Bool>& more) {
    auto all = smt::wire_bounds(facts);
    for (const auto& r : admission::evaluate_clauses<smt::Symbolic>(facts))
      if (r.id != without) all.push_back(r.clause.resolved && r.clause.holds);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
};

using Values = std::vector<std::pair<std::string, Int>>;

Bool small(const Values& values) {
  std::vector<Int> all;
  for (const auto& [_, x] : values) all.push_back(x);
  return replayable(all);
}

/// Every `without` must break the claim, and the concrete predicate must name it alone. `concrete`
/// evaluates the claim on the values of an example, which are small; the proof has none so.
template <template <class> class Facts>
Theorem decided_theorem(const std::string& name, const std::string& statement,
                        std::shared_ptr<Decided<Facts>> d, const std::vector<Bool>& more,
                        const Bool& claim, const Values& values,
                        bool (*concrete)(const std::vector<std::int64_t>&),
                        const std::vector<admission::ClauseId>& without) {
  auto replay = [=](std::optional<admission::ClauseId> clause) -> ReplayFunction {
    return [=](const z3::model& m) {
      Facts<smt::Symbolic> symbolic = d->facts;
      admission::Decision decision = admission::decide(smt::concretise<Facts>(m, symbolic, d->shape));
      std::vector<std::int64_t> at;
      for (const auto& [_, x] : values) at.push_back(smt::value_in(m, x));
      bool decided = clause ? named(decision) == std::vector{*clause} : decision.admitted();
      return Replay{decided && concrete(at) == !clause.has_value(), in_words(m, values)};
    };
  };
  Theorem t;
  t.name = name;
  t.statement = statement;
  t.code = ProvedCode::shipped_over_copy;
  t.bounds = bounds_of<Facts>({d->shape});
  std::vector<Bool> real = more;
  real.push_back(small(values));
  t.queries.push_back({premises(d->given(std::nullopt, real)), claim, replay(std::nullopt)});
  t.queries.push_back({premises(d->given(std::nullopt, more)), claim, replay(std::nullopt)});
  for (admission::ClauseId id : without)
    t.mutations.push_back({fmt::format("clause:{}", admission::to_text(id)),
                           {premises(d->given(id, real)), claim, replay(id)}});
  return t;
}

// ---- INV-3
// --------------------------------------------------------------------------------------

/// An admitted leg leaves a gap that is not negative, and takes the next index.
Theorem gap_theorem() {
  auto d = std::make_shared<Decided<admission::SettlementFacts>>("gap");
  const auto& l = d->facts.legs[0];
  Int t = Int::fresh("gap.t"), live = Int::fresh("gap.live"), requested = Int::fresh("gap.wanted");
  Values values{{"t", t},           {"live", live},        {"requested", requested},
                {"from", l.from},   {"until", l.until},    {"quantity", l.quantity},
                {"index", l.index}, {"next", l.next_index}};
  auto inside = l.from <= t && t < l.until;
  std::vector<Bool> more{implies<smt::Symbolic>(inside, live - requested <= l.request_excess),
                         live <= requested};
  auto after = live + smt::Symbolic::select(inside, l.quantity, zero());
  return decided_theorem<admission::SettlementFacts>(
      objects::theorem_name(objects::Invariant::volumes),
      "an admitted leg keeps live <= requested at an arbitrary instant, and takes the next index",
      d, more, after <= requested && l.index == l.next_index, values,
      [](const std::vector<std::int64_t>& v) {
        bool in = v[3] <= v[0] && v[0] < v[4];
        return v[1] + (in ? v[5] : 0) <= v[2] && v[6] == v[7];
      },
      {admission::ClauseId::sequence});
}

/// The fold over losses, latest first: what is left of the gap, and what was attributed.
template <class D>
struct Attribution {
  typename D::Int requested, live, attributed, remaining;

  Attribution after(const typename D::Int& loss, bool whole) const {
    auto take = whole ? loss : min_of<D>(loss, remaining);
    return {requested, live, attributed + take, remaining - take};
  }
  typename D::Bool sums() const { return live + attributed + remaining == requested; }
};

template <class D>
typename D::Bool attributed_well(const Attribution<D>& before, const Attribution<D>& after,
                                 const typename D::Int& loss) {
  auto take = after.attributed - before.attributed;
  return after.sums() && D::integer(0) <= take && take <= loss &&
         D::integer(0) <= after.remaining && after.attributed <= after.requested - after.live;
}

Theorem attribution_theorem() {
  auto a = std::make_shared<Attribution<smt::Symbolic>>(
      Attribution<smt::Symbolic>{Int::fresh("loss.requested"), Int::fresh("loss.live"),
                            Int::fresh("loss.attributed"), Int::fresh("loss.remaining")});
  Int loss = Int::fresh("loss.quantity");
  Values values{{"requested", a->requested},
                {"live", a->live},
                {"attributed", a->attributed},
                {"remaining", a->remaining},
                {"loss", loss}};
  auto replay = [=](bool whole, bool holds) -> ReplayFunction {
    return [=](const z3::model& m) {
      auto num = [&](const Int& x) { return Concrete::integer(smt::value_in(m, x)); };
      Attribution<Concrete> c{num(a->requested), num(a->live), num(a->attributed),
                              num(a->remaining)};
      auto good = attributed_well<Concrete>(c, c.after(num(loss), whole), num(loss));
      return Replay{Concrete::holds(good) == holds, in_words(m, values)};
    };
  };
  auto claim = [&](bool whole) {
    return attributed_well<smt::Symbolic>(*a, a->after(loss, whole), loss);
  };
  auto sums = a->sums(), left = zero() <= a->remaining, positive = zero() <= loss;
  auto given = [&](std::vector<Bool> all) {
    all.push_back(small(values));
    return premises(std::move(all));
  };
  Theorem t;
  t.name = objects::theorem_name(objects::Invariant::volumes, "attribution");
  t.statement =
      "one loss more, latest first: it takes at most itself and what is left of the gap, and "
      "requested = live + attributed + left stays";
  t.code = ProvedCode::copy;
  t.bounds = kNoBound;
  t.queries.push_back({given({sums, left, positive}), claim(false), replay(false, true)});
  t.queries.push_back({premises({sums, left, positive}), claim(false), replay(false, true)});
  t.mutations.push_back(
      {"effect:whole-loss", {given({sums, left, positive}), claim(true), replay(true, false)}});
  t.mutations.push_back(
      {"premise:loss>=0", {given({sums, left}), claim(false), replay(false, false)}});
  t.mutations.push_back(
      {"premise:gap>=0", {given({sums, positive}), claim(false), replay(false, false)}});
  t.mutations.push_back(
      {"premise:sum", {given({left, positive}), claim(false), replay(false, false)}});
  return t;
}

// ---- INV-5
// --------------------------------------------------------------------------------------

Theorem payment_theorem() {
  auto d = std::make_shared<Decided<admission::PaymentFacts>>("paid");
  Int amount = Int::fresh("paid.obligation"), paid = Int::fresh("paid.before");
  Values values{{"obligation", amount}, {"paid", paid}, {"payment", d->facts.amount}};
  std::vector<Bool> more{d->facts.outstanding == amount - paid, zero() <= paid, paid <= amount};
  auto after = paid + d->facts.amount;
  return decided_theorem<admission::PaymentFacts>(
      objects::theorem_name(objects::Invariant::payments),
      "an admitted payment is positive and at most amount - paid: payments <= amount, and "
      "outstanding stays at least 0",
      d, more, paid < after && after <= amount, values,
      [](const std::vector<std::int64_t>& v) { return 0 < v[2] && v[1] + v[2] <= v[0]; },
      {admission::ClauseId::outstanding, admission::ClauseId::quantity});
}

// ---- INV-8
// --------------------------------------------------------------------------------------

Theorem activity_theorem() {
  auto d = std::make_shared<Decided<admission::ActivityFacts>>("used");
  const auto& f = d->facts;
  Int t = Int::fresh("used.t"), used = Int::fresh("used.before"), live = Int::fresh("used.live");
  Values values{{"t", t},         {"used", used},     {"live", live},
                {"from", f.from}, {"until", f.until}, {"activity", f.quantity}};
  auto inside = f.from <= t && t < f.until;
  std::vector<Bool> more{implies<smt::Symbolic>(inside, used - live <= f.excess), used <= live};
  auto after = used + smt::Symbolic::select(inside, f.quantity, zero());
  return decided_theorem<admission::ActivityFacts>(
      objects::theorem_name(objects::Invariant::consumption),
      "an admitted activity keeps consumption <= the live grant at an arbitrary instant", d, more,
      after <= live, values,
      [](const std::vector<std::int64_t>& v) {
        bool in = v[3] <= v[0] && v[0] < v[4];
        return v[1] + (in ? v[5] : 0) <= v[2];
      },
      {admission::ClauseId::activity_bounded});
}

// ---- money-conserved
// ----------------------------------------------------------------------------

/// One trim of a grant, by `trimmed` of its volume; `settled` is what earlier trims released.
struct Trim {
  Int price = Int::fresh("trim.price"), whole = Int::fresh("trim.whole");
  Int volume = Int::fresh("trim.volume"), trimmed = Int::fresh("trim.trimmed");
  Int settled = Int::fresh("trim.settled");

  Int value(const Int& of) const { return smt::Symbolic::mul_div_floor(price * of, 1, kNanosPerHour); }
  Int released(bool apart) const {
    return apart ? value(trimmed) : value(volume) - value(volume - trimmed);
  }
  Values values() const {
    return {{"price", price},
            {"whole", whole},
            {"volume", volume},
            {"trimmed", trimmed},
            {"settled", settled}};
  }
  Bool claim(bool apart) const {
    return zero() <= released(apart) &&
           settled + released(apart) + value(volume - trimmed) == value(whole);
  }
};

ReplayFunction replay_trim(std::shared_ptr<Trim> x, bool apart, bool holds) {
  return [=](const z3::model& m) {
    auto v = [&](const Int& i) { return smt::value_in(m, i); };
    auto value = [&](std::int64_t of) { return value_of(Money(v(x->price)), Volume{of})->value; };
    std::int64_t left = v(x->volume) - v(x->trimmed);
    std::int64_t out = apart ? value(v(x->trimmed)) : value(v(x->volume)) - value(left);
    bool conserved = 0 <= out && v(x->settled) + out + value(left) == value(v(x->whole));
    return Replay{conserved == holds, in_words(m, x->values())};
  };
}

Theorem money_theorem() {
  auto x = std::make_shared<Trim>();
  auto priced = zero() <= x->price, grows = zero() <= x->trimmed;
  auto left = x->trimmed <= x->volume;
  auto so_far = x->settled + x->value(x->volume) == x->value(x->whole);
  auto given = [&](std::vector<Bool> all, bool real) {
    if (real) all.push_back(small(x->values()));
    return premises(std::move(all));
  };
  Theorem t;
  t.name = "money-conserved";
  t.statement =
      "what trims release, V(before) - V(after) each, adds up with what is left to V(whole), after "
      "any number of them, and none is negative";
  t.code = ProvedCode::copy;
  t.bounds = kNoBound;
  t.queries.push_back(
      {given({priced, grows, left, so_far}, true), x->claim(false), replay_trim(x, false, true)});
  t.queries.push_back(
      {given({priced, grows, left, so_far}, false), x->claim(false), replay_trim(x, false, true)});
  auto mutate = [&](const char* name, std::vector<Bool> all, bool apart) {
    t.mutations.push_back(
        {name, {given(std::move(all), true), x->claim(apart), replay_trim(x, apart, false)}});
  };
  mutate("effect:rounded-apart", {priced, grows, left, so_far}, true);
  mutate("premise:price>=0", {grows, left, so_far}, false);
  mutate("premise:trimmed>=0", {priced, left, so_far}, false);
  mutate("premise:so-far", {priced, grows, left}, false);
  return t;
}

}  // namespace

std::vector<Theorem> accounting_theorems() {
  return {gap_theorem(), attribution_theorem(), payment_theorem(), activity_theorem(),
          money_theorem()};
}

}  // namespace capmarket::theorems
