// The framework's theorems again, over admission's own clauses with this rule's constants.
#include <fmt/format.h>

#include <algorithm>

#include "model/admission/clauses.h"
#include "verify/analyses/checker.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::analyses {
namespace {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;

using smt::num;

Bool one_of(const Int& term, const std::vector<rules::Tier>& tiers) {
  std::vector<Bool> any;
  for (const rules::Tier& t : tiers) any.push_back(term == num(t.rank));
  return smt::any_of(any);
}

}  // namespace

struct Checker::LegUnderRule {
  admission::SettlementFacts<smt::Symbolic> f;
  admission::LegFacts<smt::Symbolic>& leg() { return f.legs.front(); }
  admission::VictimFacts<smt::Symbolic>& victim() { return leg().victims.front(); }

  LegUnderRule(const rules::Rule& rule, std::vector<Bool>& premises)
      : f(smt::fresh_facts<admission::SettlementFacts>(smt::FactShape{}, "s.")) {
    premises = smt::wire_bounds(f);
    admission::LegFacts<smt::Symbolic>& l = leg();
    auto fixed = [&](const Int& term, std::int64_t v) { premises.push_back(term == num(v)); };
    auto flag = [&](const Bool& term, bool v) {
      premises.push_back(term == smt::Symbolic::boolean(v));
    };
    premises.push_back(one_of(l.rank, rule.tiers));
    fixed(l.quantity_min, rule.limits.quantity_min.value);
    fixed(l.quantity_max, rule.limits.quantity_max.value);
    fixed(l.effective_from, rule.effective.from.value);
    fixed(l.effective_until, rule.effective.until.value);
    fixed(l.skew, rule.limits.skew.value);
    flag(l.coordination_single, rule.coordination.mode == rules::CoordinationMode::single);
    flag(l.coordination_sharded, rule.coordination.mode == rules::CoordinationMode::sharded);
  }

  admission::CoverPartFacts<smt::Symbolic>& part() { return victim().parts.front(); }

  /// The victim is displaced by the leg.
  Bool displaces() {
    return admission::clause::victim_is_right<smt::Symbolic>(f, leg(), victim());
  }
  /// The leg's quantity is within the limits and within what is free.
  Bool fits() {
    return admission::clause::settlement_capacity<smt::Symbolic>(f).holds &&
           admission::clause::settlement_quantity<smt::Symbolic>(f).holds;
  }
};

void Checker::theorem(AnalysisId analysis, const std::string& place, const OfLeg& clause,
                      const OfLeg& claim, const char* sentence) {
  Finding f = begin(analysis, "rule", place);
  smt::Solver solver(budget_);
  std::vector<Bool> premises;
  LegUnderRule facts(rule(), premises);
  solver.add(premises);
  solver.add(clause(facts));
  smt::Answer cover = solver.check();
  question::QueryResult result;
  result.answer = solver.check({!claim(facts)});
  if (result.answer == smt::Answer::unknown) result.reason = solver.reason();
  // An example of the clauses' own facts has no request to replay: it would be a fault of ours.
  if (result.answer == smt::Answer::sat) {
    report_.internal_error = true;
    report_.mismatch = fmt::format("{}: the framework's clause admits it", f.analysis);
  }
  end_valid(std::move(f), cover, result, sentence);
}

bool Checker::any_displaces() const {
  return std::any_of(rule().tiers.begin(), rule().tiers.end(),
                     [](const rules::Tier& t) { return t.displaces.has_value(); });
}

void Checker::refer_to_prove(AnalysisId analysis) {
  end(begin(analysis, "rule", "rule"), AnalysisVerdict::info, "framework: see `prove`");
}

void Checker::displacement_terminates() {
  auto info = [&](const char* why) {
    end(begin(AnalysisId::displacement_terminates, "rule", "tiers"), AnalysisVerdict::info, why);
  };
  if (!any_displaces()) return info("no tier displaces another");
  if (rule().tiers.size() < 2) return info("one tier: its rank displaces nothing of its own");
  theorem(
      AnalysisId::displacement_terminates, "tiers", [](LegUnderRule& x) { return x.displaces(); },
      [](LegUnderRule& x) {
        return x.victim().rank < x.leg().rank && num(1) <= x.part().released;
      },
      "a displacement need not move volume to a higher rank");
}

