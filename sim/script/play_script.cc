#include "sim/script/play_script.h"

#include <algorithm>

#include "sim/agents/reactions.h"

namespace capmarket::script {
namespace {

/// Submits at this instant and notes the answer.
Result<void> submit_now(world::World& w, std::size_t step, ScriptObject built) {
  auto receipt = submit_built(w, std::move(built));
  if (!receipt) return tl::unexpected(receipt.error());
  w.script.outcomes.push_back(
      {step, receipt->sequence, receipt->time, receipt->decision, receipt->turned_away});
  agents::spread_news(w);
  return {};
}

Result<void> execute_one(world::World& w, std::size_t index) {
  for (ScriptObject& built : build_step(w, w.scenario->script.steps[index]))
    if (auto r = submit_now(w, index, std::move(built)); !r) return r;
  return {};
}

void plan_step(world::World& w, std::size_t index) {
  const auto& steps = w.scenario->script.steps;
  if (index < steps.size())
    w.plan(steps[index].at, world::ExecuteStep{static_cast<std::uint32_t>(index)});
}

}  // namespace

Result<chain::Receipt> submit_built(world::World& w, ScriptObject built) {
  world::SigningJob job{objects::kind_of(built.object),
                        objects::encode_object(built.object),
                        {},
                        std::move(built.signers)};
  job.id = crypto::content_id(job.body);
  return w.chain->submit(w.pool->join(*w.pool->start(std::move(job))), w.now);
}

void schedule_script(world::World& w) { plan_step(w, 0); }

Result<void> execute_step(world::World& w, std::uint32_t step) {
  const auto& steps = w.scenario->script.steps;
  std::size_t index = step;
  for (; index < steps.size() && steps[index].at <= w.now; ++index)
    if (auto r = execute_one(w, index); !r) return r;
  plan_step(w, index);
  return {};
}

std::vector<chain::WatchedClaim> watched_claims(const scenarios::Scenario& s) {
  std::vector<chain::WatchedClaim> out;
  for (const scenarios::WatchSpec& w : s.script.watch)
    if (w.what == scenarios::WatchSpec::What::claim)
      out.push_back({w.rule, w.name, w.always, w.claim});
  return out;
}

namespace {

/// Over all versions of the rule: broken where one is, held where one was reached.
void of_goals(const scenarios::WatchSpec& spec, const std::vector<chain::GoalReport>& goals,
              world::WatchReport& out) {
  for (const chain::GoalReport& g : goals) {
    if (g.rule != spec.rule || g.goal != spec.name) continue;
    if (g.verdict == chain::GoalVerdict::broken) {
      if (!out.first || g.first < *out.first) out.first = g.first;
      out.verdict = chain::GoalVerdict::broken;
    } else if (g.verdict == chain::GoalVerdict::held &&
               out.verdict == chain::GoalVerdict::not_reached) {
      out.verdict = chain::GoalVerdict::held;
    }
  }
}

/// All that was ever owed to them, less what they ever owed, paid or not.
void of_parties(const world::World& w, const scenarios::WatchSpec& spec, world::WatchReport& out) {
  std::vector<PublicKey> keys;
  for (const std::string& name : spec.parties)
    if (const crypto::KeyPair* key = key_of(w, name)) keys.push_back(key->pub);
  auto among = [&](const PublicKey& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  Int128 owed = 0;
  bool any = false;
  for (const chain::ObligationRecord& r : w.state().obligations) {
    const objects::Obligation& o = r.obligation;
    if (o.currency != spec.currency) continue;
    any = any || among(o.payee) || among(o.payer);
    owed += among(o.payee) ? o.amount.value : 0;
    owed -= among(o.payer) ? o.amount.value : 0;
  }
  out.owed = Money(static_cast<std::int64_t>(std::clamp<Int128>(owed, -kWireMax, kWireMax)));
  out.verdict = *out.owed > spec.at_most ? chain::GoalVerdict::broken
                : any                    ? chain::GoalVerdict::held
                                         : chain::GoalVerdict::not_reached;
}

}  // namespace

std::vector<world::WatchReport> watch_report(const world::World& w,
                                             const std::vector<chain::GoalReport>& goals) {
  constexpr chain::GoalVerdict kAll[] = {chain::GoalVerdict::held, chain::GoalVerdict::broken,
                                         chain::GoalVerdict::not_reached};
  std::vector<world::WatchReport> out;
  for (const scenarios::WatchSpec& spec : w.scenario->script.watch) {
    world::WatchReport report;
    report.name = spec.name;
    if (spec.expect) report.expected = kAll[*spec.expect];
    if (spec.what == scenarios::WatchSpec::What::parties)
      of_parties(w, spec, report);
    else
      of_goals(spec, goals, report);
    out.push_back(std::move(report));
  }
  return out;
}

}  // namespace capmarket::script
