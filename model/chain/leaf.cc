#include "model/chain/leaf.h"

#include <fmt/format.h>

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

/// Legs ascend, each lacks something, and no sum is negative.
bool are_shortfalls(const std::vector<admission::Shortfall>& all) {
  std::int64_t previous = -1;
  for (const admission::Shortfall& s : all) {
    if (s.leg <= previous || s.lack.value <= 0 || s.compensation.value < 0 || s.refund.value < 0)
      return false;
    previous = s.leg;
  }
  return true;
}

}  // namespace

Bytes encode_leaf(const Leaf& leaf) {
  codec::CborWriter w;
  w.map(kLeafKeys);
  auto key = [&](LeafKey k) { w.integer(static_cast<std::int64_t>(k)); };
  key(LeafKey::sequence), codec::encode(w, leaf.sequence);
  key(LeafKey::previous), codec::encode(w, leaf.previous);
  key(LeafKey::time), codec::encode(w, leaf.time);
  key(LeafKey::kind), w.integer(static_cast<std::int64_t>(leaf.kind));
  key(LeafKey::id), codec::encode(w, leaf.id);
  key(LeafKey::signatures), codec::encode(w, leaf.signatures);
  key(LeafKey::admitted), w.boolean(leaf.decision.admitted());
  key(LeafKey::failed), encode_clauses(w, leaf.decision.failed);
  key(LeafKey::unresolved), encode_clauses(w, leaf.decision.unresolved);
  key(LeafKey::shortfalls), codec::encode(w, leaf.decision.shortfalls);
  return w.take();
}

Result<Leaf> decode_leaf(ByteView bytes) {
  codec::CborReader r(bytes);
  Leaf leaf;
  std::size_t entries = 0;
  std::int64_t key = -1;
  std::int64_t kind = 0;
  bool admitted = false;
  auto next = [&](LeafKey expected) {
    return r.key(key, key) &&
           (key == static_cast<std::int64_t>(expected) || r.fail("an unexpected leaf field"));
  };
  bool ok = bytes.size() <= 65'535 && r.map(entries) && entries == kLeafKeys &&
            next(LeafKey::sequence) && codec::decode(r, leaf.sequence) && next(LeafKey::previous) &&
            codec::decode(r, leaf.previous) && next(LeafKey::time) && codec::decode(r, leaf.time) &&
            next(LeafKey::kind) && r.integer(kind) && next(LeafKey::id) &&
            codec::decode(r, leaf.id) && next(LeafKey::signatures) &&
            codec::decode(r, leaf.signatures) && next(LeafKey::admitted) && r.boolean(admitted) &&
            next(LeafKey::failed) && decode_clauses(r, leaf.decision.failed) &&
            next(LeafKey::unresolved) && decode_clauses(r, leaf.decision.unresolved) &&
            next(LeafKey::shortfalls) && codec::decode(r, leaf.decision.shortfalls);
  if (ok) r.leave();
  auto known = objects::parse_kind(kind);
  if (!ok || !r.finish() || !known || admitted != leaf.decision.admitted() ||
      (admitted && !leaf.decision.shortfalls.empty()) || !are_shortfalls(leaf.decision.shortfalls))
    return fail(r.error().value_or("fields that contradict each other"), "a canonical leaf");
  leaf.kind = *known;
  return leaf;
}

std::string_view to_text(LeafKey key) {
  switch (key) {
    case LeafKey::sequence:
      return "sequence";
    case LeafKey::previous:
      return "previous";
    case LeafKey::time:
      return "time";
    case LeafKey::kind:
      return "kind";
    case LeafKey::id:
      return "id";
    case LeafKey::signatures:
      return "signatures";
    case LeafKey::admitted:
      return "admitted";
    case LeafKey::failed:
      return "failed";
    case LeafKey::unresolved:
      return "unresolved";
    case LeafKey::shortfalls:
      return "shortfalls";
  }
  return {};
}

std::string leaf_numbers() {
  std::string out = "### A leaf\n\n| key | name |\n|---|---|\n";
  for (std::size_t key = 1; key <= kLeafKeys; ++key)
    out += fmt::format("| {} | `{}` |\n", key, to_text(static_cast<LeafKey>(key)));
  out += "\n### Clauses\n\n| number | clause |\n|---|---|\n";
  for (admission::ClauseId id : admission::all_clauses())
    out += fmt::format("| {} | `{}` |\n", static_cast<int>(id), admission::to_text(id));
  return out;
}

}  // namespace capmarket::chain
