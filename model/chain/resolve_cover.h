// The facts of a leg's capacity and of its cover, at its turn.
#pragma once

#include "model/chain/cover.h"
#include "model/chain/resolve_internal.h"
#include "model/chain/turn.h"

namespace capmarket::chain {

/// Maxima of a leg at its turn, its cover, and what admission reads of both. Precondition: the
/// declaration exists.
Cover fill_capacity(admission::LegFacts<Concrete>& f, ChainState& s, const Turn& turn,
                    const objects::CheckedSubmission& sub, const objects::Settlement& o,
                    std::size_t index, Instant at);

}  // namespace capmarket::chain
