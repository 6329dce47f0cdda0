// What a dispute finds and what its remedy is, slowly: each unit of volume once.
#include <algorithm>

#include "tests/property/slow_market.h"
#include "tests/property/slow_parts.h"
#include "tests/support/times.h"

namespace capmarket::property {
namespace {

/// `part` from the second on that holds `t`, rounded up.
Seconds from(Seconds part, Instant t) {
  for (int s = 0; s < kSeconds; ++s)
    if (testing::at_second(s) < whole_second(t)) part[s] = 0;
  return part;
}

}  // namespace

std::vector<ContentId> SlowMarket::invalid_links(const objects::Settlement& s,
                                                 std::optional<PublicKey>* by) const {
  std::vector<ContentId> chains, out;
  for (const objects::Leg& leg : s.legs)
    for (const ContentId& c : {leg.holder_credential, leg.user_credential}) chains.push_back(c);
  chains.insert(chains.end(), s.coordinators.begin(), s.coordinators.end());
  for (const ContentId& c : chains)
    for (const ContentId& link : links(c))
      if (revoked.contains(link) && revoked.at(link) <= s.signed_at) {
        if (!*by) *by = credentials.at(c).subject;
        out.push_back(link);
      }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// What each second of the window exceeds the schedule of the edge by.
Seconds SlowMarket::breach(const ContentId& edge, const Window& window) const {
  Seconds out{};
  for (int s = 0; s < kSeconds; ++s)
    if (window.contains(testing::at_second(s)))
      out[s] =
          std::max<std::int64_t>(0, shared_load(edge, s) - schedule(edge, testing::at_second(s)));
  return out;
}

bool SlowMarket::judged_on(const SlowGrant& g, const ContentId& edge) const {
  return declarations.at(g.leg.declaration).o.infrastructure == edge &&
         infrastructures.at(edge).peer &&
         rule(g).coordination.mode == rules::CoordinationMode::peer;
}

Seconds SlowMarket::open_breach(const ContentId& edge) const {
  Seconds out{}, whole = breach(edge, {testing::kStart, testing::at_second(kSeconds)});
  for (const auto& [id, g] : grants)
    for (int s = 0; s < kSeconds && judged_on(g, edge); ++s)
      if (g.leg.window.contains(testing::at_second(s))) out[s] = whole[s];
  if (punished.contains(edge))
    for (int s = 0; s < kSeconds; ++s)
      out[s] = std::max<std::int64_t>(0, out[s] - punished.at(edge)[s]);
  return out;
}

PublicKey SlowMarket::breacher(const ContentId& edge, int second,
                               const std::optional<PublicKey>& otherwise) const {
  std::map<PublicKey, std::int64_t> loads;
  std::optional<PublicKey> latest, first;
  for (const ContentId& id : grant_order) {
    const SlowGrant& g = grants.at(id);
    if (declarations.at(g.leg.declaration).o.infrastructure != edge) continue;
    loads[holder(g)] += g.live[second] + g.failed[second];
    if (g.live[second] > 0) latest = holder(g);
    if (!first && judged_on(g, edge) && g.leg.window.contains(testing::at_second(second)))
      first = holder(g);
  }
  if (agreements.contains(edge))
    for (const objects::PeerAgreement& a : agreements.at(edge)) {
      if (!a.window.contains(testing::at_second(second))) continue;
      if (loads[a.first] > a.first_quantity.value) return a.first;
      if (loads[a.second] > a.second_quantity.value) return a.second;
    }
  return latest ? *latest : otherwise ? *otherwise : *first;
}

/// The failures of a settlement that are late, without the record that is due, or made up for by
/// what the strategy does not take.
std::vector<ContentId> SlowMarket::unfollowed(const ContentId& settlement) const {
  std::vector<ContentId> out;
  for (const ContentId& id : failure_order) {
    const SlowFailure& f = failures.at(id);
    const SlowGrant& lost = grants.at(f.o.grant);
    if (lost.settlement != settlement) continue;
    Instant latest = last_dispute(settlement);
    if (f.told == 'u') latest = std::max(latest, f.admitted + rule(lost).dispute_within);
    if (latest <= time) continue;
    const rules::FallbackStrategy& strategy = strategies.at(lost.leg.strategy).first;
    bool bad = f.o.late || (!f.recorded && !strategy.record.empty() &&
                            time - f.admitted > strategy.notify_within);
    for (const auto& [gid, g] : grants) {
      if (g.leg.replaces != id) continue;
      auto edge = declarations.at(g.leg.declaration).o.infrastructure;
      bool pooled = edge && edge == declarations.at(lost.leg.declaration).o.infrastructure;
      for (const ContentId& c : settlements.at(g.settlement).o.coordinators)
        pooled = pooled || has(settlements.at(lost.settlement).o.coordinators, c);
      bool fits =
          strategy.substitution == rules::Substitution::any ||
          (strategy.substitution == rules::Substitution::pool && pooled) ||
          (strategy.substitution == rules::Substitution::same_holder && holder(g) == holder(lost));
      bad = bad || !fits;
    }
    if (bad) out.push_back(id);
  }
  return out;
}

void SlowMarket::await_release(const SlowGrant& g, const Seconds& part) {
  if (sum(part) > 0) items_.push_back({objects::Kind::release, g.id, part});
}

void SlowMarket::apply_resolution(const chain::Leaf& leaf, const objects::Resolution& o) {
  const SlowSettlement& s = settlements.at(disputed_->settlement);
  std::optional<PublicKey> by;
  switch (disputed_->ground) {
    case objects::Ground::credential_invalid:
      if (o.faults != invalid_links(s.o, &by)) complain("other links are at fault");
      if (o.at_fault != by) complain("somebody else is at fault");
      break;
    case objects::Ground::fallback_not_followed:
      if (o.faults != unfollowed(disputed_->settlement)) complain("other failures are at fault");
      break;
    default:
      break;
  }
  if (o.founded != o.at_fault.has_value()) complain("a finding without anybody at fault");
  if (disputed_->ground == objects::Ground::credential_invalid) note_reviewed(o.founded);
  remedy(leaf, o);
}

/// What the finding entails, less what was remedied before.
void SlowMarket::remedy(const chain::Leaf& leaf, const objects::Resolution& o) {
  owed_at_ = items_.size();
  const objects::Ground ground = disputed_->ground;
  if (ground == objects::Ground::shared_capacity_breached) return remedy_breach(leaf, o);
  std::vector<ContentId> parts;
  if (o.founded && ground == objects::Ground::fallback_not_followed) parts = o.faults;
  if (o.founded && ground != objects::Ground::fallback_not_followed)
    for (std::size_t i = 0; i < settlements.at(disputed_->settlement).o.legs.size(); ++i)
      parts.push_back(objects::grant_id(disputed_->settlement, i));
  bool before = false;
  for (const ContentId& part : parts) {
    if (!remedied_.emplace(part, ground).second) {
      before = true;
      continue;
    }
    if (ground != objects::Ground::fallback_not_followed) {
      remedy_leg(leaf, o, grants.at(part));
      continue;
    }
    const SlowFailure& f = failures.at(part);
    const SlowGrant& g = grants.at(f.o.grant);
    owe(g, objects::ObligationKind::remedy, holder(g), user(g),
        ratio(f.trimmed.value, strategies.at(g.leg.strategy).first.penalty.value), rule(g).currency,
        leaf.time + rule(g).dispute_within);
  }
  if (before == o.already_resolved.empty()) complain("what was resolved before is told otherwise");
}

void SlowMarket::remedy_leg(const chain::Leaf& leaf, const objects::Resolution& o,
                            const SlowGrant& g) {
  const std::optional<rules::RevocationClause>& clause = rule(g).revocation;
  if (disputed_->ground == objects::Ground::rule_misapplied ||
      (clause && clause->on_review == rules::OnReview::void_future)) {
    await_release(g, from(g.live, leaf.time));
  } else if (clause && clause->on_review == rules::OnReview::compensate) {
    owed_at_ = items_.size();
    owe(g, objects::ObligationKind::remedy, *o.at_fault,
        *o.at_fault == user(g) ? holder(g) : user(g),
        ratio(slow_value(g.leg.price, g.live), clause->rate.value), rule(g).currency,
        leaf.time + rule(g).dispute_within);
  }
}

void SlowMarket::remedy_breach(const chain::Leaf& leaf, const objects::Resolution& o) {
  const SlowGrant* leg = nullptr;
  ContentId edge;
  Seconds rest{};
  bool again = false;
  int first = 0;
  for (std::size_t i = 0; i < settlements.at(disputed_->settlement).o.legs.size(); ++i) {
    const SlowGrant& g = grants.at(objects::grant_id(disputed_->settlement, i));
    auto at = declarations.at(g.leg.declaration).o.infrastructure;
    if (!at || !judged_on(g, *at)) continue;
    Seconds found = breach(*at, g.leg.window), fresh = found;
    bool seen = false;
    for (int s = 0; s < kSeconds; ++s) {
      std::int64_t old = std::min(found[s], punished[*at][s]);
      seen = seen || old > 0;
      fresh[s] -= old;
    }
    if (sum(found) == 0 || (leg != nullptr && sum(fresh) == 0)) continue;
    leg = &g, edge = *at, rest = fresh, again = seen, first = 0;
    const Seconds& where = sum(fresh) > 0 ? fresh : found;
    while (where[first] == 0) ++first;
    if (sum(fresh) > 0) break;
  }
  if (o.founded != (leg != nullptr)) complain("a breach of the edge is found otherwise");
  if (again == o.already_resolved.empty()) complain("a punished breach is told otherwise");
  if (leg == nullptr || !o.at_fault) return;
  if (*o.at_fault != breacher(edge, first, holder(*leg))) complain("another member is in breach");
  Seconds ahead = from(rest, leaf.time), past = rest;
  for (int s = 0; s < kSeconds; ++s) past[s] -= ahead[s];
  for (const ContentId& fault : o.faults) {
    const SlowGrant& g = grants.at(fault);
    Seconds part{};
    for (int s = 0; s < kSeconds; ++s) {
      part[s] = std::min(g.live[s], ahead[s]);
      ahead[s] -= part[s];
      released[edge][s] += part[s];
    }
    if (sum(part) == 0) complain("a grant is at fault of nothing");
    await_release(g, part);
  }
  for (int s = 0; s < kSeconds; ++s) punished[edge][s] += past[s];
  const std::vector<PublicKey>& members = infrastructures.at(edge).members;
  owed_at_ = items_.size();
  std::vector<const SlowGrant*> latest;
  for (const auto& [id, g] : grants)
    if (declarations.at(g.leg.declaration).o.infrastructure == edge && holder(g) == *o.at_fault)
      latest.push_back(&g);
  std::sort(latest.begin(), latest.end(), [](const SlowGrant* a, const SlowGrant* b) {
    return std::pair(a->sequence, a->leg_index) > std::pair(b->sequence, b->leg_index);
  });
  for (const SlowGrant* g : latest) {
    Seconds part{};
    for (int s = 0; s < kSeconds; ++s) {
      part[s] = std::min(g->live[s] + g->failed[s], past[s]);
      past[s] -= part[s];
    }
    owe(*g, objects::ObligationKind::remedy, *o.at_fault,
        *o.at_fault == members[0] ? members[1] : members[0],
        ratio(slow_value(g->leg.price, part), rule(*g).peer_penalty.value), rule(*g).currency,
        leaf.time + rule(*g).dispute_within);
  }
}

}  // namespace capmarket::property
