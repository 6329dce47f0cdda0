// What a user does with what it was granted: gives it back, keeps its lease, consumes it.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Plans what follows from a grant.
void on_granted(const party::UserView& v, const ContentId& grant);

/// The user gives back all that is live of the grant from a moment on.
void surrender(const party::UserView& v, party::GrantIndex grant);
/// The user renews the lease while something of the grant is live, and plans the next renewal.
void renew(const party::UserView& v, party::GrantIndex grant);
/// An adaptation states what it consumed since `since`.
void consume(const party::UserView& v, party::GrantIndex grant, std::uint64_t number,
             Instant since);

}  // namespace capmarket::agents
