// The state of a run: agents and messages as plain data in lists.
// Source: docs/explanation/architecture.md#state-is-plain-data.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/base/index.h"
#include "model/chain/chain.h"
#include "model/chain/follower.h"
#include "scenarios/scenario.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/random.h"
#include "sim/world/action.h"
#include "sim/world/draws.h"
#include "sim/world/events.h"
#include "sim/world/indices.h"
#include "sim/world/negotiation.h"
#include "sim/world/parties.h"
#include "sim/world/script_outcome.h"
#include "sim/world/signing_pool.h"
#include "sim/world/submission.h"

namespace capmarket::world {

/// What the chain decided or derived that somebody may act on, once it is published.
struct Note {
  SubmissionIndex submission;  // whose decision it is; none: of what the chain derived, or a script's
  objects::Kind kind = objects::Kind::residual;
  ContentId id;
};

/// A checkpoint: everything until `at`.
struct Published {
  Instant at;
  std::size_t notes = 0, answers = 0;  // of the run, so far
};

/// Parties whom what the chain publishes reaches at one time: they know the same of it.
struct Readers {
  Duration lag;
  ZoneIndex zone;  // none: never cut off
  Draws draws;     // of what is brought to them
  chain::Follower follower;
  Instant published;            // the checkpoint that reached them last
  std::size_t notes = 0, answers = 0;  // that they have learned
};

/// Owner of a key among those who owe and are owed.
using Owner = std::variant<HolderIndex, UserIndex>;

/// Submissions of one attack.
struct AttackCount {
  std::int64_t attempts = 0;
  std::int64_t refused = 0;  // by the clause that the attack is meant to meet
  std::int64_t no_effect = 0;  // admitted, but what the attack is after did not happen
};

/// What a script made so far, by the names that it gives.
struct ScriptState {
  Draws draws{{kernel::EntityKind::script}};
  std::map<std::string, ContentId> made;
  std::map<std::string, UserIndex> requests;  // and whose they are
  std::vector<StepOutcome> outcomes;
};

/// All of a run. Deterministic: every list grows in the order of events, and every draw is keyed.
struct World {
  const scenarios::Scenario* scenario = nullptr;
  kernel::Stream::Key population, dynamics;
  crypto::Signing signing;
  std::optional<chain::Chain> chain;
  std::unique_ptr<SigningPool> pool;
  kernel::EventQueue queue;
  Instant now;
  Instant set_up_at;  // when the credentials begin
  Instant next_checkpoint{-kWireMax};

  IndexedVector<HolderState> holders;
  IndexedVector<UserState> users;
  IndexedVector<CoordinatorState> coordinators;
  IndexedVector<AuditorState> auditors;
  IndexedVector<PublisherState> publishers;
  IndexedVector<RequestState> requests;
  IndexedVector<BundleState> bundles;
  IndexedVector<Draft> drafts;
  IndexedVector<Listing> listings;  // in the order of admission
  IndexedVector<std::vector<ListingIndex>, scenarios::ClassSpec> listings_of_class;
  IndexedVector<PendingSubmission> pending_submissions;
  IndexedVector<ReleaseNote> releases;
  IndexedVector<Action> actions;
  IndexedVector<Proposal> proposals;
  IndexedVector<OfferMessage> offers;
  IndexedVector<Readers> readers;  // the first: of whoever has no lag and is never cut off
  IndexedVector<Published> published;
  std::vector<Note> notes;  // in the order of the chain
  std::deque<chain::Answered> answers;  // from `answers_before` on: who is behind needs them
  std::size_t answers_before = 0;
  std::vector<Note> derived;          // by the submission that is being decided
  std::vector<chain::Cover> covers;  // likewise
  IndexedVector<crypto::KeyPair, scenarios::AuthoritySpec> authority_keys;
  IndexedVector<Draws, scenarios::AuthoritySpec> authority_draws;
  IndexedVector<ContentId, scenarios::AuthoritySpec> authority_ids;
  IndexedVector<AuthorityIndex, scenarios::AuthoritySpec> roots;  // the jurisdiction of each
  IndexedVector<ContentId, scenarios::ScenarioRule> rule_ids;
  IndexedVector<ContentId, scenarios::ReconciliationSpec> policy_ids;
  IndexedVector<ContentId, scenarios::SharedInfrastructureSpec> infrastructures;
  IndexedVector<UserIndex, scenarios::TraceRequest> trace_users;  // whose each row is
  std::map<ContentId, RequestIndex> request_of_intent, request_of_id;
  std::map<ContentId, ListingIndex> listing_of;
  std::unordered_map<PublicKey, Owner, FixedBytesHash> owners;  // looked up only
  std::map<std::string, ZoneIndex, std::less<>> zones;
  std::map<scenarios::Attack, AttackCount> attacks;
  ScriptState script;
  std::int64_t events = 0;
  std::int64_t repeated = 0;  // submissions that reached the chain again
  std::map<std::string, std::int64_t> untried;  // settlements that users did not sign, by reason
  std::int64_t flushed = 0;   // entries under the last checkpoint that was written

