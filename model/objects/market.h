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
  static constexpr auto fields() {
    using S = Declaration;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "holder", &S::holder),
                      codec::field(3, "credential", &S::credential),
                      codec::field(4, "asset_issuer", &S::asset_issuer),
                      codec::field(5, "asset_id", &S::asset_id),
                      codec::field(6, "location", &S::location),
                      codec::field(7, "window", &S::window),
                      codec::field(8, "quantity", &S::quantity),
                      codec::field(9, "unit", &S::unit),
                      codec::field(10, "class", &S::class_name),
                      codec::field(11, "infrastructure", &S::infrastructure),
                      codec::field(12, "answers", &S::answers)};
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
  static constexpr auto fields() {
    using S = DeclarationBatch;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "holder", &S::holder),
                      codec::field(3, "root", &S::root), codec::field(4, "items", &S::items)};
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
  static constexpr auto fields() {
    using S = Intent;
    return std::tuple{codec::field(1, "salt", &S::salt),          codec::field(2, "user", &S::user),
                      codec::field(3, "quantity", &S::quantity),  codec::field(4, "window", &S::window),
                      codec::field(5, "unit", &S::unit),          codec::field(6, "class", &S::class_name),
                      codec::field(7, "tier", &S::tier),          codec::field(8, "scope", &S::scope),
                      codec::field(9, "max_price", &S::max_price)};
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
  static constexpr auto fields() {
    using S = Request;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "user", &S::user),
                      codec::field(3, "declarations", &S::declarations),
                      codec::field(4, "quantity", &S::quantity),
                      codec::field(5, "window", &S::window),
                      codec::field(6, "unit", &S::unit),
                      codec::field(7, "class", &S::class_name),
                      codec::field(8, "tier", &S::tier),
                      codec::field(9, "max_price", &S::max_price),
                      codec::field(10, "partial", &S::partial),
                      codec::field(11, "open_until", &S::open_until),
                      codec::field(12, "intent", &S::intent),
                      codec::field(13, "bundle", &S::bundle),
                      codec::field(14, "adaptations", &S::adaptations)};
  }
};

/// Ends the original legs of a request. Signed by its user.
struct Withdrawal {
  Salt salt;
  PublicKey user;
  ContentId request;
  static constexpr auto fields() {
    using S = Withdrawal;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "user", &S::user),
                      codec::field(3, "request", &S::request)};
  }
};

/// The user gives back a part of a grant. Signed by the user.
struct Surrender {
  Salt salt;
  PublicKey user;
  ContentId grant;
  Window window;
  Quantity quantity;
  static constexpr auto fields() {
    using S = Surrender;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "user", &S::user),
                      codec::field(3, "grant", &S::grant), codec::field(4, "window", &S::window),
                      codec::field(5, "quantity", &S::quantity)};
  }
};

/// Keeps a leased grant from lapsing. Signed by the user.
struct Renewal {
  Salt salt;
  PublicKey user;
  ContentId grant;
  static constexpr auto fields() {
    using S = Renewal;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "user", &S::user),
                      codec::field(3, "grant", &S::grant)};
  }
};

/// A part of a live piece of another grant that gives way: `quantity` over `window`.
struct DisplacementEntry {
  ContentId grant;
  Quantity quantity;
  Window window;
  Money compensation;
  static constexpr auto fields() {
    using S = DisplacementEntry;
    return std::tuple{codec::field(1, "grant", &S::grant), codec::field(2, "quantity", &S::quantity),
                      codec::field(3, "window", &S::window), codec::field(4, "compensation", &S::compensation)};
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
  std::vector<DisplacementEntry> displacements;  // at most kVictimsMax
  std::optional<ContentId> replaces;             // a failure or displacement of this request
  std::optional<ContentId> price_index;          // under discovered pricing
  static constexpr auto fields() {
    using S = Leg;
    return std::tuple{codec::field(1, "declaration", &S::declaration),
                      codec::field(2, "request", &S::request),
                      codec::field(3, "holder_credential", &S::holder_credential),
                      codec::field(4, "user_credential", &S::user_credential),
                      codec::field(5, "quantity", &S::quantity),
                      codec::field(6, "window", &S::window),
                      codec::field(7, "rule", &S::rule),
                      codec::field(8, "tier", &S::tier),
                      codec::field(9, "price", &S::price),
                      codec::field(10, "retain_until", &S::retain_until),
                      codec::field(11, "predecessors", &S::predecessors),
                      codec::field(12, "strategy", &S::strategy),
                      codec::field(13, "displacements", &S::displacements),
                      codec::field(14, "replaces", &S::replaces),
                      codec::field(15, "price_index", &S::price_index)};
  }
};

/// The place of a settlement in the sequence of one request.
struct SequenceIndex {
  ContentId request;
  std::int64_t index = 0;
  static constexpr auto fields() {
    using S = SequenceIndex;
    return std::tuple{codec::field(1, "request", &S::request), codec::field(2, "index", &S::index)};
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
  static constexpr auto fields() {
    using S = Settlement;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "signed_at", &S::signed_at),
                      codec::field(3, "indices", &S::indices),
                      codec::field(4, "legs", &S::legs),
                      codec::field(5, "coordinators", &S::coordinators),
                      codec::field(6, "policy", &S::policy)};
  }
};

/// By the writer, unsigned: makes due what nothing else does.
struct Tick {
  Salt salt;  // zero
  Instant instant;
  static constexpr auto fields() {
    using S = Tick;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "instant", &S::instant)};
  }
};

}  // namespace capmarket::objects
