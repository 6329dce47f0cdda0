// Until when a leased grant holds. Source: docs/spec/semantics.md#lease.
#pragma once

#include <algorithm>

#include "model/chain/state.h"

namespace capmarket::chain {

/// A lease that is taken up at `at`: it never begins before the grant does.
inline Instant leased_until(Instant at, Instant start, Duration lease) {
  return after(std::max(at, start), lease);
}

/// The same of a lease that holds until `until`: it may grow, and is never shortened.
inline Instant renewed_until(Instant until, Instant at, Instant start, Duration lease) {
  return std::max(until, leased_until(at, start, lease));
}

}  // namespace capmarket::chain
