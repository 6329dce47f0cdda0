// The price index again: a weighted lower median over recorded legs.
// Source: docs/spec/semantics.md#price-index.
#pragma once

#include "verify/audit/state.h"

namespace capmarket::audit {

/// What the index of a window must say.
struct TrueIndex {
  std::int64_t count = 0;  // legs with weight
  Money value;
};
/// Over legs admitted in `when` whose rule has that name. O(legs of that rule in it, sorted).
TrueIndex true_index(const AuditState& state, const std::string& rule, const Window& when);

}  // namespace capmarket::audit
