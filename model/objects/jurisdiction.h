// What authorities and the two members of an edge lay down.
// Source: docs/spec/semantics.md#submitted-objects.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/location/path.h"

namespace capmarket::objects {

/// How legs that reach into several jurisdictions are judged: for each of tiers, price bounds and
/// fallback the rule name whose version in force at `signed_at` is used; absent: the leg's own
/// rule. Signed by every authority named; all of them are roots.
struct ReconciliationPolicy {
  Salt salt;
  std::string name;
  std::vector<ContentId> authorities;
  std::optional<std::string> tiers;  // rule name, likewise below
  std::optional<std::string> price;
  std::optional<std::string> fallback;
  static constexpr auto fields() {
    using S = ReconciliationPolicy;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "name", &S::name),
                      codec::field(3, "authorities", &S::authorities),
                      codec::field(4, "tiers", &S::tiers),
                      codec::field(5, "price", &S::price),
                      codec::field(6, "fallback", &S::fallback)};
  }
};

/// From this instant on, until the next step.
struct ScheduleStep {
  Instant from;
  Quantity quantity;
  static constexpr auto fields() {
    using S = ScheduleStep;
    return std::tuple{codec::field(1, "from", &S::from), codec::field(2, "quantity", &S::quantity)};
  }
};

/// A resource that several holders' declarations share. Before the first step its capacity is zero.
/// Signed by the authority. A peer resource (an edge) has exactly two members.
struct SharedInfrastructure {
  Salt salt;
  ContentId authority;
  std::string name;
  std::string class_name;
  std::vector<location::Location> locations;
  std::vector<ScheduleStep> schedule;  // ascending
  std::vector<PublicKey> members;      // holders
  std::vector<PublicKey> coordinators;
  bool peer = false;
  static constexpr auto fields() {
    using S = SharedInfrastructure;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "authority", &S::authority),
                      codec::field(3, "name", &S::name),
                      codec::field(4, "class", &S::class_name),
                      codec::field(5, "locations", &S::locations),
                      codec::field(6, "schedule", &S::schedule),
                      codec::field(7, "members", &S::members),
                      codec::field(8, "coordinators", &S::coordinators),
                      codec::field(9, "peer", &S::peer)};
  }
};

/// How the two members of an edge split it, for a window. Signed by both.
struct PeerAgreement {
  Salt salt;
  ContentId infrastructure;
  Window window;
  PublicKey first;
  PublicKey second;
  Quantity first_quantity;
  Quantity second_quantity;
  static constexpr auto fields() {
    using S = PeerAgreement;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "infrastructure", &S::infrastructure),
                      codec::field(3, "window", &S::window),
                      codec::field(4, "first", &S::first),
                      codec::field(5, "second", &S::second),
                      codec::field(6, "first_quantity", &S::first_quantity),
                      codec::field(7, "second_quantity", &S::second_quantity)};
  }
};

/// Ends a credential or an authority grant from `effective` on. It voids nothing: it opens a
/// review. Signed by the issuer or an ancestor of it.
struct Revocation {
  Salt salt;
  ContentId authority;  // who revokes
  ContentId target;
  Instant effective;
  std::string reason;
  static constexpr auto fields() {
    using S = Revocation;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "authority", &S::authority),
                      codec::field(3, "target", &S::target), codec::field(4, "effective", &S::effective),
                      codec::field(5, "reason", &S::reason)};
  }
};

/// An analysis that was refuted and let pass, with the reason.
struct Waiver {
  std::string analysis;
  std::string because;
  static constexpr auto fields() {
    using S = Waiver;
    return std::tuple{codec::field(1, "analysis", &S::analysis), codec::field(2, "because", &S::because)};
  }
};

/// A record beside a rule that admission never consults. Signed by the rule's authority.
struct Promulgation {
  Salt salt;
  ContentId rule;
  std::vector<Waiver> waivers;
  Digest certificates;             // SHA-256 over the proofs
  std::vector<std::string> tools;  // names with versions
  static constexpr auto fields() {
    using S = Promulgation;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "rule", &S::rule),
                      codec::field(3, "waivers", &S::waivers), codec::field(4, "certificates", &S::certificates),
                      codec::field(5, "tools", &S::tools)};
  }
};

}  // namespace capmarket::objects
