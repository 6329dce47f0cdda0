// The regions of sharded coordination.
#pragma once

#include <cstdint>
#include <optional>

#include "model/location/path.h"

namespace capmarket::location {

/// The path of depth `depth` (the root has 1) that contains `location`; empty above that depth.
std::optional<Location> at_depth(const Location& location, std::int64_t depth);

}  // namespace capmarket::location
