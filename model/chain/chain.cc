#include "model/chain/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "model/base/text.h"
#include "model/chain/genesis.h"
#include "model/chain/prune_plan.h"
#include "model/chain/resolve.h"
#include "model/crypto/hash.h"
#include "model/objects/derived.h"
#include "model/objects/references.h"

namespace capmarket::chain {
namespace {

Receipt away(Instant at) {
  Receipt out{Sequence(-1), at, {}};
  out.turned_away = true;
  return out;
}

/// Whether the clause reads what such entries have done, beside those that the object names.
/// Source: docs/spec/chain.md#pruning.
bool reads(admission::ClauseId clause, const WhatIsGone& gone) {
  using admission::ClauseId;
  constexpr std::array kLoads = {ClauseId::capacity, ClauseId::shared_capacity,
                                 ClauseId::displacement, ClauseId::tier_quota};
  if (std::find(kLoads.begin(), kLoads.end(), clause) != kLoads.end())
    return gone.settlements + gone.declared > 0;
  return ((clause == ClauseId::asset || clause == ClauseId::outstanding) && gone.declared > 0) ||
         (clause == ClauseId::index_complete && gone.settlements > 0) ||
         (clause == ClauseId::price && gone.settlements + gone.indices > 0) ||
         (clause == ClauseId::disclosure && gone.refusals > 0);
}

/// `by`: 1 where it goes, -1 once a Pruning lists it.
void note_gone(WhatIsGone& gone, const TakenEntry& e, std::int64_t by) {
  using objects::Kind;
  if (!e.admitted) {
    if (e.kind == Kind::settlement) gone.refusals += by;
    return;
  }
  auto id = [&](const ContentId& of) {
    auto it = gone.ids.try_emplace(of, 0).first;
    if ((it->second += by) == 0) gone.ids.erase(it);
  };
  id(e.id);
  if (e.kind == Kind::settlement) {
    for (std::size_t leg = 0; leg < objects::kLegsMax; ++leg) id(objects::grant_id(e.id, leg));
    gone.settlements += by;
  }
  if (e.kind == Kind::declaration_batch) gone.batches += by;
  if (e.kind == Kind::declaration || e.kind == Kind::declaration_batch ||
      e.kind == Kind::retract || e.kind == Kind::curtailment)
    gone.declared += by;
  if (e.kind == Kind::price_index) gone.indices += by;
}

/// Whether the object names something that was taken without its body.
bool names_gone(const objects::Object& object, const WhatIsGone& gone, const ChainState& state) {
  const std::vector<ContentId> named = objects::references(object);
  return std::any_of(named.begin(), named.end(), [&](const ContentId& id) {
    return gone.ids.contains(id) || (gone.batches > 0 && !state.objects.contains(id));
  });
}

using Clauses = std::vector<admission::ClauseId>;

Clauses without(const Clauses& a, const Clauses& b) {
  Clauses out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

/// Whether a refusal may come out otherwise because bodies are gone: what it names is not there any
/// more, or the two differ in nothing but clauses that read others. Source:
/// docs/spec/chain.md#pruning.
bool may_rest_on_pruned(const admission::Decision& recorded, const admission::Decision& own,
                        const WhatIsGone& gone, bool names_what_is_gone) {
  auto all_read = [&](const Clauses& all) {
    return std::all_of(all.begin(), all.end(),
                       [&](admission::ClauseId c) { return reads(c, gone); });
  };
  const Clauses missing = without(own.unresolved, recorded.unresolved);
  const Clauses failing = without(own.failed, recorded.failed);
  if (!missing.empty() || std::find(failing.begin(), failing.end(),
                                    admission::ClauseId::objects_resolve) != failing.end())
    return names_what_is_gone;
  const Clauses only_recorded = without(recorded.failed, own.failed);
  const bool lacks_alone =
      failing.empty() && only_recorded.empty();  // they differ in what legs lack
  return recorded.unresolved == own.unresolved && all_read(failing) && all_read(only_recorded) &&
         (!lacks_alone || reads(admission::ClauseId::capacity, gone));
}

}  // namespace

std::optional<admission::FactsVariant> resolve_any(ChainState& state, const objects::CheckedSubmission& submission,
                                        Instant at) {
  return std::visit(
      [&](const auto& o) -> std::optional<admission::FactsVariant> {
        if constexpr (requires { resolve(state, submission, o, at); })
          return admission::FactsVariant(resolve(state, submission, o, at));
        else
          return std::nullopt;
      },
      submission.object);
}

Result<Chain> Chain::create(objects::CheckedSubmission genesis, Instant at, std::unique_ptr<log::EntryLog> log) {
  if (auto possible = expect_genesis(genesis); !possible)
    return tl::unexpected(possible.error());
  const auto* body = std::get_if<objects::Genesis>(&genesis.object);
  Chain chain;
  chain.log_ = std::move(log);
  chain.state_ = initial_state(*body, genesis.id, at);
  chain.log_key_ = body->log_key;
  chain.append(objects::Kind::genesis, genesis.id, genesis.body, genesis.signatures, genesis.signatures_hash,
               {}, genesis.object);
  chain.admitted_.emplace(genesis.id, Receipt{Sequence(0), at, {}, true});
  return chain;
}

crypto::Signing Chain::signing() const {
  return {state_.genesis.scheme, state_.genesis.mac_key.value_or(crypto::MacKey{})};
}

void Chain::append(objects::Kind kind, const ContentId& id, ByteView body,
                   const std::vector<objects::Signature>& signatures, const Digest& signatures_hash,
                   const admission::Decision& decision, const objects::Object& object,
                   const std::vector<Cover>& covers) {
  Leaf leaf{
      Sequence(frontier_.size()), previous_, state_.time, kind, id, signatures_hash, decision};
  append_leaf(leaf, objects::encode_payload(body, signatures));
  signatures_ += static_cast<std::int64_t>(signatures.size());
  if (observer_) observer_({leaf, object, covers});
}

void Chain::append_leaf(const Leaf& leaf, ByteView payload) {
  Bytes bytes = encode_leaf(leaf);
  previous_ = log::leaf_hash(bytes);
  frontier_.append(previous_);
  log_->append(bytes, payload);
  if (leaf.kind != objects::Kind::recovery) recovered_from_ = frontier_.size();
}

void Chain::append_derived(std::vector<DerivedEvent> events) {
  static const Digest kNoSignatures = objects::hash_signatures({});
  for (const DerivedEvent& e : events)
    append(e.kind, e.id, e.body, {}, kNoSignatures, {}, e.object);
}

bool Chain::process_next_due(Instant until) {
  auto events = let_next_due(state_, frontier_.size(), until);
  if (events) append_derived(std::move(*events));
  return events.has_value();
}

void Chain::process_dues(Instant until) {
  while (process_next_due(until)) {
  }
}

Instant Chain::time_after_dues(Instant until) const {
  ChainState trial = state_;
  std::int64_t size = frontier_.size();
  while (auto events = let_next_due(trial, size, until))
    size += static_cast<std::int64_t>(events->size());
  return trial.time;
}

std::optional<admission::FactsVariant> Chain::facts_under(const objects::CheckedSubmission& submission, Instant at,
                                               const std::string& name,
                                               const std::function<rules::Rule(const rules::Rule&)>& instead) {
  process_dues(at);
  auto versions = state_.rules_named.find(name);
  if (versions == state_.rules_named.end()) return resolve_any(state_, submission, at);
  std::vector<rules::Rule> kept;
  for (RuleIndex i : versions->second) {
    kept.push_back(std::move(state_.rules[i].rule));
    state_.rules[i].rule = instead(kept.back());
  }
  // Ranks as recorded are the old text's. Only entries and replacements read them.
  std::vector<std::int64_t> ranks;
  const std::vector<GrantIndex>& grants = state_.grants_of_rule[name];
  for (GrantIndex g : grants) {
    GrantRecord& grant = state_.grants[g];
    ranks.push_back(grant.rank);
    if (const rules::Tier* tier = state_.rule_of(grant).tier(grant.leg.tier)) grant.rank = tier->rank;
  }
  auto out = resolve_any(state_, submission, at);
  for (std::size_t i = 0; i < grants.size(); ++i) state_.grants[grants[i]].rank = ranks[i];
  for (std::size_t i = 0; i < kept.size(); ++i)
    state_.rules[versions->second[i]].rule = std::move(kept[i]);
  return out;
}

void Chain::turned_away(const PublicKey& submitter, std::int64_t count) {
  state_.refusals[submitter].turned_away = count;
}

std::optional<Receipt> Chain::receipt_of(const objects::CheckedSubmission& s) const {
  if (auto it = admitted_.find(s.id); it != admitted_.end()) return it->second;
  auto it = refused_.find(s.identity);
  if (it == refused_.end()) return std::nullopt;
  return it->second;
}

Result<Receipt> Chain::submit(const objects::CheckedSubmission& submission, Instant arrival) {
  return decide(submission, arrival, nullptr);
}

Result<Receipt> Chain::submit_refused(const objects::CheckedSubmission& submission, Instant arrival,
                                      const admission::Decision& recorded) {
  return decide(submission, arrival, &recorded);
}

Result<Receipt> Chain::decide(const objects::CheckedSubmission& submission, Instant arrival,
                              const admission::Decision* recorded) {
  if (auto known = receipt_of(submission)) return *known;
  Instant at = std::max(arrival, state_.time);
  const std::optional<PublicKey> submitter = submitter_of(submission);
  if (!submitter || state_.delegation.key_unused(*submitter)) {
    ++strangers_;
    return away(at);
  }
  process_dues(at);
  if (objects::barred_by_shutout(submission.kind) && shut_out(state_, *submitter)) {
    ++state_.refusals[*submitter].turned_away;
    return away(at);
  }
  auto facts = resolve_any(state_, submission, at);
  if (!facts)
    return fail(fmt::format("a {} is not submitted by anybody", objects::to_text(submission.kind)));
  admission::Decision decision = admission::decide(*facts);
  if (recorded != nullptr && gone_.any() && *recorded != decision &&
      admission::can_come_to(*facts, *recorded) &&
      may_rest_on_pruned(*recorded, decision, gone_,
                         names_gone(submission.object, gone_, state_))) {
    decision = *recorded;
    not_redecided_.emplace_back(frontier_.size());
  }
  const std::vector<admission::ClauseId> failed = decision.failed;
  std::erase_if(decision.failed, [&](admission::ClauseId c) { return neglected_.contains(c); });
  state_.time = at;
  Sequence sequence(frontier_.size());
  std::vector<Cover> covers;
  if (const auto* settlement = std::get_if<objects::Settlement>(&submission.object);
      settlement != nullptr && decision.admitted())
    covers = covers_of(state_, submission, *settlement, at);
  append(submission.kind, submission.id, submission.body, submission.signatures,
         submission.signatures_hash, decision, submission.object, covers);
  Receipt receipt{sequence, at, decision, true};
  if (decision.admitted()) {
    append_derived(apply(state_, submission.id, sequence, submission.object, covers));
    if (submission.kind == objects::Kind::settlement) state_.settlements.back().misapplied = failed;
    admitted_.emplace(submission.id, receipt);
    // An item that is submitted alone later was here before.
    if (const auto* batch = std::get_if<objects::DeclarationBatch>(&submission.object))
      for (const objects::Declaration& item : batch->items)
        admitted_.emplace(crypto::content_id(objects::encode_object(objects::Object(item))), receipt);
  } else {
    apply_refusal(state_, submission);
    append_derived(count_refusal(state_, submission, sequence));
    refused_.emplace(submission.identity, receipt);
  }
  receipt.repeated = false;
  return receipt;
}

Receipt Chain::append_of_writer(const objects::Object& object) {
  const objects::Kind kind = objects::kind_of(object);
  Bytes body = objects::encode_object(object);
  ContentId id = crypto::content_id(body);
  Receipt receipt{Sequence(frontier_.size()), state_.time, {}, true};
  append(kind, id, body, {}, objects::hash_signatures({}), {}, object);
  admitted_.emplace(id, receipt);
  receipt.repeated = false;
  return receipt;
}

Result<void> Chain::expect_near(Instant at, Instant before) const {
  const auto& ahead = state_.genesis.tick_ahead;
  if (!ahead || Int128{at.value} - before.value <= ahead->value) return {};
  return fail(fmt::format("a tick of {} behind an entry of {}", to_text(at), to_text(before)),
              fmt::format("at most {} behind it, by `tick_ahead` of the genesis", to_text(*ahead)));
}

Result<Receipt> Chain::tick(Instant instant) {
  const Instant at = std::max(instant, state_.time);
  if (!expect_near(at, state_.time))
    if (auto near = expect_near(at, time_after_dues(at)); !near)
      return tl::unexpected(near.error());
  return tick_again(instant);
}

Result<Receipt> Chain::tick_again(Instant instant) {
  Instant at = std::max(instant, state_.time);
  objects::Object tick = objects::Tick{{}, at};
  if (auto it = admitted_.find(crypto::content_id(objects::encode_object(tick)));
      it != admitted_.end())
    return it->second;
  process_dues(at);
  if (auto near = expect_near(at, state_.time); !near) return tl::unexpected(near.error());
  state_.time = at;
  return append_of_writer(tick);
}

Result<Receipt> Chain::recover(const objects::Recovery& r) {
  process_dues(state_.time);
  if (!r.salt.is_zero() || r.bytes < 1 || r.entries < recovered_from_ ||
      r.entries > frontier_.size() ||
      admitted_.contains(crypto::content_id(objects::encode_object(r))))
    return fail(fmt::format("a recovery at {} entries, of {} bytes", r.entries, r.bytes),
                fmt::format("one at {} entries, of at least 1 byte, once", recovered_from_));
  return append_of_writer(r);
}

Result<Receipt> Chain::change_log_key(const objects::LogKey& change) {
  process_dues(state_.time);
  if (!change.salt.is_zero() || change.entries != frontier_.size() ||
      !objects::is_signed_by_both(change, state_.chain, log_key_))
    return fail("a change of the log's key that is not signed by both keys for this place");
  log_key_ = change.key;
  return append_of_writer(change);
}

Result<void> Chain::take_pruned(const Leaf& leaf, ByteView payload) {
  while (frontier_.size() < leaf.sequence.value && process_next_due(leaf.time)) {
  }
  const bool derived = objects::is_derived(leaf.kind), admitted = leaf.decision.admitted();
  if (leaf.sequence.value != frontier_.size() || leaf.previous != previous_ ||
      leaf.time < state_.time || !objects::is_prunable(leaf.kind) ||
      (derived && (!admitted || leaf.signatures != objects::hash_signatures({}))))
    return fail(fmt::format("entry {}, a {} without its body", leaf.sequence.value,
                            objects::to_text(leaf.kind)),
                "one of a kind that may go, behind the one before it and what was due");
  state_.time = leaf.time;
  unlisted_.insert(leaf.sequence.value);
  const TakenEntry taken{leaf.kind, leaf.id, leaf.time, admitted, derived};
  taken_.emplace(leaf.sequence.value, taken);
  note_gone(gone_, taken, 1);
  if (admitted && !derived &&
      !admitted_.emplace(leaf.id, Receipt{leaf.sequence, leaf.time, leaf.decision, true}).second)
    return fail(fmt::format("entry {}, a {} without its body", leaf.sequence.value,
                            objects::to_text(leaf.kind)),
                "a submission that stands once");
  append_leaf(leaf, payload);
  return {};
}

Instant Chain::listable_from() const {
  Int128 out = state_.time.value;
  const LongestKept longest(state_);
  for (const auto& [n, taken] : taken_)
    if (!taken.derived) out = std::max(out, longest.until(taken.time));
  return Instant(static_cast<std::int64_t>(std::min<Int128>(out, kWireMax)));
}

Result<Receipt> Chain::prune(const objects::Pruning& pruning) {
  process_dues(state_.time);
  if (pruning.entries != frontier_.size())
    return fail(fmt::format("a pruning at {} entries", pruning.entries),
                fmt::format("one at {}", frontier_.size()));
  const LongestKept longest(state_);
  std::int64_t other = -1, early = -1;
  auto listed = each_listed(pruning, [&](std::int64_t n) {
    auto taken = taken_.find(n);
    if (taken == taken_.end())
      other = n;
    else if (!taken->second.derived && longest.until(taken->second.time) > state_.time.value)
      early = n;
    if (other >= 0 || early >= 0) return false;
    note_gone(gone_, taken->second, -1);
    taken_.erase(taken);
    unlisted_.erase(n);
    return true;
  });
  if (!listed) return tl::unexpected(listed.error());
  if (other >= 0)
    return fail(fmt::format("a pruning of entry {}", other),
                "entries that are there without their bodies, and that no pruning lists yet");
  if (early >= 0)
    return fail(fmt::format("a pruning of entry {}, which may matter still", early),
                "one behind the longest that any rule of then lets it matter");
  return append_of_writer(pruning);
}

Result<void> Chain::checkpoint() { return log_->checkpoint(frontier_.root(), frontier_.size()); }

std::optional<admission::FactsVariant> Chain::facts(const objects::CheckedSubmission& submission, Instant at) {
  process_dues(at);
  return resolve_any(state_, submission, at);
}

}  // namespace capmarket::chain
