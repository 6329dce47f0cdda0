// A submission on its way to the chain, and what it came to.
#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "model/chain/chain.h"
#include "scenarios/scenario.h"
#include "sim/world/draws.h"
#include "sim/world/indices.h"
#include "sim/world/signing_pool.h"

namespace capmarket::world {

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

/// What a submission is about, where its submitter acts on the receipt; else monostate.
using Concern = std::variant<std::monostate, DeclaredBy, IntentOf, RequestedAs, SettledBy, RecordOf,
                             RevokedBy, PromulgatedAs, RetractedBy>;

/// What the submitter learns.
struct Answer {
  objects::Kind kind = objects::Kind::tick;
  ContentId id;
  bool lost = false;  // it never reached the chain; there is no receipt
  chain::Receipt receipt;

  bool admitted() const { return !lost && receipt.decision.admitted(); }
};

/// From its sending until its submitter learns of the decision.
struct PendingSubmission {
  Concern concern;
  Answer answer;
  std::shared_ptr<SigningPool::Ticket> ticket;  // until it reaches the chain
  std::optional<scenarios::Attack> attack;
  Sender from;                                        // whose message it was
  std::shared_ptr<const objects::CheckedSubmission> again;  // where it may be delivered twice
};

}  // namespace capmarket::world
