// The scenarios of counterexamples: which steps a run has to make to show each.
#include <fmt/format.h>

#include "model/base/text.h"
#include "verify/analyses/checker.h"
#include "verify/witness/failed_parts.h"
#include "verify/witness/scenario_parts.h"

namespace capmarket::analyses {

witness::ScenarioBuilder Checker::builder_for(const Finding& f, const std::string& sentence) const {
  std::string title = f.analysis;
  if (f.row != AnalysisId::goal && f.subject != "rule") title += "-" + f.subject;
  return {subject_, title, sentence};
}

void Checker::add_scenario(Finding& f, witness::ScenarioBuilder& built,
                           const ToShow& to_show) const {
  for (const auto& [name, text] : to_show.claims) built.watch(built.claim(name, text));
  for (const std::string& name : to_show.goals) built.watch(built.goal(name));
  if (auto made = built.finish()) f.scripted_scenarios.push_back(*std::move(made));
}

void Checker::script_leg(Finding& f, const question::QueryResult& result,
                         const std::string& sentence, std::size_t i, const ToShow& to_show) const {
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  witness::ScenarioBuilder built = builder_for(f, sentence);
  built.leg(result.cases.front(), i, to_show.expect);
  add_scenario(f, built, to_show);
}

void Checker::script_displacement(Finding& f, const question::QueryResult& result,
                                  const std::string& sentence, std::size_t i,
                                  const ToShow& to_show) const {
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  for (std::int64_t plenty : witness::kPlenties) {
    witness::ScenarioBuilder built = builder_for(f, sentence);
    if (!built.victim(result.cases.front(), result.granted.front(), {plenty}, i)) continue;
    built.displacement(result.cases.front(), i, to_show.expect);
    add_scenario(f, built, to_show);
  }
  const auto& granted = result.granted.front();
  if (granted && witness::corrected(result.cases.front(), *granted))
    f.reason =
        "no scenario: the holder's credential was corrected after the victim was granted, which no "
        "step of a script does";
  else if (f.scripted_scenarios.empty())
    f.reason =
        result.cases.front().victim->times_displaced > 0
            ? "no scenario: the victim's earlier displacements cannot be brought about by the "
              "steps that are tried"
        : granted || witness::granted_to(subject_, result.cases.front())
            ? "no scenario: none of the markets that are tried has this case"
            : "no scenario: nobody is known whom this victim could have been granted to";
}

void Checker::script_failure(Finding& f, const question::QueryResult& result,
                             const std::string& sentence, std::size_t i,
                             const std::string& strategy, const ToShow& to_show) const {
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  const question::RequestCase& c = result.cases.front();
  for (const std::vector<objects::Piece>& parts :
       witness::parts_to_fail(c, c.failed_value, rule().granularity)) {
    witness::ScenarioBuilder built = builder_for(f, sentence);
    std::string grant = built.leg(c, i, to_show.expect);
    built.failure(grant, parts, strategy, c.admission);
    add_scenario(f, built, to_show);
  }
}

void Checker::script_start(Finding& f, std::size_t i, std::optional<Instant> start) {
  if (!scripted_scenarios_) return;
  question::Query q(budget(), subject_);
  q.unrecorded();
  const question::SymbolicRequest& s = q.request("", false);
  q.require(q.eligible(s, i));
  if (start)
    q.require(s.row(expr::variable_row("start")).value == smt::Symbolic::integer(start->value));
  question::QueryResult result = q.solve(true);
  note(result);
  script_leg(f, result, "no price can be admitted for this slot", i,
             {{false, {admission::ClauseId::price}}, {}, {}});
}

void Checker::script_gap(Finding& f, Instant signed_at) {
  if (!scripted_scenarios_) return;
  question::Query q(budget(), subject_);
  q.unrecorded();
  const question::SymbolicRequest& s = q.request("", false);
  q.require(q.eligible(s, 0));
  question::QueryResult result = q.solve(true);
  note(result);
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  question::RequestCase& c = result.cases.front();
  const Duration length = c.leg.window.length(), lead = c.leg.window.from - c.leg.signed_at;
  c.leg.signed_at = c.admission = signed_at;
  c.leg.window.from = witness::ceil_in(rule(), signed_at + lead);
  c.leg.window.until = c.leg.window.from + length;
  script_leg(f, result, "what is signed then stands under no version", 0,
             {{false, {admission::ClauseId::rule_in_force}}, {}, {}});
}

void Checker::script_prices(Finding& f, std::optional<Instant> start,
                            const rules::TariffEntry& better, const rules::TariffEntry& worse) {
  if (!scripted_scenarios_) return;
  question::Query q(budget(), subject_);
  q.unrecorded();
  const question::SymbolicRequest& one = q.request("better", false);
  const question::SymbolicRequest& two = q.request("worse", false);
  auto place = [&](const std::string& name) {
    std::size_t i = 0;
    while (tier(i).name != name) ++i;
    return i;
  };
  const std::size_t a = place(better.tier), b = place(worse.tier);
  q.require(q.eligible(one, a));
  q.require(q.eligible(two, b));
  for (const char* same : {"quantity", "start", "length"})
    q.require(one.row(expr::variable_row(same)).value == two.row(expr::variable_row(same)).value);
  q.require(one.row(expr::variable_row("price")).value ==
            smt::Symbolic::integer(better.price.value));
  q.require(two.row(expr::variable_row("price")).value ==
            smt::Symbolic::integer(worse.price.value));
  if (start)
    q.require(one.row(expr::variable_row("start")).value == smt::Symbolic::integer(start->value));
  question::QueryResult result = q.solve(true);
  note(result);
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  witness::ScenarioBuilder built = builder_for(f, "a better tier pays less for the same slot");
  built.leg(result.cases[0], a, {});
  built.leg(result.cases[1], b, {});
  add_scenario(f, built,
               {{},
                {{"monotone", fmt::format("admitted && tier == \"{}\" implies price >= {}",
                                          better.tier, to_text(worse.price))}},
                {}});
}

void Checker::script_before(Finding& f, const question::QueryResult& result,
                            const std::string& sentence, std::size_t late,
                            std::size_t early) const {
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  witness::ScenarioBuilder built = builder_for(f, sentence);
  built.leg(result.cases[1], early, {});
  built.leg(result.cases[2], late, {false, {admission::ClauseId::tier_eligible}});
  add_scenario(f, built, {});
}

/// Turn by turn, each on a declaration of its own: those that climb in rank are admitted, the
/// others are refused: nobody of lower rank gives way.
void Checker::script_cycle(Finding& f, const question::QueryResult& result,
                           const std::string& sentence,
                           const std::vector<std::size_t>& ring) const {
  if (!scripted_scenarios_ || result.answer != smt::Answer::sat) return;
  const std::size_t n = ring.size();
  for (std::int64_t plenty : witness::kPlenties) {
    witness::ScenarioBuilder built = builder_for(f, sentence);
    bool whole = true;
    for (std::size_t k = 0; k < n && whole; ++k) {
      std::size_t displacer = ring[k], victim = ring[(k + n - 1) % n];
      scenarios::StepExpectation expect;
      expect.admitted = tier(displacer).rank > tier(victim).rank;
      if (!expect.admitted) expect.clauses = {admission::ClauseId::capacity};
      whole = built.victim(result.cases[k], result.granted[k], {plenty}, displacer);
      if (whole) built.displacement(result.cases[k], displacer, expect);
    }
    if (whole) add_scenario(f, built, {});
  }
}

}  // namespace capmarket::analyses
