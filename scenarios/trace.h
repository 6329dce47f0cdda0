// The files of a normalised trace, as an import writes them and a scenario names them.
//
// requests: user,kind,tier,class,quantity,from,until,issue_at,max_price,partial
// holders:  name,location,class,quantity,from,until,strategy,ask
//
// Columns stand in this order. Times are nanoseconds since 1970, quantities whole units, prices
// money per unit and hour, `partial` is true or false.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// All rows in file order, or the first problems (at most 20). Checks forms and what a row says by
/// itself; names are checked against a scenario by its loader. O(size).
Result<std::vector<TraceRequest>> parse_trace_requests(const std::string& file,
                                                       std::string_view content);
Result<std::vector<TraceHolder>> parse_trace_holders(const std::string& file,
                                                     std::string_view content);

/// These two: the same rows as a file; parsing it gives them back.
std::string format_trace_requests(const std::vector<TraceRequest>& requests);
std::string format_trace_holders(const std::vector<TraceHolder>& holders);

}  // namespace capmarket::scenarios
