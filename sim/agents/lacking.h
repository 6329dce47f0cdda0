// What a request still lacks, instant by instant, and which part of a declaration is asked for it:
// a request that takes parts may split its time as well as its quantity.
#pragma once

#include <optional>

#include "sim/party/views.h"

namespace capmarket::agents {

/// Whether the request may be settled in parts of its time: it has the partial flag, belongs to no
/// bundle, looks for no loss, and its user splits time.
bool splits_time(const party::UserView& v, const party::RequestState& request);

/// The holder beside whom the user takes no other for the request: of a user that does not split
/// over holders the one of its first grant, as far as the user sees it. None: any will do, as for
/// what makes up for a loss. O(grants of the user).
std::optional<party::HolderIndex> only_holder(const party::UserView& v,
                                              const party::RequestState& request);

/// The part of `window` to ask for under `rule`: the first interval on the rule's grid in which
/// `missing` is above zero throughout, with the least that is missing in it. None where there is
/// none of the rule's least length.
std::optional<objects::Piece> lacking(const capacity::StepFunction& missing, const Window& window,
                                      const rules::Rule& rule);

}  // namespace capmarket::agents
