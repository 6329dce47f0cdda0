// The network: latency, loss with another try after a timeout, duplicates, messages that are
// overtaken, partitions. Source: docs/spec/scenarios.md, `network`.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

inline constexpr int kTries = 5;  // of a message between parties
inline constexpr Duration kRetryAfter{kNanosPerSecond};
inline constexpr Duration kSilence{kTries * kRetryAfter.value};  // after which nobody answers

/// True while no message passes between the zones (-1: of nobody).
bool partitioned(const World& world, int a, int b, Instant t);

/// When a message sent now arrives; empty when kTries tries were lost.
std::optional<Instant> arrival(const World& world, const Sender& from, int to);
/// When what the chain sends arrives: it is asked until it answers.
Instant arrival_from_chain(const World& world, std::uint64_t pending, int to, Instant sent);

/// Sends a message: the event happens at its arrival, twice when it is duplicated. False when it
/// was lost.
bool post(World& world, const Sender& from, int to, kernel::EventKind kind, std::uint32_t subject,
          std::uint32_t occurrence);

int zone_of(const World& world, std::string_view name);

}  // namespace capmarket::world
