// The state of a run: agents and messages as plain data in lists.
// Source: docs/explanation/architecture.md#state-is-plain-data.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "model/chain/follower.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/random.h"
#include "sim/party/outbox.h"
#include "sim/party/register.h"
#include "sim/world/events.h"
#include "sim/world/script_outcome.h"
#include "sim/world/signing_pool.h"
#include "sim/world/submission.h"

namespace capmarket::world {

/// What the chain decided or derived that somebody may act on, once it is published.
struct Note {
  party::SubmissionIndex submission;  // whose decision it is; none: derived, or a script's
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
  party::ZoneIndex zone;  // none: never cut off
  party::Draws draws;     // of what is brought to them
  chain::Follower follower;
  Instant published;            // the checkpoint that reached them last
  std::size_t notes = 0, answers = 0;  // that they have learned
};

/// Parties whom the network treats alike: of one group, beside the same ends of links.
struct ZoneFacts {
  std::string name;            // of the group, or what partitions call it; of a trace's empty
  std::vector<std::size_t> at;  // ends of links that it lies at or below: 2 x the link, or that + 1
  const std::vector<scenarios::Absence>* away = nullptr;
};

/// Something that a party sent or that reached it, for who watches a run.
struct Contact {
  Instant at;
  kernel::Entity who;  // of what is published: the readers
  bool sent = false;
  std::string what;  // with ids and numbers of the party's own alone
};

/// Submissions of one attack.
struct AttackCount {
  std::int64_t attempts = 0;
  std::int64_t refused = 0;  // by the clause that the attack is meant to meet
  std::int64_t no_effect = 0;  // admitted, but what the attack is after did not happen
};

/// Whom an entry of the adversaries concerns: those who turned and their accomplices, or those whom
/// they favour.
struct Ring {
  std::int64_t turned = 0;
  std::set<party::UserIndex> users;
  std::set<party::HolderIndex> holders;
};

/// What a script made so far, by the names that it gives.
struct ScriptState {
  party::Draws draws{{kernel::EntityKind::script}};
  std::map<std::string, ContentId> made;
  std::map<std::string, party::UserIndex> requests;  // and whose they are
  std::vector<StepOutcome> outcomes;
};

/// All of a run. Deterministic: every list grows in the order of events, and every draw is keyed.
struct World : party::Register {
  kernel::Stream::Key population, dynamics;
  crypto::Signing signing;
  std::optional<chain::Chain> chain;
  std::unique_ptr<SigningPool> pool;
  kernel::EventQueue queue;
  Instant now;
  Instant set_up_at;  // when the credentials begin
  Instant next_checkpoint{-kWireMax};
  party::Outbox outbox;  // of whoever acts now
  std::function<void(const Contact&)> watch;

  std::vector<std::vector<Instant>> moods;  // by group of users: when a bursty one turns
  IndexedVector<std::vector<party::ListingIndex>, scenarios::ClassSpec> listings_of_class;
  IndexedVector<PendingSubmission, party::Submission> pending_submissions;
  IndexedVector<party::Action> actions;
  IndexedVector<Readers, party::Audience> readers;  // the first: of whoever has no lag and is never cut off
  IndexedVector<Published, party::Publication> published;
  std::vector<Note> notes;  // in the order of the chain
  std::deque<chain::Answered> answers;  // from `answers_before` on: who is behind needs them
  std::size_t answers_before = 0;
  std::vector<Note> derived;          // by the submission that is being decided
  std::vector<chain::Cover> covers;  // likewise
  IndexedVector<party::UserIndex, scenarios::TraceRequest> trace_users;  // whose each row is
  std::map<std::string, party::ZoneIndex, std::less<>> zones;  // by group; those of the chain, …
  IndexedVector<ZoneFacts, party::Zone> zone_facts;
  /// From one to another, by number of the one x their count + that of the other; null: as others.
  std::vector<const scenarios::Distribution*> latencies;
  std::map<std::uint64_t, const std::vector<scenarios::Absence>*> away;  // by group of entities
  std::map<scenarios::Attack, AttackCount> attacks;
  std::vector<Ring> rings;  // by entry of the adversaries
  std::vector<const scenarios::AdversarySpec*> hiding;  // by directory; null: it hides nothing
  const scenarios::AdversarySpec* selective = nullptr;  // what the log's writer does
  ScriptState script;
  std::int64_t events = 0;
  std::int64_t repeated = 0;  // submissions that reached the chain again
  std::map<std::string, std::int64_t> untried;  // settlements not signed, by reason
  bool budgets = false;       // somebody has one: payees count what they are paid
  std::int64_t flushed = 0;   // entries under the last checkpoint that was written

  /// The next salt of the party; no two are equal.
  Salt fresh_salt(party::Draws& of) const;
  /// Something of the kind happens to the subject at `time`, because of `cause`: who, and which of
  /// what it did. The cause keys the tie of equal instants; `occurrence` says more of the event.
  template <kernel::EventKind kKind>
  void schedule(Instant time, SubjectOf<kKind> subject, const party::Sender& cause,
                std::uint32_t occurrence = 0) {
    push(time, kKind, static_cast<std::uint32_t>(subject.place()), cause, occurrence);
  }
  /// The same, of a kind that is known only when it runs.
  void push(Instant time, kernel::EventKind kind, std::uint32_t subject, const party::Sender& cause,
            std::uint32_t occurrence);
  /// Plans an action, now at the earliest; nothing at or after the scenario's end.
  void plan(party::Draws& of, Instant time, party::Action action);

  /// As the chain is: for what happens in the world, never for what a party knows.
  const chain::ChainState& state() const { return chain->state(); }
  /// What of the chain has reached the readers.
  const chain::ChainState& seen_by(party::ReadersIndex index) const {
    return readers[index].follower.state();
  }
};

}  // namespace capmarket::world
