// Who must sign for the region that a leg lies in. Source: docs/spec/semantics.md#regions.
#include <algorithm>
#include <set>

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

bool is_coordinator(const objects::CredentialGrant& c) { return c.role == objects::Role::coordinator; }

/// The first `depth` segments of a path that has as many; else empty.
std::optional<location::Location> ancestor(const location::Location& location, std::int64_t depth) {
  std::size_t at = 0;
  for (std::int64_t i = 0; i < depth; ++i) {
    if (at == std::string::npos) return std::nullopt;
    at = location.path.find('/', at == 0 ? 0 : at + 1);
  }
  return location::Location{at == std::string::npos ? location.path : location.path.substr(0, at)};
}

std::vector<location::Location> regions(const AuditState& s, const rules::Coordination& mode,
                              const location::Location& location) {
  switch (mode.mode) {
    case rules::CoordinationMode::none:
    case rules::CoordinationMode::peer:
      return {};
    case rules::CoordinationMode::single:
      return {location};
    case rules::CoordinationMode::sharded:
      break;
  }
  if (auto own = ancestor(location, mode.by)) return {*own};
  std::set<location::Location> below;
  for (auto node : s.delegation.coordinators())
    for (const location::Location& path : s.delegation.credential(node)->scope)
      if (auto shard = ancestor(path, mode.by); shard && location.contains(*shard))
        below.insert(*shard);
  return {below.begin(), below.end()};
}

/// The listed credential that speaks for the region; see number 8.
const ContentId* coordinator_of(const Gathering& g, const location::Location& region) {
  const ContentId* first = nullptr;
  for (const ContentId& id : g.o.coordinators) {
    const objects::CredentialGrant* c = g.s.delegation.credential(id);
    if (c == nullptr) continue;
    if (is_coordinator(*c) && location::any_contains(c->scope, region)) return &id;
    if (first == nullptr) first = &id;
  }
  return first;
}

bool listed(const AuditInfrastructure* i, const PublicKey& coordinator) {
  if (i == nullptr || i->infrastructure.coordinators.empty()) return true;
  const auto& keys = i->infrastructure.coordinators;
  return std::find(keys.begin(), keys.end(), coordinator) != keys.end();
}

}  // namespace

std::vector<ShardEvidence> shards_of(const Gathering& g, const rules::Rule& rule,
                                     const AuditDeclaration& declaration) {
  std::vector<ShardEvidence> out;
  const location::Location& location = declaration.declared.location;
  for (const location::Location& region : regions(g.s, rule.coordination, location)) {
    ShardEvidence shard;
    shard.region = region;
    for (auto node : g.s.delegation.coordinators())
      shard.known = shard.known || location::any_contains(g.s.delegation.credential(node)->scope, region);
    if (const ContentId* id = coordinator_of(g, region)) {
      const objects::CredentialGrant* c = g.s.delegation.credential(*id);
      shard.coordinator = credential_evidence(g.s, *id, objects::Role::coordinator, &c->subject, &region);
      shard.coordinator.subject_fits = listed(declaration.infrastructure, c->subject);
      shard.coordinator_signed = g.sub.signed_by(objects::Role::coordinator, c->subject);
    }
    out.push_back(std::move(shard));
  }
  return out;
}

bool shards_signed(const std::vector<ShardEvidence>& shards, const std::string& root,
                   Instant signed_at) {
  return std::all_of(shards.begin(), shards.end(), [&](const ShardEvidence& s) {
    return s.coordinator.exists && s.coordinator.resolves(signed_at) &&
           s.coordinator.scope_reaches && s.coordinator.root == root && s.coordinator_signed;
  });
}

void gather_coordination(const Gathering& g, LegEvidence& leg) {
  if (leg.declaration != nullptr && leg.rule != nullptr)
    leg.shards = shards_of(g, leg.rule->rule, *leg.declaration);
}

}  // namespace capmarket::audit
