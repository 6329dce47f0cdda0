// What is under way between users and holders: listings, messages, requests, drafts. Plain data; a
// message is written by its sender, once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/admission/clause_id.h"
#include "model/capacity/step_function.h"
#include "model/objects/object.h"
#include "scenarios/scenario.h"
#include "sim/party/plans.h"
#include "sim/party/draws.h"
#include "sim/party/indices.h"

namespace capmarket::party {

/// A declaration as directories list it, in the order in which its holder told them.
struct Listing {
  ContentId declaration;
  HolderIndex holder;
  std::uint64_t number = 0;  // of the holder's, from 0
  Window window;
  Instant listed;  // told to the directories
  Quantity quantity;
  std::optional<ContentId> answers;
};

/// A part of a proposal or an offer: of one listing.
struct Offer {
  ListingIndex listing;
  Window window;
  Quantity asked;  // by the user
  // What the holder answers; no quantity: nothing.
  Quantity quantity;
  Money price;                     // per unit and hour; in a proposal that bargains, of the user
  std::optional<ContentId> index;  // under discovered prices
  /// Of an offer that displaces: what that would have owed when it was made, the holder's ceiling.
  std::optional<objects::DisplaceTerms> displace;
  bool to_debtor = false;  // nothing is answered to who owes something that is overdue
  std::uint64_t promise = 0;  // its number among the holder's commitments; in a proposal, that it replaces
};

/// A user asks a holder for parts of its listings, for one request. The rest of what it says stands
/// in the request on the chain.
struct Proposal {
  RequestIndex request;      // as its user calls it
  std::uint64_t number = 0;  // of the request's, from 1
  ContentId about;           // the request on the chain
  UserIndex user;
  HolderIndex holder;
  ClassIndex class_index;
  std::vector<Offer> asked;
  std::int64_t round = 0, rounds = 0;   // of alternating offers, from 1; 0: it does not bargain
  /// Asks for no offer: when there is room first, from the window's start on, and no later than this.
  std::optional<Instant> latest_start;
  bool displacing = false;              // who is free was asked before
  bool accomplice = false;              // of an attack: the holder takes part in it
  bool out_of_scope = false;            // likewise: it does not look at where the user may settle
  bool dear = false;                    // of a ring: it asks the most that is allowed
  std::optional<ContentId> loss;        // that it makes up for
  Money max_price;
  std::string tier;
};

/// What a holder answers, part by part.
struct OfferMessage {
  ProposalIndex proposal;
  std::vector<Offer> offers;
};

/// What a holder answered to one of a request's proposals.
struct Quote {
  std::uint64_t proposal = 0;  // its number
  std::vector<Offer> offers;
};

/// A request and the negotiation that is under way for it: one at a time. The user's own.
struct RequestState {
  UserIndex user;
  ClassIndex class_index;
  ContentId id;
  std::optional<ContentId> intent;
  std::string tier;
  Quantity quantity;
  std::optional<Quantity> needed;  // of it; absent: all. What is above is of no use to anybody
  Window window;
  Money max_price;  // that it says it pays
  Money value;      // what it is worth to the user, which alone knows
  bool partial = false;
  std::optional<Instant> latest_start;  // it looks for the earliest start, no later than this
  Instant wanted_from;                  // the start that it would like
  bool withdrawn = false;
  bool served = false;  // a settlement of it was admitted
  Instant arisen;  // when its user came to want it
  Instant patience_until;
  std::vector<ListingIndex> candidates;  // in the order in which they are asked
  std::size_t next_candidate = 0;
  bool displacing = false;     // the second round: who is free was asked before
  BundleIndex bundle;          // settled together with others
  Draws draws;
  std::uint64_t drafts = 0;    // so far
  std::uint64_t asked = 0;     // proposals so far
  std::int64_t retries = 0;    // of the goal, so far
  bool waits_to_retry = false;
  std::vector<std::uint64_t> awaited;  // those whose answers it waits for: others are late
  std::vector<Quote> quotes;           // the answers so far
  bool intent_spread = false;
  std::vector<HolderIndex> intent_reaches;  // whom the medium brings its intent to
  /// Why what it lacks could not be had when it was last tried: an id of run/losses.h.
  std::string_view why;
  std::optional<admission::ClauseId> refused_by;  // with it, where the chain refused
  // The negotiation under way.
  bool busy = false;
  std::optional<Shortfall> replacing;
  std::vector<Shortfall> shortfalls;  // to come
  Window goal;                        // what is sought now: of the request, or of the shortfall
  Quantity wanted;                    // of the goal
  capacity::StepFunction missing;     // of the request's original legs, as the user knows it
  Offer offer;                        // that it takes
  std::vector<Offer> further;  // on other declarations of the same holder, asked for with it
};

/// Requests of several classes that are settled all or none. The user's own.
struct BundleState {
  UserIndex user;
  std::vector<RequestIndex> requests;
  std::size_t receipts = 0;
  std::size_t turn = 0;  // which of them negotiates; those before it hold an offer
  int rounds = 0;
  bool over = false;
};

/// A settlement on its way to all of its signatures: what the user sends to each holder.
struct Draft {
  UserIndex user;
  ContentId id;  // of the settlement
  objects::Settlement settlement;
  std::vector<Offer> offers;                   // by leg
  std::vector<HolderIndex> holders;            // distinct, in the order of the legs
  std::vector<CoordinatorIndex> coordinators;  // whose signatures it needs
  bool accomplice = false;  // of an attack: its holders sign whatever they are sent
  // What the run's count knows an attack by; nobody acts on it.
  std::optional<scenarios::Attack> attack;
  bool forged = false;  // the coordinators' signatures are
};

/// What its user keeps of it.
struct UsersDraft {
  std::vector<RequestIndex> requests;  // by leg; none: an adversary's copy
  bool over = false;                   // the user waits for it no longer
};

/// What its first holder, who collects and submits, keeps of it.
struct Collected {
  std::uint32_t holders = 0, coordinators = 0;  // who signed: bit by place in the lists
  bool closed = false;                          // submitted or given up
};

/// An offer that the user let go, on its way to the holder.
struct ReleaseNote {
  HolderIndex holder;
  std::uint64_t promise = 0;
  UserIndex user;  // who lets it go
};

}  // namespace capmarket::party
