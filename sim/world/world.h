// The state of a run: agents and messages as plain data in lists. Source: architecture.md
// decision 6.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/capacity/step_function.h"
#include "model/chain/chain.h"
#include "scenarios/scenario.h"
#include "sim/world/signing_pool.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/random.h"
#include "sim/world/script_outcome.h"

namespace capmarket::world {

struct HolderState {
  std::string name;
  std::string kind;
  std::vector<std::string> groups;
  crypto::KeyPair key;
  std::size_t authority = 0;  // that issued the credential
  ContentId credential;
  location::Location location;
  std::int32_t class_index = 0;
  std::int32_t group = -1;  // index in Scenario::holders; -1: of the trace
  int zone = -1;            // of the network
  Quantity quantity;
  Window window;
  scenarios::HolderStrategy strategy = scenarios::HolderStrategy::prepublish;
  scenarios::HolderPricing pricing = scenarios::HolderPricing::cost_plus;
  Money ask;
  std::int64_t weight = kFullRatio;
  std::int32_t infrastructure = -1;     // index in Scenario::infrastructure
  bool revoked = false;                 // it knows that its credential is
  capacity::StepFunction declared;                // of the asset, declarations on their way included
  std::vector<std::uint32_t> listings;  // its admitted declarations
  std::uint64_t sent = 0;               // messages so far, for keyed draws
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
  crypto::KeyPair key;
  std::size_t authority = 0;  // that issued the credential
  ContentId credential;
  std::vector<location::Location> scope;
  std::int32_t group = -1;  // index in Scenario::users; -1: of the trace
  int zone = -1;
  std::vector<objects::Membership> memberships;
  std::int64_t weight = kFullRatio;
  std::optional<scenarios::Attack> attack;  // an adversary
  int stage = 0;                 // of an attack that takes several steps
  Duration clock;                // its clock less the true time
  std::vector<KnownRefusal> refusals;
  std::vector<crypto::KeyPair> adaptations;
  std::vector<ContentId> adaptation_credentials;
  bool revoked = false;
  std::uint64_t sent = 0;
};

struct CoordinatorState {
  std::string name;
  crypto::KeyPair key;
  std::size_t authority = 0;
  ContentId credential;
  location::Location scope;
  std::int32_t spec = 0;  // index in Scenario::coordinators
  int zone = -1;
  std::uint64_t asked = 0;
};

struct AuditorState {
  crypto::KeyPair key;
  ContentId credential;
  std::int64_t sample = 0;
  std::vector<std::int32_t> looked_at;  // settlements
  std::uint64_t sent = 0;
};

struct PublisherState {
  crypto::KeyPair key;
  ContentId credential;
  std::string rule;
  Duration every;
  bool cherry_picks = false;
  std::uint64_t sent = 0;
};

/// A declaration as directories list it, in the order of admission.
struct Listing {
  ContentId declaration;
  std::uint32_t holder = 0;
  Window window;
  Instant admitted;
  Quantity quantity;
  std::optional<ContentId> answers;
  capacity::StepFunction promised;  // offers under way, as the holder itself knows them
};

/// What a holder offered and the user took, until a settlement holds it.
struct Offer {
  std::uint32_t listing = 0;
  Window window;
  Quantity quantity;
  Money price;
  std::optional<ContentId> index;  // under discovered prices
  std::vector<objects::DisplacementEntry> displacements;
};

/// Volume that a request lost and looks for again.
struct Shortfall {
  ContentId loss;
  Window window;
  Quantity quantity;
  rules::Substitution scope = rules::Substitution::any;
  std::int32_t grant = 0;  // that lost it
};

/// A request and the negotiation that is under way for it: one at a time.
struct RequestState {
  std::uint32_t user = 0;
  std::int32_t class_index = 0;
  ContentId id;
  std::optional<ContentId> intent;
  std::string tier;
  Quantity quantity;
  Quantity remaining;
  Window window;
  Money max_price;
  bool partial = false;
  bool withdrawn = false;
  Instant patience_until;
  std::vector<std::uint32_t> candidates;  // listings, in the order in which they are asked
  std::size_t next_candidate = 0;
  bool displacing = false;     // the second round: who is free was asked before
  std::int32_t bundle = -1;    // settled together with others
  std::uint32_t messages = 0;  // sent so far, for keyed draws
  std::uint32_t awaited = 0;   // the message that it waits for: others are stale or doubled
  // The negotiation under way.
  bool busy = false;
  std::optional<Shortfall> replacing;
  std::vector<Shortfall> shortfalls;  // to come
  Window goal;              // what is sought now: of the request, or of the need
  Quantity wanted;
  Offer offer;
};

/// Requests of several classes that are settled all or none.
struct BundleState {
  std::vector<std::uint32_t> requests;
  std::size_t receipts = 0;
  std::size_t turn = 0;  // which of them negotiates; those before it hold an offer
  int rounds = 0;
  bool over = false;
};

/// A settlement on its way to all of its signatures.
struct Draft {
  std::uint32_t user = 0;
  objects::Settlement settlement;
  std::vector<std::uint32_t> requests;  // by leg
  std::vector<Offer> offers;            // likewise
  std::vector<std::uint32_t> holders;   // distinct, in the order of the legs
  std::vector<std::uint32_t> coordinators;
  std::uint32_t holders_signed = 0, coordinators_signed = 0;  // bit by place in the lists
  std::optional<scenarios::Attack> attack;
  bool forged = false;  // the coordinators' signatures are
  bool done = false;    // submitted or given up
};

/// An offer that the user let go, on its way to the holder.
struct ReleaseNote {
  std::uint32_t listing = 0;
  Window window;
  Quantity quantity;
};

/// A submission on its way to the chain, and then its receipt on its way back.
struct PendingSubmission {
  objects::Kind kind = objects::Kind::tick;
  std::uint32_t subject = 0;  // its party, request or draft, by kind
  ContentId id;
  std::shared_ptr<SigningPool::Ticket> ticket;
  std::optional<scenarios::Attack> attack;
  int zone = -1;
  bool lost = false;                         // it never reached the chain
  std::unique_ptr<objects::CheckedSubmission> again;  // where the network may deliver it twice
  chain::Receipt receipt;
};

/// What a party planned.
enum class ActionKind : std::uint8_t {
  pay,             // subject: obligation
  fail,            // subject: holder; its next failure
  report_failure,  // subject: grant; the holder tells
  claim_failure,   // subject: grant; the user claims
  record,          // subject: failure; the holder records its fallback
  curtail,         // subject: holder
  replace,         // subject: request; it lost volume
  surrender,       // subject: grant
  withdraw,        // subject: request
  renew,           // subject: grant
  consume,         // subject: grant; an adaptation reports
  publish,         // subject: publisher
  audit,           // subject: auditor
  audit_review,    // subject: auditor; a revocation opened a review
  revoke,          // subject: revocation
  promulgate,      // subject: rule
  answer,          // subject: holder; an intent reached it
  close_answers,   // subject: request; it stops waiting for answers
  step,            // subject: step of the script
};

struct Action {
  ActionKind kind = ActionKind::pay;
  std::uint32_t subject = 0;
  std::int64_t number = 0;  // a place in a list or an instant, by kind
  Shortfall need;
};

/// A derived object that the chain appended since the last submission.
struct DerivedNote {
  objects::Kind kind = objects::Kind::residual;
  ContentId id;
};

/// Who sends a message: the key of its draws.
struct Sender {
  kernel::EntityKind entity = kernel::EntityKind::message;
  std::uint64_t number = 0;
  std::uint64_t occurrence = 0;
  int zone = -1;
};

/// Owner of a key among those who owe and are owed.
struct Owner {
  bool holder = false;
  std::uint32_t index = 0;
};

struct AttackCount {
  std::int64_t attempts = 0;
  std::int64_t refused = 0;  // by the clause that the attack is meant to meet
};

/// What a script made so far, by the names that it gives.
struct ScriptState {
  std::map<std::string, ContentId> made;
  std::map<std::string, std::uint32_t> requests;  // and whose they are
  std::vector<StepOutcome> outcomes;
};

struct World {
  const scenarios::Scenario* scenario = nullptr;
  kernel::Stream::Key population, dynamics;
  crypto::Signing signing;
  std::optional<chain::Chain> chain;
  std::unique_ptr<SigningPool> pool;
  kernel::EventQueue queue;
  Instant now;
  Instant next_checkpoint{-kWireMax};

