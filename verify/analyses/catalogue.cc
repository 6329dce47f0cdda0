#include "verify/analyses/catalogue.h"

#include <fmt/format.h>

#include <array>

#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

constexpr auto rows() {
  using Id = AnalysisId;
  using enum AnalysisScope;
  using enum Severity;
  return std::to_array<AnalysisRow>({
      {Id::schema_inhabited, "schema-inhabited", rule, error, "some request satisfies the limits",
       &Checker::schema_inhabited},
      {Id::window_well_formed, "window-well-formed", rule, error,
       "the effective window is not empty", &Checker::window_well_formed},
      {Id::succession, "succession", set, error,
       "the versions given follow each other as admission asks, and partition time",
       &Checker::succession},
      {Id::tier_satisfiable, "tier-satisfiable", rule, error, "somebody can obtain the tier",
       &Checker::each_tier<&Checker::tier_satisfiable>},
      {Id::tier_not_universal, "tier-not-universal", rule, warning,
       "the tier does not admit everybody, unless it says so",
       &Checker::each_tier<&Checker::tier_not_universal>},
      {Id::tier_not_shadowed, "tier-not-shadowed", rule, warning,
       "the tier is the best obtainable for some request",
       &Checker::each_tier<&Checker::tier_not_shadowed>},
      {Id::tier_not_redundant, "tier-not-redundant", rule, warning,
       "dropping the tier changes some outcome", &Checker::each_tier<&Checker::tier_not_redundant>},
      {Id::coverage, "coverage", rule, error,
       "every request inside the limits reaches a tier, or an explicit default",
       &Checker::coverage},
      {Id::no_error, "no-error", rule, error, "no overflow anywhere in the limits",
       &Checker::no_error},
      {Id::eligibility_monotone, "eligibility-monotone", rule, warning,
       "raising what `monotone` names never loses eligibility",
       &Checker::each_tier<&Checker::eligibility_monotone>},
      {Id::displacement_reachable, "displacement-reachable", rule, warning,
       "the displacement can fire",
       &Checker::each_displacing_tier<Id::displacement_reachable,
                                      &Checker::displacement_reachable>},
      {Id::displacement_acyclic, "displacement-acyclic", rule, error,
       "no chain of displacements goes on for ever, by the `when` conditions as written",
       &Checker::displacement_acyclic},
      {Id::displacement_terminates, "displacement-terminates", framework, error,
       "a measure falls with every displacement", &Checker::displacement_terminates},
      {Id::displacement_compensated, "displacement-compensated", rule, error,
       "a displacement owes more than zero, or is exempt",
       &Checker::each_displacing_tier<Id::displacement_compensated,
                                      &Checker::displacement_compensated>},
      {Id::compensation_bounded, "compensation-bounded", rule, error,
       "0 <= K <= the declared bound; never rounded to zero",
       &Checker::each_displacing_tier<Id::compensation_bounded, &Checker::compensation_bounded>},
      {Id::compensation_adequate, "compensation-adequate", rule, inform,
       "K >= the victim's value not yet delivered",
       &Checker::each_displacing_tier<Id::compensation_adequate, &Checker::compensation_adequate>},
      {Id::money_conserved, "money-conserved", framework, error,
       "the values of parts add up to the whole after rounding", &Checker::money_conserved},
      {Id::no_money_pump, "no-money-pump", rule, warning,
       "no settling, displacing, giving back and claiming pays a colluding pair",
       &Checker::no_money_pump},
      {Id::price_possible, "price-possible", rule, error,
       "floor <= cap, and an admissible price exists for every slot", &Checker::price_possible},
      {Id::price_monotone, "price-monotone", rule, warning,
       "a better tier never pays less for the same slot", &Checker::price_monotone},
      {Id::notice_feasible, "notice-feasible", rule, error,
       "`stop_within` leaves somebody to displace; no lease is longer than the notice",
       &Checker::each_displacing_tier<Id::notice_feasible, &Checker::notice_feasible>},
      {Id::granularity_divides, "granularity-divides", rule, error,
       "limits and windows are multiples of the granularity", &Checker::granularity_divides},
      {Id::fallback_total, "fallback-total", rule, error,
       "every failed grant has an applicable strategy", &Checker::fallback_total},
      {Id::fallback_well_founded, "fallback-well-founded", framework, error,
       "substitution cannot come back to the failed slot", &Checker::fallback_well_founded},
      {Id::fallback_in_scope, "fallback-in-scope", framework, error,
       "a substitute satisfies the same clauses as the original", &Checker::fallback_in_scope},
      {Id::revocation_total, "revocation-total", rule, error,
       "the rule says what becomes of grants whose credential is revoked",
       &Checker::revocation_total},
      {Id::retention_consistent, "retention-consistent", rule, error,
       "retention >= dispute window, and >= longest grant + payment delay",
       &Checker::retention_consistent},
      {Id::quota_possible, "quota-possible", rule, error,
       "what is set aside fits its tier's quota, and all of it the whole",
       &Checker::quota_possible},
      {Id::coordination_scope, "coordination-scope", infra, warning,
       "a shared requirement is not wider than what can be shared", &Checker::coordination_scope},
      {Id::protection_floor, "protection-floor", framework, error,
       "no admissible displacement cuts the minimum run of a grant that began by its admission",
       &Checker::protection_floor},
      {Id::starvation_bounded, "starvation-bounded", rule, warning,
       "under `load` other tiers do not take, or ask before it may, all that a tier could get",
       &Checker::starvation_bounded},
      {Id::non_overlap, "non-overlap", framework, error,
       "admission under this rule's constants preserves INV-1", &Checker::non_overlap},
      {Id::admission_in_rule, "admission-in-rule", framework, error,
       "nothing is admitted outside the effective window or unsigned", &Checker::admission_in_rule},
      {Id::names_known, "names-known", rule, warning,
       "every tier, kind and group that is asked for exists", &Checker::names_known},
      {Id::examples, "examples", rule, error, "the rule's golden cases come out as expected",
       &Checker::examples},
      {Id::goal, "goal", rule, error, "what the designer wrote", &Checker::goals},
  });
}
constexpr auto kAnalyses = rows();

/// Every analysis has its row, at its own place.
constexpr bool complete() {
  for (std::size_t i = 0; i < kAnalyses.size(); ++i)
    if (static_cast<std::size_t>(kAnalyses[i].analysis) != i) return false;
  return kAnalyses.size() == static_cast<std::size_t>(AnalysisId::goal) + 1;
}
static_assert(complete());

}  // namespace

std::string_view to_text(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::inform:
      return "inform";
  }
  return {};
}

std::string_view to_text(AnalysisScope scope) {
  switch (scope) {
    case AnalysisScope::rule:
      return "rule";
    case AnalysisScope::set:
      return "set";
    case AnalysisScope::infra:
      return "infra";
    case AnalysisScope::framework:
      return "framework";
  }
  return {};
}

std::span<const AnalysisRow> analysis_catalogue() { return kAnalyses; }

const AnalysisRow& row_of(AnalysisId analysis) {
  return kAnalyses[static_cast<std::size_t>(analysis)];
}

std::string analyses_table() {
  std::string out = "| id | scope | severity | holds when |\n|---|---|---|---|\n";
  for (const AnalysisRow& row : kAnalyses)
    out += fmt::format("| `{}` | {} | {} | {} |\n", row.id, to_text(row.scope),
                       to_text(row.severity), row.statement);
  return out;
}

}  // namespace capmarket::analyses
