// What gives way to a leg: computed from what the leg lacks, never listed. Source:
// docs/spec/semantics.md#displacement.
#pragma once

#include <vector>

#include "model/base/concrete.h"
#include "model/chain/bindings.h"
#include "model/chain/turn.h"

namespace capmarket::chain {

/// What a victim gives in one step of the cover, over whole granules in a row.
struct CoverPart {
  bool shared = false;  // of the second step, for the shared lack
  Window window;
  Quantity quantity;
  Quantity live;         // the least it had over `window` before the step
  Int128 lack_short = 0;  // the least lack of its step over the granules, with one unit less
  Quantity earlier;      // the most that an earlier candidate of its step could still give in one
  Quantity share_error;  // the most by which it differs from its share; 0 where no rank shares
};

/// One victim of a leg's cover.
struct CoverVictim {
  GrantIndex grant;
  bool same_declaration = false;
  std::vector<CoverPart> parts;  // the first step's, then the second's, each ascending
  capacity::Pieces pieces;       // what both take together
  Instant floor_until;           // -kWireMax without a floor
  VictimContext context;         // what `compensation` reads of it
  Concrete::Int own_compensation, victim_compensation;  // under the leg's version, the victim's
  bool holder_is_the_legs = false;

  /// K. Precondition: nothing is poisoned.
  Money compensation() const;
};

/// What a leg lacks, and who gives way for it.
struct Cover {
  Quantity lack;  // the largest of any granule, before the cover; at most kWireMax
  std::vector<CoverVictim> victims;  // in the order of candidates
};

/// The cover of leg `index` at its turn. Empty where the leg does not say `displace`, its tier does
/// not displace, or declaration, request, rule or a credential does not exist; the lack is 0 where
/// one of those does not exist. `state` is the turn's (names are numbered in it, nothing else).
/// Deterministic. O(granules where something changes x candidates).
Cover cover_of(ChainState& state, const Turn& turn, const objects::CheckedSubmission& submission,
               const objects::Settlement& settlement, std::size_t index, Instant at);

/// The covers of all legs, each at its turn; of legs without `displace` also the lack is left out.
std::vector<Cover> covers_of(ChainState& state, const objects::CheckedSubmission& submission,
                             const objects::Settlement& settlement, Instant at);

/// The rank of a leg under the version that judges tiers; 0 where that has no such tier.
/// Precondition: the leg's rule exists.
std::int64_t rank_of(const ChainState& state, const objects::Settlement& settlement,
                     const objects::Leg& leg);

/// True when `rule` is `of`, or `of` supersedes it, directly or through others. O(versions).
bool is_version_or_ancestor(const ChainState& state, RuleIndex rule, RuleIndex of);

}  // namespace capmarket::chain
