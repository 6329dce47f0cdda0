#include "sim/run/breakdowns.h"

#include <algorithm>

#include "sim/agents/delivery.h"
#include "sim/world/contacts.h"
#include "sim/world/post.h"

namespace capmarket::run {

void plan_failure(world::World& w, party::HolderIndex holder, Instant after, std::int64_t number) {
  const scenarios::HolderGroup* g = w.group_of(w.holders[holder]);
  if (g == nullptr || !g->failure || g->failure->rate_per_hour <= 0) return;
  auto mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kFullRatio, g->failure->rate_per_hour));
  party::Draws& draws = w.holders[holder].draws;
  kernel::Stream stream(w.dynamics, draws.who, kernel::Draw::failure,
                        static_cast<std::uint64_t>(number));
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (after < w.scenario->end() && gap < w.scenario->end() - after) w.plan(draws, after + gap, party::Fail{holder, number});
}

void break_down(world::World& w, party::HolderIndex holder, std::int64_t number) {
  const scenarios::HolderFailure& f = *w.group_of(w.holders[holder])->failure;
  kernel::Stream repair(w.dynamics, w.holders[holder].draws.who, kernel::Draw::repair,
                        static_cast<std::uint64_t>(number));
  const Instant repaired = w.now + Duration(repair.sample(f.repair));
  agents::on_broken(view_of(w, holder), repaired, number);
  plan_failure(w, holder, repaired, number + 1);
  const chain::ChainState& s = w.state();
  for (party::ListingIndex l : w.holders[holder].listings)
    if (const chain::DeclarationRecord* d = s.declaration(w.listings[l].declaration))
      for (party::GrantIndex grant : d->grants) meet_breakdown(w, grant);
}

void meet_breakdown(world::World& w, party::GrantIndex grant) {
  const chain::ChainState& s = w.state();
  const chain::GrantRecord& g = s.grants[grant];
  const party::HolderIndex holder = w.holder_of(s, g);
  party::HolderState& h = w.holders[holder];
  const scenarios::HolderGroup* group = w.group_of(h);
  if (group == nullptr || !group->failure || g.live.empty()) return;
  if (capacity::value_at(g.live, w.now).value <= 0) {  // nothing of it is due now
    const Instant begins = g.live.front().window.from;
    if (begins > w.now && begins < h.broken_until)
      w.plan(h.draws, begins, party::MeetBreakdown{grant});
    return;
  }
  world::note_received(w, h.draws.who, "fails to deliver", g.id);
  world::note_received(w, w.users[w.user_of(s, g)].draws.who, "lacks", g.id);
  agents::on_breakdown(view_of(w, holder), grant, s.rule_of(g),
                       s.strategies.at(g.leg.strategy).strategy, h.broken_by);
  world::take_out(w);
  w.plan(w.users[w.user_of(s, g)].draws, w.now + group->failure->detect,
         party::ClaimFailure{grant, w.now});
}

void meet_breakdowns(world::World& w, const ContentId& settlement) {
  const chain::SettlementRecord* record = w.state().settlement(settlement);
  if (record == nullptr) return;
  for (std::int32_t leg = 0; leg < record->legs; ++leg) {
    const party::GrantIndex grant = record->grant(leg);
    if (w.now < w.holders[w.holder_of(w.state(), w.state().grants[grant])].broken_until)
      meet_breakdown(w, grant);
  }
}

}  // namespace capmarket::run
