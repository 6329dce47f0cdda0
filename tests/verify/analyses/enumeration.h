// The corpus's table against random real cases of each rule: the verdicts that stand there, not
// those of the tool.
#pragma once

#include <string>
#include <vector>

namespace capmarket::analyses {

/// Judges so many markets of each of `rules` and compares what they show with its rows. A failure
/// of the test where a case breaks what stands there as proved, or does what stands there as
/// impossible. `each_shown`: also where a row that says to be confirmed by `enumeration` is neither
/// shown by a case nor reached by any, which takes many.
void expect_confirmed(const std::vector<std::string>& rules, int markets, bool each_shown);

}  // namespace capmarket::analyses
