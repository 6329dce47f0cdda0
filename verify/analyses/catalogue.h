// The analyses of a rule as rows: what each is called, what it judges, how much it weighs, what
// holds when it is proved, and which code asks. No solver stands in this header. Source:
// docs/spec/analyses.md#analyses-of-a-rule.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace capmarket::analyses {

class Checker;

/// `error` blocks promulgation, `warning` needs an acknowledgement, `inform` neither.
enum class Severity : std::uint8_t { error, warning, inform };
/// The severity as reports say it.
std::string_view to_text(Severity severity);

/// What an analysis judges: one rule by itself, the versions of a rule that are given together, a
/// rule on a scenario's infrastructure, or the framework's own clauses under the rule's constants.
enum class AnalysisScope : std::uint8_t { rule, set, infra, framework };
/// The scope as tables say it.
std::string_view to_text(AnalysisScope scope);

/// In the order of the report.
enum class AnalysisId : std::uint8_t {
  schema_inhabited,
  window_well_formed,
  succession,
  tier_satisfiable,
  tier_not_universal,
  tier_not_shadowed,
  tier_not_redundant,
  coverage,
  no_error,
  eligibility_monotone,
  displacement_reachable,
  displacement_acyclic,
  displacement_terminates,
  displacement_compensated,
  compensation_bounded,
  compensation_adequate,
  money_conserved,
  no_money_pump,
  price_possible,
  price_monotone,
  notice_feasible,
  granularity_divides,
  fallback_total,
  fallback_well_founded,
  fallback_in_scope,
  revocation_total,
  retention_consistent,
  quota_possible,
  coordination_scope,
  protection_floor,
  starvation_bounded,
  non_overlap,
  admission_in_rule,
  names_known,
  examples,
  goal,
};

/// One analysis. `run` asks all of it, for every tier or goal that it is about, and adds one
/// finding or more, or none where nothing in the rule is its subject.
struct AnalysisRow {
  AnalysisId analysis = AnalysisId::schema_inhabited;
  std::string_view id;
  AnalysisScope scope = AnalysisScope::rule;
  Severity severity = Severity::error;
  std::string_view statement;  // what holds when it is proved
  void (Checker::*run)() = nullptr;
};

/// One row an analysis, in the order of AnalysisId, which is that of running and of the report. The
/// row `goal` answers each goal under `goal:NAME`.
std::span<const AnalysisRow> analysis_catalogue();
/// The row of that analysis.
const AnalysisRow& row_of(AnalysisId analysis);
/// The catalogue as a Markdown table: `| id | scope | severity | holds when |`.
std::string analyses_table();

}  // namespace capmarket::analyses
