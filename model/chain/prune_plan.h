// What of a chain may be pruned at an instant, and why the rest may not. Source:
// docs/spec/chain.md#pruning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/chain/lineage.h"
#include "model/chain/pruned.h"
#include "model/chain/state.h"

namespace capmarket::chain {

/// Why a body stays.
enum class KeptFor : std::uint8_t {
  nothing,     // it may go
  governance,  // a kind that is kept for ever
  gone,        // it is pruned already
  retention,   // until an instant
  request,     // that is still open
  obligation,  // that is not paid
  claim,       // that is open
  review,      // that is open
  lineage,     // of an entry that stays
  decision,    // of an entry that stays, which read it
  unasked,     // others were asked for
};
/// `retention`.
std::string_view to_text(KeptFor why);

/// Why one entry's body stays.
struct KeptBody {
  KeptFor why = KeptFor::nothing;
  Instant until = kDistantFuture;  // not before, where that is known
  std::int64_t by = -1;  // sequence number of the entry that keeps it, where there is one
};

/// What is asked of a plan.
struct PruneRequest {
  Instant at;                      // of the chain's own clock
  std::vector<std::int64_t> only;  // these and what goes with them; none: all that may go
  std::vector<std::int64_t> read_by;  // entries that were found to have read what was to go
};

/// An answer for each entry of the history, in order.
struct PrunePlan {
  std::vector<KeptBody> entries;

  /// Those that go.
  PrunedSet going() const;
  /// The earliest instant at which something ends that keeps a body; kDistantFuture without one.
  Instant next() const;
};

/// How long anything that somebody handed in may still matter to what is decided: whatever its body
/// said, after that what it grants has ended, its retention, and all that may be raised about it.
class LongestKept {
 public:
  /// O(rules log rules).
  explicit LongestKept(const ChainState& state);
  /// The end of that for what was admitted at `at`: by the longest of the rules and classes that were
  /// admitted by then. O(log rules).
  Int128 until(Instant at) const;

 private:
  std::vector<std::pair<Instant, Int128>> from_;  // ascending, the longest from then on
};

/// Entries go together where one follows from the other: a request with its settlements, their
/// grants and all that is about them, victims with who displaced them, a review with what lies in
/// it. Of those that go nothing is named by one that stays, nor was read where it decided what
/// follows. Precondition: `history` is of every entry from the first on. `state` is that of `at`,
/// after what was due. Deterministic. O(events log events), but for each displacement, curtailment
/// and price index that stays: the settlements of its declarations or rule.
PrunePlan plan_pruning(const History& history, const ChainState& state, const PruneRequest& request);

}  // namespace capmarket::chain
