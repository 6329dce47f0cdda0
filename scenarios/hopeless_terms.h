// Who asks for what nobody has, or pays less than anybody may ask. Source:
// docs/spec/scenarios.md#who-can-never-get-anything.
#pragma once

#include "scenarios/prospects.h"

namespace capmarket::scenarios {

/// It asks for more, or less, than every rule or holder gives.
Hope outside_quantities(const Prospect& p);
/// It pays less than the least that anybody may ask.
Hope pays_too_little(const Prospect& p);
/// The least that anything of it costs is more than it can spend.
Hope beyond_its_means(const Prospect& p);
/// No tariff covers what any holder asks.
Hope sells_at_no_tariff(const Prospect& p);

}  // namespace capmarket::scenarios
