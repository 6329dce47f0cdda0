// Which grants may give way to a leg, and in what order. Source:
// docs/spec/semantics.md#order-of-victims and docs/spec/semantics.md#variables-of-a-victim.
#pragma once

#include "model/chain/bindings.h"
#include "model/chain/state.h"

namespace capmarket::chain {

/// What a displacement of `quantity` of `piece` of `g` over [`release_from`, `until`) would be.
VictimContext victim_context(const GrantRecord& g, const objects::Piece& piece, Instant release_from,
                             Instant until, Quantity quantity, Instant at);

/// The first instant from which a started grant may be displaced; -kWireMax without a floor.
Instant floor_until(const ChainState& state, const GrantRecord& g);

/// A grant that may give way, in full, to a leg.
struct Candidate {
  GrantIndex grant;
  Window window;  // what would be released
  Quantity quantity;
};

/// Every candidate for a leg of `tier` of `rule` over `window` (from admission rounded up) among
/// `grants`, in the order in which they give way. O(grants).
std::vector<Candidate> candidates(const ChainState& state, const rules::Rule& rule,
                                  const rules::Tier& tier, std::int64_t rank,
                                  const EligibilityContext& context, const Window& window,
                                  const std::vector<GrantIndex>& grants, const ContentId& request,
                                  Instant at);

/// A displacement entry of a leg, with the live piece that it cuts.
struct ListedEntry {
  GrantIndex grant;
  Window window;
  Quantity quantity;  // r
  Quantity piece;     // of the live piece
};
/// By entry of `listed`: it keeps to the order among the candidates of one pool. `listed` are all
/// of the leg's entries, those from another pool too; `pool` is as candidates() gives it.
/// O(listed x candidates).
std::vector<bool> in_order(const ChainState& state, rules::VictimOrder order,
                           const std::vector<ListedEntry>& listed,
                           const std::vector<Candidate>& pool, const ContentId& request);

}  // namespace capmarket::chain
