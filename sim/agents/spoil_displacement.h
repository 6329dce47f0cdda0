// The attacks on displacement. What gives way is computed, so that none of them can forge it.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Ample ceilings where all lower ranks together are too little, and a grant of the leg's own rank,
/// or a better one, holds what is missing.
void displace_equal(const party::UserView& v, party::Draft& draft);
/// Ample ceilings where there is room without anybody's giving way.
void displace_needlessly(const party::UserView& v, party::Draft& draft);
/// A ceiling that is the smallest unit of money below what would be owed.
void pay_short(const party::UserView& v, party::Draft& draft);

}  // namespace capmarket::agents
