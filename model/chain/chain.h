// The governance chain: submissions in, decisions and receipts out. One writer; no matcher.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "model/chain/effects.h"
#include "model/chain/leaf.h"
#include "model/chain/pruned.h"
#include "model/chain/state.h"
#include "model/log/log.h"
#include "model/log/merkle.h"

namespace capmarket::chain {

/// What the chain answers. It promises durability only once a checkpoint covers `sequence`.
struct Receipt {
  Sequence sequence;
  Instant time;  // admission time
  admission::Decision decision;
  bool repeated = false;     // these bytes were here before: their receipt, nothing happened
  bool turned_away = false;  // by an unknown envelope, or shut out: nothing evaluated, no leaf
};

/// One event as it is appended; `object` lives only during the call.
struct Event {
  const Leaf& leaf;
  const objects::Object& object;
  const std::vector<Cover>& covers;  // of the legs of an admitted settlement
};

/// An entry that was taken without its body, as its leaf has it.
struct TakenEntry {
  objects::Kind kind = objects::Kind::tick;
  ContentId id;
  Instant time;
  bool admitted = false, derived = false;
};

/// What was taken without its body and no Pruning lists yet: it may have decided refusals. Of what
/// one lists already, whoever decided after it knew nothing either.
struct WhatIsGone {
  std::int64_t settlements = 0, refusals = 0;  // admitted ones; refused settlements
  std::int64_t declared = 0;                   // declarations, batches, retractions, curtailments
  std::int64_t indices = 0;                    // of prices
  std::int64_t batches = 0;                    // whose items have ids that no leaf states
  std::unordered_map<ContentId, std::int64_t, FixedBytesHash> ids;  // of what stood, with its grants

  bool any() const { return !ids.empty() || refusals > 0; }
};

/// The one writer of a chain: its state, and the log that the state is a function of.
class Chain {
 public:
  /// A new chain whose genesis is admitted at `at`. The genesis must be signed by each root and
  /// its keys must be valid.
  static Result<Chain> create(objects::CheckedSubmission genesis, Instant at, std::unique_ptr<log::EntryLog> log);

  /// Decides on arrival: the admission time is `arrival` or the last one, whichever is later.
  /// First admits what is due until then. Problems: a kind that nobody may submit.
  /// Deterministic; O(clauses + log grants).
  Result<Receipt> submit(const objects::CheckedSubmission& submission, Instant arrival);

  /// Appends what is due until then, as a submission that arrives then would before it is decided:
  /// for who acts on the state of that instant. No entry of its own.
  void advance(Instant until) { process_dues(until); }

  /// Appends Tick {instant}, which makes due everything until then. Problems: further ahead of the
  /// entry that would stand before it than the genesis lets a tick be; nothing is appended then.
  Result<Receipt> tick(Instant instant);
  /// The same of one that a log has, for who replays it: on a problem the chain is of no more use.
  /// O(what is due), where `tick` may take O(state) more to change nothing.
  Result<Receipt> tick_again(Instant instant);

  /// Appends Recovery of a cut that nothing tells of yet, at the time of the last entry. Problems: one
  /// that does not stand where the log ended, but for other recoveries.
  Result<Receipt> recover(const objects::Recovery& recovery);
  /// Appends LogKey, at the time of the last entry. Problems: not signed by both keys for this place.
  Result<Receipt> change_log_key(const objects::LogKey& change);
  /// Who signs a checkpoint over everything so far.
  const PublicKey& log_key() const { return log_key_; }

  /// Signs (size, root) over everything so far; see EntryLog::checkpoint.
  Result<void> checkpoint();

  /// The facts that `submission` would be decided on at `at`, after what is due; empty for kinds
  /// that are not decided. Changes only the numbering of names and what is due.
  std::optional<admission::FactsVariant> facts(const objects::CheckedSubmission& submission, Instant at);

  /// The same, as if every rule named `name` had the text that `instead` gives for its own; grants
  /// under it have the ranks of that text. The state is as before.
  std::optional<admission::FactsVariant> facts_under(const objects::CheckedSubmission& submission, Instant at,
                                          const std::string& name,
                                          const std::function<rules::Rule(const rules::Rule&)>& instead);

  /// A faulty writer, for tests of whoever reads the chain: from here on the clause refuses nothing
  /// that it failed.
  void neglect(admission::ClauseId clause) { neglected_.insert(clause); }

