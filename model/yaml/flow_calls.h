// Commas in calls: `{ latency: lognormal(80ms, 30ms), loss: 1% }`. In YAML the first comma ends
// the value; here a comma in the parentheses of a call does not. Source:
// docs/spec/scenarios.md#reading.
#pragma once

#include <string>
#include <string_view>

namespace capmarket::yaml {

/// What stands for such a comma while yaml-cpp reads: DEL, which no YAML text may have.
inline constexpr char kMaskedComma = '\x7F';

/// `text`, of the same length, with the commas of calls masked. A call is a name with an opening
/// parenthesis right behind it, on one line, without quotes, colons, braces or brackets in it.
/// O(n).
std::string mask_call_commas(std::string text);
std::string unmask_call_commas(std::string_view text);

}  // namespace capmarket::yaml
