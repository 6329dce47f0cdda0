#include "verify/audit/pruned.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "model/crypto/hash.h"
#include "model/objects/object.h"
#include "model/objects/submission.h"
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

/// Calls `visit` with each sequence number that the runs take, until it says false; false where they
/// are no runs.
bool each_of(const objects::Pruning& p, std::int64_t sequence,
             const std::function<bool(std::size_t)>& visit) {
  if (!p.salt.is_zero() || p.entries != sequence || p.runs.empty() || p.runs.size() % 2 == 1)
    return false;
  std::int64_t next = 0;
  bool goes = false;
  for (std::size_t i = 0; i < p.runs.size(); ++i, goes = !goes) {
    const std::int64_t run = p.runs[i];
    if (run < 0 || (run == 0 && i > 0) || run > sequence - next) return false;
    if (goes)
      for (std::int64_t n = next; n < next + run; ++n) {
        if (!visit(static_cast<std::size_t>(n))) return true;
      }
    next += run;
  }
  return true;
}

}  // namespace

void Pruned::learn(FrameReader frames, std::int64_t size, const std::function<bool()>& stopped) {
  for (std::int64_t n = 0; n < size && !stopped(); ++n) {
    auto frame = frames.next();
    if (!frame && frame.error().unreadable.empty() && !unread_) unread_.emplace(n, frame.error());
    if (frame && !*frame && !unread_) unread_.emplace(n, frames.short_of(size));
    if (!frame || !*frame) return;
    std::string why;
    auto leaf = read_leaf((*frame)->leaf, why);
    if (!leaf || leaf->kind != static_cast<std::int64_t>(objects::Kind::pruning)) continue;
    auto payload = objects::decode_payload(objects::Kind::pruning, (*frame)->payload);
    auto object = payload ? objects::decode_object(objects::Kind::pruning, payload->body)
                          : tl::unexpected(payload.error());
    if (!object) {
      if (!unread_)
        unread_.emplace(n, Damage{DamageClass::leaf, "a pruning that cannot be read", {}});
      continue;
    }
    listed_.resize(static_cast<std::size_t>(n));
    each_of(std::get<objects::Pruning>(*object), n, [&](std::size_t at) {
      const bool fresh = !listed_[at];
      listed_[at] = true;
      return fresh;  // one that is listed twice is wrong: nobody is made to go through them again
    });
  }
}

void Pruned::also(const std::vector<bool>& entries) { as_if_ = entries; }

std::string Pruned::take(const Entry& e) {
  const Gone::Of of{e.leaf.kind, e.leaf.id, e.leaf.admitted};
  gone_.add(of);
  const auto at = static_cast<std::size_t>(e.leaf.sequence);
  if (!is_in(as_if_, e.leaf.sequence)) {
    waiting_.resize(std::max(waiting_.size(), at + 1));
    waiting_[at] = true;
    auto kind = objects::parse_kind(e.leaf.kind);
    taken_.emplace(e.leaf.sequence, Taken{of, e.leaf.time, kind && !objects::is_derived(*kind)});
  }
  auto kind = objects::parse_kind(e.leaf.kind);
  if (!kind) return "a kind that is unknown, without its body";
  if (!objects::is_prunable(*kind))
    return fmt::format("a pruned {}, which is kept for ever", objects::to_text(*kind));
  for (const auto* clauses : {&e.leaf.failed, &e.leaf.unresolved})
    for (std::int64_t clause : *clauses)
      if (clause < kObjectsResolve || clause > kRecordComplete)
        return fmt::format("a pruned entry that breaks clause {}, which is none", clause);
  if (objects::is_derived(*kind) &&
      (!e.leaf.admitted || e.leaf.signatures != objects::hash_signatures({})))
    return fmt::format("a pruned {} under another decision or signature than its cause's",
                       objects::to_text(*kind));
  if (e.frame.payload.empty()) return {};
  auto payload = objects::decode_payload(*kind, e.frame.payload);
  const std::string_view other =
      objects::not_named(payload && crypto::content_id(payload->body) == e.leaf.id,
                         payload && objects::hash_signatures(payload->signatures) == e.leaf.signatures);
  return other.empty() ? "" : fmt::format("of a pruned entry, {}", other);
}

std::string Pruned::list(const objects::Pruning& pruning, std::int64_t sequence, Instant time,
                         const AuditState& state) {
  std::string wrong;
  std::map<Instant, bool> matters;  // by time of admission
  const bool runs = each_of(pruning, sequence, [&](std::size_t at) {
    const auto n = static_cast<std::int64_t>(at);
    auto taken = taken_.find(n);
    if (taken == taken_.end())
      wrong = fmt::format("a pruning of entry {}, which another one lists already", n);
    else if (taken->second.submitted) {
      auto [known, fresh] = matters.try_emplace(taken->second.time);
      if (fresh) known->second = may_matter(state, taken->second.time, time);
      if (known->second) wrong = fmt::format("a pruning of entry {}, which may matter still", n);
    }
    if (!wrong.empty()) return false;
    waiting_[at] = false;
    gone_.remove(taken->second.leaf);
    taken_.erase(taken);
    return true;
  });
  misled_ = misled_ || !runs || !wrong.empty();
  return runs ? wrong : "a pruning whose runs are none of the entries before it";
}

std::int64_t Pruned::first_unlisted() const {
  if (misled_) return -1;
  auto it = std::find(waiting_.begin(), waiting_.end(), true);
  return it == waiting_.end() ? -1 : it - waiting_.begin();
}

bool may_matter(const AuditState& state, Instant at, Instant now) {
  Int128 begins_and_lasts = 0, kept = 0;
  for (const auto& [name, versions] : state.classes)
    for (const auto& c : versions)
      if (c.admitted <= at) kept = std::max<Int128>(kept, c.declared.retention.value);
  for (const auto& [id, r] : state.rules) {
    if (r.admitted > at) continue;
    const rules::Limits& limits = r.rule.limits;
    begins_and_lasts =
        std::max(begins_and_lasts, Int128{limits.lead_max.value} + limits.length_max.value +
                                       limits.skew.value +
                                       2 * Int128{r.rule.claims.contest_within.value});
    for (const Duration& d : {r.rule.retention, r.rule.dispute_within, r.rule.review_within})
      kept = std::max<Int128>(kept, d.value);
  }
  return at.value + begins_and_lasts + kept > now.value;
}

}  // namespace capmarket::audit
