// A leg's lack and its cover, at its turn. Source: docs/spec/semantics.md#cover.
#pragma once

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {

/// Their part of the evidence of one leg.
void gather_cover(const Gathering& g, LegEvidence& leg);

}  // namespace capmarket::audit
