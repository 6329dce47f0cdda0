#include "tests/property/agreement/admission_cases.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/admission/table.h"
#include "model/expr/evaluate.h"
#include "tests/property/agreement/random_rule.h"
#include "verify/question/checked_symbolic.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::agreement {
namespace {

using CInt = Concrete::Int;
using CBool = Concrete::Bool;

template <template <class> class Facts>
Facts<smt::Symbolic> numerals(Facts<Concrete>& facts) {
  std::vector<smt::Symbolic::Int> ints;
  std::vector<smt::Symbolic::Bool> bools;
  admission::visit(facts, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, CInt>)
      ints.push_back(smt::Symbolic::integer(member.value));
    else
      bools.push_back(smt::Symbolic::boolean(member.value));
  });
  Facts<smt::Symbolic> out;
  admission::reshape_like(facts, out);
  std::size_t next_int = 0, next_bool = 0;
  admission::visit(out, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, smt::Symbolic::Int>)
      member = ints.at(next_int++);
    else
      member = bools.at(next_bool++);
  });
  CHECK(next_int == ints.size() && next_bool == bools.size(), next_int, next_bool);
  return out;
}

/// What the solver makes of a term without unknowns; empty where that is no truth value.
std::optional<bool> truth(const smt::Symbolic::Bool& b) {
  z3::expr e = b.term().simplify();
  if (e.is_true()) return true;
  if (e.is_false()) return false;
  return std::nullopt;
}

template <class Facts>
bool overflowed(Facts& facts) {
  bool any = false;
  admission::visit(facts, "", [&](const std::string&, auto& member) { any = any || member.poisoned; });
  return any;
}

/// Clause by clause, then the decision.
template <template <class> class Facts>
void compare_tables(Facts<Concrete>& facts, const Facts<smt::Symbolic>& symbolic, Agreement& out) {
  admission::Decision said;
  std::size_t i = 0;
  for (const auto& row : admission::ClauseTable<Concrete, Facts<Concrete>>::rows) {
    admission::Clause<Concrete> c = row.evaluate(facts);
    admission::Clause<smt::Symbolic> s = admission::ClauseTable<smt::Symbolic, Facts<smt::Symbolic>>::rows[i++].evaluate(symbolic);
    std::optional<bool> resolved = truth(s.resolved), holds = truth(s.holds);
    ++out.clauses;
    bool same = resolved && holds && *resolved == Concrete::holds(c.resolved) &&
                *holds == Concrete::holds(c.holds);
    if (!same && out.complaint.empty())
      out.complaint =
          fmt::format("{}: concrete {}/{}{}, symbolic {}/{}: {}", admission::to_text(row.id), c.resolved.value,
                      c.holds.value, c.holds.poisoned ? " (overflow)" : "",
                      resolved ? (*resolved ? "1" : "0") : "?", holds ? (*holds ? "1" : "0") : "?",
                      smt::in_words(facts, "f"));
    if (!resolved || !holds) continue;
    if (!*resolved)
      said.unresolved.push_back(row.id);
    else if (!*holds)
      said.failed.push_back(row.id);
    if constexpr (std::is_same_v<Facts<Concrete>, admission::SettlementFacts<Concrete>>)
      out.failed[static_cast<std::size_t>(row.id)] += *holds ? 0 : 1;
  }
  ++out.cases;
  admission::Decision decided = admission::decide(facts);
  decided.shortfalls.clear();  // sums that a refusal states; clauses are what is compared
  if (!(decided == said) && out.complaint.empty())
    out.complaint = "the decision is another: " + smt::in_words(facts, "f");
  out.admitted += decided.admitted() ? 1 : 0;
}

/// Changes `times` of the facts: an overflowing number is none that admission is given.
template <class Facts>
void change(Facts& facts, std::int64_t times, Random& random) {
  std::vector<CInt*> ints;
  std::vector<CBool*> bools;
  admission::visit(facts, "", [&](const std::string&, auto& member) {
    if constexpr (std::is_same_v<std::decay_t<decltype(member)>, CInt>)
      ints.push_back(&member);
    else
      bools.push_back(&member);
  });
  for (std::int64_t n = 0; n < times; ++n) {
    if (ints.empty() || (!bools.empty() && random.one_in(2))) {
      CBool& b = *random.of(bools);
      b.value = !b.value;
      continue;
    }
    CInt& i = *random.of(ints);
    switch (random.in(0, 4)) {
      case 0:
        i.value = random.of(ints)->value;
        break;
      case 1:
        i.value = random.one_in(2) ? kWireMax : -kWireMax;
        break;
      case 2:
        i.value = random.in(-3, 3);
        break;
      default:
        i.value += random.one_in(2) ? 1 : -1;
    }
    i.value = std::clamp(i.value, -kWireMax, kWireMax);
  }
}

