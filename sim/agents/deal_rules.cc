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

Instant silent_since(const std::map<party::CoordinatorIndex, Instant>* silent,
                     party::CoordinatorIndex index) {
  if (silent == nullptr) return Instant(-kWireMax);
  auto found = silent->find(index);
  return found == silent->end() ? Instant(-kWireMax) : found->second;
}

/// Coordinators that the rule asks for at a place; false where one is missing.
bool find_coordinators(const party::Market& market, const rules::Rule& rule,
                       const location::Location& location, party::AuthorityIndex root,
                       const std::map<party::CoordinatorIndex, Instant>* silent,
                       std::vector<party::CoordinatorIndex>& out) {
  std::vector<location::Location> regions;
  if (rule.coordination.mode == rules::CoordinationMode::single) {
    regions.push_back(location);
  } else if (rule.coordination.mode == rules::CoordinationMode::sharded) {
    if (location.depth() >= rule.coordination.by) {
      regions.push_back(at_depth(location, rule.coordination.by));
    } else {  // every shard below
      std::set<location::Location> below;
      for (party::CoordinatorIndex i : market.coordinators())
        if (const location::Location& scope = market.coordinator(i).scope;
            location.contains(scope) && scope.depth() >= rule.coordination.by)
          below.insert(at_depth(scope, rule.coordination.by));
      regions.assign(below.begin(), below.end());
    }
    if (regions.empty()) return false;
  }
  for (const location::Location& region : regions) {
    std::optional<std::pair<Instant, party::CoordinatorIndex>> best;
    for (party::CoordinatorIndex i : market.coordinators()) {
      const party::CoordinatorProfile& c = market.coordinator(i);
      if (!c.scope.contains(region) || market.root_of(c.authority) != root) continue;
      const std::pair<Instant, party::CoordinatorIndex> one{silent_since(silent, i), i};
      best = best ? std::min(*best, one) : one;
    }
    if (!best) return false;
    if (std::find(out.begin(), out.end(), best->second) == out.end()) out.push_back(best->second);
  }
  return true;
}

/// The user may settle with the holder at all; who escapes its scope, only where it may not.
bool may_settle(const party::Market& market, const party::UserProfile& u,
                const party::HolderProfile& h, bool out_of_scope) {
  return out_of_scope ? !location::any_contains(u.scope, h.location) : market.reaches(u, h);
}

/// What the agreement on its edge leaves the member over the window.
Quantity left_of_share(const party::Market& market, const chain::ChainState& seen,
                       const party::HolderProfile& h, const Window& window) {
  const scenarios::SharedInfrastructureSpec& x = market.infrastructure(h.infrastructure);
  std::int64_t share = kWireMax;  // the least of the steps that the window meets
  for (std::size_t i = 0; i < x.schedule.size(); ++i) {
    Instant until =
        i + 1 < x.schedule.size() ? market.start() + x.schedule[i + 1].first : kDistantFuture;
    if (!window.meets({market.start() + x.schedule[i].first, until})) continue;
    std::int64_t whole = x.schedule[i].second.value;
    auto first = static_cast<std::int64_t>(
        floor_div(static_cast<Int128>(whole) * x.split, kFullRatio));
    share = std::min(share, h.name == x.peer[0] ? first : whole - first);
  }
  for (party::ListingIndex l : h.listings) {
    const chain::DeclarationRecord* d = seen.declaration(market.listing(l).declaration);
    if (d != nullptr) share -= d->taken.max(window).value;
  }
  return Quantity(share);
}

}  // namespace

Parties parties_of(const party::UserView& v, party::HolderIndex holder) {
  return {v.index, holder, v.me.attack == scenarios::Attack::scope_escape, &v.me.silent};
}

std::optional<DealRules> deal_rules_for(const party::Market& market, const chain::ChainState& seen,
                                        const Parties& parties, party::ClassIndex class_index,
                                        Instant t) {
  const party::HolderProfile& h = market.holder(parties.holder);
  const party::UserProfile& u = market.user(parties.user);
  if (!may_settle(market, u, h, parties.out_of_scope)) return std::nullopt;
  DealRules out;
  out.rule_index = market.rule_for(class_index, h.location, t);
  if (!out.rule_index.valid()) return std::nullopt;
  const chain::RuleRecord* record = seen.rule(market.rule_id(out.rule_index));
  if (record == nullptr) return std::nullopt;
  out.rule = &record->rule;
  const party::AuthorityIndex root = market.root_of(market.authority_named(out.rule->authority));
  if (!find_coordinators(market, *out.rule, h.location, root, parties.silent, out.coordinators)) return std::nullopt;
  std::set<party::AuthorityIndex> roots{root, market.root_of(h.authority),
                                        market.root_of(u.authority)};
  objects::Settlement probe;
  probe.signed_at = t;
  if (roots.size() > 1) {
    const party::PolicyIndex policy = market.policy_between(roots);
    if (!policy.valid()) return std::nullopt;
    out.policy = probe.policy = market.policy_id(policy);
  }
  objects::Leg leg;
  leg.rule = market.rule_id(out.rule_index);
  out.tiers = &seen.rules[chain::tier_rule(seen, probe, leg)].rule;
  out.price = &chain::price_rule(seen, probe, leg);
  out.fallback = &chain::fallback_rule(seen, probe, leg);
  if (out.fallback->fallback_ids.empty()) return std::nullopt;  // nothing to name at signing
  return out;
}

Quantity free_of(const party::Market& market, const chain::ChainState& seen,
                 party::ListingIndex listing, const DealRules& deal, const std::string& tier,
                 const Window& window) {
  const party::Listing& l = market.listing(listing);
  const party::HolderProfile& h = market.holder(l.holder);
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
    room = std::min<Int128>(room, left_of_share(market, seen, h, window).value);
  if (const rules::Tier* t = deal.rule->tier(tier)) {
    under(turn.quota_excess(window, at->second, *deal.rule, *t));
    under(turn.set_aside_excess(window, at->second, *deal.rule, *t));
  }
  return Quantity(static_cast<std::int64_t>(std::clamp<Int128>(room, 0, kWireMax)));
}

Quantity room_for(const party::HolderView& v, party::ListingIndex listing, const DealRules& deal,
                  const std::string& tier, const Window& window) {
  const party::HolderState& h = v.me;
  if (h.strategy == scenarios::HolderStrategy::over_sell)
    return v.market.listing(listing).quantity;  // as if nothing were sold
  // On an edge a member's share is one for all that it declares there.
  const bool one_share =
      deal.rule->coordination.mode == rules::CoordinationMode::peer && h.infrastructure.valid();
  Quantity committed(0);
  for (party::ListingIndex own : h.listings)
    if (own == listing || one_share)
      committed += h.book.committed(static_cast<std::uint32_t>(own.place()), window, v.now);
  const Quantity free = free_of(v.market, v.seen(), listing, deal, tier, window);
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

const party::KnownRefusal* latest_refusal(const party::UserState& u, const ContentId& declaration,
                                          Instant t) {
  const party::KnownRefusal* out = nullptr;
  for (const party::KnownRefusal& k : u.refusals)
    if (k.declaration == declaration && k.admitted < t) out = &k;
  return out;
}

bool overdue(const chain::ChainState& seen, const PublicKey& user, Instant now) {
  auto debts = seen.debts.find(user);
  return debts != seen.debts.end() && !debts->second.empty() && debts->second.begin()->first < now;
}

}  // namespace capmarket::agents
