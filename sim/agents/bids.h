// What a user says it pays at most: a function a strategy, in a file of its own (bid_*.h).
// Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <span>
#include <string_view>

#include "sim/party/views.h"

namespace capmarket::agents {

/// For what it bids. All money is per unit and hour.
struct BidFor {
  Money value;              // what it is worth
  Money low;                // the least that the rule allows
  kernel::Entity request;   // of the draws
};

using BidParameters = std::span<const std::int64_t>;
/// The price; whatever it is, bid_for brings it into bounds.
using Bid = Money (*)(const party::UserView& v, const BidFor& what, BidParameters parameters);
/// What the user learns where a request was settled at `price`, or was not, at its own bid.
using BidLearns = void (*)(const party::UserView& v, Money value, Money price, bool settled,
                           BidParameters parameters);

/// A row has the name and the place of one of scenarios/strategies.cc.
struct BidStrategy {
  std::string_view name;
  Bid bid;
  BidLearns learns = nullptr;
};
std::span<const BidStrategy> bid_strategies();

/// By the user's strategy: between the least that the rule allows and the value.
Money bid_for(const party::UserView& v, const BidFor& what);
/// A settlement of the request was admitted.
void on_settled(const party::UserView& v, const party::RequestState& request, Money price);
/// The request's negotiation ended without one.
void on_unsettled(const party::UserView& v, const party::RequestState& request);

}  // namespace capmarket::agents
