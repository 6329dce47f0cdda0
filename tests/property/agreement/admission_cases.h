// The predicate of admission over integers and over the solver's terms, on the same facts.
#pragma once

#include <cstdint>
#include <string>

#include "model/admission/decision.h"
#include "tests/property/agreement/random.h"

namespace capmarket::agreement {

struct Agreement {
  std::int64_t cases = 0;        // facts on which every clause was compared
  std::int64_t clauses = 0;      // comparisons
  std::int64_t admitted = 0;     // of the cases
  std::int64_t rules = 0;        // drawn
  std::int64_t overflows = 0;    // cases whose expressions overflow in both domains
  std::int64_t failed[32] = {};  // by ClauseId, of settlements: how often the clause did not hold
  std::string complaint;         // the first disagreement; empty where there is none
};

/// Every clause of the facts' kind, and `decide`, against the same table over numerals, simplified.
/// Facts with an overflow in them, which no numeral says, are left out.
void compare(const admission::FactsVariant& facts, Agreement& out);
/// The same with some of the facts changed.
void compare_changed(admission::FactsVariant facts, Random& random, Agreement& out);

/// `count` settlements under random rules: the rule's expressions are read in both domains, the
/// other facts are drawn near what is admitted. Deterministic in `seed`.
void compare_random_settlements(std::int64_t count, std::uint64_t seed, Agreement& out);

}  // namespace capmarket::agreement