std::int64_t how_many(Random& random) {
  return random.of(std::vector<std::int64_t>{0, 0, 1, 1, 1, 2, 3, 8, 40});
}

expr::Bindings<question::CheckedSymbolic> numerals(const expr::Bindings<Concrete>& b, Random& random) {
  auto number = [&](const CInt& i) {
    question::CheckedSymbolic::Poison poison;
    if (i.poisoned) poison = smt::Symbolic::boolean(true);
    // Bounds around the value, or the value alone: the reading must not depend on them.
    std::int64_t room = random.one_in(2) ? 0 : random.in(0, kWireMax);
    Int128 low = std::max<Int128>(Int128{i.value} - room, question::CheckedSymbolic::kLeast);
    Int128 high = std::min<Int128>(Int128{i.value} + room, question::CheckedSymbolic::kMost);
    return question::CheckedSymbolic::Int{smt::Symbolic::integer(i.value), poison, low, high};
  };
  auto flags = [](const std::vector<CBool>& from) {
    std::vector<question::CheckedSymbolic::Bool> out;
    for (const CBool& one : from) {
      question::CheckedSymbolic::Poison poison;
      if (one.poisoned) poison = smt::Symbolic::boolean(true);
      out.push_back({smt::Symbolic::boolean(one.value), poison});
    }
    return out;
  };
  expr::Bindings<question::CheckedSymbolic> out;
  for (const CInt& i : b.ints) out.ints.push_back(number(i));
  out.bools = flags(b.bools);
  for (const auto& set : b.sets) out.sets.push_back(flags(set));
  out.location_in = flags(b.location_in);
  return out;
}

/// One settlement of one leg by a tier of a random rule, with one victim or none.
class Case {
 public:
  Case(const rules::Rule& rule, Random& random)
      : rule_(rule),
        random_(random),
        tier_(rule.tiers[static_cast<std::size_t>(
            random.in(0, static_cast<std::int64_t>(rule.tiers.size()) - 1))]),
        request_(random_leg(random, rule)) {}

  void compare(Agreement& out) {
    draw();
    change(facts_, how_many(random_), random_);
    admission::LegFacts<Concrete>& l = facts_.legs.front();
    auto context = request_.context();
    l.eligible = Concrete::boolean(Concrete::holds(
        expr::evaluate_bool<Concrete>(tier_.eligible, chain::eligibility_bindings(rule_, tier_, context))));
    CBool when = chain::displacement_holds(rule_, tier_, context, request_.victim);
    CInt owed = chain::displacement_compensation(rule_, tier_, context, request_.victim);
    bool displaces = tier_.displaces && !l.victims.empty();
    if (displaces) {
      admission::VictimFacts<Concrete>& v = l.victims.front();
      v.when = Concrete::boolean(Concrete::holds(when));
      v.own_compensation = Concrete::integer(owed.poisoned ? 0 : owed.value);
      // Exactly what is owed, or a little less or more.
      if (random_.one_in(2))
        l.compensation_at_most =
            num(std::max<std::int64_t>({v.own_compensation.value, v.victim_compensation.value, 0}) +
                little() - 1);
    }
    admission::SettlementFacts<smt::Symbolic> symbolic = numerals<admission::SettlementFacts>(facts_);
    read(symbolic.legs.front(), displaces, owed, out);
    compare_tables<admission::SettlementFacts>(facts_, symbolic, out);
  }

 private:
  /// The rule's expressions, by the solver's reading instead of the concrete evaluator.
  void read(admission::LegFacts<smt::Symbolic>& l, bool displaces, const CInt& owed, Agreement& out) {
    auto context = request_.context();
    l.eligible = question::CheckedSymbolic::holds(expr::evaluate_bool<question::CheckedSymbolic>(
        tier_.eligible, numerals(chain::eligibility_bindings(rule_, tier_, context), random_)));
    if (!displaces) return;
    expr::Bindings<question::CheckedSymbolic> b =
        numerals(chain::displacement_bindings(rule_, tier_, context, request_.victim), random_);
    admission::VictimFacts<smt::Symbolic>& v = l.victims.front();
    v.when = question::CheckedSymbolic::holds(expr::evaluate_bool<question::CheckedSymbolic>(tier_.displaces->when, b));
    question::CheckedSymbolic::Int k = expr::evaluate_int<question::CheckedSymbolic>(tier_.displaces->compensation, b);
    std::optional<bool> poisoned = truth(question::CheckedSymbolic::poisoned(k.poison));
    if (poisoned != owed.poisoned && out.complaint.empty())
      out.complaint = fmt::format("`{}` overflows in one domain alone",
                                  tier_.displaces->compensation.canonical);
    out.overflows += owed.poisoned ? 1 : 0;
    v.own_compensation = owed.poisoned ? smt::Symbolic::integer(0) : k.value;
  }

