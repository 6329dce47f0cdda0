// Entries that have lost their bodies, as the auditor reads them. Shares nothing with model/chain.
// Source: docs/spec/chain.md#pruning.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/objects/upkeep.h"
#include "verify/audit/contradictions.h"
#include "verify/audit/entries.h"
#include "verify/audit/frames.h"
#include "verify/audit/state.h"

namespace capmarket::audit {

/// What the Pruning entries of a log list, and whether each such entry is listed once, behind itself.
class Pruned {
 public:
  /// Looks through the first `size` entries for Pruning entries, as far as they can be read; `frames`
  /// stands at the first one. Whoever meets them in their turn has them checked. O(log).
  /// Ends early where `stopped` says so.
  void learn(FrameReader frames, std::int64_t size, const std::function<bool()>& stopped);
  /// These too, as if a later Pruning listed them.
  void also(const std::vector<bool>& entries);

  bool contains(std::int64_t sequence) const {
    return is_in(listed_, sequence) || is_in(as_if_, sequence);
  }
  /// What had no body so far, and is not listed yet.
  const Gone& gone() const { return gone_; }
  /// The next entry is one of them: what is wrong with it; empty where nothing is.
  std::string take(const Entry& e);
  /// The next entry is a Pruning, of that time: what is wrong with it. Nothing that somebody handed in
  /// may be in it that may still matter then.
  std::string list(const objects::Pruning& pruning, std::int64_t sequence, Instant time,
                   const AuditState& state);
  /// The first entry that none of those met lists; -1 where each has one, or one of those met is wrong.
  std::int64_t first_unlisted() const;
  /// What kept a Pruning from being read, where something did: a body that none lists may be its.
  const std::optional<std::pair<std::int64_t, Damage>>& unread() const { return unread_; }

 private:
  using Bits = std::vector<bool>;
  static bool is_in(const Bits& bits, std::int64_t n) {
    return n < static_cast<std::int64_t>(bits.size()) && bits[static_cast<std::size_t>(n)];
  }
  Bits listed_, as_if_;
  Bits waiting_;  // taken, and not listed yet
  struct Taken {
    Gone::Of leaf;
    Instant time;
    bool submitted = false;  // somebody handed it in
  };
  std::map<std::int64_t, Taken> taken_;  // of those that wait
  Gone gone_;
  std::optional<std::pair<std::int64_t, Damage>> unread_;
  bool misled_ = false;  // by a Pruning that is wrong
};

/// Whether what was handed in at `at` may still matter at `now`, whatever it says: what it grants begins
/// at most `lead` after it, is at most `length` long, and is kept, disputed, reviewed or claimed at
/// most so long after that, under the rules and classes that were admitted by then. O(rules).
bool may_matter(const AuditState& state, Instant at, Instant now);

}  // namespace capmarket::audit
