// Its value less a part.
#pragma once

#include "sim/agents/bids.h"
#include "sim/agents/price_parts.h"

namespace capmarket::agents {

inline Money bid_shaded(const party::UserView&, const BidFor& what, BidParameters parameters) {
  return less_share(what.value, parameters[0]);
}

}  // namespace capmarket::agents
