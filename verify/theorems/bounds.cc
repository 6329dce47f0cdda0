#include "verify/theorems/bounds.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::theorems {

std::string bounds_in_words(const CountsOfLists& counts) {
  std::string out;
  for (const auto& [name, range] : counts) {
    std::string word = name;
    std::replace(word.begin(), word.end(), '_', ' ');
    const std::string number = range.first == range.second
                                   ? fmt::format("{}", range.first)
                                   : fmt::format("{} to {}", range.first, range.second);
    out += fmt::format("{}{} of `{}`", out.empty() ? "" : ", ", number, word);
  }
  return out.empty() ? kAnyWireInteger : out + "; " + kAnyWireInteger;
}

}  // namespace capmarket::theorems