  /// The next salt of the party; no two are equal.
  Salt fresh_salt(Draws& of) const;
  /// Something of the kind happens to the subject at `time`, because of `cause`: who, and which of
  /// what it did. The cause keys the tie of equal instants; `occurrence` says more of the event.
  template <kernel::EventKind kKind>
  void schedule(Instant time, SubjectOf<kKind> subject, const Sender& cause,
                std::uint32_t occurrence = 0) {
    push(time, kKind, static_cast<std::uint32_t>(subject.place()), cause, occurrence);
  }
  /// The same, of a kind that is known only when it runs.
  void push(Instant time, kernel::EventKind kind, std::uint32_t subject, const Sender& cause,
            std::uint32_t occurrence);
  /// Plans an action of a party, now at the earliest; nothing at or after the scenario's end.
  void plan(Draws& of, Instant time, Action action);
  /// Signs `body` of `kind` and sends it to the chain; what it came to is learned from what the
  /// chain publishes. One that the network gave up comes back as `unsent`.
  /// `concern` says what the submitter does with it. The id of the body.
  ContentId submit(objects::Kind kind, Concern concern, Bytes body,
                   std::vector<SigningJob::Signer> signers, const Sender& from,
                   std::optional<scenarios::Attack> attack = std::nullopt);
  /// The rule of a class in force at `t` for a location; none without one.
  RuleIndex rule_for(ClassIndex class_index, const location::Location& location, Instant t) const;
  /// The authority of that name. Precondition: the scenario has one.
  AuthorityIndex authority_named(const std::string& name) const;
  /// The class of that name. Precondition: the scenario has one.
  ClassIndex class_index(const std::string& name) const;
  const scenarios::ClassSpec& class_spec(ClassIndex index) const {
    return capmarket::at(scenario->classes, index);
  }

  /// As the chain is: for what happens in the world, never for what a party knows.
  const chain::ChainState& state() const { return chain->state(); }
  /// What of the chain has reached the readers.
  const chain::ChainState& seen_by(ReadersIndex index) const {
    return readers[index].follower.state();
  }
  /// Who owns a grant of the state. Precondition: its keys are of this world.
  UserIndex user_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const;
  HolderIndex holder_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const;
  /// The request of the grant; none where the world did not make it (a script's).
  RequestIndex request_of(const chain::ChainState& seen, const chain::GrantRecord& grant) const;

  /// The group that the party belongs to; null for one of the trace.
  const scenarios::HolderGroup* group_of(const HolderState& holder) const;
  const scenarios::UserGroup* group_of(const UserState& user) const;
  HolderState& holder_of(const Listing& l) { return holders[l.holder]; }
  const HolderState& holder_of(const Listing& l) const { return holders[l.holder]; }
};

/// Rounds up to a multiple of `g`. Precondition: g > 0.
Instant round_up(Instant t, Duration g);

/// The sender of a party's next message.
Sender from_holder(World& world, HolderIndex holder);
Sender from_user(World& world, UserIndex user);
/// The sender of the next message of a negotiation.
Sender from_request(World& world, RequestIndex request, ZoneIndex zone);
/// The sender of what the chain brings next to those readers.
Sender news_for(Draws& readers);
/// The draws of who owns the key.
Draws& draws_of(World& world, const Owner& owner);

}  // namespace capmarket::world
