// What the analyses share; private to verify/analyses.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verify/analyses/check.h"
#include "verify/analyses/example_play.h"
#include "verify/question/goal_question.h"
#include "verify/question/query.h"
#include "verify/witness/scenario.h"

namespace capmarket::analyses {

/// Asks the analyses of one rule, row by row, and adds what they find to the report.
class Checker {
 public:
  Checker(const question::RuleSubject& subject, const CheckOptions& options, RuleReport& report);

  // What the rows of the catalogue run, by file; those of a tier or a goal take its number.
  // checker.cc
  /// The schema, asked first: where nobody can ask for anything, nothing is proved.
  void schema_inhabited();

  // constants.cc
  void window_well_formed();
  void succession();
  void granularity_divides();
  void fallback_total();
  void revocation_total();
  void retention_consistent();
  void quota_possible();

  // tiers.cc
  void tier_satisfiable(std::size_t i);
  void tier_not_universal(std::size_t i);
  void tier_not_shadowed(std::size_t i);
  void tier_not_redundant(std::size_t i);
  void coverage();
  void no_error();
  void eligibility_monotone(std::size_t i);

  // displacement.cc
  void displacement_reachable(std::size_t i);
  void displacement_acyclic();
  void notice_feasible(std::size_t i);

  // starvation.cc
  void starvation_bounded();

  // money.cc
  void displacement_compensated(std::size_t i);
  void compensation_bounded(std::size_t i);
  void compensation_adequate(std::size_t i);
  void price_possible();
  void price_monotone();

  // pump.cc
  void no_money_pump();

  // framework.cc
  /// What no designer can break is not asked of a rule: `info`.
  void refer_to_prove(AnalysisId analysis);
  void displacement_terminates();
  void money_conserved();
  void fallback_well_founded();
  void fallback_in_scope();
  void protection_floor();
  void non_overlap();
  void admission_in_rule();

  /// Plays the golden cases, before anything is asked; what no market implies goes to the report's
  /// problems (examples.cc).
  void play_examples();

  // infrastructure.cc, names.cc, examples.cc, goals.cc
  void coordination_scope();
  void names_known();
  void examples();
  void goals();

  /// Asks; where the clock ends a question, what was being asked is unknown.
  template <class Ask>
  void in_time(const Ask& ask) {
    try {
      ask();
    } catch (const smt::OutOfTime& e) {
      out_of_time(e.what());
    }
  }
  /// Asks of every tier.
  template <void (Checker::*kOne)(std::size_t)>
  void each_tier() {
    for (std::size_t i = 0; i < rule().tiers.size(); ++i) in_time([&] { (this->*kOne)(i); });
  }
  /// Asks of every tier that displaces; where none does, there is nothing to ask.
  template <AnalysisId kAnalysis, void (Checker::*kOne)(std::size_t)>
  void each_displacing_tier() {
    bool any = false;
    for (std::size_t i = 0; i < rule().tiers.size(); ++i) {
      if (!tier(i).displaces) continue;
      any = true;
      in_time([&] { (this->*kOne)(i); });
    }
    if (!any)
      end(begin(kAnalysis, "rule", "tiers"), AnalysisVerdict::info, "no tier displaces another");
  }

 private:
  const rules::Rule& rule() const { return subject_.rule(); }
  const rules::Tier& tier(std::size_t i) const { return rule().tiers[i]; }
  std::string at(std::size_t i, const std::string& part) const;  // `tiers[i].part`

  /// Begins a finding of that analysis and starts its clock.
  Finding begin(AnalysisId analysis, const std::string& subject, const std::string& place);
  void out_of_time(const std::string& reason);
  void provision(Finding& f, const std::string& place) const;
  void provision_of(Finding& f, const question::RuleFile& file, const std::string& place) const;
  /// Ends it: verdict and clock.
  void end(Finding f, AnalysisVerdict verdict, std::string sentence = {});
  /// Proved where the question has no example, under premises that have one (`cover`).
  void end_valid(Finding f, smt::Answer cover, const question::QueryResult& result,
                 const std::string& sentence);
  /// Proved where the question has an example.
  void end_satisfiable(Finding f, const question::QueryResult& result, const std::string& sentence);
  void note(const question::QueryResult& result);  // internal errors
  /// Whether anybody can ask for anything; what is asked now rests on it.
  smt::Answer inhabited();
  /// Tells the recorder of questions what the next ones are about.
  void name_questions(AnalysisId analysis, const std::string& subject) const;
  void add_witness(Finding& f, const question::QueryResult& result) const;

  // Scenarios of a counterexample (checker_scenarios.cc). Each adds to f.scripted_scenarios where
  // `result` is
  // a yes.
  /// What a run of a scenario is to show: how the decisive step comes out, and what is broken.
  struct ToShow {
    scenarios::StepExpectation expect;
    std::vector<std::pair<std::string, std::string>> claims;  // name and expression
    std::vector<std::string> goals;
  };
  witness::ScenarioBuilder builder_for(const Finding& f, const std::string& sentence) const;
  void add_scenario(Finding& f, witness::ScenarioBuilder& builder_for, const ToShow& to_show) const;
  void script_leg(Finding& f, const question::QueryResult& result, const std::string& sentence,
                  std::size_t tier, const ToShow& to_show) const;
  void script_displacement(Finding& f, const question::QueryResult& result,
                           const std::string& sentence, std::size_t tier,
                           const ToShow& to_show) const;
  void script_failure(Finding& f, const question::QueryResult& result, const std::string& sentence,
                      std::size_t tier, const std::string& strategy, const ToShow& to_show) const;
  /// A slot of the tier that starts then, refused by `price`.
  void script_start(Finding& f, std::size_t tier, std::optional<Instant> start);
  /// A request that is signed then, refused by `rule-in-force`.
  void script_gap(Finding& f, Instant signed_at);
  /// A slot at both prices; without `start` at any that both tiers can have.
  void script_prices(Finding& f, std::optional<Instant> start, const rules::TariffEntry& better,
                     const rules::TariffEntry& worse);
  /// A slot at tier `early`, and that nobody of tier `late` may ask for it then.
  void script_before(Finding& f, const question::QueryResult& result, const std::string& sentence,
                     std::size_t late, std::size_t early) const;
  void script_cycle(Finding& f, const question::QueryResult& result, const std::string& sentence,
                    const std::vector<std::size_t>& ring) const;

