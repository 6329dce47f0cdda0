// Genesis, authorities, credentials, classes. Source: docs/spec/semantics.md#parties.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/codec/fields.h"
#include "model/crypto/sign.h"
#include "model/location/path.h"
#include "model/objects/kinds.h"

namespace capmarket::objects {

/// The version of the chain's format that this code writes and reads.
inline constexpr std::int64_t kFormatVersion = 3;
/// Legs of a settlement, at most.
inline constexpr int kLegsMax = 8;
/// Victims of a leg's cover, and pieces of all of them together, at most; a genesis may allow less.
inline constexpr int kVictimsMax = 32, kPiecesMax = 64;
/// Links of a credential's chain to its root, at most.
inline constexpr int kLinksMax = 8;

/// A root of trust. It refers to itself on the chain as root_id(market id, index).
struct RootAuthority {
  std::string name;
  PublicKey key;
  std::vector<location::Location> scope;
  std::vector<std::string> classes;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "name", s.name);
    v(2, "key", s.key);
    v(3, "scope", s.scope);
    v(4, "classes", s.classes);
  }
};

/// Over so many refusals in a period a submitter is shut out until the period ends.
struct RefusalQuota {
  std::int64_t refusals = 10'000;
  Duration period{kNanosPerHour};
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "refusals", s.refusals);
    v(2, "period", s.period);
  }
};

/// How much one leg may displace. Source: docs/spec/semantics.md#limits-of-a-cover.
struct CoverLimits {
  std::int64_t victims = kVictimsMax;
  std::int64_t pieces = kPiecesMax;  // of all victims together
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "victims", s.victims);
    v(2, "pieces", s.pieces);
  }
};

/// The first object of a chain; its content id is the chain id. Signed by each root.
struct Genesis {
  Salt salt;
  std::string chain_name;
  std::int64_t format = kFormatVersion;
  crypto::Scheme scheme = crypto::Scheme::ed25519;
  std::optional<crypto::MacKey> mac_key;  // present exactly under `mac`
  PublicKey log_key;              // signs checkpoints
  std::vector<RootAuthority> roots;
  RefusalQuota refusal_quota;
  CoverLimits cover;
  std::optional<Duration> tick_ahead;  // of a Tick after the entry before it; absent: no bound
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "chain_name", s.chain_name);
    v(3, "format", s.format);
    v(4, "scheme", s.scheme);
    v(5, "mac_key", s.mac_key);
    v(6, "log_key", s.log_key);
    v(7, "roots", s.roots);
    v(8, "refusal_quota", s.refusal_quota);
    v(9, "cover", s.cover);
    v(10, "tick_ahead", s.tick_ahead);
  }
};

/// A sub-authority; narrows its parent. Signed by the parent.
struct AuthorityGrant {
  Salt salt;
  ContentId parent;
  std::string name;  // unique on the chain
  PublicKey key;
  std::vector<location::Location> scope;
  std::vector<std::string> classes;
  Window valid;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "parent", s.parent);
    v(3, "name", s.name);
    v(4, "key", s.key);
    v(5, "scope", s.scope);
    v(6, "classes", s.classes);
    v(7, "valid", s.valid);
  }
};

/// The holder of a credential may ask for that tier of that rule of the class.
struct Membership {
  std::string class_name;
  std::string rule;
  std::string tier;
  auto operator<=>(const Membership&) const = default;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "class", s.class_name);
    v(2, "rule", s.rule);
    v(3, "tier", s.tier);
  }
};

/// What the issuer attests that a holder physically has. Key: (issuer, id).
struct Asset {
  std::string id;
  std::string class_name;
  location::Location location;
  Quantity quantity;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "id", s.id);
    v(2, "class", s.class_name);
    v(3, "location", s.location);
    v(4, "quantity", s.quantity);
  }
};

/// Signed by the issuer.
struct CredentialGrant {
  Salt salt;
  ContentId issuer;
  PublicKey subject;
  Role role = Role::user;
  std::string kind;                 // a name that rules may ask for; may be empty
  std::vector<std::string> groups;  // likewise; sorted, unique
  std::vector<location::Location> scope;
  std::vector<Membership> memberships;
  std::vector<Asset> assets;
  Window valid;
  BasisPoints weight{kFullRatio};
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "issuer", s.issuer);
    v(3, "subject", s.subject);
    v(4, "role", s.role);
    v(5, "kind", s.kind);
    v(6, "groups", s.groups);
    v(7, "scope", s.scope);
    v(8, "memberships", s.memberships);
    v(9, "assets", s.assets);
    v(10, "valid", s.valid);
    v(11, "weight", s.weight);
  }
};

/// Names its authority, not a chain's id of it: its content id depends on its content alone.
struct ClassDeclaration {
  Salt salt;  // zero
  std::string authority;
  std::string class_name;
  std::int64_t version = 1;
  std::string unit;
  Duration granularity;
  Duration retention;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "authority", s.authority);
    v(3, "class", s.class_name);
    v(4, "version", s.version);
    v(5, "unit", s.unit);
    v(6, "granularity", s.granularity);
    v(7, "retention", s.retention);
  }
};

/// SHA-256(`capmarket/market`, the genesis with the scheme ed25519 and no mac_key), each
/// length-prefixed: what a market is called under any scheme of signatures. What the market's own
/// ids follow from, where the chain id stands in what is signed.
ContentId market_id(const Genesis& genesis);

/// A problem where the chain is of another format than this program reads and writes: what the
/// signatures of another format cover, and what its objects mean, is not known here.
Result<void> expect_format(const Genesis& genesis);

/// SHA-256(`capmarket/root`, market id, index), each length-prefixed: the id by which objects
/// refer to a root of the genesis.
ContentId root_id(const ContentId& market, std::size_t index);

}  // namespace capmarket::objects
