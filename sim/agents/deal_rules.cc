#include "sim/agents/deal_rules.h"

#include <algorithm>
#include <set>

#include "model/chain/policy.h"
#include "model/chain/turn.h"

namespace capmarket::agents {
namespace {

/// The ancestor of depth `depth` (the root has 1), or the location itself above it.
location::Location at_depth(const location::Location& location, std::int64_t depth) {
  std::size_t end = 0;
  for (std::int64_t i = 0; i < depth && end < location.path.size(); ++i)
    end = std::min(location.path.find('/', end + (i > 0 ? 1 : 0)), location.path.size());
  return {location.path.substr(0, end)};
}

/// Coordinators that the rule asks for at a place; false where one is missing.
bool find_coordinators(const world::World& w, const rules::Rule& rule,
                       const location::Location& location, world::AuthorityIndex root,
                       std::vector<world::CoordinatorIndex>& out) {
  std::vector<location::Location> regions;
  if (rule.coordination.mode == rules::CoordinationMode::single) {
    regions.push_back(location);
  } else if (rule.coordination.mode == rules::CoordinationMode::sharded) {
    if (location.depth() >= rule.coordination.by) {
      regions.push_back(at_depth(location, rule.coordination.by));
    } else {  // every shard below
      std::set<location::Location> below;
      for (const world::CoordinatorState& c : w.coordinators)
        if (location.contains(c.scope) && c.scope.depth() >= rule.coordination.by)
          below.insert(at_depth(c.scope, rule.coordination.by));
      regions.assign(below.begin(), below.end());
    }
    if (regions.empty()) return false;
  }
  for (const location::Location& region : regions) {
    auto all = w.coordinators.indices();
    auto found = std::find_if(all.begin(), all.end(), [&](world::CoordinatorIndex i) {
      const world::CoordinatorState& c = w.coordinators[i];
      return c.scope.contains(region) && w.roots[c.authority] == root;
    });
    if (found == all.end()) return false;
    if (std::find(out.begin(), out.end(), *found) == out.end()) out.push_back(*found);
  }
  return true;
}

/// The first policy between all of the jurisdictions; none without one.
world::PolicyIndex policy_between(const world::World& w,
                                  const std::set<world::AuthorityIndex>& roots) {
  for (world::PolicyIndex i : indices(w.scenario->reconciliation)) {
    std::set<world::AuthorityIndex> covered;
    for (const std::string& name : at(w.scenario->reconciliation, i).authorities)
      covered.insert(w.roots[w.authority_named(name)]);
    if (std::includes(covered.begin(), covered.end(), roots.begin(), roots.end())) return i;
  }
  return {};
}

/// What the agreement on its edge leaves the member over the window.
Quantity left_of_share(const world::World& w, const chain::ChainState& seen,
                       const world::HolderState& h, const Window& window) {
  const scenarios::SharedInfrastructureSpec& x = at(w.scenario->infrastructure, h.infrastructure);
  std::int64_t share = kWireMax;  // the least of the steps that the window meets
  for (std::size_t i = 0; i < x.schedule.size(); ++i) {
    Instant until =
        i + 1 < x.schedule.size() ? w.scenario->start + x.schedule[i + 1].first : kDistantFuture;
    if (!window.meets({w.scenario->start + x.schedule[i].first, until})) continue;
    std::int64_t whole = x.schedule[i].second.value;
    auto first = static_cast<std::int64_t>(
        floor_div(static_cast<Int128>(whole) * x.split, kFullRatio));
    share = std::min(share, h.name == x.peer[0] ? first : whole - first);
  }
  for (world::ListingIndex l : h.listings) {
    const chain::DeclarationRecord* d = seen.declaration(w.listings[l].declaration);
    if (d != nullptr) share -= d->taken.max(window).value;
  }
  return Quantity(share);
}

}  // namespace

bool reaches(const world::World& w, const world::UserState& u, const world::HolderState& h) {
  bool inside = location::any_contains(u.scope, h.location);
  if (u.attack == scenarios::Attack::scope_escape) return !inside;
  return inside || (w.roots[u.authority] != w.roots[h.authority] &&
                    policy_between(w, {w.roots[u.authority], w.roots[h.authority]}).valid());
}

std::optional<DealRules> deal_rules_for(const world::World& w, const chain::ChainState& seen,
                                        world::UserIndex user,
                                        const world::Listing& listing,
                                        world::ClassIndex class_index, Instant t) {
  const world::HolderState& h = w.holder_of(listing);
  const world::UserState& u = w.users[user];
  if (!reaches(w, u, h)) return std::nullopt;
  DealRules out;
  out.rule_index = w.rule_for(class_index, h.location, t);
  if (!out.rule_index.valid()) return std::nullopt;
  const chain::RuleRecord* record = seen.rule(w.rule_ids[out.rule_index]);
  if (record == nullptr) return std::nullopt;
  out.rule = &record->rule;
  const world::AuthorityIndex root = w.roots[w.authority_named(out.rule->authority)];
  if (!find_coordinators(w, *out.rule, h.location, root, out.coordinators)) return std::nullopt;
  std::set<world::AuthorityIndex> roots{root, w.roots[h.authority], w.roots[u.authority]};
  objects::Settlement probe;
  probe.signed_at = t;
  if (roots.size() > 1) {
    const world::PolicyIndex policy = policy_between(w, roots);
    if (!policy.valid()) return std::nullopt;
    out.policy = probe.policy = w.policy_ids[policy];
  }
  objects::Leg leg;
  leg.rule = w.rule_ids[out.rule_index];
  out.tiers = &seen.rules[chain::tier_rule(seen, probe, leg)].rule;
  out.price = &chain::price_rule(seen, probe, leg);
  out.fallback = &chain::fallback_rule(seen, probe, leg);
  if (out.fallback->fallback_ids.empty()) return std::nullopt;  // nothing to name at signing
  return out;
}

Quantity free_of(const world::World& w, const chain::ChainState& seen, world::ListingIndex listing,
                 const DealRules& deal, const std::string& tier, const Window& window) {
  const world::Listing& l = w.listings[listing];
  const world::HolderState& h = w.holder_of(l);
  auto at = seen.declaration_index.find(l.declaration);
  if (at == seen.declaration_index.end() || window.empty()) return Quantity(0);
  const chain::Turn turn(seen);
  Int128 room = kWireMax;
  auto under = [&](const std::optional<Int128>& excess) {
    if (excess) room = std::min(room, -*excess);
  };
  under(turn.excess(window, at->second));
  const chain::DeclarationRecord& d = seen.declarations[at->second];
  rules::CoordinationMode mode = deal.rule->coordination.mode;
  if (mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded)
    under(turn.shared_excess(window, d.infrastructure));
  if (mode == rules::CoordinationMode::peer && h.infrastructure.valid())
    room = std::min<Int128>(room, left_of_share(w, seen, h, window).value);
  if (const rules::Tier* t = deal.rule->tier(tier)) {
    under(turn.quota_excess(window, at->second, *deal.rule, *t));
    under(turn.set_aside_excess(window, at->second, *deal.rule, *t));
  }
  return Quantity(static_cast<std::int64_t>(std::clamp<Int128>(room, 0, kWireMax)));
}

Quantity room_for(const world::World& w, world::ListingIndex listing, const DealRules& deal,
                  const std::string& tier, const Window& window) {
  const world::Listing& l = w.listings[listing];
  const world::HolderState& h = w.holder_of(l);
  if (h.strategy == scenarios::HolderStrategy::over_sell)
    return l.quantity;  // as if nothing were sold
  // On an edge a member's share is one for all that it declares there.
  const bool one_share =
      deal.rule->coordination.mode == rules::CoordinationMode::peer && h.infrastructure.valid();
  Quantity committed(0);
  for (world::ListingIndex own : h.listings)
    if (own == listing || one_share)
      committed += h.book.committed(static_cast<std::uint32_t>(own.place()), window, w.now);
  const Quantity free = free_of(w, w.seen_by(h.readers), listing, deal, tier, window);
  return free - std::min(free, committed);
}

Quantity left_of_user(const chain::ChainState& seen, const PublicKey& user, const DealRules& deal,
                      const std::string& tier, const Window& window,
                      std::vector<objects::Piece> others) {
  const rules::Tier* t = deal.rule->tier(tier);
  if (t == nullptr || !t->user_quota) return Quantity(kWireMax);
  auto live = chain::live_of_user(seen, user, deal.rule->name, tier, window, std::move(others));
  const Int128 left = t->user_quota->value - live.value_or(0);
  return Quantity(static_cast<std::int64_t>(std::clamp<Int128>(left, 0, kWireMax)));
}

const world::KnownRefusal* latest_refusal(const world::UserState& u, const ContentId& declaration,
                                          Instant t) {
  const world::KnownRefusal* out = nullptr;
  for (const world::KnownRefusal& k : u.refusals)
    if (k.declaration == declaration && k.admitted < t) out = &k;
  return out;
}

bool overdue(const chain::ChainState& seen, const PublicKey& user, Instant now) {
  auto debts = seen.debts.find(user);
  return debts != seen.debts.end() && !debts->second.empty() && debts->second.begin()->first < now;
}

}  // namespace capmarket::agents
