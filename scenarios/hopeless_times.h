// Who waits less long than messages take, or can never be reached. Source:
// docs/spec/scenarios.md#who-can-never-get-anything.
#pragma once

#include "scenarios/prospects.h"

namespace capmarket::scenarios {

/// Its requests close before anything can be settled.
Hope impatient(const Prospect& p);
/// No holder's answer comes in time.
Hope answers_too_late(const Prospect& p);
/// No draft reaches a holder while its offer binds.
Hope offers_too_short(const Prospect& p);
/// No settlement reaches the chain within a rule's skew.
Hope outside_skew(const Prospect& p);
/// No coordinator signs in time, or at all.
Hope no_coordinator(const Prospect& p);
/// No message arrives, or partitions cut it off from whoever it needs all the time.
Hope always_cut_off(const Prospect& p);

}  // namespace capmarket::scenarios
