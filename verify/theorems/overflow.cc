// Theorem `no-overflow`: the solver's integers do not overflow, C++'s do; a third domain records
// every intermediate of every clause and the theorem keeps each inside 64 bits. Source:
// docs/spec/analyses.md#theorems.
#include "model/admission/table.h"
#include "model/objects/governance.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/requirements.h"
#include "verify/theorems/theorem.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {
namespace {

thread_local std::vector<smt::Symbolic::Int>* recorded = nullptr;

/// As `Symbolic`, and remembers the result of each arithmetic operation.
struct Recording {
  using Bool = smt::Symbolic::Bool;
  struct Int {
    smt::Symbolic::Int term;

    static Int fresh(const std::string& name) { return {smt::Symbolic::Int::fresh(name)}; }
    static Int keep(smt::Symbolic::Int t) {
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
  static Bool boolean(bool v) { return smt::Symbolic::boolean(v); }
  static Int integer(std::int64_t v) { return {smt::Symbolic::integer(v)}; }
  static Int select(const Bool& c, const Int& a, const Int& b) {
    return {smt::Symbolic::select(c, a.term, b.term)};
  }
  static Bool select(const Bool& c, const Bool& a, const Bool& b) {
    return smt::Symbolic::select(c, a, b);
  }
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den) {
    return Int::keep(smt::Symbolic::mul_div_floor(a.term, num, den));
  }
};

/// The facts and every intermediate that evaluating their clauses computes.
template <template <class> class Facts>
struct Recorded {
  Facts<Recording> facts;
  smt::FactShape shape;
  std::vector<smt::Symbolic::Int> leaves;  // the Ints among the facts
  std::vector<smt::Symbolic::Int> intermediates;
};

template <template <class> class Facts>
std::shared_ptr<Recorded<Facts>> record(const smt::FactShape& shape, const std::string& prefix) {
  auto out = std::make_shared<Recorded<Facts>>();
  out->shape = shape;
  out->facts = smt::fresh_facts<Facts, Recording>(shape, prefix);
  admission::visit(out->facts, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Recording::Int>)
      out->leaves.push_back(member.term);
  });
  recorded = &out->intermediates;
  (void)admission::evaluate_clauses<Recording>(out->facts);
  recorded = nullptr;
  return out;
}

smt::Symbolic::Bool within(const smt::Symbolic::Int& x, const smt::Symbolic::Int& low, const smt::Symbolic::Int& high) {
  return low <= x && x <= high;
}

/// Every intermediate is a 64-bit integer.
smt::Symbolic::Bool fits(const std::vector<smt::Symbolic::Int>& intermediates) {
  auto low = smt::Symbolic::integer(std::numeric_limits<std::int64_t>::min());
  auto high = smt::Symbolic::integer(std::numeric_limits<std::int64_t>::max());
  std::vector<smt::Symbolic::Bool> all;
  for (const auto& x : intermediates) all.push_back(within(x, low, high));
  return smt::all_of(all);
}

std::vector<smt::Symbolic::Bool> bounded(const std::vector<smt::Symbolic::Int>& leaves, std::int64_t bound) {
  std::vector<smt::Symbolic::Bool> out;
  for (const auto& x : leaves)
    out.push_back(within(x, smt::Symbolic::integer(-bound), smt::Symbolic::integer(bound)));
  return out;
}

/// What the resolver promises of remainders: 0 <= remainder <= granularity.
std::vector<smt::Symbolic::Bool> remainders(const admission::SettlementFacts<Recording>& f) {
  std::vector<smt::Symbolic::Bool> out;
  for (const auto& leg : f.legs)
    out.push_back(smt::Symbolic::integer(0) <= leg.signed_remainder.term &&
                  leg.signed_remainder.term <= leg.granularity.term);
  return out;
}
template <class Facts>
std::vector<smt::Symbolic::Bool> remainders(const Facts&) {
  return {};
}

