#include "sim/agents/publisher.h"

#include "model/chain/price_index.h"

namespace capmarket::agents {
namespace {

/// It leaves legs out of its index.
void cherry_pick(objects::PriceIndex& index) {
  index.count -= 1;
  index.value = index.value - Money(index.value.value / 10);
}

}  // namespace

void schedule_index(const party::PublisherView& v) {
  v.plan(v.me.draws, v.market.start() + v.me.every, party::Publish{v.index});
}

void publish(const party::PublisherView& v) {
  party::PublisherState& p = v.me;
  v.plan(p.draws, v.now + p.every, party::Publish{v.index});
  // Of everything until the checkpoint that reached it: what came since it cannot know.
  const Instant at = v.checkpoint;
  const chain::RuleRecord* rule = v.seen().rule_in_force(p.rule, at);
  if (rule == nullptr || rule->rule.pricing.mode != rules::PricingMode::discovered) return;
  chain::IndexValue truth = chain::recompute_index(v.seen(), rule->rule, at);
  if (truth.count <= 0) return;
  objects::PriceIndex o{
      v.fresh_salt(p.draws), p.key.pub,        p.credential,        rule->rule.name,
      rule->rule.class_name, rule->rule.scope, rule->rule.currency, at,
      truth.count,           truth.value};
  std::optional<scenarios::Attack> attack;
  if (p.cherry_picks) {
    cherry_pick(o);
    attack = scenarios::Attack::cherry_picked_index;
  }
  v.submit(o, {}, {{objects::Role::publisher, p.key}}, {p.draws.who, p.draws.sent++, {}}, attack);
}

}  // namespace capmarket::agents
