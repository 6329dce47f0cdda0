#include "sim/world/script_outcome.h"

#include <algorithm>

namespace capmarket::world {

bool as_expected(const scenarios::ScriptStep& step,
                 const std::vector<const StepOutcome*>& outcomes) {
  if (!step.expect) return true;
  const scenarios::StepExpectation& e = *step.expect;
  auto names = [](const admission::Decision& d, admission::ClauseId clause) {
    return std::find(d.failed.begin(), d.failed.end(), clause) != d.failed.end() ||
           std::find(d.unresolved.begin(), d.unresolved.end(), clause) != d.unresolved.end();
  };
  auto fits = [&](const StepOutcome* o) {
    if (o->turned_away || o->decision.admitted() != e.admitted) return false;
    if (e.displaced && o->displaced != *e.displaced) return false;
    return std::all_of(e.clauses.begin(), e.clauses.end(),
                       [&](admission::ClauseId c) { return names(o->decision, c); });
  };
  return !outcomes.empty() && std::all_of(outcomes.begin(), outcomes.end(), fits);
}

std::vector<const StepOutcome*> outcomes_of(const ScriptReport& report, std::size_t step) {
  std::vector<const StepOutcome*> out;
  for (const StepOutcome& o : report.steps)
    if (o.step == step) out.push_back(&o);
  return out;
}

bool as_expected(const scenarios::Script& script, const ScriptReport& report) {
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    if (script.steps[i].expect && !as_expected(script.steps[i], outcomes_of(report, i)))
      return false;
  return std::all_of(report.watch.begin(), report.watch.end(),
                     [](const WatchReport& w) { return w.as_expected(); });
}

}  // namespace capmarket::world