/// Where a sum is computed and not taken, its overflow poisons nothing: an example is to round up.
std::vector<smt::Symbolic::Bool> rounds_up(const admission::SettlementFacts<Recording>& f) {
  std::vector<smt::Symbolic::Bool> out;
  for (const auto& leg : f.legs)
    out.push_back(smt::Symbolic::integer(0) < leg.signed_remainder.term);
  return out;
}
template <class Facts>
std::vector<smt::Symbolic::Bool> rounds_up(const Facts&) {
  return {};
}

/// Fills concrete facts from an example; true when the concrete evaluation overflowed nowhere.
template <template <class> class Facts>
Replay replay_concretely(const Recorded<Facts>& r, const z3::model& model, bool expect_overflow) {
  Facts<Recording> symbolic = r.facts;
  std::vector<std::int64_t> values;
  admission::visit(symbolic, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Recording::Int>)
      values.push_back(smt::value_in(model, member.term));
    else
      values.push_back(static_cast<std::int64_t>(smt::value_in(model, member)));
  });
  Facts<Concrete> concrete;
  smt::reshape(concrete, r.shape);
  std::size_t next = 0;
  admission::visit(concrete, "", [&](const std::string&, auto& member) {
    member.value = values.at(next++) != 0;
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, Concrete::Int>)
      member.value = values[next - 1];
  });
  bool overflow = false;
  for (const auto& c : admission::evaluate_clauses<Concrete>(concrete))
    overflow |= c.clause.holds.poisoned || c.clause.resolved.poisoned;
  return {overflow == expect_overflow, smt::in_words(concrete, "facts")};
}

/// Empty where the clauses of a kind compare only.
template <template <class> class Facts>
void append_theorem(std::vector<Theorem>& out, const std::string& kind) {
  smt::FactShape shape;
  shape.legs = 2;
  shape.victims = 2;
  auto r = record<Facts>(shape, "overflow." + kind);
  if (r->intermediates.empty()) return;
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
  t.bounds = bounds_of<Facts>({shape});
  t.queries.push_back({with(kWireMax, true), claim, replay(false)});
  auto unbounded = *with(std::numeric_limits<std::int64_t>::max(), true);
  for (smt::Symbolic::Bool& b : rounds_up(r->facts)) unbounded.push_back(std::move(b));
  t.mutations.push_back(
      {"premise:wire-bound", {premises(std::move(unbounded)), claim, replay(true)}});
  if (!contracts.empty())
    t.mutations.push_back({"premise:remainders", {with(kWireMax, false), claim, replay(true)}});
  out.push_back(std::move(t));
}

// ---- What facts are computed from
// ----------------------------------------------------------------

/// floor(a x ratio / 10 000) of a ratio that a rule states; the product has 128 bits.
smt::Symbolic::Int share(const smt::Symbolic::Int& a, const smt::Symbolic::Int& ratio) {
  return smt::Symbolic::mul_div_floor(a * ratio, 1, kFullRatio);
}
Concrete::Int share(const Concrete::Int& a, const Concrete::Int& ratio) {
  return Concrete::mul_div_floor(a, ratio.value, kFullRatio);
}

/// Numbers as they are read, and the sums that become facts of a leg and its entries.
template <class D>
struct Lookup {
  using Int = typename D::Int;
  Int index_value, band;       // money; ratio
  Int start, min_run;          // of a victim's grant
  Int granularity, remainder;  // of the admission time
  Int admission, signed_at, index_at;
  Int declared, quota;  // quantity; ratio

  std::vector<Int> results() const {
    auto zero = D::integer(0);
    auto around = share(index_value, band);
    auto rounded = D::select(remainder == zero, admission, admission + (granularity - remainder));
    return {index_value - around,
            index_value + around,  // the band
            start + min_run,       // floor_until
            rounded,
            rounded - admission,  // release_from, notice
            admission - signed_at,
            signed_at - index_at,  // ages
            declared - share(declared, quota)};
  }
};

template <class D, class V>
void visit(Lookup<D>& l, V&& v) {
  v("index_value", l.index_value), v("band", l.band), v("start", l.start), v("min_run", l.min_run);
  v("granularity", l.granularity), v("remainder", l.remainder), v("admission", l.admission);
  v("signed_at", l.signed_at), v("index_at", l.index_at), v("declared", l.declared);
  v("quota", l.quota);
}