  std::vector<HolderState> holders;
  std::vector<UserState> users;
  std::vector<CoordinatorState> coordinators;
  std::vector<AuditorState> auditors;
  std::vector<PublisherState> publishers;
  std::vector<RequestState> requests;
  std::vector<BundleState> bundles;
  std::vector<Draft> drafts;
  std::vector<Listing> listings;  // in the order of admission
  std::vector<std::vector<std::uint32_t>> listings_of_class;
  std::vector<PendingSubmission> pending_submissions;
  std::vector<ReleaseNote> releases;
  std::vector<Action> actions;
  std::vector<DerivedNote> derived;
  std::vector<crypto::KeyPair> authority_keys;     // by authority of the scenario
  std::vector<ContentId> authority_ids;    // likewise
  std::vector<std::size_t> roots;          // likewise: its jurisdiction
  std::vector<ContentId> rule_ids;         // by index in Scenario::rules
  std::vector<ContentId> policy_ids;       // by index in Scenario::reconciliation
  std::vector<ContentId> infrastructures;  // by index in Scenario::infrastructure
  std::vector<std::uint32_t> trace_users;  // user of each trace row
  std::map<ContentId, std::uint32_t> request_of_intent, request_of_id, listing_of;
  std::unordered_map<PublicKey, Owner, FixedBytesHash> owners;  // looked up only
  std::map<std::string, int, std::less<>> zones;
  std::map<scenarios::Attack, AttackCount> attacks;
  ScriptState script;
  std::uint64_t salts = 0;
  std::int64_t events = 0;
  std::int64_t repeated = 0;  // submissions that reached the chain again
  std::int64_t flushed = 0;   // entries under the last checkpoint that was written

