// Who can displace whom as a graph of tiers; private to verify/analyses. No solver stands here.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace capmarket::analyses {

/// Tiers by number, and which of them can displace a grant of which.
class TierGraph {
 public:
  explicit TierGraph(std::size_t tiers) : edges_(tiers, std::vector<char>(tiers, 0)) {}
  void add(std::size_t displacer, std::size_t victim) { edges_[displacer][victim] = 1; }
  void remove(std::size_t displacer, std::size_t victim) { edges_[displacer][victim] = 0; }
  bool has(std::size_t displacer, std::size_t victim) const {
    return edges_[displacer][victim] != 0;
  }

  /// What is left of the graph between tiers that can reach each other: strongly connected parts,
  /// each with its tiers in ascending order. One tier alone is a part where it displaces itself.
  std::vector<std::vector<std::size_t>> knots() const;
  /// Edges (displacer, victim) among those tiers, in order.
  std::vector<std::pair<std::size_t, std::size_t>> edges_of(
      const std::vector<std::size_t>& tiers) const;

  /// For each turn of a ring of `length` turns whose first is at `anchor`: the tiers that the turn
  /// can be at. Turn k + 1 displaces turn k, the first the last. Tiers below `least` take no part.
  /// Empty where there is no such ring.
  std::vector<std::vector<std::size_t>> turns_of(std::size_t anchor, std::size_t least,
                                                 std::size_t length,
                                                 const std::vector<std::size_t>& tiers) const;

 private:
  std::vector<std::vector<char>> edges_;
};

}  // namespace capmarket::analyses
