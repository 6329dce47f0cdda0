// RFC 9162 Merkle trees over leaf hashes.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/base/bytes.h"

namespace capmarket::log {

/// The right edge of a growing tree: append is O(1) amortised, root is O(log n).
class MerkleFrontier {
 public:
  /// Adds a leaf by its hash. O(1) amortised.
  void append(const Digest& leaf);
  /// Root over the leaves so far; SHA-256 of nothing without any. O(log n).
  Digest root() const;
  /// Number of leaves so far.
  std::int64_t size() const { return size_; }

 private:
  std::vector<Digest> peaks_;  // of perfect subtrees, largest first
  std::int64_t size_ = 0;
};

/// RFC 9162: SHA-256(0x01 || left || right).
Digest node_hash(const Digest& left, const Digest& right);
/// By the recursive definition of RFC 9162 section 2.1.1: the slow answer.
Digest merkle_root(std::span<const Digest> leaves);
/// Inclusion proof of `index` (section 2.1.3.1). Precondition: index < leaves.size().
std::vector<Digest> inclusion_proof(std::span<const Digest> leaves, std::size_t index);
/// Section 2.1.3.2.
bool verify_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Digest> proof, const Digest& root);

/// Consistency proof of the first `old_size` leaves with all (section 2.1.4.1). Precondition:
/// 0 < old_size <= leaves.size(). Empty where both are the same. O(n).
std::vector<Digest> consistency_proof(std::span<const Digest> leaves, std::size_t old_size);
/// Section 2.1.4.2. Of an empty old tree nothing is to be proved: false.
bool verify_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                        const Digest& root, std::span<const Digest> proof);

/// Of a leaf: SHA-256(0x00 || leaf), RFC 9162 section 2.1.1.
Digest leaf_hash(ByteView leaf);

}  // namespace capmarket::log
