// "did you mean": the known name nearest to a misspelt one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace capmarket {

/// The candidate with the least edit distance to `word`, the first of equals; empty where none is
/// within a third of the word's length (at least 1). O(candidates x length squared).
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// `one of: a, b, c`, preceded by `did you mean x? ` where a candidate is near.
std::string expected_one_of(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace capmarket
