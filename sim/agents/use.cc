#include "sim/agents/use.h"

#include <algorithm>

#include "sim/agents/frauds.h"

namespace capmarket::agents {
namespace {

/// The last multiple of the rule's granularity at or before `t`.
Instant floor_to(const rules::Rule& rule, Instant t) {
  Instant up = chain::ceil_to(rule, t);
  return up == t ? t : up - rule.granularity;
}

/// A half of the lease, rounded up.
Duration renewed_after(Duration lease) { return Duration(lease.value / 2 + lease.value % 2); }

}  // namespace

void on_granted(const party::UserView& v, const ContentId& id) {
  const chain::ChainState& seen = v.seen();
  auto it = seen.grant_index.find(id);
  if (it == seen.grant_index.end()) return;
  const party::GrantIndex grant = it->second;
  const chain::GrantRecord& g = seen.grants[grant];
  const rules::Rule& rule = seen.rule_of(g);
  const std::uint64_t number = v.me.granted++;
  Instant begin = std::max(v.now, g.leg.window.from);
  if (rule.lease) v.plan(v.me.draws, begin + renewed_after(*rule.lease), party::Renew{grant});
  plan_false_claim(v, grant, number);
  if (v.group == nullptr) return;
  if (v.group->surrender > 0) {
    kernel::Stream stream(v.dynamics, v.me.draws.who, kernel::Draw::surrender, number);
    Instant half = g.leg.window.from + Duration(g.leg.window.length().value / 2);
    if (static_cast<std::int64_t>(stream.below(kFullRatio)) < v.group->surrender && half > v.now)
      v.plan(v.me.draws, half, party::Surrender{grant});
  }
  if (v.group->adaptations > 0)
    v.plan(v.me.draws, std::min(g.leg.window.from + v.group->report, g.leg.window.until),
           party::Consume{grant, number, g.leg.window.from});
}

void surrender(const party::UserView& v, party::GrantIndex grant) {
  const chain::GrantRecord& g = v.seen().grants[grant];
  const rules::Rule& rule = v.seen().rule_of(g);
  // It takes effect after its admission.
  const Duration ahead =
      v.group == nullptr ? scenarios::UserGroup{}.surrender_ahead : v.group->surrender_ahead;
  Window rest{chain::ceil_to(rule, v.now + ahead), g.leg.window.until};
  if (rest.empty()) return;
  for (const objects::Piece& p : capacity::inside(g.live, rest))
    v.submit(objects::Surrender{v.fresh_salt(v.me.draws), v.me.key.pub, g.id, p.window, p.quantity},
             {}, {{objects::Role::user, v.me.key}}, v.sender());
}

void renew(const party::UserView& v, party::GrantIndex grant) {
  const chain::GrantRecord& g = v.seen().grants[grant];
  const rules::Rule& rule = v.seen().rule_of(g);
  if (g.live.empty() || v.now >= g.lease_until || v.now >= g.leg.window.until) return;
  if (g.lease_until < g.leg.window.until)
    v.submit(objects::Renewal{v.fresh_salt(v.me.draws), v.me.key.pub, g.id}, {},
             {{objects::Role::user, v.me.key}}, v.sender());
  v.plan(v.me.draws, v.now + renewed_after(*rule.lease), party::Renew{grant});
}

void consume(const party::UserView& v, party::GrantIndex grant, std::uint64_t number,
             Instant since) {
  const chain::GrantRecord& g = v.seen().grants[grant];
  const rules::Rule& rule = v.seen().rule_of(g);
  party::UserState& u = v.me;
  Instant until = std::min(floor_to(rule, v.now), g.leg.window.until);
  if (v.now < g.leg.window.until) {
    Instant next = std::min(v.now + v.group->report, g.leg.window.until);
    v.plan(u.draws, next, party::Consume{grant, number, std::max(since, until)});
  }
  if (until <= since) return;
  Window interval{since, until};
  const std::size_t which = number % u.adaptations.size();
  // Of this user's `number`-th grant.
  kernel::Stream stream(
      v.dynamics,
      {kernel::EntityKind::adaptation, u.draws.who.group, u.draws.who.number << 32 | number},
      kernel::Draw::consume, static_cast<std::uint64_t>(since.value));
  bool over = static_cast<std::int64_t>(stream.below(kFullRatio)) < v.group->over_consume;
  Quantity live = capacity::least(g.live, interval);
  if (plots(u, scenarios::Attack::hoarding))  // it has use for what it needs
    live = Quantity(static_cast<std::int64_t>(
        floor_div(Int128{live.value} * kFullRatio, std::max(kFullRatio, u.plot->factor))));
  // Between half and all of what there is.
  Quantity half(live.value / 2);
  Quantity used =
      live - half +
      Quantity(static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(half.value) + 1)));
  if (over) used = live + Quantity(1);
  if (used.value <= 0) return;
  v.submit(objects::Activity{v.fresh_salt(u.draws), u.adaptations[which].pub,
                             u.adaptation_credentials[which], g.id, interval, used},
           {}, {{objects::Role::adaptation, u.adaptations[which]}}, v.sender());
}

}  // namespace capmarket::agents
