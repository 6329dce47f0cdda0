#include "sim/script/perform.h"

#include <algorithm>

#include "sim/agents/aftermath.h"

namespace capmarket {
namespace {

/// Submits at this instant and notes the answer.
Result<void> submit_now(World& w, std::size_t step, ScriptObject built) {
  auto receipt = submit_built(w, std::move(built));
  if (!receipt) return tl::unexpected(receipt.error());
  w.script.outcomes.push_back(
      {step, receipt->sequence, receipt->time, receipt->decision, receipt->turned_away});
  spread_news(w);
  return {};
}

Result<void> perform_one(World& w, std::size_t index) {
  for (ScriptObject& built : build_step(w, w.scenario->script.steps[index]))
    if (auto r = submit_now(w, index, std::move(built)); !r) return r;
  return {};
}

void plan_step(World& w, std::size_t index) {
  const auto& steps = w.scenario->script.steps;
  if (index < steps.size())
    w.plan(steps[index].at, {ActionKind::step, static_cast<std::uint32_t>(index), 0, {}});
}

}  // namespace

Result<Receipt> submit_built(World& w, ScriptObject built) {
  SigningJob job{kind_of(built.object), encode_object(built.object), {}, std::move(built.signers)};
  job.id = content_id(job.body);
  return w.chain->submit(w.pool->join(*w.pool->start(std::move(job))), w.now);
}

void schedule_script(World& w) { plan_step(w, 0); }

Result<void> perform(World& w, std::uint32_t step) {
  const auto& steps = w.scenario->script.steps;
  std::size_t index = step;
  for (; index < steps.size() && steps[index].at <= w.now; ++index)
    if (auto r = perform_one(w, index); !r) return r;
  plan_step(w, index);
  return {};
}

bool as_expected(const ScriptStep& step, const std::vector<const StepOutcome*>& outcomes) {
  if (!step.expect) return true;
  const StepExpectation& e = *step.expect;
  auto names = [](const Decision& d, ClauseId clause) {
    return std::find(d.failed.begin(), d.failed.end(), clause) != d.failed.end() ||
           std::find(d.unresolved.begin(), d.unresolved.end(), clause) != d.unresolved.end();
  };
  auto fits = [&](const StepOutcome* o) {
    if (o->turned_away || o->decision.admitted() != e.admitted) return false;
    return std::all_of(e.clauses.begin(), e.clauses.end(),
                       [&](ClauseId c) { return names(o->decision, c); });
  };
  return !outcomes.empty() && std::all_of(outcomes.begin(), outcomes.end(), fits);
}

std::vector<const StepOutcome*> outcomes_of(const ScriptReport& report, std::size_t step) {
  std::vector<const StepOutcome*> out;
  for (const StepOutcome& o : report.steps)
    if (o.step == step) out.push_back(&o);
  return out;
}

bool as_expected(const Script& script, const ScriptReport& report) {
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    if (script.steps[i].expect && !as_expected(script.steps[i], outcomes_of(report, i)))
      return false;
  return std::all_of(report.watch.begin(), report.watch.end(),
                     [](const WatchReport& w) { return w.as_expected(); });
}

std::vector<WatchedClaim> watched_claims(const Scenario& s) {
  std::vector<WatchedClaim> out;
  for (const WatchSpec& w : s.script.watch)
    if (w.what == WatchSpec::What::claim) out.push_back({w.rule, w.name, w.always, w.claim});
  return out;
}

namespace {

/// Over all versions of the rule: broken where one is, held where one was reached.
void of_goals(const WatchSpec& spec, const std::vector<GoalReport>& goals, WatchReport& out) {
  for (const GoalReport& g : goals) {
    if (g.rule != spec.rule || g.goal != spec.name) continue;
    if (g.verdict == GoalVerdict::broken) {
      if (!out.first || g.first < *out.first) out.first = g.first;
      out.verdict = GoalVerdict::broken;
    } else if (g.verdict == GoalVerdict::held && out.verdict == GoalVerdict::not_reached) {
      out.verdict = GoalVerdict::held;
    }
  }
}

/// All that was ever owed to them, less what they ever owed, paid or not.
void of_parties(const World& w, const WatchSpec& spec, WatchReport& out) {
  std::vector<PublicKey> keys;
  for (const std::string& name : spec.parties)
    if (const KeyPair* key = key_of(w, name)) keys.push_back(key->pub);
  auto among = [&](const PublicKey& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  Int128 owed = 0;
  bool any = false;
  for (const ObligationRecord& r : w.state().obligations) {
    const Obligation& o = r.obligation;
    if (o.currency != spec.currency) continue;
    any = any || among(o.payee) || among(o.payer);
    owed += among(o.payee) ? o.amount.value : 0;
    owed -= among(o.payer) ? o.amount.value : 0;
  }
  out.owed = Money(static_cast<std::int64_t>(std::clamp<Int128>(owed, -kWireMax, kWireMax)));
  out.verdict = *out.owed > spec.at_most ? GoalVerdict::broken
                : any                    ? GoalVerdict::held
                                         : GoalVerdict::not_reached;
}

}  // namespace

std::vector<WatchReport> watch_report(const World& w, const std::vector<GoalReport>& goals) {
  constexpr GoalVerdict kAll[] = {GoalVerdict::held, GoalVerdict::broken, GoalVerdict::not_reached};
  std::vector<WatchReport> out;
  for (const WatchSpec& spec : w.scenario->script.watch) {
    WatchReport report;
    report.name = spec.name;
    if (spec.expect) report.expected = kAll[*spec.expect];
    if (spec.what == WatchSpec::What::parties)
      of_parties(w, spec, report);
    else
      of_goals(spec, goals, report);
    out.push_back(std::move(report));
  }
  return out;
}

}  // namespace capmarket
