// What a hostile log writes: entries with fields changed, and everything that follows from them in
// order: ids, references of later entries, envelopes.
#pragma once

#include <map>
#include <random>
#include <vector>

#include "model/objects/submission.h"
#include "tests/support/chain_files.h"

namespace capmarket::audit {

using Random = std::mt19937;

/// Less than `n`; 0 of none.
std::size_t below(Random& random, std::size_t n);

/// The entries of one chain in the hands of its log. Under `mac` it has every key.
class HostileLog {
 public:
  HostileLog(std::vector<testing::ForgedEntry>& entries, const crypto::Signing& signing);

  /// Whether the entry has a body, and it is one of its kind.
  bool can_be_read(std::size_t place) const;
  /// Precondition: it can be read.
  objects::Object object_of(std::size_t place) const;
  bool admitted(std::size_t place) const { return entries_[place].leaf.decision.admitted(); }
  /// Puts `object` there and renames it and what follows from it wherever later entries refer to
  /// it. An entry of submissions is called admitted.
  void put(std::size_t place, const objects::Object& object);
  /// Changes one to three fields of an entry to the ends of their ranges, to nothing or to
  /// another's; false where that is no object any more, or was none: nothing is changed.
  bool corrupt(std::size_t place, Random& random);

 private:
  void rewrite(testing::ForgedEntry& e, const objects::Object& object);
  void rename(const ContentId& from, const ContentId& to);

  std::vector<testing::ForgedEntry>& entries_;
  ContentId chain_;
  crypto::Signing signing_;
  std::map<ContentId, ContentId> renamed_;
};

}  // namespace capmarket::audit
