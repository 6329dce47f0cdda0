// Derived objects: no signature, recomputed by every verifier from what caused them.
// Source: docs/spec/semantics.md#derived-objects.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/codec/fields.h"
#include "model/objects/notices.h"
#include "model/objects/piece.h"

namespace capmarket::objects {

/// SHA-256(`capmarket/grant`, settlement id, leg index), each length-prefixed: the id of a grant.
ContentId grant_id(const ContentId& settlement, std::size_t leg);

/// One entry of an admitted settlement.
struct Displacement {
  Salt salt;
  ContentId settlement;
  std::int64_t leg = 0;  // index
  ContentId grant;       // the displacing one
  ContentId victim;      // grant
  Piece released;
  std::int64_t rank = 0;  // of the displacing tier
  std::int64_t victim_rank = 0;
  Money compensation;
  static constexpr auto fields() {
    using S = Displacement;
    return std::tuple{codec::field(1, "salt", &S::salt),
                      codec::field(2, "settlement", &S::settlement),
                      codec::field(3, "leg", &S::leg),
                      codec::field(4, "grant", &S::grant),
                      codec::field(5, "victim", &S::victim),
                      codec::field(6, "released", &S::released),
                      codec::field(7, "rank", &S::rank),
                      codec::field(8, "victim_rank", &S::victim_rank),
                      codec::field(9, "compensation", &S::compensation)};
  }
};

enum class ReleaseCause : std::uint8_t { remedy, lapse, surrender, void_future };
constexpr std::int64_t enum_max(ReleaseCause) { return 3; }
std::string_view to_text(ReleaseCause cause);

/// Live volume of a grant that was given back; it may be sold again.
struct Release {
  Salt salt;
  ContentId grant;
  std::vector<Piece> pieces;
  ReleaseCause cause = ReleaseCause::surrender;
  static constexpr auto fields() {
    using S = Release;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "grant", &S::grant),
                      codec::field(3, "pieces", &S::pieces), codec::field(4, "cause", &S::cause)};
  }
};

/// Live volume of a grant that was not or will not be delivered.
struct Failure {
  Salt salt;
  ContentId grant;
  std::vector<Piece> pieces;
  ContentId cause;    // a DeliveryFailure or a Curtailment
  bool late = false;  // told later than the strategy allows
  static constexpr auto fields() {
    using S = Failure;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "grant", &S::grant),
                      codec::field(3, "pieces", &S::pieces), codec::field(4, "cause", &S::cause),
                      codec::field(5, "late", &S::late)};
  }
};

enum class ObligationKind : std::uint8_t {
  price,
  displacement,
  failure,
  surrender,
  lapse,
  void_future,
  remedy,
};
constexpr std::int64_t enum_max(ObligationKind) { return 6; }
std::string_view to_text(ObligationKind kind);

/// Money that one party owes another. An amount of zero makes no obligation.
struct Obligation {
  Salt salt;
  ContentId cause;  // a settlement, displacement, release, failure or resolution
  ContentId grant;
  ObligationKind kind = ObligationKind::price;
  PublicKey payer;
  PublicKey payee;
  Money amount;
  std::string currency;
  Instant deadline;
  static constexpr auto fields() {
    using S = Obligation;
    return std::tuple{codec::field(1, "salt", &S::salt),        codec::field(2, "cause", &S::cause),
                      codec::field(3, "grant", &S::grant),      codec::field(4, "kind", &S::kind),
                      codec::field(5, "payer", &S::payer),      codec::field(6, "payee", &S::payee),
                      codec::field(7, "amount", &S::amount),    codec::field(8, "currency", &S::currency),
                      codec::field(9, "deadline", &S::deadline)};
  }
};

/// At the closing of each request: requested = live + displaced + failed + released + unmet,
/// volumes over its window.
struct Residual {
  Salt salt;
  ContentId request;
  Volume requested;
  Volume live;
  Volume displaced;
  Volume failed;
  Volume released;
  Volume unmet;
  static constexpr auto fields() {
    using S = Residual;
    return std::tuple{codec::field(1, "salt", &S::salt),           codec::field(2, "request", &S::request),
                      codec::field(3, "requested", &S::requested), codec::field(4, "live", &S::live),
                      codec::field(5, "displaced", &S::displaced), codec::field(6, "failed", &S::failed),
                      codec::field(7, "released", &S::released),   codec::field(8, "unmet", &S::unmet)};
  }
};

/// Opened by a revocation over every settlement whose credential chains contain the revoked link:
/// `root` is the RFC 9162 root over their ids in order of admission.
struct Review {
  Salt salt;
  ContentId revocation;
  std::int64_t settlements = 0;  // count
  Digest root;
  static constexpr auto fields() {
    using S = Review;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "revocation", &S::revocation),
                      codec::field(3, "settlements", &S::settlements), codec::field(4, "root", &S::root)};
  }
};

/// The finding on a dispute, computed: any two auditors agree.
struct Resolution {
  Salt salt;
  ContentId dispute;
  bool founded = false;
  std::optional<PublicKey> at_fault;
  std::vector<ContentId> faults;  // grants, failures or links that the finding rests on
  static constexpr auto fields() {
    using S = Resolution;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "dispute", &S::dispute),
                      codec::field(3, "founded", &S::founded), codec::field(4, "at_fault", &S::at_fault),
                      codec::field(5, "faults", &S::faults)};
  }
};

/// A submitter is over the protocol's quota of refusals: nothing of it is evaluated until then.
struct Shutout {
  Salt salt;
  PublicKey submitter;
  Instant until;
  std::int64_t refusals = 0;
  static constexpr auto fields() {
    using S = Shutout;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "submitter", &S::submitter),
                      codec::field(3, "until", &S::until), codec::field(4, "refusals", &S::refusals)};
  }
};

/// The end of a shut-out.
struct Readmission {
  Salt salt;
  PublicKey submitter;
  std::int64_t turned_away = 0;  // submissions that were only counted
  static constexpr auto fields() {
    using S = Readmission;
    return std::tuple{codec::field(1, "salt", &S::salt), codec::field(2, "submitter", &S::submitter),
                      codec::field(3, "turned_away", &S::turned_away)};
  }
};

}  // namespace capmarket::objects