  CInt num(std::int64_t v) const { return Concrete::integer(std::clamp(v, -kWireMax, kWireMax)); }
  CBool yes(bool b) const { return Concrete::boolean(b); }
  std::int64_t little() { return random_.in(0, 3); }

  void draw() {
    shape_of();
    admission::visit(facts_, "", [&](const std::string&, auto& member) {
      if constexpr (std::is_same_v<std::decay_t<decltype(member)>, CBool>)
        member = yes(true);
      else
        member = num(1);
    });
    facts_.signed_at = num(request_.leg.signed_at.value);
    facts_.admission = num(request_.leg.signed_at.value + little() * kNanosPerSecond);
    facts_.user_overdue = yes(false), facts_.policy_named = yes(random_.one_in(4));
    admission::LegFacts<Concrete>& l = facts_.legs.front();
    credentials(l);
    rule(l);
    windows(l);
    room(l);
    sequence(l);
    for (auto& v : l.victims) victim(l, v);
  }

  void shape_of() {
    smt::FactShape shape;
    shape.links = static_cast<int>(random_.in(1, 3));
    shape.victims = static_cast<int>(random_.in(0, tier_.displaces ? 1 : 0));
    bool signs = rule_.coordination.mode == rules::CoordinationMode::single ||
                 rule_.coordination.mode == rules::CoordinationMode::sharded;
    shape.shards = signs ? static_cast<int>(random_.one_in(8) ? 0 : random_.in(1, 2)) : 0;
    reshape(facts_, shape);
  }

  void credentials(admission::LegFacts<Concrete>& l) {
    auto valid = [&](admission::CredentialFacts<Concrete>& c) {
      for (auto& link : c.links) {
        link.valid_from = num(request_.leg.signed_at.value - little());
        link.valid_until = num(request_.leg.window.until.value + kWireMax / 4);
        link.revoked_from = num(kWireMax);
      }
      for (auto& s : c.scope) s = {num(0), num(9)};
      for (auto& s : c.issuer_scope) s = {num(0), num(9)};
    };
    valid(l.holder), valid(l.user);
    for (auto& s : l.shards) {
      valid(s.coordinator);
      s.region = {num(1), num(2)};
    }
    l.location = {num(1), num(2)};
    l.rule_scope = {num(0), num(9)};
  }

  void rule(admission::LegFacts<Concrete>& l) {
    const rules::Limits& m = rule_.limits;
    l.rank = num(tier_.rank);
    l.effective_from = num(rule_.effective.from.value);
    l.effective_until = num(rule_.effective.until.value);
    l.successor_from = num(kWireMax), l.skew = num(m.skew.value);
    l.length_min = num(m.length_min.value), l.length_max = num(m.length_max.value);
    l.lead_min = num(m.lead_min.value), l.lead_max = num(m.lead_max.value);
    l.quantity_min = num(m.quantity_min.value), l.quantity_max = num(m.quantity_max.value);
    l.price_min = num(m.price_min.value), l.price_max = num(m.price_max.value);
    l.coordination_single = yes(rule_.coordination.mode == rules::CoordinationMode::single);
    l.coordination_sharded = yes(rule_.coordination.mode == rules::CoordinationMode::sharded);
    l.displace_named = yes(tier_.displaces.has_value());
    l.stop_within =
        num(tier_.displaces && tier_.displaces->stop_within ? tier_.displaces->stop_within->value
                                                            : -kWireMax);
    const rules::Pricing& p = rule_.pricing;
    l.pricing_fixed = yes(p.mode == rules::PricingMode::fixed);
    l.pricing_negotiated = yes(p.mode == rules::PricingMode::negotiated);
    l.pricing_discovered = yes(p.mode == rules::PricingMode::discovered);
    auto tariff = rule_.tariff_for(tier_.name, request_.leg.window.from);
    l.tariff_exists = yes(tariff.has_value());
    l.tariff = num(tariff.value_or(Money(0)).value);
    l.price = num(tariff && random_.one_in(2) ? tariff->value : request_.leg.price.value);
    l.max_price = num(l.price.value + little());
    l.floor = num(p.floor.value), l.cap = num(p.cap.value);
    l.index_named = yes(random_.one_in(2)), l.young_index_exists = l.index_named;
    l.index_at = num(request_.leg.signed_at.value - little());
    l.index_max_age = num(p.max_age.value);
    l.band_low = num(l.price.value - little()), l.band_high = num(l.price.value + little());
    l.rule_retention = num(rule_.retention.value), l.class_retention = num(little());
    l.strategy_admitted = num(request_.leg.signed_at.value - little());
  }

