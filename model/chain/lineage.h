// The whole decision context of a settlement, and what followed from it.
// Source: docs/spec/semantics.md#retention; the mission, "lineage-retention discipline".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/chain/leaf.h"
#include "model/objects/object.h"

namespace capmarket::chain {

/// An event as it was decided, with its object.
struct HistoryEntry {
  Leaf leaf;
  objects::Object object;  // of a pruned one: nothing
  bool pruned = false;
};

/// Every event of a chain, in order, with what is needed to follow ids. Items of batches and grants
/// resolve to the event that brought them.
class History {
 public:
  /// The next event, in the order of the chain.
  void add(const Leaf& leaf, objects::Object object);
  /// The next event, whose body is gone: found by its own id alone.
  void add_pruned(const Leaf& leaf);
  /// The event that brought an object, an item or a grant; null where there is none. Of bytes that
  /// were refused first and admitted later: the admitted one.
  const HistoryEntry* find(const ContentId& id) const;
  /// All events, in the order of the chain.
  const std::vector<HistoryEntry>& entries() const { return entries_; }
  /// The authority grant of that name; null for a root.
  const HistoryEntry* authority(const std::string& name) const;
  /// The version of a class that bound what was signed at `t`.
  const HistoryEntry* class_at(const std::string& name, Instant t) const;

 private:
  std::vector<HistoryEntry> entries_;
  std::map<ContentId, std::size_t> index_;
  std::map<std::string, std::size_t> authorities_;
  std::map<std::string, std::vector<std::size_t>> classes_;
};

/// An event with the part that it plays for a settlement: `leg 0: rule`, `displaced`, `paid`.
struct LineageItem {
  std::string part;
  const HistoryEntry* entry = nullptr;
};

/// All that one settlement rests on, and what followed from it.
struct Lineage {
  const HistoryEntry* settlement = nullptr;
  std::vector<LineageItem> context;  // what it was decided on
  std::vector<LineageItem> after;    // what followed from it, in order
  Instant retain_until;              // the latest of its legs
};

/// Empty where `id` is no settlement (or a grant of one) on the chain. Pointers into `history`.
/// O(events).
std::optional<Lineage> lineage_of(const History& history, const ContentId& id);

}  // namespace capmarket::chain