  Salt fresh_salt();
  void schedule(Instant time, kernel::EventKind kind, std::uint32_t subject, std::uint32_t occurrence = 0);
  /// Plans an action of a party.
  void plan(Instant time, Action action);
  /// Signs `body` of `kind` and sends it to the chain; its receipt comes back as an event of the
  /// passage, marked lost when the network gave it up.
  ContentId submit(objects::Kind kind, std::uint32_t subject, Bytes body,
                   std::vector<SigningJob::Signer> signers, const Sender& from,
                   std::optional<scenarios::Attack> attack = std::nullopt);
  /// The rule of a class in force at `t` for a location; null without one.
  const scenarios::ScenarioRule* rule_for(std::int32_t class_index, const location::Location& location, Instant t,
                               std::size_t* index = nullptr) const;
  const chain::ChainState& state() const { return chain->state(); }
  std::int32_t class_index(const std::string& name) const;
  const scenarios::ClassSpec& class_spec(std::int32_t index) const {
    return scenario->classes[static_cast<std::size_t>(index)];
  }
  HolderState& holder_of(const Listing& l) { return holders[l.holder]; }
  const HolderState& holder_of(const Listing& l) const { return holders[l.holder]; }
};

/// Rounds up to a multiple of `g`. Precondition: g > 0.
Instant round_up(Instant t, Duration g);

/// The sender of a party's next message.
Sender from_holder(World& world, std::uint32_t holder);
Sender from_user(World& world, std::uint32_t user);
/// The sender of the next message of a negotiation.
Sender from_request(World& world, std::uint32_t request, int zone);

}  // namespace capmarket::world
