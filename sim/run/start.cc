#include "sim/run/start.h"

#include <utility>

#include "sim/agents/authority.h"
#include "sim/agents/declare.h"
#include "sim/agents/demand.h"
#include "sim/agents/frauds.h"
#include "sim/agents/lacking.h"
#include "sim/agents/publisher.h"
#include "sim/agents/request.h"
#include "sim/run/breakdowns.h"
#include "sim/run/revocations.h"
#include "sim/script/play_script.h"
#include "sim/world/contacts.h"
#include "sim/world/directory.h"
#include "sim/world/network.h"
#include "sim/world/post.h"
#include "sim/world/taking_part.h"

namespace capmarket::run {
namespace {

party::DemandIndex demand_of(party::UserIndex user) { return party::DemandIndex(user.value); }
party::DemandIndex demand_of(const world::World& w, party::TraceRowIndex row) {
  return party::DemandIndex(static_cast<std::int64_t>(w.users.size() + row.place()));
}

void schedule_next(world::World& w, party::UserIndex user, Instant after,
                   std::uint32_t occurrence) {
  const party::UserState& u = w.users[user];
  if (auto next = world::next_arrival(w, u, after, occurrence))
    w.schedule<kernel::EventKind::demand>(world::attended(w, u.draws.who, *next), demand_of(user),
                                          {u.draws.who, occurrence, {}}, occurrence);
}

/// All at one time, as often as the group says.
void schedule_burst(world::World& w, const scenarios::UserGroup& group, std::int64_t first) {
  for (std::int64_t k = 0; k < group.arrivals.size; ++k) {
    const party::UserIndex user(first + k % group.count);
    const auto occurrence = static_cast<std::uint32_t>(k / group.count);
    const kernel::Entity& who = w.users[user].draws.who;
    w.schedule<kernel::EventKind::demand>(
        world::attended(w, who, w.scenario->start + group.arrivals.at), demand_of(user),
        {who, occurrence, {}}, occurrence);
  }
}

void schedule_demand(world::World& w) {
  for (party::UserIndex i : w.users.indices())
    if (w.users[i].group.valid()) schedule_next(w, i, w.scenario->start, 0);
  std::int64_t first = 0;
  for (const scenarios::UserGroup& group : w.scenario->users) {
    if (group.arrivals.kind == scenarios::ArrivalKind::burst && group.count > 0)
      schedule_burst(w, group, first);
    first += group.count;
  }
  if (!w.scenario->trace) return;
  const auto& rows = w.scenario->trace->requests;
  for (party::TraceRowIndex row : indices(rows))
    w.schedule<kernel::EventKind::demand>(at(rows, row).issue_at, demand_of(w, row),
                                          {w.users[w.trace_users[row]].draws.who, row.place(), {}});
}

void schedule_holders(world::World& w) {
  for (party::HolderIndex i : w.holders.indices()) {
    plan_failure(w, i, w.scenario->start, 0);
    const scenarios::HolderGroup* g = w.group_of(w.holders[i]);
    if (g != nullptr && g->curtail)
      w.plan(w.holders[i].draws, w.scenario->start + g->curtail->at, party::Curtail{i});
    if (g != nullptr && g->leaves)
      w.plan(w.holders[i].draws, w.scenario->start + *g->leaves, party::Leave{i});
  }
}

void schedule_authorities(world::World& w) {
  for (party::RuleIndex i : indices(w.scenario->rules))
    if (const auto& at_instant = at(w.scenario->rules, i).at)
      agents::plan_rule(
          view_of(w, w.authority_named(at(w.scenario->rules, i).rule.authority)), i,
          w.scenario->start + *at_instant);
  world::take_out(w);
  for (party::RevocationIndex i : indices(w.scenario->revocations))
    if (auto target = target_of(w, i))
      w.plan(w.authority_draws[target->authority],
             w.scenario->start + at(w.scenario->revocations, i).at, party::Revoke{i});
}

void schedule_schemes(world::World& w) {
  for (party::UserIndex i : w.users.indices())
    if (w.users[i].plot != nullptr) agents::begin_scheme(view_of(w, i));
  world::take_out(w);
}

}  // namespace

void look_for(world::World& w, party::UserIndex user, party::RequestState r) {
  r.candidates = world::find_declarations(w, user, r.draws.who, r.class_index, r.window,
                                          agents::splits_time(view_of(w, user), r));
  world::note_received(w, w.users[user].draws.who, "directory", r.candidates);
  agents::look_for(view_of(w, user), std::move(r));
}

namespace {

/// What a user wants, as a ring goes about it: through its front, or behind its decoy.
void want(world::World& w, party::UserIndex user, party::RequestState r) {
  party::UserState& u = w.users[user];
  const bool ring = u.front.valid() && !r.bundle.valid();
  if (ring && agents::plots(u, scenarios::Attack::tier_shopping)) {
    agents::front_for(view_of(w, u.front), r);
    return look_for(w, u.front, std::move(r));
  }
  if (ring && agents::plots(u, scenarios::Attack::compensation_farming)) {
    look_for(w, u.front, agents::decoy_of(view_of(w, u.front), r));
    w.plan(u.draws, w.now + u.plot->delay,
           party::AskLater{user, std::make_shared<const party::RequestState>(std::move(r))});
    return;
  }
  look_for(w, user, std::move(r));
}

}  // namespace

void schedule_parties(world::World& w) {
  for (party::HolderIndex i : w.holders.indices())
    if (const Quantity quantity = world::published(w, w.holders[i]); quantity.value > 0) {
      w.holders[i].published = quantity;
      const Instant there = world::attended(w, w.holders[i].draws.who, w.now);
      if (there == w.now)
        agents::declare_more(view_of(w, i));
      else
        w.plan(w.holders[i].draws, there, party::DeclareMore{i});
      world::take_out(w);
    }
  schedule_demand(w);
  schedule_holders(w);
  for (party::PublisherIndex i : w.publishers.indices()) agents::schedule_index(view_of(w, i));
  world::take_out(w);
  schedule_authorities(w);
  schedule_schemes(w);
  script::schedule_script(w);
}

void on_demand(world::World& w, party::DemandIndex demand, std::uint32_t occurrence) {
  if (demand.place() >= w.users.size()) {
    const party::TraceRowIndex row(static_cast<std::int64_t>(demand.place() - w.users.size()));
    const party::UserIndex user = w.trace_users[row];
    look_for(w, user, agents::demand_of(view_of(w, user), at(w.scenario->trace->requests, row)));
    return;
  }
  const party::UserIndex user(demand.value);
  schedule_next(w, user, w.now, occurrence + 1);
  for (party::RequestState& r : agents::demands_of(view_of(w, user), occurrence))
    want(w, user, std::move(r));
}

}  // namespace capmarket::run
