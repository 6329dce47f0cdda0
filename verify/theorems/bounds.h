// What a theorem was proved for, in words: how many of each repeated thing, and how large.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {

/// By list of the facts: the least and the most of it.
using CountsOfLists = std::map<std::string, std::pair<int, int>, std::less<>>;

/// `1 to 2 legs, 1 to 8 links; every fact at most 2^62 - 1 in size`.
std::string bounds_in_words(const CountsOfLists& counts);

/// A statement about integers, whatever their number and size.
inline constexpr const char* kNoBound = "none: any integers";
/// Every integer up to the largest that the wire carries.
inline constexpr const char* kAnyWireInteger = "every integer at most 2^62 - 1 in size";

/// The lists that facts of these shapes have.
template <template <class> class Facts>
std::string bounds_of(const std::vector<smt::FactShape>& shapes) {
  CountsOfLists counts;
  for (const smt::FactShape& shape : shapes) {
    Facts<Concrete> facts;
    smt::reshape(facts, shape);
    admission::visit_lists(facts, [&](const auto& list, std::string_view name) {
      const int n = static_cast<int>(list.size());
      auto [at, first] = counts.try_emplace(std::string(name), n, n);
      if (first) return;
      at->second.first = std::min(at->second.first, n);
      at->second.second = std::max(at->second.second, n);
    });
  }
  return bounds_in_words(counts);
}

}  // namespace capmarket::theorems
