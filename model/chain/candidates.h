// Which grants may give way to a leg, and in what order. Source:
// docs/spec/semantics.md#candidates.
#pragma once

#include <functional>
#include <tuple>
#include <vector>

#include "model/chain/bindings.h"
#include "model/chain/turn.h"

namespace capmarket::chain {

/// The leg that displaces, as its rule reads it.
struct Displacer {
  const rules::Rule& rule;
  const rules::Tier& tier;  // of `rule`; it displaces
  RuleIndex rule_index;
  std::int64_t rank;
  ContentId request;
  DeclarationIndex declaration;
  InfrastructureIndex infrastructure;  // that may be displaced on; none under none and peer
  EligibilityContext context;
  Window reach;
  Instant at;  // admission
};

/// Ascending: who gives way first. Rank, then the displacing tier's `victims`, then the grant's id.
using OrderKey = std::tuple<std::int64_t, std::int64_t, Digest, ContentId>;

/// A grant that may give way to a leg.
struct Candidate {
  GrantIndex grant;
  OrderKey key;
  bool same_declaration = false;
  capacity::Pieces part;  // live, inside the reach, from its floor on
  Instant floor_until;    // -kWireMax without a floor
  bool started = false;   // its start <= admission
};

/// Every candidate, in order. `coordinated` says of a declaration elsewhere on the infrastructure
/// whether each region of its location is known and its coordinator signed. O(grants).
std::vector<Candidate> candidates(const Turn& turn, const Displacer& d,
                                  const std::function<bool(DeclarationIndex)>& coordinated);

/// What `compensation` reads of a victim that gives `pieces`, or, with all of its part, `when`.
VictimContext victim_context(const Turn& turn, const Displacer& d, const Candidate& c,
                             const capacity::Pieces& pieces);

}  // namespace capmarket::chain
