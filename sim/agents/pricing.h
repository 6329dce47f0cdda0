// What a holder asks for. Source: docs/spec/semantics.md#modes;
// docs/spec/scenarios.md#holders.
#pragma once

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// A price, and the index that the chain compares it with.
struct PriceOffer {
  Money price;                     // per unit and hour
  std::optional<ContentId> index;  // that it leans on
};

/// Fixed: the tariff. Else half way between the ask and what the user pays at most, inside the
/// bounds, or inside the band around the latest index that is young enough. Empty where the ask is
/// higher.
std::optional<PriceOffer> price_for(const party::HolderView& v, const DealRules& deal,
                                    const party::Proposal& asked, const Window& window);

}  // namespace capmarket::agents
