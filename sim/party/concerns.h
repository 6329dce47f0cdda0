// What a submission is about, and what its submitter learns of it.
#pragma once

#include <variant>

#include "model/chain/chain.h"
#include "sim/party/indices.h"

namespace capmarket::party {

/// Declarations or a batch of them: they become listings.
struct DeclaredBy {
  HolderIndex holder;
};

/// An intent: it spreads.
struct IntentOf {
  RequestIndex request;
};

/// A request: its negotiation begins.
struct RequestedAs {
  RequestIndex request;
};

/// A settlement: its user goes on.
struct SettledBy {
  DraftIndex draft;
};

/// A fallback record: it is made again where it was incomplete.
struct RecordOf {
  FailureIndex failure;
};

/// A revocation: its party stops.
struct RevokedBy {
  RevocationIndex revocation;
};

/// A rule: a refusal ends the run.
struct PromulgatedAs {
  RuleIndex rule;
};

/// A retraction: its holder may declare again what came back.
struct RetractedBy {
  ListingIndex listing;
};

/// A payment: its payer counts it.
struct PaidOn {
  ObligationIndex obligation;
};

/// What a submission is about, where its submitter acts on what becomes of it; else monostate.
using Concern = std::variant<std::monostate, DeclaredBy, IntentOf, RequestedAs, SettledBy, RecordOf,
                             RevokedBy, PromulgatedAs, RetractedBy, PaidOn>;

/// What the submitter learns.
struct Answer {
  objects::Kind kind = objects::Kind::tick;
  ContentId id;
  bool lost = false;  // it never reached the chain; there is no receipt
  chain::Receipt receipt;

  bool admitted() const { return !lost && receipt.decision.admitted(); }
};

}  // namespace capmarket::party
