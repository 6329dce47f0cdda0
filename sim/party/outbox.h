// What a party sends and plans in answer to one message or at one time: plain data, which the run
// takes out in order. Nothing of it has happened while the party still thinks.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/crypto/sign.h"
#include "sim/party/concerns.h"
#include "sim/party/messages.h"
#include "sim/party/plans.h"

namespace capmarket::party {

/// Who signs a submission, and as what. The first signer is the submitter.
struct Signer {
  objects::Role role;
  crypto::KeyPair key;
  bool forged = false;  // an adversary's: it does not verify
};

/// To the chain.
struct Submit {
  objects::Kind kind = objects::Kind::tick;
  Concern concern;
  Bytes body;
  ContentId id;  // of the body
  std::vector<Signer> signers;
  Sender from;
  std::optional<scenarios::Attack> attack;
};

/// To a holder; the user waits for its answer until then.
struct Propose {
  Proposal proposal;
  Sender from;
  Instant until;
};

/// A holder's answer to a proposal.
struct AnswerProposal {
  ProposalIndex proposal;
  std::vector<Offer> offers;
  Sender from;
};

/// To the holder of an offer: it is not taken.
struct LetGo {
  ReleaseNote note;
  Sender from;
};

/// To every holder of the draft, in their order; the user waits until then.
struct SendDraft {
  Draft draft;
  UsersDraft own;
  std::vector<Sender> from;
  Instant until;
  Sender waits;
};

/// A settlement once more, signed by all and submitted at once: of an attack.
struct SubmitCopy {
  Draft draft;
};

/// To the first holder: holder number `place` has signed.
struct Countersign {
  DraftIndex draft;
  std::uint32_t place = 0;
  Sender from;
};

/// The first holder waits until then for the others' signatures.
struct AwaitSignatures {
  DraftIndex draft;
  Instant until;
  Sender from;
};

/// To coordinator number `place` of the draft.
struct AskCoordinator {
  DraftIndex draft;
  std::uint32_t place = 0;
  Sender from;
};

/// To the first holder, after that long: coordinator number `place` has signed.
struct Cosign {
  DraftIndex draft;
  std::uint32_t place = 0;
  Duration after;
  Sender from;
};

/// To the chain, with the signatures of all.
struct SubmitDraft {
  DraftIndex draft;
  Sender from;
};

/// To the directories: the holder's declaration may be named.
struct TellDirectories {
  ListingIndex listing;
};

/// Something to do later.
struct PlanAction {
  Instant at;
  Action action;
  Sender cause;
};

/// A settlement that the user did not sign, and why: for the run's counts alone.
struct NotTried {
  std::string_view reason;  // of a literal
};

using Sent = std::variant<Submit, Propose, AnswerProposal, LetGo, SendDraft, SubmitCopy, Countersign,
                          AwaitSignatures, AskCoordinator, Cosign, SubmitDraft, TellDirectories,
                          PlanAction, NotTried>;

/// In the order in which it was sent.
struct Outbox {
  std::vector<Sent> sent;

  template <class What>
  void add(What what) {
    sent.emplace_back(std::move(what));
  }
};

}  // namespace capmarket::party
