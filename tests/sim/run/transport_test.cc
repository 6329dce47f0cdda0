// The flow of one instant against the heaviest matching of its units, by another algorithm.
#include "sim/run/transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/maximum_weighted_matching.hpp>
#include <random>

namespace capmarket::run {
namespace {

using UnitGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                          boost::property<boost::edge_weight_t, std::int64_t>>;

/// A node for each unit, an edge for each two that may meet and are worth something.
std::int64_t heaviest_matching(const std::vector<Wanted>& wanted,
                               const std::vector<Offered>& offered,
                               const std::vector<std::vector<std::size_t>>& reaches) {
  std::vector<const Wanted*> wants;
  std::vector<const Offered*> offers;
  for (const Wanted& w : wanted)
    wants.insert(wants.end(), static_cast<std::size_t>(w.quantity), &w);
  for (const Offered& o : offered)
    offers.insert(offers.end(), static_cast<std::size_t>(o.quantity), &o);
  UnitGraph graph(wants.size() + offers.size());
  for (std::size_t i = 0; i < wants.size(); ++i)
    for (std::size_t j = 0; j < offers.size(); ++j) {
      const auto& places = reaches[wants[i]->reach];
      const std::int64_t gain = (wants[i]->value - offers[j]->cost).value;
      if (gain > 0 && std::find(places.begin(), places.end(), offers[j]->place) != places.end())
        boost::add_edge(i, wants.size() + j, gain, graph);
    }
  std::vector<boost::graph_traits<UnitGraph>::vertex_descriptor> mates(boost::num_vertices(graph));
  boost::maximum_weighted_matching(graph, mates.data());
  return boost::matching_weight_sum(graph, mates.data());
}

TEST(Transport, is_worth_the_heaviest_matching_of_its_units) {
  std::mt19937_64 bits(14);
  auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(bits() % n); };
  int worth_something = 0, narrowed = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<std::vector<std::size_t>> reaches(4), all(4, {0, 1, 2, 3, 4});
    for (auto& places : reaches)
      for (std::size_t place = 0; place < 5; ++place)
        if (below(2) == 0) places.push_back(place);
    std::vector<Wanted> wanted;
    std::vector<Offered> offered;
    for (std::int64_t n = below(8); n >= 0; --n)
      wanted.push_back({static_cast<std::size_t>(below(4)), Money(below(30) - 3), 1 + below(3)});
    for (std::int64_t n = below(8); n >= 0; --n)
      offered.push_back({static_cast<std::size_t>(below(5)), Money(below(20) - 2), 1 + below(3)});
    const auto found = static_cast<std::int64_t>(best_transport(wanted, offered, reaches));
    ASSERT_EQ(found, heaviest_matching(wanted, offered, reaches)) << "market " << i;
    worth_something += found > 0 ? 1 : 0;
    narrowed += best_transport(wanted, offered, all) > found ? 1 : 0;
  }
  EXPECT_GT(worth_something, 200);
  EXPECT_GT(narrowed, 100);
}

}  // namespace
}  // namespace capmarket::run
