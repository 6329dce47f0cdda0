// What a request still lacks, instant by instant, and which part of a declaration is asked for it:
// a request that takes parts may split its time as well as its quantity.
#pragma once

#include <optional>

#include "sim/party/messages.h"

namespace capmarket::agents {

/// Whether the request may be settled in parts of its time: it has the partial flag, belongs to no
/// bundle, and looks for no loss.
bool splits_time(const party::RequestState& request);

/// The part of `window` to ask for under `rule`: the first interval on the rule's grid in which
/// `missing` is above zero throughout, with the least that is missing in it. None where there is
/// none of the rule's least length.
std::optional<objects::Piece> lacking(const capacity::StepFunction& missing, const Window& window,
                                      const rules::Rule& rule);

}  // namespace capmarket::agents