  const question::QueryBudget& budget() const { return budget_; }
  /// Whether some displacement by the tier would be admitted but for its notice.
  smt::Answer fires_unstopped(std::size_t i);
  /// Whether the tier's displacement can happen at all: the cover of what is asked of it.
  smt::Answer fires(std::size_t i);
  /// What other tiers take of one under the load (starvation.cc).
  struct Taking;
  std::vector<std::vector<smt::Answer>> takers();
  void take(std::size_t i, std::size_t k, bool may_displace, Taking& out);
  void starvation_of(std::size_t i, const std::vector<std::vector<smt::Answer>>& takers);
  question::QueryResult displaced_under_load(std::size_t i, std::size_t k);
  question::QueryResult asked_before(std::size_t i, std::size_t k);
  smt::Answer can_displace(std::size_t i, std::size_t k);
  /// Whether two tiers' grants are displaced by the same, or displace the same.
  bool differ_as_victims(std::size_t a, std::size_t b);
  bool displaced_otherwise(std::size_t k, std::size_t a, std::size_t b);
  bool gives_way_to(std::size_t k, std::size_t tier);
  const z3::expr& victim_of(std::size_t k, std::size_t tier);
  bool differ_as_displacers(std::size_t a, std::size_t b);
  bool differ_in_price(std::size_t a, std::size_t b) const;
  // Of compensation-adequate (money.cc).
  struct Ratio {
    std::int64_t low = 0, high = 0;  // hundredths of a percent
  };
  Ratio smallest_ratio(std::size_t i, std::int64_t high);
  std::uint32_t steps_of_a_ratio() const;
  question::QueryBudget budget_of_a_ratio() const;
  std::int64_t no_ratio_below(std::size_t i, std::int64_t high);
  std::int64_t ratio_of(std::size_t i, const question::RequestCase& c) const;
  question::QueryResult pays_less_than(std::size_t i, std::int64_t ratio, bool minimal);

  /// What every verdict assumes, for the report.
  void schema_lines();
  void bound_displacements();
  /// Whether the expression overflows somewhere in the limits; `victim`: one is read too.
  void overflows(const std::string& name, const expr::Expr& expr, std::size_t i, bool victim,
                 const std::string& place);
  /// Ends displacement-acyclic with a ring: tiers, each displaces the one before it.
  void end_ring(const std::vector<std::size_t>& ring, const question::QueryResult& result);
  /// Ends price-possible: whether the schedule leaves some start without a price.
  void schedule_gaps(Finding f);
  void goal(std::size_t g);
  void leave_out(Finding& f, const rules::Goal& goal) const;
  void script_step(Finding& f, const question::QueryResult& result, const std::string& sentence,
                   const question::GoalCase& kind) const;
  void example(std::size_t i);
  void show_example(Finding& f, const rules::Example& example, const ExampleOutcome& outcome) const;

  /// An unknown settlement of one leg under the rule (framework.cc).
  struct LegUnderRule;
  using OfLeg = std::function<smt::Symbolic::Bool(LegUnderRule&)>;
  /// Proved: under the premises and the clause, the claim; covered by premises and clause.
  void theorem(AnalysisId analysis, const std::string& place, const OfLeg& clause,
               const OfLeg& claim, const char* sentence);
  bool any_displaces() const;

  const question::RuleSubject& subject_;
  question::QueryBudget budget_;
  bool scripted_scenarios_ = true;
  const scenarios::Scenario* against_;
  const scenarios::MakeExecutor& executor_;
  std::vector<ExampleOutcome> played_;  // by example, where there is an executor
  RuleReport& report_;
  /// An answer that several analyses rest on, and its questions by number.
  struct Shared {
    smt::Answer answer = smt::Answer::unknown;
    std::size_t from = 0, until = 0;
  };
  static std::size_t questions();
  smt::Answer cite(const Shared& shared) const;
  Shared inhabited_;
  std::vector<std::optional<Shared>> fires_;
  /// By two tiers: whether their grants, or what they displace, differ.
  std::map<std::pair<std::size_t, std::size_t>, Shared> victims_differ_, displacers_differ_,
      gives_way_;
  /// When a tier displaces a grant of another: the terms, and what was asked about two of them.
  std::unique_ptr<question::Query> victims_;
  std::map<std::pair<std::size_t, std::size_t>, z3::expr> victim_of_;
  std::map<unsigned, std::pair<z3::expr, Shared>> otherwise_;
  std::chrono::steady_clock::time_point begun_;
  Finding asked_;  // as it was begun
};

}  // namespace capmarket::analyses
