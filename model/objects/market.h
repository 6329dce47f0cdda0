// Declarations, intents, requests, settlements, and the writer's tick.
// Source: docs/spec/semantics.md#submitted-objects.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/location/path.h"

namespace capmarket::objects {

/// A holder's capacity, free for a window. Signed by the holder.
struct Declaration {
  Salt salt;
  PublicKey holder;
  ContentId credential;    // the holder's
  ContentId asset_issuer;  // with asset_id the key of the asset
  std::string asset_id;
  location::Location location;
  Window window;
  Quantity quantity;
  std::string unit;
  std::string class_name;
  std::optional<ContentId> infrastructure;
  std::optional<ContentId> answers;  // an intent
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "holder", s.holder);
    v(3, "credential", s.credential);
    v(4, "asset_issuer", s.asset_issuer);
    v(5, "asset_id", s.asset_id);
    v(6, "location", s.location);
    v(7, "window", s.window);
    v(8, "quantity", s.quantity);
    v(9, "unit", s.unit);
    v(10, "class", s.class_name);
    v(11, "infrastructure", s.infrastructure);
    v(12, "answers", s.answers);
  }
};

/// Declarations under one signature: admitted whole or refused whole. Each item keeps its own
/// content id and is provable alone: `root` is the RFC 9162 root over the items' ids. Signed by the
/// holder.
struct DeclarationBatch {
  Salt salt;
  PublicKey holder;
  Digest root;
  std::vector<Declaration> items;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "holder", s.holder);
    v(3, "root", s.root);
    v(4, "items", s.items);
  }
};

/// Takes back what of a declaration lies ahead and is neither granted nor gone. Signed by the
/// holder.
struct Retract {
  Salt salt;
  PublicKey holder;
  ContentId declaration;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "holder", s.holder);
    v(3, "declaration", s.declaration);
  }
};

/// A demand without a declaration: holders choose whether to answer it. Signed by the user.
struct Intent {
  Salt salt;
  PublicKey user;
  Quantity quantity;
  Window window;
  std::string unit;
  std::string class_name;
  std::string tier;
  location::Location scope;  // where capacity would do
  Money max_price;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "user", s.user);
    v(3, "quantity", s.quantity);
    v(4, "window", s.window);
    v(5, "unit", s.unit);
    v(6, "class", s.class_name);
    v(7, "tier", s.tier);
    v(8, "scope", s.scope);
    v(9, "max_price", s.max_price);
  }
};

/// A user's demand against named declarations, or against whatever answers its intent. Signed by
/// the user.
struct Request {
  Salt salt;
  PublicKey user;
  std::vector<ContentId> declarations;
  Quantity quantity;
  Window window;
  std::string unit;
  std::string class_name;
  std::string tier;
  Money max_price;  // per unit and hour
  bool partial = false;
  Instant open_until;  // original legs are signed before it
  std::optional<ContentId> intent;
  std::optional<Salt> bundle;          // requests of several classes that belong together
  std::vector<PublicKey> adaptations;  // allowed to consume
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "user", s.user);
    v(3, "declarations", s.declarations);
    v(4, "quantity", s.quantity);
    v(5, "window", s.window);
    v(6, "unit", s.unit);
    v(7, "class", s.class_name);
    v(8, "tier", s.tier);
    v(9, "max_price", s.max_price);
    v(10, "partial", s.partial);
    v(11, "open_until", s.open_until);
    v(12, "intent", s.intent);
    v(13, "bundle", s.bundle);
    v(14, "adaptations", s.adaptations);
  }
};

/// Ends the original legs of a request. Signed by its user.
struct Withdrawal {
  Salt salt;
  PublicKey user;
  ContentId request;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "user", s.user);
    v(3, "request", s.request);
  }
};

/// The user gives back a part of a grant. Signed by the user.
struct Surrender {
  Salt salt;
  PublicKey user;
  ContentId grant;
  Window window;
  Quantity quantity;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "user", s.user);
    v(3, "grant", s.grant);
    v(4, "window", s.window);
    v(5, "quantity", s.quantity);
  }
};

/// Keeps a leased grant from lapsing. Signed by the user.
struct Renewal {
  Salt salt;
  PublicKey user;
  ContentId grant;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "user", s.user);
    v(3, "grant", s.grant);
  }
};

/// What a leg may cost to displace for it: who signs agrees to whatever the rule displaces, up to
/// these sums. Source: docs/spec/semantics.md#limits-of-a-cover.
struct DisplaceTerms {
  Money compensation_at_most;  // the sum of K, by the leg's user
  Money refund_at_most;        // the sum of what the leg's holder gives back
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "compensation_at_most", s.compensation_at_most);
    v(2, "refund_at_most", s.refund_at_most);
  }
};

/// One grant of a settlement.
struct Leg {
  ContentId declaration;
  ContentId request;
  ContentId holder_credential;
  ContentId user_credential;
  Quantity quantity;
  Window window;
  ContentId rule;
  std::string tier;
  Money price;  // per unit and hour
  Instant retain_until;
  std::vector<ContentId> predecessors;           // refusals that this leg discloses
  ContentId strategy;                            // of the rule's catalog
  std::optional<DisplaceTerms> displace;         // absent: it displaces nothing
  std::optional<ContentId> replaces;             // a failure or displacement of this request
  std::optional<ContentId> price_index;          // under discovered pricing
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "declaration", s.declaration);
    v(2, "request", s.request);
    v(3, "holder_credential", s.holder_credential);
    v(4, "user_credential", s.user_credential);
    v(5, "quantity", s.quantity);
    v(6, "window", s.window);
    v(7, "rule", s.rule);
    v(8, "tier", s.tier);
    v(9, "price", s.price);
    v(10, "retain_until", s.retain_until);
    v(11, "predecessors", s.predecessors);
    v(12, "strategy", s.strategy);
    v(13, "displace", s.displace);
    v(14, "replaces", s.replaces);
    v(15, "price_index", s.price_index);
  }
};

/// The place of a settlement in the sequence of one request.
struct SequenceIndex {
  ContentId request;
  std::int64_t index = 0;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "request", s.request);
    v(2, "index", s.index);
  }
};

/// The joint record of one user and the legs' holders. Signed by the user, each holder and, where
/// the rule asks for it, coordinators.
struct Settlement {
  Salt salt;
  Instant signed_at;
  std::vector<SequenceIndex> indices;   // one for each request of the legs
  std::vector<Leg> legs;                // 1 to kLegsMax
  std::vector<ContentId> coordinators;  // credentials
  std::optional<ContentId> policy;      // of reconciliation
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "signed_at", s.signed_at);
    v(3, "indices", s.indices);
    v(4, "legs", s.legs);
    v(5, "coordinators", s.coordinators);
    v(6, "policy", s.policy);
  }
};

/// By the writer, unsigned: makes due what nothing else does.
struct Tick {
  Salt salt;  // zero
  Instant instant;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "instant", s.instant);
  }
};

}  // namespace capmarket::objects
