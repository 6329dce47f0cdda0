// What a holder takes for an offer at least: a function a strategy, in a file of its own (ask_*.h).
// Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <span>
#include <string_view>

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// What is asked of it, as far as a price may depend on it. All money is per unit and hour.
struct AskedFor {
  party::ListingIndex listing;
  Window window;
  Money low, high;             // what the rule allows; the holder's cost is not above `high`
  std::optional<Money> index;  // the latest price index, where the rule goes by one
};

using Parameters = std::span<const std::int64_t>;
/// The price, from the view and the parameters. Whatever it is, ask_of brings it into bounds.
using Ask = Money (*)(const party::HolderView& v, const AskedFor& asked, Parameters parameters);
/// What the holder learns where an offer of its was taken, or was not.
using AskLearns = void (*)(const party::HolderView& v, Money price, bool taken,
                           Parameters parameters);

/// A row has the name and the place of one of scenarios/strategies.cc.
struct AskStrategy {
  std::string_view name;
  Ask ask;
  AskLearns learns = nullptr;
};
std::span<const AskStrategy> ask_strategies();

/// By the holder's strategy: never below its cost, inside the bounds. Precondition: its cost is at
/// most `high`.
Money ask_of(const party::HolderView& v, const AskedFor& asked);
/// An offer at that price was signed for, or let go, or was not worth making.
void on_dealing(const party::HolderView& v, Money price, bool taken);

}  // namespace capmarket::agents