void Checker::protection_floor() {
  const bool any_floor = std::any_of(rule().tiers.begin(), rule().tiers.end(),
                                     [](const rules::Tier& t) { return t.min_run.has_value(); });
  if (!any_floor || !any_displaces())
    return end(begin(AnalysisId::protection_floor, "rule", "tiers"), AnalysisVerdict::info,
               "no tier that could be displaced declares `min_run`");
  theorem(
      AnalysisId::protection_floor, "tiers", [](LegUnderRule& x) { return x.displaces(); },
      [](LegUnderRule& x) {
        return !x.victim().started || x.victim().floor_until <= x.part().from;
      },
      "a displacement can cut the minimum run of a grant that began before it");
}

void Checker::non_overlap() {
  theorem(
      AnalysisId::non_overlap, "limits.quantity", [](LegUnderRule& x) { return x.fits(); },
      [](LegUnderRule& x) {
        return num(0) < x.leg().quantity && x.leg().excess + x.leg().quantity <= num(0);
      },
      "the load can pass what is declared");
}

void Checker::admission_in_rule() {
  theorem(
      AnalysisId::admission_in_rule, "effective",
      [](LegUnderRule& x) {
        return admission::clause::settlement_rule_in_force<smt::Symbolic>(x.f).holds &&
               admission::clause::settlement_coordination<smt::Symbolic>(x.f).resolved &&
               admission::clause::settlement_coordination<smt::Symbolic>(x.f).holds;
      },
      [&](LegUnderRule& x) {
        bool signs = rule().coordination.mode == rules::CoordinationMode::single ||
                     rule().coordination.mode == rules::CoordinationMode::sharded;
        Bool inside = num(rule().effective.from.value) <= x.f.signed_at &&
                      x.f.signed_at < num(rule().effective.until.value);
        return signs ? inside && x.leg().shards.front().coordinator_signed : inside;
      },
      "something is admitted outside the effective window, or without its co-signature");
}

void Checker::fallback_in_scope() {
  theorem(
      AnalysisId::fallback_in_scope, "fallback",
      [](LegUnderRule& x) {
        return admission::clause::settlement_sequence<smt::Symbolic>(x.f).holds &&
               admission::clause::settlement_fallback<smt::Symbolic>(x.f).holds &&
               x.leg().replaces_named;
      },
      [](LegUnderRule& x) {
        return x.leg().replaces_fits && !x.leg().request_closed &&
               (!x.leg().replaces_failure || x.leg().substitute_in_scope);
      },
      "a substitute need not fit what it replaces");
}

/// Failed volume stays in the load: where the slot was full, nothing fits into it again.
void Checker::fallback_well_founded() {
  theorem(
      AnalysisId::fallback_well_founded, "fallback", [](LegUnderRule& x) { return x.fits(); },
      [](LegUnderRule& x) { return x.leg().excess < num(0); },
      "a substitute fits into the slot that failed, though nothing of it is free");
}

/// V(before) - V(after), step by step, at the highest price: the parts add up, none is negative.
void Checker::money_conserved() {
  Finding f = begin(AnalysisId::money_conserved, "rule", "limits.price");
  smt::Solver solver(budget_);
  const std::int64_t price = question::admissible_prices(rule()).second;
  std::vector<Int> worth, volume;
  for (int k = 0; k < 4; ++k) {
    volume.push_back(Int::fresh(fmt::format("volume{}", k)));
    worth.push_back(smt::Symbolic::mul_div_floor(volume.back(), price, kNanosPerHour));
    if (k > 0)
      solver.add(volume[static_cast<std::size_t>(k)] <= volume[static_cast<std::size_t>(k) - 1]);
  }
  solver.add(volume.back() == num(0));
  smt::Answer cover = solver.check();
  Int parts = (worth[0] - worth[1]) + (worth[1] - worth[2]) + (worth[2] - worth[3]);
  Bool whole = parts == worth[0] && worth[1] <= worth[0] && worth[2] <= worth[1];
  question::QueryResult result;
  result.answer = solver.check({!whole});
  if (result.answer == smt::Answer::unknown) result.reason = solver.reason();
  end_valid(std::move(f), cover, result, "the values of parts do not add up to the whole");
}

}  // namespace capmarket::analyses
