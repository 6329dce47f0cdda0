// What each party owes, paid, is owed and received: a row a party and currency.
// Source: docs/spec/statistics.md#statement.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// Sums of obligations that the party owes, or that it is owed.
struct Side {
  Money owed, paid;
  Money overdue;  // of what is not paid
  std::int64_t defaults = 0;  // of the obligations: overdue
};

struct StatementRow {
  std::string party, group;  // the group's name; of a trace empty
  bool holder = false;       // else a user
  std::string currency;      // empty: it has a budget, and no obligation names it
  std::optional<Money> budget, credit;
  Side owes, is_owed;
};

/// Of every holder, then every user, with a budget or an obligation: in their order, by currency.
/// Overdue is what had its deadline before the run's end. O(parties + obligations).
std::vector<StatementRow> statement_of(const world::World& world);

}  // namespace capmarket::run
