#include "model/chain/leaf.h"

#include "model/codec/fields.h"
#include "model/crypto/hash.h"

namespace capmarket::chain {
namespace {

void encode_clauses(codec::CborWriter& w, const std::vector<admission::ClauseId>& ids) {
  w.array(ids.size());
  for (admission::ClauseId id : ids) w.integer(static_cast<std::int64_t>(id));
}

bool decode_clauses(codec::CborReader& r, std::vector<admission::ClauseId>& ids) {
  std::vector<std::int64_t> numbers;
  if (!codec::decode(r, numbers)) return false;
  std::int64_t previous = -1;
  for (std::int64_t n : numbers) {
    auto id = admission::parse_clause_number(n);
    if (!id || n <= previous) return r.fail("clause numbers that are unknown or do not ascend");
    previous = n;
    ids.push_back(*id);
  }
  return true;
}

}  // namespace

Bytes encode_leaf(const Leaf& leaf) {
  codec::CborWriter w;
  w.map(9);
  w.integer(1), codec::encode(w, leaf.sequence);
  w.integer(2), codec::encode(w, leaf.previous);
  w.integer(3), codec::encode(w, leaf.time);
  w.integer(4), w.integer(static_cast<std::int64_t>(leaf.kind));
  w.integer(5), codec::encode(w, leaf.id);
  w.integer(6), codec::encode(w, leaf.signatures);
  w.integer(7), w.boolean(leaf.decision.admitted());
  w.integer(8), encode_clauses(w, leaf.decision.failed);
  w.integer(9), encode_clauses(w, leaf.decision.unresolved);
  return w.take();
}

Result<Leaf> decode_leaf(ByteView bytes) {
  codec::CborReader r(bytes);
  Leaf leaf;
  std::size_t entries = 0;
  std::int64_t key = -1;
  std::int64_t kind = 0;
  bool admitted = false;
  auto next = [&](std::int64_t expected) {
    return r.key(key, key) && (key == expected || r.fail("an unexpected leaf field"));
  };
  bool ok = bytes.size() <= 65'535 && r.map(entries) && entries == 9 && next(1) &&
            codec::decode(r, leaf.sequence) && next(2) && codec::decode(r, leaf.previous) && next(3) &&
            codec::decode(r, leaf.time) && next(4) && r.integer(kind) && next(5) && codec::decode(r, leaf.id) &&
            next(6) && codec::decode(r, leaf.signatures) && next(7) && r.boolean(admitted) && next(8) &&
            decode_clauses(r, leaf.decision.failed) && next(9) &&
            decode_clauses(r, leaf.decision.unresolved);
  if (ok) r.leave();
  auto known = objects::parse_kind(kind);
  if (!ok || !r.finish() || !known || admitted != leaf.decision.admitted())
    return fail(r.error().value_or("fields that contradict each other"), "a canonical leaf");
  leaf.kind = *known;
  return leaf;
}

}  // namespace capmarket::chain
