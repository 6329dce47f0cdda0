// The designer's own assertions, over every step that the limits allow. The steps are those that
// the monitor of a run judges (model/chain/goals.h).
#include <fmt/format.h>

#include "verify/analyses/checker.h"
#include "verify/question/goal_question.h"
#include "verify/question/not_modelled.h"

namespace capmarket::analyses {
namespace {

std::string sentence_of(const rules::Goal& goal, const rules::Rule& rule,
                        const question::GoalCase& kind) {
  const std::string& name = rule.tiers[kind.tier].name;
  std::string what =
      kind.step.displaced ? fmt::format("a displacement by tier `{}`", name)
      : kind.step.failed
          ? fmt::format("a failure in tier `{}` under strategy `{}`", name, kind.step.strategy)
      : kind.step.admitted ? fmt::format("an admission in tier `{}`", name)
                           : fmt::format("a request for tier `{}` that is refused", name);
  return fmt::format("{} breaks `{}: {}`", what, goal.always ? "always" : "never",
                     goal.claim.canonical);
}

}  // namespace

void Checker::goals() {
  for (std::size_t g = 0; g < rule().goals.size(); ++g) in_time([&] { goal(g); });
}

/// How a run can be made to take that step.
void Checker::script_step(Finding& f, const question::QueryResult& result,
                          const std::string& sentence, const question::GoalCase& kind) const {
  ToShow to_show;
  to_show.goals = {f.subject};
  to_show.expect.admitted = kind.step.admitted;
  if (kind.step.displaced)
    script_displacement(f, result, sentence, kind.tier, to_show);
  else if (kind.step.failed)
    script_failure(f, result, sentence, kind.tier, kind.step.strategy, to_show);
  else
    script_leg(f, result, sentence, kind.tier, to_show);
}

void Checker::goal(std::size_t g) {
  const rules::Goal& goal = rule().goals[g];
  Finding f = begin(AnalysisId::goal, goal.name, fmt::format("goals[{}].claim", g));
  f.judged_at = chain::judged_steps(chain::goal_subject(goal.claim));
  question::QueryResult undecided;
  undecided.answer = smt::Answer::unsat;
  for (const question::GoalCase& kind : question::goal_cases(rule(), goal.claim)) {
    question::QueryResult result = question::breaks_goal(budget(), subject_, goal, kind, true);
    if (result.answer == smt::Answer::unknown) undecided = result;
    if (result.answer != smt::Answer::sat) continue;
    provision(f, at(kind.tier, kind.step.displaced ? "displaces.when" : "eligible"));
    if (kind.step.displaced) provision(f, at(kind.tier, "displaces.compensation"));
    result.values.insert(result.values.begin(), {"tier", tier(kind.tier).name});
    const std::string sentence = sentence_of(goal, rule(), kind);
    script_step(f, result, sentence, kind);
    return end_valid(std::move(f), smt::Answer::sat, result, sentence);
  }
  const question::GoalCover cover = question::cover_of_goal(
      budget(), subject_, goal, [&](const question::QueryResult& result) { note(result); });
  if (cover.answer == smt::Answer::unsat) {
    f.reason = cover.reason;
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  end_valid(std::move(f), cover.answer, undecided, "");
  leave_out(report_.findings.back(), goal);
}

/// What is proved without looking at all that is there is not proved.
void Checker::leave_out(Finding& f, const rules::Goal& goal) const {
  for (const question::NotModelled* one : question::left_out_of(goal.claim, subject_, against_)) {
    if (f.verdict == AnalysisVerdict::proved) f.verdict = AnalysisVerdict::unknown;
    if (f.verdict == AnalysisVerdict::unknown)
      f.reason += fmt::format("{}not modelled: {}", f.reason.empty() ? "" : "; ", one->sentence);
  }
}

}  // namespace capmarket::analyses
