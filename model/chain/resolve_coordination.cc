// Which regions a coordinator must sign for, and who the settlement names for each.
#include <algorithm>
#include <set>

#include "model/admission/clauses.h"
#include "model/chain/resolve_internal.h"
#include "model/location/shard.h"

namespace capmarket::chain {
namespace {

std::vector<location::Location> regions(const ChainState& s, const rules::Coordination& mode,
                              const location::Location& location) {
  if (mode.mode == rules::CoordinationMode::single) return {location};
  if (mode.mode != rules::CoordinationMode::sharded) return {};
  if (auto shard = location::at_depth(location, mode.by)) return {*shard};
  std::set<std::string> below;
  for (const governance::CredentialRecord* c : s.delegation.coordinators())
    for (const location::Location& scope : c->grant.scope)
      if (auto shard = location::at_depth(scope, mode.by); shard && location.contains(*shard))
        below.insert(shard->path);
  std::vector<location::Location> out;
  for (const std::string& path : below) out.push_back(location::Location{path});
  return out;
}

bool reaches(const governance::CredentialRecord& c, const location::Location& region) {
  return location::any_contains(c.grant.scope, region);
}

/// Which regions of a declaration's location must sign under `rule`, and who is named for each.
std::vector<admission::ShardFacts<Concrete>> shards_of(ChainState& s,
                                                       const objects::CheckedSubmission& sub,
                                                       const objects::Settlement& o,
                                                       const rules::Rule& rule,
                                                       const DeclarationRecord& d) {
  std::vector<admission::ShardFacts<Concrete>> out;
  const std::vector<PublicKey>* listed = nullptr;
  if (d.infrastructure.valid())
    listed = &s.infrastructures[d.infrastructure].infrastructure.coordinators;
  for (const location::Location& region : regions(s, rule.coordination, d.declared.location)) {
    admission::ShardFacts<Concrete> shard;
    shard.region = interval(location::interval_of(region));
    bool known = false;
    for (const governance::CredentialRecord* c : s.delegation.coordinators())
      known |= reaches(*c, region);
    shard.known = yes(known);
    const governance::CredentialRecord* signer = nullptr;
    bool fits = false;
    for (const ContentId& id : o.coordinators) {
      const governance::CredentialRecord* c = s.delegation.credential(id);
      if (c == nullptr || fits) continue;
      fits = c->grant.role == objects::Role::coordinator && reaches(*c, region);
      if (signer == nullptr || fits) signer = c;
    }
    if (signer != nullptr) {
      shard.coordinator = credential_facts(s, signer->id, objects::Role::coordinator,
                                           &signer->grant.subject, &region);
      if (listed != nullptr && !listed->empty())
        shard.coordinator.subject_fits =
            yes(std::find(listed->begin(), listed->end(), signer->grant.subject) != listed->end());
      shard.coordinator_signed =
          yes(sub.signed_by(objects::Role::coordinator, signer->grant.subject));
    }
    out.push_back(std::move(shard));
  }
  return out;
}

}  // namespace

void fill_coordination(admission::LegFacts<Concrete>& f, ChainState& s,
                       const objects::CheckedSubmission& sub, const objects::Settlement& o,
                       const objects::Leg& leg) {
  const rules::Rule& rule = s.rule(leg.rule)->rule;
  f.coordination_single = yes(rule.coordination.mode == rules::CoordinationMode::single);
  f.coordination_sharded = yes(rule.coordination.mode == rules::CoordinationMode::sharded);
  f.shards = shards_of(s, sub, o, rule, *s.declaration(leg.declaration));
}

bool coordinators_signed(ChainState& s, const objects::CheckedSubmission& sub,
                         const objects::Settlement& o, const rules::Rule& rule,
                         DeclarationIndex declaration) {
  admission::LegFacts<Concrete> f;
  f.shards = shards_of(s, sub, o, rule, s.declarations[declaration]);
  if (const governance::AuthorityRecord* a = s.delegation.authority_named(rule.authority))
    f.rule_root = root_number(s, *a);
  for (const admission::ShardFacts<Concrete>& shard : f.shards)
    if (!Concrete::holds(shard.known)) return false;
  return !f.shards.empty() &&
         Concrete::holds(admission::clause::coordinated<Concrete>(f, num(o.signed_at)));
}

}  // namespace capmarket::chain
