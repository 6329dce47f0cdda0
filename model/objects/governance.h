// Genesis, authorities, credentials, classes. Source: docs/spec/semantics.md#parties.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/crypto/sign.h"
#include "model/location/path.h"
#include "model/objects/kinds.h"

namespace capmarket::objects {

inline constexpr std::int64_t kFormatVersion = 1;
inline constexpr int kLegsMax = 8;
inline constexpr int kVictimsMax = 32;  // of a leg
inline constexpr int kLinksMax = 8;
inline constexpr std::int64_t kFullWeight = 10'000;  // basis points

/// A root of trust. It refers to itself on the chain as root_id(genesis id, index).
struct RootAuthority {
  std::string name;
  PublicKey key;
  std::vector<location::Location> scope;
  std::vector<std::string> classes;
  static constexpr auto fields() {
    using S = RootAuthority;
    return std::tuple{codec::field(1, "name", &S::name), codec::field(2, "key", &S::key),
                      codec::field(3, "scope", &S::scope), codec::field(4, "classes", &S::classes)};
  }
};

/// Over so many refusals in a period a submitter is shut out until the period ends.
struct RefusalQuota {
  std::int64_t refusals = 10'000;
  Duration period{kNanosPerHour};
  static constexpr auto fields() {
    using S = RefusalQuota;
    return std::tuple{codec::field(1, "refusals", &S::refusals), codec::field(2, "period", &S::period)};
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
  static constexpr auto fields() {
    using S = Genesis;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "chain_name", &S::chain_name),
                      codec::field(3, "format", &S::format),
                      codec::field(4, "scheme", &S::scheme),
                      codec::field(5, "mac_key", &S::mac_key),
                      codec::field(6, "log_key", &S::log_key, "Ed25519 key that signs checkpoints"),
                      codec::field(7, "roots", &S::roots),
                      codec::field(8, "refusal_quota", &S::refusal_quota)};
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
  static constexpr auto fields() {
    using S = AuthorityGrant;
    return std::tuple{codec::field(1, "salt", &S::salt),   codec::field(2, "parent", &S::parent),
                      codec::field(3, "name", &S::name),   codec::field(4, "key", &S::key),
                      codec::field(5, "scope", &S::scope), codec::field(6, "classes", &S::classes),
                      codec::field(7, "valid", &S::valid)};
  }
};

struct Membership {
  std::string class_name;
  std::string rule;
  std::string tier;
  auto operator<=>(const Membership&) const = default;
  static constexpr auto fields() {
    using S = Membership;
    return std::tuple{codec::field(1, "class", &S::class_name), codec::field(2, "rule", &S::rule),
                      codec::field(3, "tier", &S::tier)};
  }
};

/// What the issuer attests that a holder physically has. Key: (issuer, id).
struct Asset {
  std::string id;
  std::string class_name;
  location::Location location;
  Quantity quantity;
  static constexpr auto fields() {
    using S = Asset;
    return std::tuple{codec::field(1, "id", &S::id), codec::field(2, "class", &S::class_name),
                      codec::field(3, "location", &S::location), codec::field(4, "quantity", &S::quantity)};
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
  std::int64_t weight = kFullWeight;
  static constexpr auto fields() {
    using S = CredentialGrant;
    return std::tuple{codec::field(1, "salt", &S::salt),       codec::field(2, "issuer", &S::issuer),
                      codec::field(3, "subject", &S::subject), codec::field(4, "role", &S::role),
                      codec::field(5, "kind", &S::kind),       codec::field(6, "groups", &S::groups),
                      codec::field(7, "scope", &S::scope),     codec::field(8, "memberships", &S::memberships),
                      codec::field(9, "assets", &S::assets),   codec::field(10, "valid", &S::valid),
                      codec::field(11, "weight", &S::weight)};
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
  static constexpr auto fields() {
    using S = ClassDeclaration;
    return std::tuple{codec::field(1, "salt", &S::salt),          codec::field(2, "authority", &S::authority),
                      codec::field(3, "class", &S::class_name),   codec::field(4, "version", &S::version),
                      codec::field(5, "unit", &S::unit),          codec::field(6, "granularity", &S::granularity),
                      codec::field(7, "retention", &S::retention)};
  }
};

/// SHA-256(`capmarket/root`, genesis id, index), each length-prefixed: the id by which objects
/// refer to a root of the genesis.
ContentId root_id(const ContentId& genesis, std::size_t index);

}  // namespace capmarket::objects
