#include "scenarios/parties.h"

#include <algorithm>

namespace capmarket::scenarios {

std::int64_t askers(const UserGroup& group) {
  const Arrivals& a = group.arrivals;
  switch (a.kind) {
    case ArrivalKind::poisson:
      return a.rate_per_hour > 0 ? group.count : 0;
    case ArrivalKind::burst:
      return std::min(group.count, a.size);
    case ArrivalKind::renewal:
    case ArrivalKind::profile:
    case ArrivalKind::bursty:
      return group.count;
    case ArrivalKind::none:
      break;
  }
  return 0;
}

}  // namespace capmarket::scenarios
