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

void schedule_publishers(world::World& w) {
  for (world::PublisherIndex i : w.publishers.indices())
    w.plan(w.publishers[i].draws, w.scenario->start + w.publishers[i].every, world::Publish{i});
}

void publish(world::World& w, world::PublisherIndex index) {
  world::PublisherState& p = w.publishers[index];
  w.plan(p.draws, w.now + p.every, world::Publish{index});
  // Of everything until the checkpoint that reached it: what came since it cannot know.
  const chain::ChainState& seen = w.seen_by(p.readers);
  const Instant at = w.readers[p.readers].published;
  const chain::RuleRecord* rule = seen.rule_in_force(p.rule, at);
  if (rule == nullptr || rule->rule.pricing.mode != rules::PricingMode::discovered) return;
  chain::IndexValue truth = chain::recompute_index(seen, rule->rule, at);
  if (truth.count <= 0) return;
  objects::PriceIndex o{
      w.fresh_salt(p.draws), p.key.pub,        p.credential,        rule->rule.name,
      rule->rule.class_name, rule->rule.scope, rule->rule.currency, at,
      truth.count,           truth.value};
  std::optional<scenarios::Attack> attack;
  if (p.cherry_picks) {
    cherry_pick(o);
    attack = scenarios::Attack::cherry_picked_index;
  }
  w.submit(objects::Kind::price_index, {}, objects::encode_object(o),
           {{objects::Role::publisher, p.key}}, {p.draws.who, p.draws.sent++, {}}, attack);
}

}  // namespace capmarket::agents
