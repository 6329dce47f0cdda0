#include "model/governance/delegation.h"

#include <algorithm>

#include "model/base/check.h"

namespace capmarket {

void Delegation::add_root(const ContentId& id, const RootAuthority& root) {
  auto index = static_cast<std::int32_t>(authorities_.size());
  authorities_.push_back({id, root.name, root.key, root.scope, root.classes,
                          Window{Instant(-kWireMax), kDistantFuture}, -1, 0});
  authority_index_.emplace(id, index);
  by_name_.emplace(root.name, index);
  keys_.insert(root.key);
}

void Delegation::add(const ContentId& id, const AuthorityGrant& grant) {
  auto parent = authority_index_.find(grant.parent);
  CHECK(parent != authority_index_.end());
  auto index = static_cast<std::int32_t>(authorities_.size());
  authorities_.push_back({id, grant.name, grant.key, grant.scope, grant.classes, grant.valid,
                          parent->second, authorities_[parent->second].depth + 1});
  authority_index_.emplace(id, index);
  by_name_.emplace(grant.name, index);
  keys_.insert(grant.key);
}

void Delegation::add(const ContentId& id, const CredentialGrant& grant) {
  auto issuer = authority_index_.find(grant.issuer);
  CHECK(issuer != authority_index_.end());
  credential_index_.emplace(id, static_cast<std::int32_t>(credentials_.size()));
  credentials_.push_back({id, grant, issuer->second});
  keys_.insert(grant.subject);
}

const AuthorityRecord* Delegation::authority(const ContentId& id) const {
  auto it = authority_index_.find(id);
  return it == authority_index_.end() ? nullptr : &authorities_[it->second];
}

const AuthorityRecord* Delegation::authority_named(std::string_view name) const {
  auto it = by_name_.find(std::string(name));
  return it == by_name_.end() ? nullptr : &authorities_[it->second];
}

const CredentialRecord* Delegation::credential(const ContentId& id) const {
  auto it = credential_index_.find(id);
  return it == credential_index_.end() ? nullptr : &credentials_[it->second];
}

std::vector<const AuthorityRecord*> Delegation::below_root(const AuthorityRecord& a) const {
  std::vector<const AuthorityRecord*> out;
  for (const AuthorityRecord* at = &a; at->parent >= 0; at = &authorities_[at->parent])
    out.push_back(at);
  return out;
}

bool governs(const AuthorityRecord& a, std::string_view class_name, const Location& location) {
  return std::find(a.classes.begin(), a.classes.end(), class_name) != a.classes.end() &&
         any_contains(a.scope, location);
}

bool scope_narrows(const AuthorityRecord& issuer, const std::vector<Location>& scope) {
  return !scope.empty() && covers(issuer.scope, scope);
}

bool classes_narrow(const AuthorityRecord& issuer, const std::vector<std::string>& classes) {
  return std::all_of(classes.begin(), classes.end(), [&](const std::string& c) {
    return std::find(issuer.classes.begin(), issuer.classes.end(), c) != issuer.classes.end();
  });
}

bool memberships_narrow(const AuthorityRecord& issuer, const std::vector<Membership>& memberships) {
  return std::all_of(memberships.begin(), memberships.end(),
                     [&](const Membership& m) { return classes_narrow(issuer, {m.class_name}); });
}

bool assets_narrow(const AuthorityRecord& issuer, const std::vector<Asset>& assets) {
  return std::all_of(assets.begin(), assets.end(), [&](const Asset& a) {
    return a.quantity.value > 0 && governs(issuer, a.class_name, a.location);
  });
}

}  // namespace capmarket
