#include "sim/agents/bids.h"

#include <algorithm>

#include "sim/agents/bid_shaded.h"
#include "sim/agents/bid_truthful.h"
#include "sim/agents/bid_zero_intelligence.h"
#include "sim/agents/bid_zip.h"
#include "sim/agents/strategy_of.h"

namespace capmarket::agents {

std::span<const BidStrategy> bid_strategies() {
  static constexpr BidStrategy kAll[] = {{"truthful", bid_truthful},
                                         {"shaded", bid_shaded},
                                         {"zero-intelligence", bid_zero_intelligence},
                                         {"zip", bid_zip, learn_bid_zip}};
  return kAll;
}

Money bid_for(const party::UserView& v, const BidFor& what) {
  const scenarios::Strategy& own = bid_of(v);
  const Money price = bid_strategies()[own.number].bid(v, what, own.parameters);
  return std::clamp(price, std::min(what.low, what.value), what.value);
}

void on_settled(const party::UserView& v, const party::RequestState& r, Money price) {
  const scenarios::Strategy& own = bid_of(v);
  if (BidLearns learns = bid_strategies()[own.number].learns)
    learns(v, r.value, price, true, own.parameters);
}

void on_unsettled(const party::UserView& v, const party::RequestState& r) {
  const scenarios::Strategy& own = bid_of(v);
  if (BidLearns learns = bid_strategies()[own.number].learns)
    learns(v, r.value, r.max_price, false, own.parameters);
}

}  // namespace capmarket::agents
