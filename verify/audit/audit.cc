#include "verify/audit/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>

#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "verify/audit/breaches.h"
#include "verify/audit/contradictions.h"
#include "verify/audit/effects.h"
#include "verify/audit/entries.h"
#include "verify/audit/genesis.h"
#include "verify/audit/invariants.h"
#include "verify/audit/note.h"
#include "verify/audit/pruned.h"
#include "verify/audit/signed_record.h"
#include "verify/audit/tail.h"

namespace capmarket::audit {
namespace {

constexpr std::size_t kBatch = 512;
/// Bytes of entries that are held at once: one that is longer is a batch by itself.
constexpr std::size_t kBatchBytes = 4 * 1024 * 1024;

class Auditor {
 public:
  Auditor(std::string dir, const AuditOptions& options)
      : dir_(std::move(dir)), options_(options), frames_(dir_) {}

  Result<AuditReport> run() {
    if (auto r = open(); !r) return tl::unexpected(r.error());
    if (opened_) {
      bool more = true;
      while (more) {
        std::vector<Entry> batch;
        more = read_batch(batch);
        check_entries(batch, state_.chain, signing_, options_.threads);
        for (const Entry& e : batch)
          if (!broken_ && !stopped()) step(e);
        more = more && !broken_ && !stopped();
      }
      finish();
    }
    if (!unreadable_.empty()) return tl::unexpected(std::move(unreadable_));
    std::stable_sort(report_.violations.begin(), report_.violations.end(),
                     [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    return std::move(report_);
  }

 private:
  void violate(objects::Invariant invariant, std::int64_t sequence, DamageClass kind,
               std::string detail) {
    if (report_.violations.size() == kViolationsMax) {
      ++report_.violations_dropped;
      return;
    }
    report_.violations.push_back({invariant, sequence, kind, std::move(detail)});
  }
  void damage(std::int64_t sequence, DamageClass kind, std::string detail) {
    report_.damaged = true;
    violate(objects::Invariant::replay, sequence, kind, std::move(detail));
  }

  Result<void> open();
  bool open_genesis(const std::string& bytes);
  Result<bool> open_checkpoint();
  Result<bool> open_record();
  bool read_batch(std::vector<Entry>& batch);
  bool read_entry(std::vector<Entry>& batch);
  void finish();
  /// Whether the time is up; then nothing more is read.
  bool stopped() {
    if (!report_.out_of_time && options_.out_of_time) report_.out_of_time = options_.out_of_time();
    return report_.out_of_time;
  }

  void step(const Entry& e);
  void pruned(const Entry& e);
  void pruning(const Entry& e);
  bool bytes_agree(const Entry& e);
  void genesis(const Entry& e);
  void derived(const Entry& e);
  void await(DerivedGroup group);
  void nothing_awaited(std::int64_t sequence);
  void nothing_due(std::int64_t sequence, Instant until);
  void refused_for(const Entry& e);
  void tick(const Entry& e, Instant before);
  void recovery(const Entry& e);
  void log_key(const Entry& e);
  void submitted(const Entry& e);
  bool compare(const Entry& e, const Judgement& recorded, const Judgement& own);
  void not_turned_away(const Entry& e);
  void once(const Entry& e);

  std::string dir_;
  AuditOptions options_;
  FrameReader frames_;
  Problems unreadable_;  // what the system did not give: no verdict then
  bool opened_ = false;
  std::int64_t recovered_from_ = 0;  // behind it nothing but recoveries stands
  bool broken_ = false;  // an object itself is damaged: later decisions cannot be followed
  objects::Genesis genesis_;
  std::string genesis_bytes_;
  crypto::Signing signing_;
  std::optional<AuditCheckpoint> checkpoint_;
  PublicKey signer_;  // of the checkpoint
  std::optional<AuditRecord> record_;
  std::int64_t read_ = 0;
  std::size_t held_ = 0;  // bytes in the batch that is read
  Digest previous_;
  AuditTree tree_;
  AuditState state_;
  std::deque<ExpectedDerived> awaited_;  // what must stand next
  bool fell_due_ = false;                // the last entry did
  std::set<ContentId> admitted_;
  std::set<Digest> refused_;  // by who signed what
  Pruned pruned_;
  AuditReport report_;
};

// ---- What the directory says of itself

Result<void> Auditor::open() {
  std::error_code error;
  bool has_segments = std::filesystem::exists(dir_ + "/segments/00000000.seg", error);
  auto bytes = read_input(dir_ + "/genesis.cbor", InputKind::genesis);
  if (!bytes && bytes.error().fault != ReadFault::absent) return fail(bytes.error().problem);
  if (!bytes && !has_segments)
    return fail(fmt::format("{}: no chain here", dir_),
                "a chain directory (genesis.cbor, segments/, checkpoint), or a run directory");
  if (auto first = standing_genesis(dir_); first && (!bytes || *first != *bytes)) {
    violate(objects::Invariant::replay, 0, DamageClass::leaf, "genesis.cbor: not the chain's first entry");
    bytes = *std::move(first);
  }
  if (!bytes || !open_genesis(*bytes)) {
    damage(0, DamageClass::leaf, "genesis.cbor is missing or is no genesis");
    return {};
  }
  if (auto read = objects::expect_format(genesis_); !read) return read;
  if (genesis_.scheme == crypto::Scheme::mac && !options_.allow_mac)
    return fail(fmt::format("{}: signed under `mac`: anybody can forge this chain", dir_),
                "the directory of a simulated run with its receipt, or --allow-mac");
  auto opened = open_checkpoint();
  if (!opened) return tl::unexpected(opened.error());
  opened_ = *opened;
  if (opened_) pruned_.learn(FrameReader(dir_), checkpoint_->size, [this] { return stopped(); });
  pruned_.also(options_.as_pruned);
  return {};
}

bool Auditor::open_genesis(const std::string& bytes) {
  auto payload = objects::decode_payload(objects::Kind::genesis, as_bytes(bytes));
  if (!payload) return false;
  auto object = objects::decode_object(objects::Kind::genesis, payload->body);
  if (!object) return false;
  genesis_ = std::get<objects::Genesis>(*object);
  genesis_bytes_ = bytes;
  signing_ = {genesis_.scheme, genesis_.mac_key.value_or(crypto::MacKey{})};
  state_.chain = report_.chain = crypto::content_id(payload->body);
  state_.market = objects::market_id(genesis_);
  report_.scheme = genesis_.scheme;
  report_.log_key = report_.first_log_key = genesis_.log_key;
  report_.log_keys = {{0, genesis_.log_key}};
  return true;
}

Result<bool> Auditor::open_checkpoint() {
  auto note = read_input(dir_ + "/checkpoint", InputKind::checkpoint);
  if (!note && note.error().fault != ReadFault::absent) return fail(note.error().problem);
  if (!note) {
    damage(-1, DamageClass::signature, "there is no checkpoint: nothing is signed");
    return false;
  }
  auto checkpoint = read_checkpoint(*note, genesis_.log_key);
  signer_ = genesis_.log_key;
  if (!checkpoint)
    // The log may have changed its key since: whose it is at that size, its entries say.
    if (auto said = claimed_checkpoint(*note)) {
      FrameReader entries(dir_);
      const auto later = key_at(entries, state_.chain, signer_, said->size);
      if (!later && !later.error().unreadable.empty()) return fail(later.error().unreadable[0]);
      if (later && *later != signer_) checkpoint = read_checkpoint(*note, signer_ = *later);
      // Behind damage there may be a change of the key: the entries say where it is.
      if (!later) checkpoint = said, signer_ = {};
    }
  if (!checkpoint) {
    damage(-1, DamageClass::signature, "checkpoint: " + checkpoint.error());
    return false;
  }
  if (checkpoint->origin != "capmarket/" + to_hex(state_.chain)) {
    damage(-1, DamageClass::signature, "checkpoint: of another chain than the genesis");
    return false;
  }
  if (checkpoint->size == 0) {
    damage(-1, DamageClass::root,
           "the log signs a size of 0: the genesis, which names its key, is not signed");
    return false;
  }
  checkpoint_ = *checkpoint;
  report_.size = checkpoint->size;
  report_.note = *std::move(note);
  return open_record();
}

/// After the checkpoint, before the entries: whoever writes meanwhile makes them longer alone.
Result<bool> Auditor::open_record() {
  const std::string name = "checkpoint.lock: ";
  auto text = read_input(dir_ + "/checkpoint.lock", InputKind::checkpoint);
  if (!text && text.error().fault != ReadFault::absent) return fail(text.error().problem);
  auto record = text ? read_record(*text)
                     : tl::make_unexpected("there is no record of the last signed size");
  if (!record)
    damage(-1, DamageClass::root, name + record.error());
  else if (record->origin != checkpoint_->origin)
    damage(-1, DamageClass::root, name + "of another chain");
  else if (record->size < checkpoint_->size)
    damage(-1, DamageClass::root,
           fmt::format("{}signed at {} entries, the checkpoint at {}: an older record was put back",
                       name, record->size, checkpoint_->size));
  else
    record_ = *record;
  return true;
}

// ---- Bytes: frame, leaf, link

bool Auditor::read_entry(std::vector<Entry>& batch) {
  auto frame = frames_.next();
  if (!frame && !frame.error().unreadable.empty()) {
    unreadable_ = frame.error().unreadable;
    broken_ = true;
    return false;
  }
  if (!frame) {
    damage(read_, frame.error().kind, frame.error().what);
    return false;
  }
  if (!*frame) {
    const Damage end = frames_.short_of(checkpoint_->size);
    damage(read_, end.kind, end.what);
    return false;
  }
  std::string why;
  auto leaf = read_leaf((*frame)->leaf, why);
  if (!leaf) {
    damage(read_, DamageClass::leaf, "the leaf is not canonical: " + why);
    return false;
  }
  if (leaf->sequence != read_ || leaf->previous != previous_) {
    damage(read_, DamageClass::link, "the leaf does not follow the one before it");
    return false;
  }
  previous_ = audit_leaf_hash((*frame)->leaf);
  tree_.append(previous_);
  if (options_.roots_at.contains(++read_)) report_.roots_at.emplace(read_, tree_.root());
  held_ += (*frame)->leaf.size() + (*frame)->payload.size();
  const bool pruned = pruned_.contains(leaf->sequence);
  batch.push_back({std::move(*leaf), std::move(**frame), std::nullopt, {}, pruned});
  return true;
}

bool Auditor::read_batch(std::vector<Entry>& batch) {
  held_ = 0;
  while (read_ < checkpoint_->size && batch.size() < kBatch && held_ < kBatchBytes)
    if (!read_entry(batch)) return false;
  return read_ < checkpoint_->size;
}

void Auditor::finish() {
  report_.root = tree_.root();
  if (report_.out_of_time) {  // of a part of the log nothing more is said
    if (options_.observer != nullptr) options_.observer->on_end(state_);
    return;
  }
  if (!report_.damaged && unreadable_.empty()) {
    if (report_.root != checkpoint_->root)
      damage(read_ - 1, DamageClass::root,
             "the leaves have another root than the checkpoint signs");
    if (report_.log_key != signer_)
      damage(-1, DamageClass::signature, "the checkpoint is signed by a key that the log left");
    if (const std::int64_t n = pruned_.first_unlisted(); n >= 0)
      damage(n, DamageClass::leaf, "its body is gone, and no pruning lists it where the log ends");
    const Tail tail = read_tail(frames_, tree_, record_, state_.chain, report_.log_key,
                                [this] { return stopped(); });
    report_.unsigned_tail = tail.entries;
    report_.tail_uncounted = tail.uncounted;
    report_.recorded = tail.recorded;
    if (tail.fault) damage(-1, *tail.fault, tail.detail);
    if (!broken_) nothing_awaited(read_ - 1);
    // What falls due at one instant is appended at one go.
    if (!broken_ && fell_due_ && next_due(state_, state_.time))
      violate(objects::Invariant::replay, read_ - 1, DamageClass::derived,
              "the signed size ends amid what fell due at one instant");
  }
  report_.inherited_excess = inherited_excess(state_);
  report_.breaches = peer_breaches(state_);
  if (options_.observer != nullptr) options_.observer->on_end(state_);
}

// ---- Meaning: every event again

bool Auditor::bytes_agree(const Entry& e) {
  const std::int64_t n = e.leaf.sequence;
  if (const auto& other = pruned_.unread(); e.frame.payload.empty() && other)
    damage(other->first, other->second.kind, other->second.what);
  else if (!e.submission)
    damage(n, DamageClass::leaf, "the payload is no object: " + e.malformed);
  else if (const bool body = e.submission->id == e.leaf.id,
           signatures = e.submission->signatures_hash == e.leaf.signatures;
           !body || !signatures)
    damage(n, body ? DamageClass::signature : DamageClass::leaf,
           std::string(objects::not_named(body, signatures)));
  else
    return true;
  broken_ = true;
  return false;
}

void Auditor::step(const Entry& e) {
  const std::int64_t n = e.leaf.sequence;
  ++report_.audited;
  if (e.pruned) return pruned(e);
  if (!bytes_agree(e)) return;
  const objects::CheckedSubmission& s = *e.submission;
  const Instant before = state_.time;
  if (n > 0 && e.leaf.time < before)
    violate(objects::Invariant::replay, n, DamageClass::link,
            "an admission time before the one of the entry before");
  ++report_.entries_of_kind[std::string(objects::to_text(s.kind))];
  if (s.kind == objects::Kind::rule && e.leaf.admitted) report_.rules.insert(s.id);
  for (bool valid : s.valid) ++(valid ? report_.signatures_verified : report_.signatures_invalid);
  if (s.kind != objects::Kind::recovery) recovered_from_ = n + 1;
  if (n > 0 && objects::is_derived(s.kind)) return derived(e);
  fell_due_ = false;
  if (n == 0)
    genesis(e);
  else
    nothing_awaited(n), nothing_due(n, e.leaf.time);
  const bool is_later = e.leaf.time > state_.time;
  state_.time = std::max(state_.time, e.leaf.time);
  if (n == 0) return;
  if (is_later && objects::is_of_writer(s.kind) && s.kind != objects::Kind::tick)
    violate(objects::Invariant::replay, n, DamageClass::decision,
            "what the writer says, at another time than the entry before");
  if (s.kind == objects::Kind::tick)
    tick(e, before);
  else if (s.kind == objects::Kind::recovery)
    recovery(e);
  else if (s.kind == objects::Kind::log_key)
    log_key(e);
  else if (s.kind == objects::Kind::pruning)
    pruning(e);
  else
    submitted(e);
}

/// What its leaf says stands, and nothing of it counts for others. What was due before it has to
/// stand before it; what falls due at one instant, in any order with what is gone.
void Auditor::pruned(const Entry& e) {
  const std::int64_t n = e.leaf.sequence;
  if (std::string wrong = pruned_.take(e); !wrong.empty()) {
    damage(n, DamageClass::leaf, std::move(wrong));
    broken_ = true;
    return;
  }
  const objects::Kind kind = *objects::parse_kind(e.leaf.kind);
  const bool caused = objects::is_derived(kind);
  if (e.leaf.time < state_.time)
    violate(objects::Invariant::replay, n, DamageClass::link,
            "an admission time before the one of the entry before");
  ++report_.pruned;
  if (!e.frame.payload.empty()) ++report_.pruned_present;
  ++report_.entries_of_kind[std::string(objects::to_text(kind))];
  nothing_awaited(n);
  nothing_due(n, caused ? Instant(e.leaf.time.value - 1) : e.leaf.time);
  state_.time = std::max(state_.time, e.leaf.time);
  recovered_from_ = n + 1, fell_due_ = false;
  if (kind == objects::Kind::settlement)
    ++(e.leaf.admitted ? report_.settlements_admitted : report_.settlements_refused);
  if (!e.leaf.admitted) refused_for(e);
  if (e.leaf.admitted && !caused) once(e);
}

void Auditor::pruning(const Entry& e) {
  const auto& p = std::get<objects::Pruning>(e.submission->object);
  std::string wrong = pruned_.list(p, e.leaf.sequence, e.leaf.time, state_);
  if (wrong.empty() && (!e.leaf.admitted || !e.submission->signatures.empty()))
    wrong = "a pruning that contradicts its leaf";
  if (!wrong.empty())
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision, std::move(wrong));
  once(e);
}

void Auditor::genesis(const Entry& e) {
  const auto payload = as_bytes(genesis_bytes_);
  if (!std::equal(payload.begin(), payload.end(), e.frame.payload.begin(), e.frame.payload.end()))
    damage(0, DamageClass::leaf, "the first entry is not the genesis of genesis.cbor");
  if (e.leaf.kind != 0 || !e.leaf.admitted)
    damage(0, DamageClass::leaf, "the first entry is no admitted genesis");
  for (Damage& d : faults_of(genesis_)) damage(0, d.kind, std::move(d.what));
  for (std::string& fault : unsigned_of(genesis_, *e.submission))
    violate(objects::Invariant::replay, 0, DamageClass::signature, std::move(fault));
  for (std::size_t i = 0; i < genesis_.roots.size(); ++i)
    state_.delegation.add_root(objects::root_id(state_.market, i), genesis_.roots[i]);
  state_.quota = genesis_.refusal_quota;
  state_.cover = genesis_.cover;
  state_.log_key = genesis_.log_key;
  state_.objects.insert(e.leaf.id);
  admitted_.insert(e.leaf.id);
}

void Auditor::await(DerivedGroup group) {
  for (ExpectedDerived& x : group) awaited_.push_back(std::move(x));
}

void Auditor::nothing_awaited(std::int64_t sequence) {
  for (const ExpectedDerived& x : awaited_)
    violate(invariant_of(x.kind()), sequence, DamageClass::derived,
            fmt::format("the {} {} is missing before this entry's end", objects::to_text(x.kind()),
                        to_hex(x.id)));
  awaited_.clear();
}

void Auditor::derived(const Entry& e) {
  const std::int64_t n = e.leaf.sequence;
  const objects::CheckedSubmission& s = *e.submission;
  ++report_.derived;
  if (awaited_.empty())
    if (auto due = next_due(state_, e.leaf.time)) {
      DerivedGroup group;
      execute(state_, *due, group);
      await(std::move(group));
      fell_due_ = true;
    }
  auto it = std::find_if(awaited_.begin(), awaited_.end(),
                         [&](const ExpectedDerived& x) { return stands_for(s, x); });
  if (it == awaited_.end()) {
    // One of the same kind stands in its place; or it is one too many.
    bool other = !awaited_.empty() && awaited_.front().kind() == s.kind;
    violate(invariant_of(s.kind), n, DamageClass::derived,
            fmt::format("a {} {}", objects::to_text(s.kind),
                        other ? "that says something else than the audit" : "that nothing caused"));
    if (other) awaited_.pop_front();
  } else {
    for (auto missing = awaited_.begin(); missing != it; ++missing)
      violate(invariant_of(missing->kind()), n, DamageClass::derived,
              fmt::format("the {} {} is missing before this entry",
                          objects::to_text(missing->kind()), to_hex(missing->id)));
    awaited_.erase(awaited_.begin(), it + 1);
    if (!e.leaf.admitted || !s.signatures.empty() || e.leaf.time != state_.time)
      violate(invariant_of(s.kind), n, DamageClass::derived,
              fmt::format("a {} under another decision, time or signature than its cause's",
                          objects::to_text(s.kind)));
  }
  state_.objects.insert(s.id);
  state_.time = std::max(state_.time, e.leaf.time);
}

void Auditor::nothing_due(std::int64_t sequence, Instant until) {
  while (auto due = next_due(state_, until)) {
    DerivedGroup group;
    execute(state_, *due, group);
    await(std::move(group));
    nothing_awaited(sequence);
  }
}

void Auditor::refused_for(const Entry& e) {
  ++report_.refused;
  for (const auto* named : {&e.leaf.failed, &e.leaf.unresolved})
    for (std::int64_t clause : *named) ++report_.refused_by[clause_text(clause)];
}

void Auditor::tick(const Entry& e, Instant before) {
  const auto& tick = std::get<objects::Tick>(e.submission->object);
  if (tick.instant != e.leaf.time || !e.leaf.admitted || !e.submission->signatures.empty() ||
      !tick.salt.is_zero())
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            "a tick that contradicts its leaf");
  if (genesis_.tick_ahead &&
      Int128{tick.instant.value} > Int128{before.value} + genesis_.tick_ahead->value)
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            fmt::format("a tick of {} behind an entry of {}: the genesis lets it be {} ahead",
                        to_text(tick.instant), to_text(before), to_text(*genesis_.tick_ahead)));
  once(e);
}

void Auditor::recovery(const Entry& e) {
  const auto& r = std::get<objects::Recovery>(e.submission->object);
  if (!e.leaf.admitted || !e.submission->signatures.empty() || !r.salt.is_zero() || r.bytes < 1 ||
      r.entries < recovered_from_ || r.entries > e.leaf.sequence)
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            "a recovery that does not stand where the log ended");
  once(e);
}

