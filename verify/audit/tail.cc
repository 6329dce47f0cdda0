#include "verify/audit/tail.h"

#include <fmt/format.h>

#include "model/objects/object.h"
#include "model/objects/submission.h"

namespace capmarket::audit {
namespace {

// What of the unsigned tail is counted. Nobody vouches for it, so that nobody is made to read it.
constexpr std::int64_t kTailEntries = 100'000;
constexpr std::size_t kTailBytes = 64 * 1024 * 1024;

/// The key that an entry changes `key` to, where it is a change that both have signed.
std::optional<PublicKey> changed_key(const AuditFrame& frame, std::int64_t sequence,
                                     const ContentId& chain, const PublicKey& key) {
  std::string why;
  auto leaf = read_leaf(frame.leaf, why);
  if (!leaf || leaf->kind != static_cast<std::int64_t>(objects::Kind::log_key)) return std::nullopt;
  auto payload = objects::decode_payload(objects::Kind::log_key, frame.payload);
  if (!payload) return std::nullopt;
  auto object = objects::decode_object(objects::Kind::log_key, payload->body);
  if (!object) return std::nullopt;
  const auto& change = std::get<objects::LogKey>(*object);
  if (change.entries != sequence || !objects::is_signed_by_both(change, chain, key))
    return std::nullopt;
  return change.key;
}

/// `root` and `key` of the log at `size`, at most the record's.
void judge(const AuditRecord& record, std::int64_t size, const Digest& root, const PublicKey& key,
           Tail& out) {
  auto fault = [&](DamageClass kind, std::string detail) {
    out.fault = kind;
    out.detail = std::move(detail);
  };
  if (size < record.size)
    return fault(DamageClass::root,
                 fmt::format("the log ends at {} entries, its record was signed at {}: rolled back, "
                             "or an old backup",
                             size, record.size));
  if (root != record.root)
    return fault(DamageClass::root,
                 fmt::format("checkpoint.lock: another root than the log has at {} entries", size));
  if (!record.signed_by(key))
    return fault(DamageClass::signature, "checkpoint.lock: not signed by the log's key");
  out.recorded = size;
}

}  // namespace

tl::expected<PublicKey, Damage> key_at(FrameReader& frames, const ContentId& chain, PublicKey first,
                                       std::int64_t size) {
  for (std::int64_t n = 0; n < size; ++n) {
    auto frame = frames.next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) break;
    if (auto next = changed_key(**frame, n, chain, first)) first = *next;
  }
  return first;
}

Tail read_tail(FrameReader& frames, AuditTree tree, const std::optional<AuditRecord>& record,
               const ContentId& chain, PublicKey key, const std::function<bool()>& stopped) {
  Tail out;
  Digest root = tree.root();
  std::int64_t size = tree.size();
  std::size_t bytes = 0;
  const std::int64_t recorded = record ? record->size : 0;
  for (;;) {
    if (stopped()) {
      out.uncounted = true;
      return out;
    }
    const bool is_long = out.entries >= kTailEntries || bytes >= kTailBytes;
    if (is_long && !(size < recorded && record->signed_by(key))) {
      out.uncounted = true;
      break;
    }
    auto frame = frames.next();
    if (!frame || !*frame) break;
    bytes += (*frame)->leaf.size() + (*frame)->payload.size();
    ++out.entries;
    if (size >= recorded) continue;
    if (auto next = changed_key(**frame, size, chain, key)) key = *next;
    tree.append(audit_leaf_hash((*frame)->leaf));
    if (++size == recorded) root = tree.root();
  }
  if (record) judge(*record, size, root, key, out);
  if (size < recorded && frames.missing()) {
    const Damage end = frames.short_of(recorded);
    out.fault = end.kind;
    out.detail = end.what;
  }
  return out;
}

}  // namespace capmarket::audit
