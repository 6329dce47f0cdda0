#include "sim/agents/user.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/declare.h"
#include "sim/agents/directory.h"
#include "sim/agents/negotiate.h"

namespace capmarket::agents {
namespace {

/// A user waits so long for answers to its intent, but no more than a quarter of its patience.
constexpr Duration kAnswersAfter{5 * kNanosPerSecond};

const rules::Rule& rule_of(const world::World& w, std::int32_t of_class) {
  const std::string& name = w.class_spec(of_class).name;
  for (const scenarios::ScenarioRule& r : w.scenario->rules)
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return w.scenario->rules.front().rule;
}

const scenarios::UserGroup* group_of(const world::World& w, const world::UserState& u) {
  return u.group < 0 ? nullptr : &w.scenario->users[static_cast<std::size_t>(u.group)];
}

void schedule_next(world::World& w, std::uint32_t user, Instant after, std::uint32_t occurrence) {
  const scenarios::UserGroup& g = *group_of(w, w.users[user]);
  if (g.arrivals.kind != scenarios::ArrivalKind::poisson || g.arrivals.rate_per_hour <= 0) return;
  std::int64_t mean = static_cast<std::int64_t>(
      floor_div(static_cast<Int128>(kNanosPerHour) * kFullRatio, g.arrivals.rate_per_hour));
  kernel::Stream stream(w.dynamics, kernel::EntityKind::user, user, kernel::Draw::arrival,
                        occurrence);
  Duration gap(std::min(stream.exponential(mean), (std::int64_t{1} << 60)));
  if (gap < w.scenario->end() - after)
    w.schedule(after + gap, kernel::EventKind::demand, user, occurrence);
}

/// Everything that the directory lists is sold, as the user reads the chain.
bool scarce(const world::World& w, const world::RequestState& r) {
  Quantity free;
  for (std::uint32_t l : r.candidates) {
    auto deal = deal_rules_for(w, r.user, w.listings[l], r.class_index, w.now);
    if (deal) free += room_for(w, l, *deal, r.tier, r.window);
    if (free >= r.quantity) return false;
  }
  return true;
}

void send_intent(world::World& w, std::uint32_t index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  const scenarios::ClassSpec& c = w.class_spec(r.class_index);
  objects::Intent intent{w.fresh_salt(), u.key.pub, r.quantity,      r.window,   c.unit,
                         c.name,         r.tier,    u.scope.front(), r.max_price};
  r.intent = w.submit(objects::Kind::intent, world::IntentOf{index}, objects::encode_object(intent),
                      {{objects::Role::user, u.key}}, world::from_request(w, index, u.zone));
  w.request_of_intent.emplace(*r.intent, index);
}

/// Finds what is listed; asks around where that is the mode, or nothing listed is free.
std::uint32_t look(world::World& w, world::RequestState r) {
  auto index = static_cast<std::uint32_t>(w.requests.size());
  r.candidates = find_declarations(w, r.user, index, r.class_index, r.window);
  r.remaining = r.quantity;
  r.goal = r.window;
  scenarios::DiscoveryMode mode = w.scenario->discovery;
  bool ask_around = mode == scenarios::DiscoveryMode::reactive ||
                    (mode == scenarios::DiscoveryMode::hybrid && scarce(w, r));
  ask_around = ask_around && !r.window.empty();
  w.requests.push_back(std::move(r));
  if (ask_around)
    send_intent(w, index);
  else
    issue_request(w, index);
  return index;
}

world::RequestState synthetic_request(world::World& w, std::uint32_t user,
                                      std::uint32_t occurrence) {
  world::UserState& u = w.users[user];
  const scenarios::UserGroup& g = *group_of(w, u);
  auto draw = [&](kernel::Draw what, const scenarios::Distribution& d) {
    return kernel::Stream(w.dynamics, kernel::EntityKind::user, user, what, occurrence).sample(d);
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
  kernel::Stream partial(w.dynamics, kernel::EntityKind::user, user, kernel::Draw::partial,
                         occurrence);
  r.partial = static_cast<std::int64_t>(partial.below(kFullRatio)) < g.partial;
  r.patience_until = w.now + g.patience;
  return r;
}

/// The other classes of a bundle, over the window of the main request.
void demand_bundle(world::World& w, world::RequestState main, std::uint32_t occurrence) {
  const scenarios::UserGroup& g = *group_of(w, w.users[main.user]);
  main.partial = false;
  auto bundle = static_cast<std::int32_t>(w.bundles.size());
  w.bundles.emplace_back();
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
    kernel::Stream value(w.dynamics, kernel::EntityKind::user, main.user, kernel::Draw::value,
                         occurrence | (std::uint64_t{i} + 1) << 32);
    r.max_price = std::clamp(Money(value.sample(part.value)), limits.price_min, limits.price_max);
    all.push_back(std::move(r));
  }
  for (world::RequestState& r : all) {
    r.bundle = bundle;
    auto next = static_cast<std::uint32_t>(w.requests.size());
    w.bundles[static_cast<std::size_t>(bundle)].requests.push_back(next);
    look(w, std::move(r));
  }
}

world::RequestState trace_request(world::World& w, std::size_t row) {
  const scenarios::TraceRequest& t = w.scenario->trace->requests[row];
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
  for (std::uint32_t i = 0; i < w.users.size(); ++i)
    if (w.users[i].group >= 0) schedule_next(w, i, w.scenario->start, 0);
  std::uint32_t first = 0;
  for (const scenarios::UserGroup& group : w.scenario->users) {
    if (group.arrivals.kind == scenarios::ArrivalKind::burst && group.count > 0)
      for (std::int64_t k = 0; k < group.arrivals.size; ++k)
        w.schedule(w.scenario->start + group.arrivals.at, kernel::EventKind::demand,
                   first + static_cast<std::uint32_t>(k % group.count),
                   static_cast<std::uint32_t>(k / group.count));
    first += static_cast<std::uint32_t>(group.count);
  }
  if (!w.scenario->trace) return;
  auto users = static_cast<std::uint32_t>(w.users.size());
  for (std::uint32_t row = 0; row < w.scenario->trace->requests.size(); ++row)
    w.schedule(w.scenario->trace->requests[row].issue_at, kernel::EventKind::demand, users + row);
}

void on_demand(world::World& w, std::uint32_t subject, std::uint32_t occurrence) {
  if (subject >= w.users.size()) {
    look(w, trace_request(w, subject - w.users.size()));
    return;
  }
  schedule_next(w, subject, w.now, occurrence + 1);
  if (w.users[subject].revoked) return;
  world::RequestState r = synthetic_request(w, subject, occurrence);
  if (group_of(w, w.users[subject])->bundle.empty())
    look(w, std::move(r));
  else
    demand_bundle(w, std::move(r), occurrence);
}

void on_intent_receipt(world::World& w, std::uint32_t index, const world::Answer& answer) {
  world::RequestState& r = w.requests[index];
  if (!answer.admitted()) {
    r.intent.reset();
    issue_request(w, index);
    return;
  }
  spread_intent(w, index, answer.receipt.time);
  Duration left = r.patience_until > w.now ? r.patience_until - w.now : Duration(0);
  w.plan(w.now + std::min(kAnswersAfter, Duration(left.value / 4)), world::CloseAnswers{index});
}

void issue_request(world::World& w, std::uint32_t index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  const scenarios::ClassSpec& c = w.class_spec(r.class_index);
  objects::Request q;
  q.salt = w.fresh_salt();
  q.user = u.key.pub;
  for (std::uint32_t l : r.candidates)
    if (!w.listings[l].answers) q.declarations.push_back(w.listings[l].declaration);
  q.quantity = r.quantity;
  q.window = r.window;
  q.unit = c.unit;
  q.class_name = c.name;
  q.tier = r.tier;
  q.max_price = r.max_price;
  q.partial = r.partial;
  q.open_until = std::min(r.patience_until, r.window.until);
  q.intent = r.intent;
  if (r.bundle >= 0) {
    // Of the first request's number: the same for all that belong together.
    std::uint32_t first = w.bundles[static_cast<std::size_t>(r.bundle)].requests.front();
    kernel::Stream stream(w.dynamics, kernel::EntityKind::message, first, kernel::Draw::salt, 1);
    stream.fill(q.bundle.emplace().bytes);
  }
  for (const crypto::KeyPair& key : u.adaptations) q.adaptations.push_back(key.pub);
  r.wanted = r.remaining;
  r.id = w.submit(objects::Kind::request, world::RequestedAs{index}, objects::encode_object(q),
                  {{objects::Role::user, u.key}}, world::from_request(w, index, u.zone));
  w.request_of_id.emplace(r.id, index);
}

void on_request_receipt(world::World& w, std::uint32_t index, const world::Answer& answer) {
  const bool admitted = answer.admitted();
  world::RequestState& r = w.requests[index];
  const scenarios::UserGroup* g = group_of(w, w.users[r.user]);
  if (admitted && g != nullptr && g->withdraw > 0) {
    kernel::Stream stream(w.dynamics, kernel::EntityKind::user, index, kernel::Draw::withdraw, 0);
    if (static_cast<std::int64_t>(stream.below(kFullRatio)) < g->withdraw &&
        r.patience_until > w.now)
      w.plan(w.now + Duration(static_cast<std::int64_t>(stream.below(
                         static_cast<std::uint64_t>((r.patience_until - w.now).value)))),
             world::Withdraw{index});
  }
  if (r.bundle >= 0) {
    bundle_receipt(w, static_cast<std::uint32_t>(r.bundle), admitted);
    return;
  }
  if (admitted) ask_next(w, index);
}

void withdraw(world::World& w, std::uint32_t index) {
  world::RequestState& r = w.requests[index];
  const chain::RequestRecord* record = w.state().request(r.id);
  if (record == nullptr || record->closed || record->withdrawn) return;
  r.withdrawn = true;
  const world::UserState& u = w.users[r.user];
  objects::Withdrawal o{w.fresh_salt(), u.key.pub, r.id};
  w.submit(objects::Kind::withdrawal, {}, objects::encode_object(o), {{objects::Role::user, u.key}},
           world::from_request(w, index, u.zone));
}

}  // namespace capmarket::agents
