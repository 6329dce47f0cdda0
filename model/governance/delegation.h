// The delegation graph: roots, authorities below them, credentials at the leaves.
// Source: semantics.md section 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/objects/governance.h"

namespace capmarket {

struct AuthorityRecord {
  ContentId id;
  std::string name;
  PublicKey key;
  std::vector<Location> scope;
  std::vector<std::string> classes;
  Window valid;
  std::int32_t parent = -1;  // -1: a root
  int depth = 0;             // links to a root: 0 for a root
};

struct CredentialRecord {
  ContentId id;
  CredentialGrant grant;
  std::int32_t issuer = 0;
};

/// Everything admitted so far. Only admitted, hence narrowing, grants are added.
class Delegation {
 public:
  void add_root(const ContentId& id, const RootAuthority& root);
  void add(const ContentId& id, const AuthorityGrant& grant);
  void add(const ContentId& id, const CredentialGrant& grant);

  const AuthorityRecord* authority(const ContentId& id) const;
  const AuthorityRecord* authority_named(std::string_view name) const;
  const CredentialRecord* credential(const ContentId& id) const;
  const AuthorityRecord& issuer_of(const CredentialRecord& c) const {
    return authorities_[c.issuer];
  }
  /// The authorities from `a` up to, but without, the root.
  std::vector<const AuthorityRecord*> below_root(const AuthorityRecord& a) const;
  bool key_used(const PublicKey& key) const { return keys_.contains(key); }

 private:
  std::vector<AuthorityRecord> authorities_;
  std::vector<CredentialRecord> credentials_;
  std::unordered_map<ContentId, std::int32_t, FixedBytesHash> authority_index_, credential_index_;
  std::unordered_map<std::string, std::int32_t> by_name_;
  std::unordered_set<PublicKey, FixedBytesHash> keys_;
};

bool governs(const AuthorityRecord& a, std::string_view class_name, const Location& location);

/// Scope, classes and assets of a grant inside its issuer's.
bool scope_narrows(const AuthorityRecord& issuer, const std::vector<Location>& scope);
bool classes_narrow(const AuthorityRecord& issuer, const std::vector<std::string>& classes);
bool memberships_narrow(const AuthorityRecord& issuer, const std::vector<Membership>& memberships);
bool assets_narrow(const AuthorityRecord& issuer, const std::vector<Asset>& assets);

}  // namespace capmarket
