#include "sim/script/watched.h"

#include <algorithm>

#include "sim/script/build.h"

namespace capmarket::script {
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

std::vector<chain::WatchedClaim> watched_claims(const scenarios::Scenario& s) {
  std::vector<chain::WatchedClaim> out;
  for (const scenarios::WatchSpec& w : s.script.watch)
    if (w.what == scenarios::WatchSpec::What::claim)
      out.push_back({w.rule, w.name, w.always, w.claim});
  return out;
}

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