  void windows(admission::LegFacts<Concrete>& l) {
    const Window& w = request_.leg.window;
    const std::int64_t g = rule_.granularity.value;
    auto rest = [&](std::int64_t v) {
      return num(static_cast<std::int64_t>(v - floor_div(v, g) * g));
    };
    l.from = num(w.from.value), l.until = num(w.until.value);
    l.request_from = num(w.from.value - little()), l.request_until = num(w.until.value + little());
    l.declaration_from = num(w.from.value - little());
    l.declaration_until = num(w.until.value + little());
    l.granularity = num(g);
    l.signed_remainder = rest(request_.leg.signed_at.value);
    l.from_remainder = rest(w.from.value);
    l.length_remainder = rest(w.until.value - w.from.value);
    l.open_until = num(request_.leg.signed_at.value + 1 + little());
    l.retain_until = num(w.until.value + rule_.retention.value + little());
  }

  void room(admission::LegFacts<Concrete>& l) {
    const std::int64_t q = request_.leg.quantity.value;
    l.quantity = num(q);
    l.excess = num(-q - little()), l.shared_excess = num(-q - little());
    l.quota_excess = num(-q - little()), l.set_aside_excess = num(-q - little());
    l.user_excess = num(-q - little());
    l.request_quantity = num(q + little()), l.request_excess = num(-q - little());
  }

  void sequence(admission::LegFacts<Concrete>& l) {
    l.partial = yes(request_.leg.partial);
    l.request_closed = yes(false), l.request_withdrawn = yes(false);
    l.replaces_named = yes(random_.one_in(4)), l.replaces_fits = l.replaces_named;
    l.disclosure_due = yes(random_.one_in(4)), l.names_latest = l.disclosure_due;
  }

  void victim(const admission::LegFacts<Concrete>& l, admission::VictimFacts<Concrete>& v) {
    const chain::VictimContext& x = request_.victim;
    v.rank = num(x.rank), v.started = yes(x.started);
    v.notice = num(x.notice.value);
    v.floor_until = num(l.from.value - little());
    for (auto& p : v.parts) {
      p.from = l.from, p.until = l.until;
      p.released = num(x.released.value), p.live = num(x.quantity.value);
      p.lack_short = num(little()), p.earlier = num(0), p.share_error = num(0);
    }
    v.victim_compensation = num(little() - 2);
  }

  const rules::Rule& rule_;
  Random& random_;
  const rules::Tier& tier_;
  RandomLeg request_;
  admission::SettlementFacts<Concrete> facts_;
};

template <template <class> class Facts>
void compare_facts(Facts<Concrete> facts, Agreement& out) {
  if (overflowed(facts)) return;
  smt::SymbolicScope scope;
  compare_tables<Facts>(facts, numerals<Facts>(facts), out);
}

}  // namespace

void compare(const admission::FactsVariant& facts, Agreement& out) {
  std::visit([&](const auto& one) { compare_facts(one, out); }, facts);
}

void compare_changed(admission::FactsVariant facts, Random& random, Agreement& out) {
  std::visit([&](auto& one) { change(one, 1 + how_many(random), random); }, facts);
  compare(facts, out);
}

void compare_random_settlements(std::int64_t count, std::uint64_t seed, Agreement& out) {
  constexpr int kPerRule = 10;
  Random random(seed);
  for (std::int64_t left = count; left > 0;) {
    auto rule = random_rule(random);
    if (!rule) continue;
    ++out.rules;
    smt::SymbolicScope scope;
    for (int i = 0; i < kPerRule && left > 0; ++i, --left) {
      Case(*rule, random).compare(out);
      if (out.complaint.empty()) continue;
      out.complaint = fmt::format("seed {}, rule {}: {}", seed, out.rules, out.complaint);
      return;
    }
  }
}

}  // namespace capmarket::agreement
