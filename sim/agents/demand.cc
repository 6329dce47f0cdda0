#include "sim/agents/demand.h"

#include <algorithm>

#include "sim/agents/request.h"
#include "sim/world/taking_part.h"

namespace capmarket::agents {
namespace {

const rules::Rule& rule_of(const world::World& w, world::ClassIndex of_class) {
  const std::string& name = w.class_spec(of_class).name;
  for (const scenarios::ScenarioRule& r : w.scenario->rules)
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return w.scenario->rules.front().rule;
}

world::DemandIndex demand_of(world::UserIndex user) { return world::DemandIndex(user.value); }
world::DemandIndex demand_of(const world::World& w, world::TraceRowIndex row) {
  return world::DemandIndex(static_cast<std::int64_t>(w.users.size() + row.place()));
}

void schedule_next(world::World& w, world::UserIndex user, Instant after,
                   std::uint32_t occurrence) {
  const world::UserState& u = w.users[user];
  if (auto next = world::next_arrival(w, u, after, occurrence))
    w.schedule<kernel::EventKind::demand>(*next, demand_of(user), {u.draws.who, occurrence, {}},
                                          occurrence);
}

world::RequestState synthetic_request(world::World& w, world::UserIndex user,
                                      std::uint32_t occurrence) {
  world::UserState& u = w.users[user];
  const scenarios::UserGroup& g = *w.group_of(u);
  auto draw = [&](kernel::Draw what, const scenarios::Distribution& d) {
    return kernel::Stream(w.dynamics, u.draws.who, what, occurrence).sample(d);
  };
  world::RequestState r;
  r.user = user;
  r.class_index = w.class_index(g.class_name);
  const rules::Rule& rule = rule_of(w, r.class_index);
  const rules::Limits& limits = rule.limits;
  r.tier = u.attack == scenarios::Attack::tier_inflation ? rule.tiers.front().name : g.tier;
  r.quantity = std::clamp(Quantity(draw(kernel::Draw::quantity, g.quantity)), limits.quantity_min,
                          limits.quantity_max);
  Duration length(std::clamp(draw(kernel::Draw::length, g.length), limits.length_min.value,
                             limits.length_max.value));
  std::int64_t grains = std::max<std::int64_t>(1, length.value / rule.granularity.value);
  r.window.from = chain::ceil_to(rule, w.now + Duration(draw(kernel::Draw::lead, g.lead)));
  r.window.until = r.window.from + Duration(grains * rule.granularity.value);
  r.max_price =
      std::clamp(Money(draw(kernel::Draw::value, g.value)), limits.price_min, limits.price_max);
  kernel::Stream partial(w.dynamics, u.draws.who, kernel::Draw::partial, occurrence);
  r.partial = static_cast<std::int64_t>(partial.below(kFullRatio)) < g.partial;
  r.patience_until = w.now + g.patience;
  return r;
}

/// The other classes of a bundle, over the window of the main request.
void demand_bundle(world::World& w, world::RequestState main, std::uint32_t occurrence) {
  const scenarios::UserGroup& g = *w.group_of(w.users[main.user]);
  main.partial = false;
  const world::BundleIndex bundle = w.bundles.push_back({});
  std::vector<world::RequestState> all{main};
  for (std::size_t i = 0; i < g.bundle.size(); ++i) {
    const scenarios::BundlePart& part = g.bundle[i];
    world::RequestState r = main;
    r.class_index = w.class_index(part.class_name);
    r.tier = part.tier;
    const rules::Limits& limits = rule_of(w, r.class_index).limits;
    Int128 share = floor_div(static_cast<Int128>(main.quantity.value) * part.share, kFullRatio);
    Quantity quantity = part.quantity.value_or(Quantity(static_cast<std::int64_t>(share)));
    r.quantity = std::clamp(quantity, limits.quantity_min, limits.quantity_max);
    kernel::Stream value(w.dynamics, w.users[main.user].draws.who, kernel::Draw::value,
                         occurrence | (std::uint64_t{i} + 1) << 32);
    r.max_price = std::clamp(Money(value.sample(part.value)), limits.price_min, limits.price_max);
    all.push_back(std::move(r));
  }
  for (world::RequestState& r : all) {
    r.bundle = bundle;
    w.bundles[bundle].requests.push_back(w.requests.next());
    look_for(w, std::move(r));
  }
}

world::RequestState trace_request(world::World& w, world::TraceRowIndex row) {
  const scenarios::TraceRequest& t = at(w.scenario->trace->requests, row);
  world::RequestState r;
  r.user = w.trace_users[row];
  r.class_index = w.class_index(t.class_name);
  r.tier = w.users[r.user].attack == scenarios::Attack::tier_inflation
               ? rule_of(w, r.class_index).tiers.front().name
               : t.tier;
  r.quantity = t.quantity;
  r.window = t.window;
  r.max_price = t.max_price;
  r.partial = t.partial;
  r.patience_until = t.window.until;
  return r;
}

}  // namespace

void schedule_demand(world::World& w) {
  for (world::UserIndex i : w.users.indices())
    if (w.users[i].group.valid()) schedule_next(w, i, w.scenario->start, 0);
  std::int64_t first = 0;
  for (const scenarios::UserGroup& group : w.scenario->users) {
    if (group.arrivals.kind == scenarios::ArrivalKind::burst && group.count > 0)
      for (std::int64_t k = 0; k < group.arrivals.size; ++k) {
        const world::UserIndex user(first + k % group.count);
        const auto occurrence = static_cast<std::uint32_t>(k / group.count);
        w.schedule<kernel::EventKind::demand>(
            w.scenario->start + group.arrivals.at, demand_of(user),
            {w.users[user].draws.who, occurrence, {}}, occurrence);
      }
    first += group.count;
  }
  if (!w.scenario->trace) return;
  const auto& rows = w.scenario->trace->requests;
  for (world::TraceRowIndex row : indices(rows))
    w.schedule<kernel::EventKind::demand>(at(rows, row).issue_at, demand_of(w, row),
                                          {w.users[w.trace_users[row]].draws.who, row.place(), {}});
}

void on_demand(world::World& w, world::DemandIndex demand, std::uint32_t occurrence) {
  if (demand.place() >= w.users.size()) {
    look_for(w, trace_request(w, world::TraceRowIndex(
                                     static_cast<std::int64_t>(demand.place() - w.users.size()))));
    return;
  }
  const world::UserIndex user(demand.value);
  schedule_next(w, user, w.now, occurrence + 1);
  if (w.users[user].revoked) return;
  world::RequestState r = synthetic_request(w, user, occurrence);
  if (w.group_of(w.users[user])->bundle.empty())
    look_for(w, std::move(r));
  else
    demand_bundle(w, std::move(r), occurrence);
}

}  // namespace capmarket::agents
