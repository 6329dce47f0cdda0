// Its value less a margin that it learns.
#pragma once

#include <algorithm>

#include "sim/agents/bids.h"
#include "sim/agents/zip.h"

namespace capmarket::agents {

inline Money bid_zip(const party::UserView& v, const BidFor& what, BidParameters parameters) {
  const Int128 margin = std::min(zip_margin(v.me.lesson, parameters), kZipUnit);
  return what.value - Money(static_cast<std::int64_t>(
                          floor_div(Int128{what.value.value} * margin, kZipUnit)));
}

inline void learn_bid_zip(const party::UserView& v, Money value, Money price, bool settled,
                   BidParameters parameters) {
  zip_learn(v, v.me.draws, v.me.lesson, parameters, value, price, !settled, -1);
}

}  // namespace capmarket::agents
