// How a user comes to terms with holders: how many it asks at a time, in how many rounds, and what
// it bids in each. One row a protocol. Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sim/party/views.h"

namespace capmarket::agents {

/// What a protocol says, from its parameters.
struct ProtocolTerms {
  std::int64_t holders = 1;  // asked at a time
  std::int64_t rounds = 0;   // of a bargain with each; 0: none, it takes or leaves what is asked
  std::int64_t opening = 0;  // share of the most it pays, of its first bid
};
using Terms = ProtocolTerms (*)(std::span<const std::int64_t> parameters);

/// A row has the name and the place of one of scenarios/strategies.cc.
struct ProtocolStrategy {
  std::string_view name;
  Terms terms;
};
std::span<const ProtocolStrategy> protocol_strategies();

std::int64_t asked_at_a_time(const party::UserView& v);
std::int64_t rounds_of(const party::UserView& v);
/// The user's bid in that round, per unit and hour: from its opening to the most that it pays.
Money bid_in(const party::UserView& v, const party::RequestState& request, std::int64_t round);

}  // namespace capmarket::agents
