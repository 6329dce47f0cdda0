// The delegation graph: roots, authorities below them, credentials at the leaves.
// Source: docs/spec/semantics.md#links.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/objects/governance.h"

namespace capmarket::governance {

/// A root of the genesis, or an admitted authority below one.
struct AuthorityRecord {
  ContentId id;
  std::string name;
  PublicKey key;
  std::vector<location::Location> scope;
  std::vector<std::string> classes;
  Window valid;
  std::int32_t parent = -1;  // -1: a root
  int depth = 0;             // links to a root: 0 for a root
};

/// An admitted credential grant; `issuer` is an index of the authorities.
struct CredentialRecord {
  ContentId id;
  objects::CredentialGrant grant;
  std::int32_t issuer = 0;
};

/// Everything admitted so far. Only admitted, hence narrowing, grants are added.
class Delegation {
 public:
  /// Adds a root, which is valid for ever. Precondition: id, key and name are new.
  void add_root(const ContentId& id, const objects::RootAuthority& root);
  /// Adds an authority below its parent. Precondition: the parent is there, the id new.
  void add(const ContentId& id, const objects::AuthorityGrant& grant);
  /// Adds a credential of its issuer. Precondition: the issuer is there, the id new.
  void add(const ContentId& id, const objects::CredentialGrant& grant);

  /// The authority or root of that id; null without one. Valid until the next `add`. O(1).
  const AuthorityRecord* authority(const ContentId& id) const;
  /// The authority or root of that name; null without one. Valid until the next `add`. O(1).
  const AuthorityRecord* authority_named(std::string_view name) const;
  /// The credential of that id; null without one. Valid until the next `add`. O(1).
  const CredentialRecord* credential(const ContentId& id) const;
  /// The authority that issued a credential of this graph. O(1).
  const AuthorityRecord& issuer_of(const CredentialRecord& c) const {
    return authorities_[c.issuer];
  }
  /// The authorities from `a` up to, but without, the root.
  std::vector<const AuthorityRecord*> below_root(const AuthorityRecord& a) const;
  /// The root that the chain of `a` ends in; `a` itself if it is one. O(depth).
  const AuthorityRecord& root_of(const AuthorityRecord& a) const;
  /// Nobody uses the key, or only credentials of that issuer in that role: a later one corrects or
  /// renews an earlier.
  bool key_free(const PublicKey& key, const ContentId& issuer, objects::Role role) const;
  /// No root, authority or credential of this graph has the key. O(1).
  bool key_unused(const PublicKey& key) const { return !keys_.contains(key); }
  /// Credentials of a subject, in order of admission.
  std::vector<const CredentialRecord*> credentials_of(const PublicKey& subject) const;
  /// Of coordinators, in order of admission.
  std::vector<const CredentialRecord*> coordinators() const;

  /// Takes note of a revocation of a grant of either kind.
  void revoke(const ContentId& link, Instant effective);
  /// The earliest effect of the revocations so far; kDistantFuture without one.
  Instant revoked_from(const ContentId& link) const;
  /// `a` issued `target` or stands above who did.
  bool is_above(const AuthorityRecord& a, const ContentId& target) const;
  /// True when `link` is `credential` itself or an authority above it.
  bool chain_contains(const CredentialRecord& credential, const ContentId& link) const;

 private:
  std::vector<AuthorityRecord> authorities_;
  std::vector<CredentialRecord> credentials_;
  std::unordered_map<ContentId, std::int32_t, FixedBytesHash> authority_index_, credential_index_;
  std::unordered_map<std::string, std::int32_t> by_name_;
  std::unordered_set<PublicKey, FixedBytesHash> keys_;
  std::unordered_map<PublicKey, std::vector<std::int32_t>, FixedBytesHash> by_subject_;
  std::unordered_map<ContentId, Instant, FixedBytesHash> revoked_;
  std::vector<std::int32_t> coordinators_;
};

/// The class is among the authority's, and its scope contains the location.
bool governs(const AuthorityRecord& a, std::string_view class_name, const location::Location& location);

/// Every location of `scope` lies in the issuer's.
bool scope_narrows(const AuthorityRecord& issuer, const std::vector<location::Location>& scope);
/// Every class is among the issuer's.
bool classes_narrow(const AuthorityRecord& issuer, const std::vector<std::string>& classes);
/// The class of every membership is among the issuer's.
bool memberships_narrow(const AuthorityRecord& issuer, const std::vector<objects::Membership>& memberships);
/// Every asset has a positive quantity, and the issuer governs its class and location.
bool assets_narrow(const AuthorityRecord& issuer, const std::vector<objects::Asset>& assets);

}  // namespace capmarket::governance