/// Source: docs/spec/chain.md#what-the-writer-says.
void Auditor::log_key(const Entry& e) {
  const auto& change = std::get<objects::LogKey>(e.submission->object);
  const bool is_signed = change.entries == e.leaf.sequence &&
                         objects::is_signed_by_both(change, state_.chain, report_.log_key);
  if (!e.leaf.admitted || !e.submission->signatures.empty() || !change.salt.is_zero() || !is_signed)
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::signature,
            "a change of the log's key that is not signed by both keys for this place");
  if (is_signed) {
    report_.log_key = change.key;
    report_.log_keys.emplace_back(change.entries + 1, change.key);
  }
  once(e);
}

/// The same under the same signers again gets the same receipt and no second entry.
void Auditor::once(const Entry& e) {
  bool fresh = !admitted_.contains(e.leaf.id);
  if (e.leaf.admitted)
    fresh = admitted_.insert(e.leaf.id).second;
  else
    fresh = refused_.insert(e.submission->identity).second && fresh;
  if (!fresh)
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            "the same submission stands twice");
}

/// Nothing is evaluated without the envelope of somebody known; and a submitter over its quota of
/// refusals asks and offers nothing until the period ends.
void Auditor::not_turned_away(const Entry& e) {
  const PublicKey* key = submitter_key(*e.submission);
  if (key == nullptr || !state_.delegation.key_used(*key))
    return violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
                   "evaluated, though no envelope of anybody known to the chain is valid");
  const AuditQuota* q = found(state_.quotas, *key);
  if (objects::barred_by_shutout(e.submission->kind) && q != nullptr && q->shut_until &&
      e.leaf.time < *q->shut_until)
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            "evaluated, though its submitter is shut out");
}

