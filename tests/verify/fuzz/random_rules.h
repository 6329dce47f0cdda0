// Random rules with random goals: what a checker must never be wrong about.
#pragma once

#include <cstdint>
#include <string>

namespace capmarket::fuzz {

/// A rule file drawn from `seed`: two or three tiers, limits, pricing, leases, floors, shares and a
/// catalog, with goals over every variable that goals read, near the numbers that the rule mentions.
/// `supersedes`: the file of the first version, whose line it continues from the middle of its window
/// on; empty: a first version. The same seed, the same text.
std::string random_rule(std::uint64_t seed, const std::string& supersedes = "");

}  // namespace capmarket::fuzz
