#include "model/location/shard.h"

#include <algorithm>

namespace capmarket::location {

std::optional<Location> at_depth(const Location& location, std::int64_t depth) {
  std::size_t end = 0;
  for (std::int64_t i = 0; i < depth; ++i) {
    if (i > 0) {
      if (end >= location.path.size()) return std::nullopt;
      ++end;
    }
    end = std::min(location.path.find('/', end), location.path.size());
  }
  return Location{location.path.substr(0, end)};
}

}  // namespace capmarket::location
