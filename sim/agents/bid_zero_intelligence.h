// Any price at which it loses nothing (ZI-C). Source: Gode and Sunder 1993.
#pragma once

#include "sim/agents/bids.h"
#include "sim/agents/price_parts.h"

namespace capmarket::agents {

inline Money bid_zero_intelligence(const party::UserView& v, const BidFor& what, BidParameters) {
  kernel::Stream stream(v.dynamics, what.request, kernel::Draw::bid, 0);
  return any_between(stream, what.low, what.value);
}

}  // namespace capmarket::agents
