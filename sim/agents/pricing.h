// What a holder asks for. Source: docs/spec/semantics.md#modes;
// docs/spec/scenarios.md#holders.
#pragma once

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// What a holder takes for an offer: between two prices, per unit and hour.
struct PriceRange {
  Money least;                     // by its strategy
  Money most;                      // that the rule allows
  std::optional<ContentId> index;  // that the chain compares the price with
};

/// Fixed: the tariff. Else from what its strategy asks up to the cap, or to the upper end of the band
/// around the latest index that is young enough. Empty where the rule has no price for the tier or
/// allows none that covers the holder's cost.
std::optional<PriceRange> price_for(const party::HolderView& v, const DealRules& deal,
                                    const std::string& tier, const party::Offer& offer);
/// The price to answer with: the least; in a proposal that bargains what the holder has come down
/// to, or what the user bids where that is no less.
Money price_in(const party::HolderView& v, const PriceRange& range, const party::Proposal& asked,
               Money bid);

}  // namespace capmarket::agents
