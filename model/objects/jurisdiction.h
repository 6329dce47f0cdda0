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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "name", s.name);
    v(3, "authorities", s.authorities);
    v(4, "tiers", s.tiers);
    v(5, "price", s.price);
    v(6, "fallback", s.fallback);
  }
};

/// From this instant on, until the next step.
struct ScheduleStep {
  Instant from;
  Quantity quantity;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "from", s.from);
    v(2, "quantity", s.quantity);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "authority", s.authority);
    v(3, "name", s.name);
    v(4, "class", s.class_name);
    v(5, "locations", s.locations);
    v(6, "schedule", s.schedule);
    v(7, "members", s.members);
    v(8, "coordinators", s.coordinators);
    v(9, "peer", s.peer);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "infrastructure", s.infrastructure);
    v(3, "window", s.window);
    v(4, "first", s.first);
    v(5, "second", s.second);
    v(6, "first_quantity", s.first_quantity);
    v(7, "second_quantity", s.second_quantity);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "authority", s.authority);
    v(3, "target", s.target);
    v(4, "effective", s.effective);
    v(5, "reason", s.reason);
  }
};

/// An analysis that was refuted and let pass, with the reason.
struct Waiver {
  std::string analysis;
  std::string because;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "analysis", s.analysis);
    v(2, "because", s.because);
  }
};

/// A record beside a rule that admission never consults. Signed by the rule's authority.
struct Promulgation {
  Salt salt;
  ContentId rule;
  std::vector<Waiver> waivers;
  Digest certificates;             // SHA-256 over the proofs
  std::vector<std::string> tools;  // names with versions
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "rule", s.rule);
    v(3, "waivers", s.waivers);
    v(4, "certificates", s.certificates);
    v(5, "tools", s.tools);
  }
};

}  // namespace capmarket::objects
