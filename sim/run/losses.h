// What users wanted and did not get, and why. Source: docs/spec/statistics.md#losses.
#pragma once

#include <string_view>
#include <vector>

#include "sim/party/messages.h"
#include "sim/run/metrics.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// Why volume was lost. The ids stay: others read them.
struct LossReason {
  std::string_view id;
  std::string_view because;  // continues "… because"
  std::string_view keys;     // of the scenario, that bear on it; may be empty
};
/// In the order of the documentation.
const std::vector<LossReason>& loss_reasons();
/// The row of an id; of `refused: CLAUSE` that of `refused`. Precondition: there is one.
const LossReason& loss_reason(std::string_view id);

/// Adds what is lost of one request, as it stands now.
void add_losses(const world::World& world, const party::RequestState& request, Losses& to);

/// Of all, as it stands now. O(requests).
Losses losses_of(const world::World& world);

}  // namespace capmarket::run
