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

/// What one victim of a leg gives way, computed at the admission of its settlement.
struct Displacement {
  Salt salt;
  ContentId settlement;
  std::int64_t leg = 0;  // index
  ContentId grant;       // the displacing one
  ContentId victim;      // grant
  std::vector<Piece> pieces;
  std::int64_t rank = 0;  // of the displacing tier
  std::int64_t victim_rank = 0;
  Money compensation;  // K, owed once for the leg and the victim
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "settlement", s.settlement);
    v(3, "leg", s.leg);
    v(4, "grant", s.grant);
    v(5, "victim", s.victim);
    v(6, "pieces", s.pieces);
    v(7, "rank", s.rank);
    v(8, "victim_rank", s.victim_rank);
    v(9, "compensation", s.compensation);
  }
};

/// Why live volume was given back.
enum class ReleaseCause : std::uint8_t { remedy, lapse, surrender, void_future };
constexpr std::int64_t enum_max(ReleaseCause) { return 3; }
/// `void-future`.
std::string_view to_text(ReleaseCause cause);

/// Live volume of a grant that was given back; it may be sold again.
struct Release {
  Salt salt;
  ContentId grant;
  std::vector<Piece> pieces;
  ReleaseCause cause = ReleaseCause::surrender;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "grant", s.grant);
    v(3, "pieces", s.pieces);
    v(4, "cause", s.cause);
  }
};

/// Live volume of a grant that was not or will not be delivered.
struct Failure {
  Salt salt;
  ContentId grant;
  std::vector<Piece> pieces;
  ContentId cause;    // a DeliveryFailure or a Curtailment
  bool late = false;  // told later than the strategy allows
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "grant", s.grant);
    v(3, "pieces", s.pieces);
    v(4, "cause", s.cause);
    v(5, "late", s.late);
  }
};

/// What money is owed for.
enum class ObligationKind : std::uint8_t {
  price,
  displacement,
  failure,
  surrender,
  lapse,
  void_future,
  remedy,
  claim,  // a fee: of a claim that fell, or of a contest that failed
};
constexpr std::int64_t enum_max(ObligationKind) { return 7; }
/// `void-future`.
std::string_view to_text(ObligationKind kind);

/// Money that one party owes another. An amount of zero makes no obligation.
struct Obligation {
  Salt salt;
  ContentId cause;  // a settlement, displacement, release, failure, resolution or closed claim
  ContentId grant;
  ObligationKind kind = ObligationKind::price;
  PublicKey payer;
  PublicKey payee;
  Money amount;
  std::string currency;
  Instant deadline;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "cause", s.cause);
    v(3, "grant", s.grant);
    v(4, "kind", s.kind);
    v(5, "payer", s.payer);
    v(6, "payee", s.payee);
    v(7, "amount", s.amount);
    v(8, "currency", s.currency);
    v(9, "deadline", s.deadline);
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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "request", s.request);
    v(3, "requested", s.requested);
    v(4, "live", s.live);
    v(5, "displaced", s.displaced);
    v(6, "failed", s.failed);
    v(7, "released", s.released);
    v(8, "unmet", s.unmet);
  }
};

/// Opened by a revocation over every settlement whose credential chains contain the revoked link:
/// `root` is the RFC 9162 root over their ids in order of admission.
struct Review {
  Salt salt;
  ContentId revocation;
  std::int64_t settlements = 0;  // count
  Digest root;
  Instant until;  // before it, a settlement in the review can be disputed for it
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "revocation", s.revocation);
    v(3, "settlements", s.settlements);
    v(4, "root", s.root);
    v(5, "until", s.until);
  }
};

/// The finding on a dispute, computed: any two auditors agree.
struct Resolution {
  Salt salt;
  ContentId dispute;
  bool founded = false;
  std::optional<PublicKey> at_fault;
  std::vector<ContentId> faults;  // grants, failures or links that the finding rests on
  /// The earlier resolutions that remedied a part of what this one found: ascending, each once.
  /// What they remedied is owed nothing again.
  std::vector<ContentId> already_resolved;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "dispute", s.dispute);
    v(3, "founded", s.founded);
    v(4, "at_fault", s.at_fault);
    v(5, "faults", s.faults);
    v.if_set(6, "already_resolved", s.already_resolved);
  }
};

/// The end of a review: what became of each settlement in it.
struct ReviewClosed {
  Salt salt;
  ContentId review;
  std::int64_t upheld = 0, compensated = 0, voided = 0, undisputed = 0;  // settlements
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "review", s.review);
    v(3, "upheld", s.upheld);
    v(4, "compensated", s.compensated);
    v(5, "voided", s.voided);
    v(6, "undisputed", s.undisputed);
  }
};

/// What decided a claim of non-delivery.
enum class ClaimBasis : std::uint8_t { uncontested, activity, witness, burden };
constexpr std::int64_t enum_max(ClaimBasis) { return 3; }
/// `uncontested`.
std::string_view to_text(ClaimBasis basis);

/// A claim of non-delivery stands or falls. Where it stands, the Failure follows.
struct ClaimClosed {
  Salt salt;
  ContentId failure;  // the claim
  bool stands = false;
  ClaimBasis basis = ClaimBasis::uncontested;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "failure", s.failure);
    v(3, "stands", s.stands);
    v(4, "basis", s.basis);
  }
};

/// A submitter is over the protocol's quota of refusals: nothing of it is evaluated until then.
struct Shutout {
  Salt salt;
  PublicKey submitter;
  Instant until;
  std::int64_t refusals = 0;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "submitter", s.submitter);
    v(3, "until", s.until);
    v(4, "refusals", s.refusals);
  }
};

/// The end of a shut-out.
struct Readmission {
  Salt salt;
  PublicKey submitter;
  std::int64_t turned_away = 0;  // submissions that were only counted
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "submitter", s.submitter);
    v(3, "turned_away", s.turned_away);
  }
};

}  // namespace capmarket::objects
