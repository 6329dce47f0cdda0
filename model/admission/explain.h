// Why a clause decided as it did: the facts that it reads, with their values.
#pragma once

#include <string>
#include <vector>

#include "model/admission/decision.h"

namespace capmarket::admission {

/// A fact that a clause reads, by its path, with its value.
struct FactValue {
  std::string name;   // "legs.0.excess"
  std::string value;  // in its own unit: a time, a duration, money, a name, a number, true or false
};

/// What became of one clause: it decides by `resolved` and `holds`, unless it overflowed.
struct ClauseExplanation {
  ClauseId id;
  std::string about;
  bool resolved = false;
  bool holds = false;
  bool overflow = false;
  std::vector<FactValue> facts;  // what the clause reads, in the order of the facts
  /// Of one that does not hold: each of its conditions that fails, as the names of its facts.
  std::vector<std::vector<std::string>> unmet;
};

/// One row a clause of the table, in its order. What a clause reads is found by evaluating the same
/// table over a domain that only remembers names. `names` are the texts of the numbers that stand
/// for names; a number without a text is printed as it is.
std::vector<ClauseExplanation> explain(const FactsVariant& facts,
                                       const std::vector<std::string>& names);

/// "leg 0 lacks 100; displacing for it: compensation 12.0000, refund 3.0000": what a refused
/// settlement stated of a leg. Where its `decision` says that capacity lacks all the same, that
/// nobody is displaced for it (it does not ask for that, or nobody may give way), or too little.
std::string shortfall_text(const Shortfall& shortfall, const Decision& decision);

/// The reference page of clauses, in Markdown, from the table itself.
std::string clause_reference();

}  // namespace capmarket::admission
