// The state of a run: agents and messages as plain data in lists. Source: architecture.md
// decision 6.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/capacity/step_function.h"
#include "model/chain/chain.h"
#include "scenarios/scenario.h"
#include "sim/engine/signing_pool.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/random.h"

namespace capmarket {

struct HolderState {
  std::string name;
  std::string kind;
  std::vector<std::string> groups;
  KeyPair key;
  ContentId issuer;  // the authority that issued the credential
  ContentId credential;
  Location location;
  std::int32_t class_index = 0;
  Quantity quantity;
  Window window;
  HolderStrategy strategy = HolderStrategy::prepublish;
  Money ask;
  StepFunction promised;  // offers and settlements, as the holder itself knows them
};

/// A refusal that the user was told of, to be disclosed with the same declaration.
struct KnownRefusal {
  ContentId declaration;
  ContentId settlement;
  Instant admitted;
};

struct UserState {
  std::string name;
  std::string kind;
  std::vector<std::string> groups;
  KeyPair key;
  ContentId credential;
  std::int32_t group = -1;  // index in Scenario::users; -1: of the trace
  std::vector<Membership> memberships;
  bool inflates = false;  // adversary: requests at the best tier
  Duration clock;         // its clock less the true time
  std::vector<KnownRefusal> refusals;
  std::uint32_t demands = 0;
};

/// A declaration as directories list it, in the order of admission.
struct Listing {
  ContentId declaration;
  std::uint32_t holder = 0;
  Window window;
  Instant admitted;
};

/// A request and the negotiation that is under way for it: one at a time.
struct RequestState {
  std::uint32_t user = 0;
  std::int32_t class_index = 0;
  ContentId id;
  std::string tier;
  Quantity quantity;
  Quantity remaining;
  Window window;
  Money max_price;
  bool partial = false;
  Instant patience_until;
  std::vector<std::uint32_t> candidates;  // listings, in the order in which they are asked
  std::uint32_t next_candidate = 0;
  std::int64_t next_index = 0;
  std::uint32_t messages = 0;  // sent so far, for keyed draws
  // The negotiation under way.
  std::uint32_t listing = 0;
  Window asked_window;
  Quantity asked, offered;
  Money price;
  Bytes draft;  // body of the settlement that the user drafted
  Window drafted_window;
  Instant drafted_at;  // signed_at of the draft
};

/// An offer that the user let go, on its way to the holder.
struct ReleaseNote {
  std::uint32_t holder = 0;
  Window window;
  Quantity quantity;
};

enum class PassageKind : std::uint8_t { declaration, request, settlement };

/// A submission on its way to the chain, and then its receipt on its way back.
struct Passage {
  PassageKind kind = PassageKind::declaration;
  std::uint32_t subject = 0;  // the holder of a declaration, else the request
  ContentId id;
  std::shared_ptr<SigningPool::Ticket> ticket;
  Receipt receipt;
};

struct World {
  const Scenario* scenario = nullptr;
  Stream::Key population, dynamics;
  Signing signing;
  std::optional<Chain> chain;
  std::unique_ptr<SigningPool> pool;
  EventQueue queue;
  Instant now;
  Instant next_checkpoint{-kWireMax};

  std::vector<HolderState> holders;
  std::vector<UserState> users;
  std::vector<RequestState> requests;
  std::vector<Listing> listings;  // in the order of admission
  std::vector<std::vector<std::uint32_t>> listings_of_class;
  std::vector<Passage> passages;
  std::vector<ReleaseNote> releases;
  std::vector<ContentId> rule_ids;         // by index in Scenario::rules
  std::vector<std::uint32_t> trace_users;  // user of each trace row
  std::uint64_t salts = 0;
  std::int64_t events = 0;
  std::int64_t flushed = 0;  // entries under the last checkpoint that was written

  Salt fresh_salt();
  /// Latency of the `occurrence`-th message of a request (or holder, by `number`).
  Duration latency(std::uint64_t number, std::uint64_t occurrence) const;
  void schedule(Instant time, EventKind kind, std::uint32_t subject, std::uint32_t occurrence = 0);
  /// Starts signing `body` of `kind` and sends it: it reaches the chain at `arrival`.
  ContentId send(PassageKind passage, std::uint32_t subject, Kind kind, Bytes body,
                 std::vector<SigningJob::Signer> signers, Instant arrival);
  /// The rule of a class in force at `t` for a location; null without one.
  const ScenarioRule* rule_for(std::int32_t class_index, const Location& location, Instant t,
                               std::size_t* index = nullptr) const;
};

/// Rounds up to a multiple of `g`. Precondition: g > 0.
Instant round_up(Instant t, Duration g);

}  // namespace capmarket
