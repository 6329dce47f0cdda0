// A market of random histories with all that a script cannot do: price indices, users of another
// jurisdiction, settlements under a reconciliation policy. Private to tests/verify/fuzz.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/executor.h"
#include "verify/fuzz/market.h"

namespace capmarket::fuzz {

/// What came of it, over all histories of a market or of several.
struct WideTally {
  std::int64_t indices = 0;           // admitted
  std::int64_t named = 0;             // legs granted at a price around an index
  std::int64_t policies = 0;          // settlements granted under a policy
  std::int64_t foreigners = 0;        // of them, of a user of the other jurisdiction
  std::int64_t reviews = 0;           // that a revocation began
  std::int64_t reviewed = 0;          // settlements in one
  std::int64_t leases = 0;            // grants that had to be renewed
  std::int64_t of_later_version = 0;  // grants under a version that supersedes another
};

/// What a policy lays down: nothing but who deals with whom, the rule itself for every part, or
/// another rule of the other jurisdiction for tiers, prices and fallback.
enum class Pact : std::uint8_t { plain, itself, another };

/// The authority and the scope of the other jurisdiction.
inline constexpr const char* kOtherAuthority = "other";
inline constexpr const char* kOtherScope = "abroad";

/// Gives the market a second jurisdiction with users like its own, a policy between both, and a
/// publisher where prices are discovered. `another`: the rule that a policy of `Pact::another`
/// names, of that jurisdiction.
void widen(FuzzMarket& market, Pact pact, const rules::Rule* another = nullptr);

/// Executors of one such market, whose scenarios may differ in their script, start and length: what
/// is set up is set up once. Some settlements are under the policy without need, an index is
/// published before some, and legs are priced at its value or the edges of its band. What is done
/// so follows from the names of the steps, so that leaving one out changes no other.
scenarios::MakeExecutor wide_executor(std::shared_ptr<WideTally> tally);

}  // namespace capmarket::fuzz
