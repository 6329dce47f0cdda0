// Small arithmetic of scenarios; private to verify/witness.
#pragma once

#include <string>

#include "model/rules/rule.h"
#include "scenarios/scenario.h"

namespace capmarket::witness {

/// The whole, in ten-thousandths.
inline constexpr std::size_t kBroken = 1;  // in kWatchVerdicts

/// What a file may be called after: letters, digits, `.`, `_`, `-`.
std::string scenario_name(const std::string& text);
/// `name`, `name-2`, `name-3`, … by how many there are before.
std::string numbered(const std::string& name, std::size_t before);

Instant ceil_in(const rules::Rule& rule, Instant t);  // to the rule's granularity, from its origin
/// These two: to a multiple of `grain`, down and up.
Instant floor_to_grain(Instant t, Duration grain);
Instant ceil_to_grain(Instant t, Duration grain);
Duration least_length(const rules::Rule& rule);  // that the rule admits
/// One that declarations of the rule's windows fit: the rule's own, or a nanosecond.
Duration class_granularity(const rules::Rule& rule);
/// Most units that the tier may take of `declared`.
std::int64_t quota_of(const rules::Tier& tier, std::int64_t declared);
/// Where a coordinator stands that the rule asks for at `place`; empty where it asks for none.
std::optional<location::Location> desk_for(const rules::Rule& rule,
                                           const location::Location& place);

}  // namespace capmarket::witness
