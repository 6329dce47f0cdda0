// Who takes part, and what each knows: plain data. A profile is what anybody may know of a party: its
// credential is on the chain, its declarations are listed. The rest is its own.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/capacity/step_function.h"
#include "model/crypto/sign.h"
#include "scenarios/scenario.h"
#include "sim/party/commitments.h"
#include "sim/party/draws.h"
#include "sim/party/indices.h"
#include "sim/party/purse.h"

namespace capmarket::party {

/// Of whoever holds a credential.
struct Profile {
  std::string name;
  AuthorityIndex authority;  // that issued the credential
  ContentId credential;
};

/// What a trader has learned of prices, in millionths of its cost or value.
struct Lesson {
  bool begun = false;
  std::int64_t margin = 0;
  std::int64_t step = 0;  // of the dealing before
};

/// Of a holder.
struct HolderProfile : Profile {
  std::string kind;
  std::vector<std::string> groups;
  location::Location location;
  ClassIndex class_index;
  InfrastructureIndex infrastructure;  // that it shares; none: its own
  std::vector<ListingIndex> listings;  // its admitted declarations that it told of
};

/// A holder: one asset, and what it offers of it.
struct HolderState : HolderProfile {
  crypto::KeyPair key;
  HolderGroupIndex group;  // none: of the trace
  ZoneIndex zone;          // none: never cut off
  Quantity quantity;
  Window window;
  scenarios::HolderStrategy strategy = scenarios::HolderStrategy::prepublish;
  Money ask;  // what a unit costs it in an hour
  Lesson lesson;
  std::int64_t weight = kFullRatio;
  bool revoked = false;                // it knows that its credential is
  Instant broken_until{-kWireMax};     // it sells nothing before that
  std::int64_t broken_by = 0;          // the failure that broke it
  std::map<GrantIndex, Instant> undelivered;  // what it knows that it fails to deliver, from when
  capacity::StepFunction declared;     // of the asset, declarations on their way included
  Quantity published;                  // of the asset, what it declares by itself,
  Instant declared_until{-kWireMax};   // so far until then
  bool left = false;                   // it sells nothing any more
  std::map<ListingIndex, capacity::StepFunction> retracted;  // what it knows to be back
  ReadersIndex readers;
  Duration offer_holds, signatures_within;  // its time-outs
  Commitments book;  // by listing: what it promised and signed
  Purse purse;
  std::set<std::pair<ContentId, objects::Ground>> complained;  // of settlements, on grounds
  Draws draws;
  bool credentialed = false;  // the chain has its credential
};

/// A refusal that the user was told of, to be disclosed with the same declaration.
struct KnownRefusal {
  ContentId declaration;
  ContentId settlement;
  Instant admitted;
};

/// Of a user.
struct UserProfile : Profile {
  std::string kind;
  std::vector<std::string> groups;
  std::vector<location::Location> scope;
};

/// A user, and what it remembers.
struct UserState : UserProfile {
  crypto::KeyPair key;
  UserGroupIndex group;  // none: of the trace
  ZoneIndex zone;
  std::vector<objects::Membership> memberships;
  std::int64_t weight = kFullRatio;
  std::optional<scenarios::Attack> attack;  // an adversary
  int stage = 0;                            // of an attack that takes several steps
  bool turned = false;  // it belongs to an adversary's ring, honest or not
  bool sends_anyway = false;  // as one of a ring it sends something though it wants nothing itself
  const scenarios::AdversarySpec* plot = nullptr;  // the fraud that it commits; none of an honest one
  std::vector<HolderIndex> accomplices;            // holders of its ring
  UserIndex front;                                 // the user of its ring who asks with it or for it
  Duration clock;                           // its clock less the true time
  std::vector<KnownRefusal> refusals;
  Lesson lesson;
  std::map<CoordinatorIndex, Instant> silent;  // when it last gave up a settlement that needed it
  std::vector<crypto::KeyPair> adaptations;
  std::vector<ContentId> adaptation_credentials;
  bool revoked = false;
  ReadersIndex readers;
  Duration offer_within, answers_within, settlement_within;  // its time-outs
  Purse purse;
  std::set<std::pair<ContentId, objects::Ground>> complained;  // of settlements, on grounds
  Draws draws;
  std::uint64_t requested = 0;  // requests so far
  std::uint64_t schemed = 0;    // of them none: those that nobody needs
  std::uint64_t granted = 0;    // grants so far
};

/// Of a coordinator.
struct CoordinatorProfile : Profile {
  location::Location scope;
};

/// A coordinator of one place.
struct CoordinatorState : CoordinatorProfile {
  crypto::KeyPair key;
  CoordinatorSpecIndex spec;
  const scenarios::AdversarySpec* plot = nullptr;  // the fraud that it commits
  ZoneIndex zone;
  std::uint64_t asked = 0;
  ReadersIndex readers;
  Commitments book;  // by infrastructure: what it signed
  Draws draws;
};

/// An auditor, and what it looks at.
struct AuditorState {
  crypto::KeyPair key;
  AuthorityIndex authority;  // that issues the credential
  ContentId credential;
  std::int64_t sample = 0;  // share of settlements that it looks at, in ten-thousandths
  Duration before_end;      // of the scenario: it looks at what lasts longer
  std::vector<SettlementIndex> looked_at;
  bool turned = false;        // it belongs to a ring, honest or not
  std::set<PublicKey> ring;   // whose claims it witnesses for
  ReadersIndex readers;
  Draws draws;
};

/// A publisher of the price index of one rule.
struct PublisherState {
  crypto::KeyPair key;
  ContentId credential;
  std::string rule;  // its name
  Duration every;
  bool cherry_picks = false;
  ReadersIndex readers;
  Draws draws;
};

}  // namespace capmarket::party
