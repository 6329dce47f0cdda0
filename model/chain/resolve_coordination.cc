// Which regions a coordinator must sign for, and who the settlement names for each.
#include <algorithm>
#include <set>

#include "model/chain/resolve_internal.h"
#include "model/location/shard.h"

namespace capmarket::resolve_internal {
namespace {

std::vector<Location> regions(const ChainState& s, const Coordination& mode,
                              const Location& location) {
  if (mode.mode == CoordinationMode::single) return {location};
  if (mode.mode != CoordinationMode::sharded) return {};
  if (auto shard = at_depth(location, mode.by)) return {*shard};
  std::set<std::string> below;
  for (const CredentialRecord* c : s.delegation.coordinators())
    for (const Location& scope : c->grant.scope)
      if (auto shard = at_depth(scope, mode.by); shard && location.contains(*shard))
        below.insert(shard->path);
  std::vector<Location> out;
  for (const std::string& path : below) out.push_back(Location{path});
  return out;
}

bool reaches(const CredentialRecord& c, const Location& region) {
  return any_contains(c.grant.scope, region);
}

}  // namespace

void fill_coordination(LegFacts<Concrete>& f, ChainState& s, const CheckedSubmission& sub,
                       const Settlement& o, const Leg& leg) {
  const Rule& rule = s.rule(leg.rule)->rule;
  const DeclarationRecord& d = *s.declaration(leg.declaration);
  f.coordination_single = yes(rule.coordination.mode == CoordinationMode::single);
  f.coordination_sharded = yes(rule.coordination.mode == CoordinationMode::sharded);
  const std::vector<PublicKey>* listed = nullptr;
  if (d.infrastructure >= 0)
    listed = &s.infrastructures[d.infrastructure].infrastructure.coordinators;
  for (const Location& region : regions(s, rule.coordination, d.declared.location)) {
    ShardFacts<Concrete> shard;
    shard.region = interval(interval_of(region));
    bool known = false;
    for (const CredentialRecord* c : s.delegation.coordinators()) known |= reaches(*c, region);
    shard.known = yes(known);
    const CredentialRecord* signer = nullptr;
    bool fits = false;
    for (const ContentId& id : o.coordinators) {
      const CredentialRecord* c = s.delegation.credential(id);
      if (c == nullptr || fits) continue;
      fits = c->grant.role == Role::coordinator && reaches(*c, region);
      if (signer == nullptr || fits) signer = c;
    }
    if (signer != nullptr) {
      shard.coordinator =
          credential_facts(s, signer->id, Role::coordinator, &signer->grant.subject, &region);
      if (listed != nullptr && !listed->empty())
        shard.coordinator.subject_fits =
            yes(std::find(listed->begin(), listed->end(), signer->grant.subject) != listed->end());
      shard.coordinator_signed = yes(sub.signed_by(Role::coordinator, signer->grant.subject));
    }
    f.shards.push_back(std::move(shard));
  }
}

}  // namespace capmarket::resolve_internal
