// What came out for whom: what several parties together wanted, granted, got, earned and owe.
// Source: docs/spec/statistics.md#outcomes.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "model/base/integers.h"
#include "sim/party/indices.h"
#include "sim/run/metrics.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// Which set each party belongs to; places below `count`.
struct Sets {
  std::size_t count = 0;
  std::function<std::size_t(party::HolderIndex)> of_holder;
  std::function<std::size_t(party::UserIndex)> of_user;
};

/// An outcome for each of the sets. Obligations count whole, paid or not; what scripts do counts too,
/// but in `losses`, `value` and `cost`. O(requests + grants + obligations + declarations).
std::vector<Outcome> outcomes_of(const world::World& world, const Sets& sets);

/// By name of group, in the order of names; parties of a trace together as `(trace)`.
std::map<std::string, Outcome> outcomes_by_group(const world::World& world);

/// Something of it is outstanding, and its deadline lies before `t`.
bool is_default(const chain::ObligationRecord& obligation, Instant t);
/// Of all groups.
Defaults defaults_of(const std::map<std::string, Outcome>& groups);

}  // namespace capmarket::run
