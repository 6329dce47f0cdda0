// What happens in a market and in no history that is searched, as a table: which goals it bears on,
// and where it is. A goal that one of them bears on is proved only by what holds with all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/chain/goals.h"
#include "verify/hunt/hunt.h"

namespace capmarket::hunt {

/// What a goal asks of, for the table.
struct Asked {
  chain::GoalSubject about;
  std::vector<std::uint8_t> rows;  // by variable: it, or an expression that it rests on, reads it

  bool reads(const char* variable) const;
  /// It speaks of legs.
  bool of_legs() const { return !about.displacement && !about.failure; }
};

/// Something that is not searched.
struct LeftOut {
  const char* id;
  const char* sentence;
  bool (*bears_on)(const Asked& asked);
  /// The rule lets it happen, or the scenario contains it.
  bool (*contained)(const rules::Rule& rule, const HuntOptions& options);
};

/// The table, in the order in which it is told.
const std::vector<LeftOut>& left_out();

/// What bears on `asked` and can happen, in words; empty: nothing.
std::string left_out_of(const Asked& asked, const rules::Rule& rule, const HuntOptions& options);

/// A piece of a grant may begin or end off the rule's grid: the class is finer, or not known.
bool finer_pieces(const rules::Rule& rule, const HuntOptions& options);

}  // namespace capmarket::hunt
