// A leaf: the canonical event that stands under the hash. Source: chain-format.md.
#pragma once

#include "model/admission/decision.h"
#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/objects/kinds.h"

namespace capmarket::log {

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

/// The canonical bytes of a leaf. Source: chain-format.md, "Leaf".
Bytes encode_leaf(const Leaf& leaf);
/// Strict; at most 65 535 bytes.
Result<Leaf> decode_leaf(ByteView bytes);
/// RFC 9162: SHA-256(0x00 || leaf).
Digest leaf_hash(ByteView leaf);

}  // namespace capmarket::log
