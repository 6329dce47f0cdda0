// Theorem `no-overflow`: the solver's integers do not overflow, C++'s do; a third domain records
// every intermediate of every clause and the theorem keeps each inside 64 bits. Source: analyses.md
// B5.
#include "model/admission/table.h"
#include "model/objects/governance.h"
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

/// Empty where the clauses of a kind compare only.
template <template <class> class Facts>
void append_theorem(std::vector<Theorem>& out, const std::string& kind) {
  FactShape shape;
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
  t.queries.push_back({with(kWireMax, true), claim, replay(false)});
  t.mutations.push_back(
      {"premise:wire-bound",
       {with(std::numeric_limits<std::int64_t>::max(), true), claim, replay(true)}});
  if (!contracts.empty())
    t.mutations.push_back({"premise:remainders", {with(kWireMax, false), claim, replay(true)}});
  out.push_back(std::move(t));
}

// ---- What facts are computed from
// ----------------------------------------------------------------

/// floor(a x ratio / 10 000) of a ratio that a rule states; the product has 128 bits.
Symbolic::Int share(const Symbolic::Int& a, const Symbolic::Int& ratio) {
  return Symbolic::mul_div_floor(a * ratio, 1, kFullWeight);
}
Concrete::Int share(const Concrete::Int& a, const Concrete::Int& ratio) {
  return Concrete::mul_div_floor(a, ratio.value, kFullWeight);
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
  auto l = std::make_shared<Lookup<Symbolic>>();
  std::vector<Symbolic::Int> leaves;
  visit(*l, [&](const std::string& name, Symbolic::Int& x) {
    x = Symbolic::Int::fresh("lookup." + name);
    leaves.push_back(x);
  });
  auto replay = [l](bool expect_overflow) -> ReplayFunction {
    return [l, expect_overflow](const z3::model& m) {
      std::vector<std::pair<std::string, std::int64_t>> values;
      visit(*l, [&](const std::string& name, Symbolic::Int& x) {
        values.emplace_back(name, value_in(m, x));
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
  auto zero = Symbolic::integer(0), whole = Symbolic::integer(kFullWeight);
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
  append_theorem<SettlementFacts>(all, "settlement");
  append_theorem<DeclarationFacts>(all, "declaration");
  append_theorem<BatchFacts>(all, "batch");
  append_theorem<RequestFacts>(all, "request");
  append_theorem<GrantFacts>(all, "grant");
  append_theorem<PromulgationFacts>(all, "promulgation");
  append_theorem<EdictFacts>(all, "edict");
  append_theorem<IntentFacts>(all, "intent");
  append_theorem<SurrenderFacts>(all, "surrender");
  append_theorem<DeliveryFailureFacts>(all, "delivery-failure");
  append_theorem<CurtailmentFacts>(all, "curtailment");
  append_theorem<ActivityFacts>(all, "activity");
  append_theorem<WithdrawalFacts>(all, "withdrawal");
  append_theorem<RenewalFacts>(all, "renewal");
  append_theorem<PaymentFacts>(all, "payment");
  append_theorem<FallbackRecordFacts>(all, "fallback-record");
  append_theorem<PriceIndexFacts>(all, "price-index");
  append_theorem<DisputeFacts>(all, "dispute");
  all.push_back(lookup_theorem());
  return all;
}

}  // namespace capmarket