  /// In a replay: the entry stands as its leaf says, and nothing of it counts from here on: a later
  /// Pruning lists it. Its payload goes to the log as it is. Appends what was due before it.
  /// Problems: a leaf that does not stand there, or of a kind that is kept for ever.
  Result<void> take_pruned(const Leaf& leaf, ByteView payload);
  /// Appends Pruning, at the time of the last entry. Problems: one that does not list entries that
  /// were taken so, each once; a settlement admitted too lately for any rule's retention to be
  /// over.
  Result<Receipt> prune(const objects::Pruning& pruning);
  /// Entries that were taken so and that no Pruning lists yet.
  const PrunedSet& unlisted() const { return unlisted_; }
  /// From when on a Pruning may list them all. O(those).
  Instant listable_from() const;
  /// In a replay: the submission was refused so. Where what was pruned may have decided it, that
  /// stands, and is counted; else it is decided as any other.
  Result<Receipt> submit_refused(const objects::CheckedSubmission& submission, Instant arrival,
                                 const admission::Decision& recorded);
  /// Refusals that stand as they were recorded.
  const std::vector<Sequence>& not_redecided() const { return not_redecided_; }

  /// In a replay: how many submissions a shut-out turned away, which only the log knows.
  void turned_away(const PublicKey& submitter, std::int64_t count);

  /// Entries from here on go to `log`: of a replayed chain, which goes on where its bytes end.
  void continue_in(std::unique_ptr<log::EntryLog> log) { log_ = std::move(log); }

  /// What admission looks up, after everything so far.
  const ChainState& state() const { return state_; }
  /// Merkle root over the leaves so far.
  Digest root() const { return frontier_.root(); }
  /// Number of entries so far.
  std::int64_t size() const { return frontier_.size(); }
  /// Number of signatures in the entries so far.
  std::int64_t signature_count() const { return signatures_; }
  /// How submissions are signed, by the genesis.
  crypto::Signing signing() const;
  /// Called for each event as it is appended.
  void observe(std::function<void(const Event&)> observer) { observer_ = std::move(observer); }
  /// The receipt of what was here before: admitted, or refused under the same signers.
  std::optional<Receipt> receipt_of(const objects::CheckedSubmission& submission) const;
  /// How many came without a valid envelope of anybody known to the chain. No state of the chain.
  std::int64_t strangers() const { return strangers_; }

 private:
  void append(objects::Kind kind, const ContentId& id, ByteView body,
              const std::vector<objects::Signature>& signatures, const Digest& signatures_hash,
              const admission::Decision& decision, const objects::Object& object,
              const std::vector<Cover>& covers = {});
  void append_leaf(const Leaf& leaf, ByteView payload);
  void append_derived(std::vector<DerivedEvent> events);
  void process_dues(Instant until);
  bool process_next_due(Instant until);
  /// Whether the genesis lets a tick at `at` stand behind an entry of `before`.
  Result<void> expect_near(Instant at, Instant before) const;
  /// When the last entry would be of, after what is due until then. O(state).
  Instant time_after_dues(Instant until) const;
  Receipt append_of_writer(const objects::Object& object);
  Result<Receipt> decide(const objects::CheckedSubmission& submission, Instant arrival,
                         const admission::Decision* recorded);

  ChainState state_;
  std::unique_ptr<log::EntryLog> log_;
  log::MerkleFrontier frontier_;
  Digest previous_;
  PublicKey log_key_;
  std::int64_t recovered_from_ = 0;  // behind it nothing but recoveries stands
  std::int64_t signatures_ = 0;
  std::int64_t strangers_ = 0;
  std::unordered_map<ContentId, Receipt, FixedBytesHash> admitted_;
  std::unordered_map<Digest, Receipt, FixedBytesHash> refused_;
  std::function<void(const Event&)> observer_;
  std::set<admission::ClauseId> neglected_;
  PrunedSet unlisted_;
  std::map<std::int64_t, TakenEntry> taken_;  // the same
  WhatIsGone gone_;
  std::vector<Sequence> not_redecided_;
};

/// Facts of any decided kind; empty otherwise. See resolve.h.
std::optional<admission::FactsVariant> resolve_any(ChainState& state, const objects::CheckedSubmission& submission,
                                        Instant at);

}  // namespace capmarket::chain
