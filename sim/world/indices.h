// Places in the lists of the world.
#pragma once

#include <cstdint>

namespace capmarket::world {

using HolderIndex = std::uint32_t;
using UserIndex = std::uint32_t;
using RequestIndex = std::uint32_t;
using DraftIndex = std::uint32_t;
using AuditorIndex = std::uint32_t;
using PublisherIndex = std::uint32_t;
using RuleIndex = std::uint32_t;        // of Scenario::rules
using RevocationIndex = std::uint32_t;  // of Scenario::revocations
using StepIndex = std::uint32_t;        // of the script's steps
// Of the chain's lists.
using GrantIndex = std::int32_t;
using FailureIndex = std::int32_t;
using ObligationIndex = std::int32_t;
using SettlementIndex = std::int32_t;

}  // namespace capmarket::world
