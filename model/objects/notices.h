// What parties report after a settlement: money, failures, use, prices, disputes.
// Source: docs/spec/semantics.md#submitted-objects and the sections behind it.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/location/path.h"
#include "model/objects/kinds.h"

namespace capmarket::objects {

/// Discharges an obligation, wholly or in part. Signed by the payer.
struct Payment {
  Salt salt;
  PublicKey payer;
  ContentId obligation;
  Money amount;
  static constexpr auto fields() {
    using S = Payment;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "payer", &S::payer),
                      codec::field(3, "obligation", &S::obligation), codec::field(4, "amount", &S::amount)};
  }
};

/// A part of a grant was not delivered. Signed by the reporter: the holder, or the user, an
/// adaptation of its request or an auditor, which claims it.
struct DeliveryFailure {
  Salt salt;
  PublicKey reporter;
  Role role = Role::holder;
  std::optional<ContentId> credential;  // an auditor's or adaptation's
  ContentId grant;
  Quantity quantity;
  Window window;
  Instant failed_at;
  std::string cause;
  static constexpr auto fields() {
    using S = DeliveryFailure;
    return std::tuple{codec::field(1, "salt", &S::salt),     codec::field(2, "reporter", &S::reporter),
                      codec::field(3, "role", &S::role),     codec::field(4, "credential", &S::credential),
                      codec::field(5, "grant", &S::grant),   codec::field(6, "quantity", &S::quantity),
                      codec::field(7, "window", &S::window), codec::field(8, "failed_at", &S::failed_at),
                      codec::field(9, "cause", &S::cause)};
  }
};

/// What the holder did about a failure. Which fields it must carry is the strategy's `record`.
/// Signed by the holder.
struct FallbackRecord {
  Salt salt;
  PublicKey holder;
  ContentId failure;
  ContentId strategy;
  std::optional<Instant> notice;  // when the user was told
  std::optional<std::string> cause;
  std::vector<ContentId> substitutes;  // settlements
  std::optional<Money> settlement;     // refund and penalty
  static constexpr auto fields() {
    using S = FallbackRecord;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "holder", &S::holder),
                      codec::field(3, "failure", &S::failure),
                      codec::field(4, "strategy", &S::strategy),
                      codec::field(5, "notice", &S::notice),
                      codec::field(6, "cause", &S::cause),
                      codec::field(7, "substitutes", &S::substitutes),
                      codec::field(8, "settlement", &S::settlement)};
  }
};

/// A part of a declaration that is no longer there. Signed by the holder.
struct Curtailment {
  Salt salt;
  PublicKey holder;
  ContentId declaration;
  Quantity quantity;
  Window window;
  std::string cause;
  static constexpr auto fields() {
    using S = Curtailment;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "holder", &S::holder),
                      codec::field(3, "declaration", &S::declaration),
                      codec::field(4, "quantity", &S::quantity),
                      codec::field(5, "window", &S::window),
                      codec::field(6, "cause", &S::cause)};
  }
};

/// What an adaptation consumed of a grant over an interval that has ended. Signed by the
/// adaptation.
struct Activity {
  Salt salt;
  PublicKey adaptation;
  ContentId credential;
  ContentId grant;
  Window interval;
  Quantity quantity;
  static constexpr auto fields() {
    using S = Activity;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "adaptation", &S::adaptation),
                      codec::field(3, "credential", &S::credential),
                      codec::field(4, "grant", &S::grant),
                      codec::field(5, "interval", &S::interval),
                      codec::field(6, "quantity", &S::quantity)};
  }
};

/// Weighted lower median of prices over all legs admitted in [at - over, at) under the named rule;
/// `over` is that of the rule's version in force at `at`. Signed by the publisher.
struct PriceIndex {
  Salt salt;
  PublicKey publisher;
  ContentId credential;
  std::string rule;  // name
  std::string class_name;
  location::Location scope;
  std::string currency;
  Instant at;
  std::int64_t count = 0;  // legs
  Money value;             // per unit and hour
  static constexpr auto fields() {
    using S = PriceIndex;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "publisher", &S::publisher),
                      codec::field(3, "credential", &S::credential),
                      codec::field(4, "rule", &S::rule),
                      codec::field(5, "class", &S::class_name),
                      codec::field(6, "scope", &S::scope),
                      codec::field(7, "currency", &S::currency),
                      codec::field(8, "at", &S::at),
                      codec::field(9, "count", &S::count),
                      codec::field(10, "value", &S::value)};
  }
};

enum class Ground : std::uint8_t {
  credential_invalid,
  rule_misapplied,
  fallback_not_followed,
  shared_capacity_breached,
};
constexpr std::int64_t enum_max(Ground) { return 3; }
std::string_view to_text(Ground ground);

/// Against one settlement, by a party of it, a displaced user or holder, or an auditor. Signed by
/// that party in its role.
struct Dispute {
  Salt salt;
  PublicKey party;
  Role role = Role::user;
  std::optional<ContentId> credential;  // an auditor's or coordinator's
  ContentId settlement;
  Ground ground = Ground::rule_misapplied;
  std::vector<ContentId> evidence;  // admitted objects
  static constexpr auto fields() {
    using S = Dispute;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "party", &S::party),
                      codec::field(3, "role", &S::role),
                      codec::field(4, "credential", &S::credential),
                      codec::field(5, "settlement", &S::settlement),
                      codec::field(6, "ground", &S::ground),
                      codec::field(7, "evidence", &S::evidence)};
  }
};

}  // namespace capmarket::objects
