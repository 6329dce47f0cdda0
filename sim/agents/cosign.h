// What coordinators sign: a function a strategy, in a file of its own (cosign_*.h).
// Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/party/views.h"

namespace capmarket::agents {

/// A question to a coordinator.
struct ToCosign {
  const party::Draft& draft;
  std::uint64_t number = 0;  // of the coordinator's questions, from 0
};

using CosignParameters = std::span<const std::int64_t>;
/// How much later than its `delay` it signs; nothing where it does not.
using CosignFunction = std::optional<Duration> (*)(const party::CoordinatorView& v,
                                                   const ToCosign& asked,
                                                   CosignParameters parameters);

/// A row has the name and the place of one of scenarios/strategies.cc.
struct CosignStrategy {
  std::string_view name;
  CosignFunction cosign;
};
std::span<const CosignStrategy> cosign_strategies();

/// Whether the draft lies in the coordinator's scope, and its book has room for it: for what it knows
/// of the chain, and what it signed since. Where it displaces, whether that will cost no more than was
/// signed for it, by the same. Who gives way is the chain's to judge. An adversary's draft it signs as
/// its accomplice.
bool may_cosign(const party::CoordinatorView& v, const party::Draft& draft);

/// Coordinator number `place` of the draft is asked: it answers after its delay, or not at all.
void on_cosign(const party::CoordinatorView& v, party::DraftIndex index, const party::Draft& draft,
               std::uint32_t place);

}  // namespace capmarket::agents
