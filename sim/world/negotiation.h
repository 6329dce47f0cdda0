// What is under way between users and holders: listings, offers, requests, drafts. Plain data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/capacity/step_function.h"
#include "model/objects/object.h"
#include "scenarios/scenario.h"
#include "sim/world/action.h"
#include "sim/world/draws.h"
#include "sim/world/indices.h"

namespace capmarket::world {

/// A declaration as directories list it, in the order of admission.
struct Listing {
  ContentId declaration;
  HolderIndex holder;
  std::uint64_t number = 0;  // of the holder's, from 0
  Window window;
  Instant admitted;
  Quantity quantity;
  std::optional<ContentId> answers;
  capacity::StepFunction promised;   // offers under way, as the holder itself knows them
  capacity::StepFunction retracted;  // what the holder knows to be back in its asset
};

/// What a holder offered and the user took, until a settlement holds it.
struct Offer {
  ListingIndex listing;
  Window window;
  Quantity asked;  // by the user
  Quantity quantity;
  Money price;                     // per unit and hour
  std::optional<ContentId> index;  // under discovered prices
  /// Of an offer that displaces: what that would have owed when it was made, the holder's ceiling.
  std::optional<objects::DisplaceTerms> displace;
};

/// A request and the negotiation that is under way for it: one at a time.
struct RequestState {
  UserIndex user;
  ClassIndex class_index;
  ContentId id;
  std::optional<ContentId> intent;
  std::string tier;
  Quantity quantity;
  Window window;
  Money max_price;
  bool partial = false;
  bool withdrawn = false;
  Instant patience_until;
  std::vector<ListingIndex> candidates;  // in the order in which they are asked
  std::size_t next_candidate = 0;
  bool displacing = false;     // the second round: who is free was asked before
  BundleIndex bundle;          // settled together with others
  Draws draws;
  std::uint64_t drafts = 0;   // so far
  std::uint32_t awaited = 0;  // the message that it waits for: others are stale or doubled
  // The negotiation under way.
  bool busy = false;
  std::optional<Shortfall> replacing;
  std::vector<Shortfall> shortfalls;  // to come
  Window goal;                        // what is sought now: of the request, or of the shortfall
  Quantity wanted;                    // of the goal, or of the part of it that is asked for
  capacity::StepFunction missing;     // of the request's original legs, as the user knows it
  Offer offer;
  std::vector<Offer> further;  // on other declarations of the same holder, asked for with it
};

/// Requests of several classes that are settled all or none.
struct BundleState {
  std::vector<RequestIndex> requests;
  std::size_t receipts = 0;
  std::size_t turn = 0;  // which of them negotiates; those before it hold an offer
  int rounds = 0;
  bool over = false;
};

/// A settlement on its way to all of its signatures.
struct Draft {
  UserIndex user;
  objects::Settlement settlement;
  std::vector<RequestIndex> requests;  // by leg
  std::vector<Offer> offers;           // likewise
  std::vector<HolderIndex> holders;    // distinct, in the order of the legs
  std::vector<CoordinatorIndex> coordinators;
  std::uint32_t holders_signed = 0, coordinators_signed = 0;  // bit by place in the lists
  std::optional<scenarios::Attack> attack;
  bool forged = false;  // the coordinators' signatures are
  bool done = false;    // submitted or given up
};

/// An offer that the user let go, on its way to the holder.
struct ReleaseNote {
  ListingIndex listing;
  Window window;
  Quantity quantity;
};

}  // namespace capmarket::world
