// Adversaries among the users: each attack makes a real settlement wrong in one way.
// Source: docs/spec/scenarios.md#adversaries.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Makes the draft, whose first leg is for `request`, malformed by its user's attack, and marks it; leaves it as it is where the
/// attack has no opportunity here.
void spoil(const party::UserView& v, party::Draft& draft, party::RequestIndex request);

/// After the decision on a draft of an adversary: the attacks that need one make the next step.
/// True when the user stops here: it was found out.
bool spoil_after(const party::UserView& v, const party::Draft& draft, party::RequestIndex request,
                 bool admitted);

}  // namespace capmarket::agents
