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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "payer", s.payer);
    v(3, "obligation", s.obligation);
    v(4, "amount", s.amount);
  }
};

/// A part of a grant is not delivered. Signed by the reporter: a notice by the holder; by the user,
/// an adaptation of its request or an auditor a claim, which owes nothing until it stands.
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "reporter", s.reporter);
    v(3, "role", s.role);
    v(4, "credential", s.credential);
    v(5, "grant", s.grant);
    v(6, "quantity", s.quantity);
    v(7, "window", s.window);
    v(8, "failed_at", s.failed_at);
    v(9, "cause", s.cause);
  }
};

/// The holder denies a claim of non-delivery. Signed by the holder.
struct Contest {
  Salt salt;
  PublicKey holder;
  ContentId failure;  // the claim: a DeliveryFailure that is not the holder's
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "holder", s.holder);
    v(3, "failure", s.failure);
  }
};

/// Whom a witness of a claim supports.
enum class Side : std::uint8_t { claim, holder };
constexpr std::int64_t enum_max(Side) { return 1; }
/// `claim`, `holder`.
std::string_view to_text(Side side);

/// What somebody apart from both parties says of a claim. Signed by the witness in its role.
struct Witness {
  Salt salt;
  PublicKey witness;
  Role role = Role::auditor;  // or coordinator
  ContentId credential;
  ContentId failure;  // the claim
  Side supports = Side::claim;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "witness", s.witness);
    v(3, "role", s.role);
    v(4, "credential", s.credential);
    v(5, "failure", s.failure);
    v(6, "supports", s.supports);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "holder", s.holder);
    v(3, "failure", s.failure);
    v(4, "strategy", s.strategy);
    v(5, "notice", s.notice);
    v(6, "cause", s.cause);
    v(7, "substitutes", s.substitutes);
    v(8, "settlement", s.settlement);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "holder", s.holder);
    v(3, "declaration", s.declaration);
    v(4, "quantity", s.quantity);
    v(5, "window", s.window);
    v(6, "cause", s.cause);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "adaptation", s.adaptation);
    v(3, "credential", s.credential);
    v(4, "grant", s.grant);
    v(5, "interval", s.interval);
    v(6, "quantity", s.quantity);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "publisher", s.publisher);
    v(3, "credential", s.credential);
    v(4, "rule", s.rule);
    v(5, "class", s.class_name);
    v(6, "scope", s.scope);
    v(7, "currency", s.currency);
    v(8, "at", s.at);
    v(9, "count", s.count);
    v(10, "value", s.value);
  }
};

/// What a dispute says of its settlement.
enum class Ground : std::uint8_t {
  credential_invalid,
  rule_misapplied,
  fallback_not_followed,
  shared_capacity_breached,
};
constexpr std::int64_t enum_max(Ground) { return 3; }
/// `credential-invalid`.
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "party", s.party);
    v(3, "role", s.role);
    v(4, "credential", s.credential);
    v(5, "settlement", s.settlement);
    v(6, "ground", s.ground);
    v(7, "evidence", s.evidence);
  }
};

}  // namespace capmarket::objects
