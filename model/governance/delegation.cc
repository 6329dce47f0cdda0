#include "model/governance/delegation.h"

#include <algorithm>

#include "model/base/check.h"

namespace capmarket::governance {

void Delegation::add_root(const ContentId& id, const objects::RootAuthority& root) {
  auto index = static_cast<std::int32_t>(authorities_.size());
  authorities_.push_back({id, root.name, root.key, root.scope, root.classes,
                          Window{Instant(-kWireMax), kDistantFuture}, -1, 0});
  authority_index_.emplace(id, index);
  by_name_.emplace(root.name, index);
  keys_.insert(root.key);
}

void Delegation::add(const ContentId& id, const objects::AuthorityGrant& grant) {
  auto parent = authority_index_.find(grant.parent);
  CHECK(parent != authority_index_.end());
  auto index = static_cast<std::int32_t>(authorities_.size());
  authorities_.push_back({id, grant.name, grant.key, grant.scope, grant.classes, grant.valid,
                          parent->second, authorities_[parent->second].depth + 1});
  authority_index_.emplace(id, index);
  by_name_.emplace(grant.name, index);
  keys_.insert(grant.key);
}

void Delegation::add(const ContentId& id, const objects::CredentialGrant& grant) {
  auto issuer = authority_index_.find(grant.issuer);
  CHECK(issuer != authority_index_.end());
  auto index = static_cast<std::int32_t>(credentials_.size());
  credential_index_.emplace(id, index);
  by_subject_[grant.subject].push_back(index);
  if (grant.role == objects::Role::coordinator) coordinators_.push_back(index);
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

const AuthorityRecord& Delegation::root_of(const AuthorityRecord& a) const {
  const AuthorityRecord* at = &a;
  while (at->parent >= 0) at = &authorities_[at->parent];
  return *at;
}

bool Delegation::key_free(const PublicKey& key, const ContentId& issuer, objects::Role role) const {
  if (!keys_.contains(key)) return true;
  auto it = by_subject_.find(key);
  if (it == by_subject_.end()) return false;
  return std::all_of(it->second.begin(), it->second.end(), [&](std::int32_t i) {
    return credentials_[i].grant.issuer == issuer && credentials_[i].grant.role == role;
  });
}

std::vector<const CredentialRecord*> Delegation::credentials_of(const PublicKey& subject) const {
  std::vector<const CredentialRecord*> out;
  if (auto it = by_subject_.find(subject); it != by_subject_.end())
    for (std::int32_t i : it->second) out.push_back(&credentials_[i]);
  return out;
}

std::vector<const CredentialRecord*> Delegation::coordinators() const {
  std::vector<const CredentialRecord*> out;
  for (std::int32_t i : coordinators_) out.push_back(&credentials_[i]);
  return out;
}

void Delegation::revoke(const ContentId& link, Instant effective) {
  auto [it, fresh] = revoked_.try_emplace(link, effective);
  if (!fresh) it->second = std::min(it->second, effective);
}

Instant Delegation::revoked_from(const ContentId& link) const {
  auto it = revoked_.find(link);
  return it == revoked_.end() ? kDistantFuture : it->second;
}

bool Delegation::is_above(const AuthorityRecord& a, const ContentId& target) const {
  std::int32_t at = -1;
  if (const CredentialRecord* c = credential(target))
    at = c->issuer;
  else if (const AuthorityRecord* below = authority(target))
    at = below->parent;
  for (; at >= 0; at = authorities_[at].parent)
    if (authorities_[at].id == a.id) return true;
  return false;
}

bool Delegation::chain_contains(const CredentialRecord& credential, const ContentId& link) const {
  if (credential.id == link) return true;
  for (const AuthorityRecord* a : below_root(issuer_of(credential)))
    if (a->id == link) return true;
  return false;
}

bool governs(const AuthorityRecord& a, std::string_view class_name, const location::Location& location) {
  return std::find(a.classes.begin(), a.classes.end(), class_name) != a.classes.end() &&
         location::any_contains(a.scope, location);
}

bool scope_narrows(const AuthorityRecord& issuer, const std::vector<location::Location>& scope) {
  return !scope.empty() && location::covers(issuer.scope, scope);
}

bool classes_narrow(const AuthorityRecord& issuer, const std::vector<std::string>& classes) {
  return std::all_of(classes.begin(), classes.end(), [&](const std::string& c) {
    return std::find(issuer.classes.begin(), issuer.classes.end(), c) != issuer.classes.end();
  });
}

bool memberships_narrow(const AuthorityRecord& issuer, const std::vector<objects::Membership>& memberships) {
  return std::all_of(memberships.begin(), memberships.end(),
                     [&](const objects::Membership& m) { return classes_narrow(issuer, {m.class_name}); });
}

bool assets_narrow(const AuthorityRecord& issuer, const std::vector<objects::Asset>& assets) {
  return std::all_of(assets.begin(), assets.end(), [&](const objects::Asset& a) {
    return a.quantity.value > 0 && governs(issuer, a.class_name, a.location);
  });
}

}  // namespace capmarket::governance
