// A leaf: the canonical event that stands under the hash. Source: docs/spec/chain.md#leaf.
#pragma once

#include <string>
#include <string_view>

#include "model/admission/decision.h"
#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/objects/kinds.h"

namespace capmarket::chain {

/// The keys of a leaf's canonical map, all of them always there. Never reuse one.
enum class LeafKey : std::uint8_t {
  sequence = 1,
  previous = 2,
  time = 3,
  kind = 4,
  id = 5,
  signatures = 6,
  admitted = 7,
  failed = 8,
  unresolved = 9,
  shortfalls = 10,
};
constexpr std::size_t kLeafKeys = 10;
std::string_view to_text(LeafKey key);

/// Never the body, so that pruning changes no leaf and no root.
struct Leaf {
  Sequence sequence;
  Digest previous;  // hash of the leaf before; zero for the first
  Instant time;     // admission time
  objects::Kind kind = objects::Kind::genesis;
  ContentId id;
  Digest signatures;  // hash of the canonical list
  admission::Decision decision;
};

/// The canonical bytes of a leaf. Source: docs/spec/chain.md#leaf.
Bytes encode_leaf(const Leaf& leaf);
/// Strict; at most 65 535 bytes.
Result<Leaf> decode_leaf(ByteView bytes);

/// Markdown: the keys of a leaf and the numbers of the clauses that it may hold.
std::string leaf_numbers();

}  // namespace capmarket::chain
