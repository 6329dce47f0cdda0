// Which entries of a log have lost their bodies, as its Pruning entries say. Source:
// docs/spec/chain.md#pruning.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/chain/leaf.h"
#include "model/objects/upkeep.h"

namespace capmarket::chain {

/// Sequence numbers; a bit each up to the largest.
class PrunedSet {
 public:
  bool contains(std::int64_t sequence) const {
    return sequence < static_cast<std::int64_t>(bits_.size()) && bits_[static_cast<std::size_t>(sequence)];
  }
  /// Precondition: `sequence` >= 0 and not in it.
  void insert(std::int64_t sequence);
  void erase(std::int64_t sequence);
  /// Those below `size`.
  PrunedSet below(std::int64_t size) const;
  /// How many.
  std::int64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  /// In ascending order. O(largest).
  std::vector<std::int64_t> all() const;

 private:
  std::vector<bool> bits_;
  std::int64_t count_ = 0;
};

/// Runs that an object may list.
inline constexpr std::size_t kPruningRunsMax = 4096;

/// Calls `visit` with the sequence numbers that a Pruning lists, ascending, until it says false.
/// Problems: runs that are no runs, or reach up to the entry itself; a salt.
Result<void> each_listed(const objects::Pruning& pruning, const std::function<bool(std::int64_t)>& visit);

/// Prunings that list those, as few as their size allows, the first of them to be entry number
/// `entries`. Precondition: ascending, each below `entries`.
std::vector<objects::Pruning> prunings_of(const std::vector<std::int64_t>& sequences, std::int64_t entries);

/// Whether a Pruning is believed that stands there under such a leaf.
using BelievePruning = std::function<bool(std::int64_t sequence, ByteView leaf)>;

/// What the Pruning entries of `dir` below `size` list, as far as they can be read, or of those that
/// are believed: for who reads the entries before them. Whoever meets those entries in their turn
/// checks them. O(log).
Result<PrunedSet> pruned_below(const std::string& dir, std::int64_t size,
                               const BelievePruning& believed = nullptr);

/// Whether a body and its signatures are those that a leaf names.
bool is_payload_of(ByteView payload, const Leaf& leaf);
/// What of it the leaf does not name, in words; empty where it names all.
std::string_view not_named_by(const Leaf& leaf, ByteView payload);

}  // namespace capmarket::chain