void Auditor::submitted(const Entry& e) {
  const objects::CheckedSubmission& s = *e.submission;
  once(e);
  not_turned_away(e);
  Judgement recorded{e.leaf.failed, e.leaf.unresolved, e.leaf.shortfalls, 0};
  const auto* settlement = std::get_if<objects::Settlement>(&s.object);
  std::optional<SettlementEvidence> evidence;
  if (settlement != nullptr) {
    evidence = gather(state_, s, *settlement, e.leaf.time);
    evidence->sequence = e.leaf.sequence;
    const Judgement own = judge(*evidence);
    evidence->sound = own.failed.empty() && own.unresolved.empty();
    if (compare(e, recorded, own) && options_.observer != nullptr)
      options_.observer->on_settlement(*evidence, recorded);
    ++(e.leaf.admitted ? report_.settlements_admitted : report_.settlements_refused);
  } else if (auto own = judge(state_, s, e.leaf.time)) {
    compare(e, recorded, *own);
  } else {
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            "a kind that nobody may submit");
    return;
  }
  // Whatever was recorded is what later decisions stood on.
  DerivedGroup group;
  if (!e.leaf.admitted) {
    refused_for(e);
    refuse(state_, s, group);
  } else if (!apply(state_, s, e.leaf.sequence, evidence ? &*evidence : nullptr, group)) {
    violate(objects::Invariant::replay, e.leaf.sequence, DamageClass::decision,
            "admitted, though what it refers to does not exist");
  } else {
    for (WatchFinding& x : watch(state_, s, evidence ? &*evidence : nullptr, group))
      violate(x.invariant, e.leaf.sequence, DamageClass::decision, std::move(x.detail));
  }
  await(std::move(group));
}

/// Whether it was decided again: a refusal that may rest on what is gone stands as recorded.
bool Auditor::compare(const Entry& e, const Judgement& recorded, const Judgement& own) {
  if (!e.leaf.admitted && recorded != own && may_rest_on(pruned_.gone(), e.submission->object, state_, recorded, own)) {
    report_.not_redecided.push_back(e.leaf.sequence);
    return false;
  }
  for (Contradiction& c : contradictions(e.submission->kind, e.leaf.admitted, recorded, own))
    violate(c.invariant, e.leaf.sequence, DamageClass::decision, std::move(c.detail));
  return true;
}

}  // namespace

Result<AuditReport> audit_chain(const std::string& dir, const AuditOptions& options) {
  return Auditor(audit_directory(dir), options).run();
}

}  // namespace capmarket::audit
