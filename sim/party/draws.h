// What keys the draws of a party, a request or a script: its name, and how often it drew so far.
// Source: docs/spec/scenarios.md#random-numbers.
#pragma once

#include <cstdint>

#include "sim/kernel/random.h"
#include "sim/party/indices.h"

namespace capmarket::party {

/// Counts of its own only: what others do moves none of them.
struct Draws {
  kernel::Entity who;
  std::uint64_t salts = 0;
  std::uint64_t sent = 0;   // messages
  std::uint64_t plans = 0;  // of actions
  std::uint64_t news = 0;   // that the chain sent it unasked
  std::uint64_t asks = 0;   // prices that it named by chance
  std::uint64_t dealings = 0;  // that it learned from
};

/// Which way a message goes: the draws of an answer are not those of its question.
enum class Journey : std::uint64_t { out = 0, answer = 1, news = 2 };

/// Who sends a message and which of its messages it is: the key of what the network draws.
struct Sender {
  kernel::Entity who;
  std::uint64_t occurrence = 0;
  ZoneIndex zone;
  Journey journey = Journey::out;
};

}  // namespace capmarket::party
