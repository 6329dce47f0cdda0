// Words of reports: durations and times as people say them (what a solver finds just beside a
// limit), the steps of a goal.
#pragma once

#include <string>
#include <string_view>

#include "model/base/integers.h"

namespace capmarket::reports {

/// `15 min less 1 ns` of 899999999999ns, `2 h and 1 ms` of 7200001ms; what has few digits as it is
/// written everywhere: `90min`. Exact: nothing is rounded.
std::string spoken(Duration d);

/// `text` with each duration (`899999999999ns`) and time (`…T00:14:59.999999999Z`) in it as people
/// say it. What stands between backquotes is quoted from a file and stays. O(n).
std::string spoken(std::string_view text);

/// Of a goal, the steps that it says something of: ` (judged at displacements)`. Empty for none.
std::string judged_words(std::string_view steps);

}  // namespace capmarket::reports
