// Declaration, request, settlement, residual. Source: semantics.md section 2.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/schema.h"
#include "model/location/path.h"

namespace capmarket {

/// A holder's capacity, free for a window. Signed by the holder.
struct Declaration {
  Salt salt;
  PublicKey holder;
  ContentId credential;    // the holder's
  ContentId asset_issuer;  // with asset_id the key of the asset
  std::string asset_id;
  Location location;
  Window window;
  Quantity quantity;
  std::string unit;
  std::string class_name;
  static constexpr auto fields() {
    using S = Declaration;
    return std::tuple{field(1, "salt", &S::salt),
                      field(2, "holder", &S::holder),
                      field(3, "credential", &S::credential),
                      field(4, "asset_issuer", &S::asset_issuer),
                      field(5, "asset_id", &S::asset_id),
                      field(6, "location", &S::location),
                      field(7, "window", &S::window),
                      field(8, "quantity", &S::quantity),
                      field(9, "unit", &S::unit),
                      field(10, "class", &S::class_name)};
  }
};

/// A user's demand against named declarations. Signed by the user.
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
  static constexpr auto fields() {
    using S = Request;
    return std::tuple{field(1, "salt", &S::salt),
                      field(2, "user", &S::user),
                      field(3, "declarations", &S::declarations),
                      field(4, "quantity", &S::quantity),
                      field(5, "window", &S::window),
                      field(6, "unit", &S::unit),
                      field(7, "class", &S::class_name),
                      field(8, "tier", &S::tier),
                      field(9, "max_price", &S::max_price),
                      field(10, "partial", &S::partial),
                      field(11, "open_until", &S::open_until)};
  }
};

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
  std::vector<ContentId> predecessors;  // refusals that this leg discloses
  static constexpr auto fields() {
    using S = Leg;
    return std::tuple{field(1, "declaration", &S::declaration),
                      field(2, "request", &S::request),
                      field(3, "holder_credential", &S::holder_credential),
                      field(4, "user_credential", &S::user_credential),
                      field(5, "quantity", &S::quantity),
                      field(6, "window", &S::window),
                      field(7, "rule", &S::rule),
                      field(8, "tier", &S::tier),
                      field(9, "price", &S::price),
                      field(10, "retain_until", &S::retain_until),
                      field(11, "predecessors", &S::predecessors)};
  }
};

/// The joint record of one user and the legs' holders. Signed by the user and each holder.
struct Settlement {
  Salt salt;
  Instant signed_at;
  std::int64_t index = 0;  // the next of its request
  std::vector<Leg> legs;   // one in this format version's first step; at most kLegsMax
  static constexpr auto fields() {
    using S = Settlement;
    return std::tuple{field(1, "salt", &S::salt), field(2, "signed_at", &S::signed_at),
                      field(3, "index", &S::index), field(4, "legs", &S::legs)};
  }
};

/// Derived, one at the closing of each request: requested = live + unmet.
struct Residual {
  Salt salt;
  ContentId request;
  Volume requested;
  Volume live;
  Volume unmet;
  static constexpr auto fields() {
    using S = Residual;
    return std::tuple{field(1, "salt", &S::salt), field(2, "request", &S::request),
                      field(3, "requested", &S::requested), field(4, "live", &S::live),
                      field(5, "unmet", &S::unmet)};
  }
};

/// By the writer, unsigned: makes due what nothing else does.
struct Tick {
  Salt salt;  // zero
  Instant instant;
  static constexpr auto fields() {
    using S = Tick;
    return std::tuple{field(1, "salt", &S::salt), field(2, "instant", &S::instant)};
  }
};

}  // namespace capmarket
