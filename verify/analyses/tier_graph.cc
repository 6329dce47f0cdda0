#include "verify/analyses/tier_graph.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace capmarket::analyses {

std::vector<std::vector<std::size_t>> TierGraph::knots() const {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(edges_.size());
  for (std::size_t i = 0; i < edges_.size(); ++i)
    for (std::size_t j = 0; j < edges_.size(); ++j)
      if (has(i, j)) boost::add_edge(i, j, graph);
  std::vector<std::size_t> part(edges_.size());
  const std::size_t count = edges_.empty()
                                ? 0
                                : static_cast<std::size_t>(boost::strong_components(
                                      graph, boost::make_iterator_property_map(
                                                 part.begin(), get(boost::vertex_index, graph))));
  std::vector<std::vector<std::size_t>> out(count);
  for (std::size_t i = 0; i < edges_.size(); ++i) out[part[i]].push_back(i);
  std::erase_if(out, [&](const auto& tiers) {
    return tiers.size() == 1 && !has(tiers.front(), tiers.front());
  });
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::pair<std::size_t, std::size_t>> TierGraph::edges_of(
    const std::vector<std::size_t>& tiers) const {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t i : tiers)
    for (std::size_t j : tiers)
      if (has(i, j)) out.emplace_back(i, j);
  return out;
}

std::vector<std::vector<std::size_t>> TierGraph::turns_of(
    std::size_t anchor, std::size_t least, std::size_t length,
    const std::vector<std::size_t>& tiers) const {
  using Reach = std::vector<std::vector<char>>;
  auto none = [&] { return Reach(length + 1, std::vector<char>(edges_.size(), 0)); };
  Reach from = none(), to = none();  // the anchor, in so many turns; the anchor in as many
  from[0][anchor] = to[0][anchor] = 1;
  auto edges = edges_of(tiers);
  std::erase_if(edges, [&](const auto& e) { return e.first < least || e.second < least; });
  for (std::size_t k = 0; k < length; ++k)
    for (const auto& [i, j] : edges) {
      if (from[k][j] != 0) from[k + 1][i] = 1;
      if (to[k][i] != 0) to[k + 1][j] = 1;
    }
  std::vector<std::vector<std::size_t>> out;
  if (from[length][anchor] == 0) return out;
  for (std::size_t k = 0; k < length; ++k) {
    out.emplace_back();
    for (std::size_t i : tiers)
      if (from[k][i] != 0 && to[length - k][i] != 0) out.back().push_back(i);
  }
  return out;
}

}  // namespace capmarket::analyses
