#include "sim/agents/use.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

constexpr Duration kSurrenderAhead{
    2 * kNanosPerSecond};  // a surrender takes effect after its admission

/// The grant as its user knows it.
struct Known {
  world::UserIndex user;
  const chain::ChainState& seen;
  const chain::GrantRecord& g;
};
Known known(const world::World& w, world::GrantIndex grant) {
  const world::UserIndex user = w.user_of(w.state(), w.state().grants[grant]);
  const chain::ChainState& seen = w.seen_by(w.users[user].readers);
  return {user, seen, seen.grants[grant]};
}

/// The last multiple of the rule's granularity at or before `t`.
Instant floor_to(const rules::Rule& rule, Instant t) {
  Instant up = chain::ceil_to(rule, t);
  return up == t ? t : up - rule.granularity;
}

}  // namespace

void on_granted(world::World& w, world::UserIndex index, const ContentId& id) {
  world::UserState& user = w.users[index];
  const chain::ChainState& seen = w.seen_by(user.readers);
  auto it = seen.grant_index.find(id);
  if (it == seen.grant_index.end()) return;
  const world::GrantIndex grant = it->second;
  const chain::GrantRecord& g = seen.grants[grant];
  const rules::Rule& rule = seen.rule_of(g);
  const std::uint64_t number = user.granted++;
  const scenarios::UserGroup* group = w.group_of(user);
  Instant begin = std::max(w.now, g.leg.window.from);
  if (rule.lease) w.plan(user.draws, begin + Duration(rule.lease->value / 2), world::Renew{grant});
  if (group == nullptr) return;
  if (group->surrender > 0) {
    kernel::Stream stream(w.dynamics, user.draws.who, kernel::Draw::surrender, number);
    Instant half = g.leg.window.from + Duration(g.leg.window.length().value / 2);
    if (static_cast<std::int64_t>(stream.below(kFullRatio)) < group->surrender && half > w.now)
      w.plan(user.draws, half, world::Surrender{grant});
  }
  if (group->adaptations > 0)
    w.plan(user.draws, std::min(g.leg.window.from + group->report, g.leg.window.until),
           world::Consume{grant, number, g.leg.window.from});
}

void surrender(world::World& w, world::GrantIndex grant) {
  const auto [user, seen, g] = known(w, grant);
  const rules::Rule& rule = seen.rule_of(g);
  world::UserState& u = w.users[user];
  Window rest{chain::ceil_to(rule, w.now + kSurrenderAhead), g.leg.window.until};
  if (rest.empty()) return;
  const ContentId id = g.id;
  for (const objects::Piece& p : capacity::inside(g.live, rest)) {
    objects::Surrender o{w.fresh_salt(u.draws), u.key.pub, id, p.window, p.quantity};
    w.submit(objects::Kind::surrender, {}, objects::encode_object(o),
             {{objects::Role::user, u.key}}, world::from_user(w, user));
  }
}

void renew(world::World& w, world::GrantIndex grant) {
  const auto [user, seen, g] = known(w, grant);
  const rules::Rule& rule = seen.rule_of(g);
  if (g.live.empty() || w.now >= g.lease_until || w.now >= g.leg.window.until) return;
  world::UserState& u = w.users[user];
  if (g.lease_until < g.leg.window.until) {
    objects::Renewal o{w.fresh_salt(u.draws), u.key.pub, g.id};
    w.submit(objects::Kind::renewal, {}, objects::encode_object(o), {{objects::Role::user, u.key}},
             world::from_user(w, user));
  }
  w.plan(u.draws, w.now + Duration(rule.lease->value / 2), world::Renew{grant});
}

void consume(world::World& w, world::GrantIndex grant, std::uint64_t number, Instant since) {
  const auto [user, seen, g] = known(w, grant);
  const rules::Rule& rule = seen.rule_of(g);
  world::UserState& u = w.users[user];
  const scenarios::UserGroup& group = *w.group_of(w.users[user]);
  Instant until = std::min(floor_to(rule, w.now), g.leg.window.until);
  if (w.now < g.leg.window.until) {
    Instant next = std::min(w.now + group.report, g.leg.window.until);
    w.plan(u.draws, next, world::Consume{grant, number, std::max(since, until)});
  }
  if (until <= since) return;
  Window interval{since, until};
  const std::size_t which = number % u.adaptations.size();
  // Of this user's `number`-th grant.
  kernel::Stream stream(
      w.dynamics,
      {kernel::EntityKind::adaptation, u.draws.who.group, u.draws.who.number << 32 | number},
      kernel::Draw::consume, static_cast<std::uint64_t>(since.value));
  bool over = static_cast<std::int64_t>(stream.below(kFullRatio)) < group.over_consume;
  Quantity live = capacity::least(g.live, interval);
  // Between half and all of what there is.
  Quantity half(live.value / 2);
  Quantity used =
      live - half +
      Quantity(static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(half.value) + 1)));
  if (over) used = live + Quantity(1);
  if (used.value <= 0) return;
  objects::Activity o{w.fresh_salt(u.draws),
                      u.adaptations[which].pub,
                      u.adaptation_credentials[which],
                      g.id,
                      interval,
                      used};
  w.submit(objects::Kind::activity, {}, objects::encode_object(o),
           {{objects::Role::adaptation, u.adaptations[which]}}, world::from_user(w, user));
}

}  // namespace capmarket::agents
