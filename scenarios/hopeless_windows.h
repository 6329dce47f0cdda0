// Who asks for times that nobody can give: arrivals, windows, leads, lengths, listings. Source:
// docs/spec/scenarios.md#who-can-never-get-anything.
#pragma once

#include "scenarios/prospects.h"

namespace capmarket::scenarios {

/// No holder of the class declares anything by itself.
Hope no_supply(const Prospect& p);
/// It is away all the time.
Hope always_away(const Prospect& p);
/// Whatever it asks for could be settled only at or after the end.
Hope asks_too_late(const Prospect& p);
/// No declaration holds its window, or of a request that takes parts, the shortest leg in it.
Hope outside_windows(const Prospect& p);
/// Its windows start too soon after the signing, or too late, for every rule.
Hope outside_leads(const Prospect& p);
/// Its windows are too short or too long for every rule.
Hope outside_lengths(const Prospect& p);
/// By the time that it gives up nobody has declared so far ahead as its windows end.
Hope beyond_horizon(const Prospect& p);
/// No directory names a declaration in time.
Hope never_listed(const Prospect& p);

/// How long a leg of what it asks for is at least, in nanoseconds.
Int128 least_length(const Prospect& p);

}  // namespace capmarket::scenarios
