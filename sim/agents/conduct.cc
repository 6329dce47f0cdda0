#include "sim/agents/conduct.h"

#include <algorithm>

namespace capmarket {
namespace {

constexpr std::int64_t kShares = 10'000;
constexpr Duration kAhead{2 * kNanosPerSecond};  // a surrender takes effect after its admission

const GrantRecord& grant_at(const World& w, std::int32_t grant) {
  return w.state().grants[static_cast<std::size_t>(grant)];
}

std::uint32_t user_of(const World& w, const GrantRecord& g) {
  return w.owners.at(w.state().user_of(g)).index;
}

const UserGroup* group_of(const World& w, std::uint32_t user) {
  std::int32_t g = w.users[user].group;
  return g < 0 ? nullptr : &w.scenario->users[static_cast<std::size_t>(g)];
}

void plan_for(World& w, Instant t, ActionKind kind, std::int32_t grant, Instant number = {}) {
  w.plan(t, {kind, static_cast<std::uint32_t>(grant), number.value, {}});
}

/// The last multiple of the rule's granularity at or before `t`.
Instant floor_to(const Rule& rule, Instant t) {
  Instant up = ceil_to(rule, t);
  return up == t ? t : up - rule.granularity;
}

}  // namespace

void on_granted(World& w, const ContentId& id) {
  auto it = w.state().grant_index.find(id);
  if (it == w.state().grant_index.end()) return;
  std::int32_t grant = it->second;
  const GrantRecord& g = grant_at(w, grant);
  const Rule& rule = w.state().rule_of(g);
  std::uint32_t user = user_of(w, g);
  const UserGroup* group = group_of(w, user);
  Instant begin = std::max(w.now, g.leg.window.from);
  if (rule.lease) plan_for(w, begin + Duration(rule.lease->value / 2), ActionKind::renew, grant);
  if (group == nullptr) return;
  if (group->surrender > 0) {
    Stream stream(w.dynamics, EntityKind::user, user, Draw::surrender,
                  static_cast<std::uint64_t>(grant));
    Instant half = g.leg.window.from + Duration(g.leg.window.length().value / 2);
    if (static_cast<std::int64_t>(stream.below(kShares)) < group->surrender && half > w.now)
      plan_for(w, half, ActionKind::surrender, grant);
  }
  if (group->adaptations > 0)
    plan_for(w, std::min(g.leg.window.from + group->report, g.leg.window.until),
             ActionKind::consume, grant, g.leg.window.from);
}

void surrender(World& w, std::int32_t grant) {
  const GrantRecord& g = grant_at(w, grant);
  const Rule& rule = w.state().rule_of(g);
  std::uint32_t user = user_of(w, g);
  const UserState& u = w.users[user];
  Window rest{ceil_to(rule, w.now + kAhead), g.leg.window.until};
  if (rest.empty()) return;
  const ContentId id = g.id;
  for (const Piece& p : inside(g.live, rest)) {
    Surrender o{w.fresh_salt(), u.key.pub, id, p.window, p.quantity};
    w.submit(Kind::surrender, user, encode_object(o), {{Role::user, u.key}}, from_user(w, user));
  }
}

void renew(World& w, std::int32_t grant) {
  const GrantRecord& g = grant_at(w, grant);
  const Rule& rule = w.state().rule_of(g);
  if (g.live.empty() || w.now >= g.lease_until || w.now >= g.leg.window.until) return;
  std::uint32_t user = user_of(w, g);
  const UserState& u = w.users[user];
  if (g.lease_until < g.leg.window.until) {
    Renewal o{w.fresh_salt(), u.key.pub, g.id};
    w.submit(Kind::renewal, user, encode_object(o), {{Role::user, u.key}}, from_user(w, user));
  }
  plan_for(w, w.now + Duration(rule.lease->value / 2), ActionKind::renew, grant);
}

void consume(World& w, std::int32_t grant, Instant since) {
  const GrantRecord& g = grant_at(w, grant);
  const Rule& rule = w.state().rule_of(g);
  std::uint32_t user = user_of(w, g);
  const UserState& u = w.users[user];
  const UserGroup& group = *group_of(w, user);
  Instant until = std::min(floor_to(rule, w.now), g.leg.window.until);
  if (w.now < g.leg.window.until) {
    Instant next = std::min(w.now + group.report, g.leg.window.until);
    plan_for(w, next, ActionKind::consume, grant, std::max(since, until));
  }
  if (until <= since) return;
  Window interval{since, until};
  auto number = static_cast<std::size_t>(grant) % u.adaptations.size();
  Stream stream(w.dynamics, EntityKind::adaptation, static_cast<std::uint64_t>(grant),
                Draw::consume, static_cast<std::uint64_t>(since.value));
  bool over = static_cast<std::int64_t>(stream.below(kShares)) < group.over_consume;
  Quantity live = least(g.live, interval);
  // Between half and all of what there is.
  Quantity half(live.value / 2);
  Quantity used =
      live - half +
      Quantity(static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(half.value) + 1)));
  if (over) used = live + Quantity(1);
  if (used.value <= 0) return;
  Activity o{w.fresh_salt(),
             u.adaptations[number].pub,
             u.adaptation_credentials[number],
             g.id,
             interval,
             used};
  w.submit(Kind::activity, user, encode_object(o), {{Role::adaptation, u.adaptations[number]}},
           from_user(w, user));
}

}  // namespace capmarket