Theorem lookup_theorem() {
  auto l = std::make_shared<Lookup<smt::Symbolic>>();
  std::vector<smt::Symbolic::Int> leaves;
  visit(*l, [&](const std::string& name, smt::Symbolic::Int& x) {
    x = smt::Symbolic::Int::fresh("lookup." + name);
    leaves.push_back(x);
  });
  auto replay = [l](bool expect_overflow) -> ReplayFunction {
    return [l, expect_overflow](const z3::model& m) {
      std::vector<std::pair<std::string, std::int64_t>> values;
      visit(*l, [&](const std::string& name, smt::Symbolic::Int& x) {
        values.emplace_back(name, smt::value_in(m, x));
      });
      Lookup<Concrete> concrete;
      std::string words;
      std::size_t next = 0;
      visit(concrete, [&](const std::string& name, Concrete::Int& x) {
        x = Concrete::integer(values.at(next++).second);
        words += (words.empty() ? "" : ", ") + name + " = " + std::to_string(x.value);
      });
      bool overflow = false;
      for (const Concrete::Int& x : concrete.results()) overflow |= x.poisoned;
      return Replay{overflow == expect_overflow, words};
    };
  };
  auto zero = smt::Symbolic::integer(0), whole = smt::Symbolic::integer(kFullRatio);
  auto with = [&](std::int64_t bound, bool ratios, bool rounded) {
    auto all = bounded(leaves, bound);
    if (ratios) {
      all.push_back(within(l->band, zero, whole));
      all.push_back(within(l->quota, zero, whole));
    }
    if (rounded) all.push_back(within(l->remainder, zero, l->granularity));
    return premises(std::move(all));
  };
  auto claim = fits(l->results());
  Theorem t;
  t.name = "no-overflow.lookup";
  t.statement =
      "band, protection floor, rounded release, notice, ages, and what a quota leaves stay inside "
      "64 bits, for ratios of at most 100 %";
  t.code = ProvedCode::copy;
  t.bounds = kAnyWireInteger;
  t.queries.push_back({with(kWireMax, true, true), claim, replay(false)});
  t.mutations.push_back(
      {"premise:wire-bound",
       {with(std::numeric_limits<std::int64_t>::max(), true, true), claim, replay(true)}});
  t.mutations.push_back(
      {"premise:ratio<=100%", {with(kWireMax, false, true), claim, replay(true)}});
  t.mutations.push_back({"premise:remainders", {with(kWireMax, true, false), claim, replay(true)}});
  return t;
}

}  // namespace

std::vector<Theorem> overflow_theorems() {
  std::vector<Theorem> all;
  append_theorem<admission::SettlementFacts>(all, "settlement");
  append_theorem<admission::DeclarationFacts>(all, "declaration");
  append_theorem<admission::BatchFacts>(all, "batch");
  append_theorem<admission::RequestFacts>(all, "request");
  append_theorem<admission::GrantFacts>(all, "grant");
  append_theorem<admission::PromulgationFacts>(all, "promulgation");
  append_theorem<admission::EdictFacts>(all, "edict");
  append_theorem<admission::IntentFacts>(all, "intent");
  append_theorem<admission::SurrenderFacts>(all, "surrender");
  append_theorem<admission::DeliveryFailureFacts>(all, "delivery-failure");
  append_theorem<admission::CurtailmentFacts>(all, "curtailment");
  append_theorem<admission::ActivityFacts>(all, "activity");
  append_theorem<admission::WithdrawalFacts>(all, "withdrawal");
  append_theorem<admission::RetractFacts>(all, "retract");
  append_theorem<admission::RenewalFacts>(all, "renewal");
  append_theorem<admission::PaymentFacts>(all, "payment");
  append_theorem<admission::FallbackRecordFacts>(all, "fallback-record");
  append_theorem<admission::PriceIndexFacts>(all, "price-index");
  append_theorem<admission::DisputeFacts>(all, "dispute");
  append_theorem<admission::ContestFacts>(all, "contest");
  append_theorem<admission::WitnessFacts>(all, "witness");
  all.push_back(lookup_theorem());
  return all;
}

}  // namespace capmarket::theorems
