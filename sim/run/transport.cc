#include "sim/run/transport.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/successive_shortest_path_nonnegative_weights.hpp>
#include <map>

namespace capmarket::run {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Node = Traits::vertex_descriptor;

/// Weights and distances are differences of prices, modulo 2^64: true ones lie between 0 and 2^64,
/// and those of nodes that no path reaches any more (the library adds its infinity to them) wrap
/// and are never read again, since no later path reaches these either.
using Weight = std::uint64_t;

struct Arc {
  std::int64_t capacity = 0, residual = 0;
  Weight weight = 0;
  Traits::edge_descriptor reverse;
};

using Network =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Arc>;

Weight difference(Money a, Money b) {
  return static_cast<Weight>(a.value) - static_cast<Weight>(b.value);
}

/// Spring -> source -> a node a reach -> a node a place -> sink. An arc of the source is a want,
/// one of the sink an offer; the spring gives as much as is wanted, and what is not worth serving
/// takes the arc from source to sink. Each unit of a path weighs (dearest - value) + (cost -
/// cheapest), on that arc as much as one that is worth nothing.
class Transport {
 public:
  Transport(Money dearest, Money cheapest, std::int64_t all)
      : dearest_(dearest), cheapest_(cheapest), all_(all), network_(3) {
    connect(kSpring, kSource, all, 0);
    connect(kSource, kSink, all, difference(dearest, cheapest));
  }

  void want(const Wanted& w) {
    wants_.push_back(
        {connect(kSource, node(reach_, w.reach), w.quantity, difference(dearest_, w.value)),
         w.value});
  }
  void offer(const Offered& o) {
    offers_.push_back({connect(node(place_, o.place), kSink, std::min(o.quantity, all_),
                               difference(o.cost, cheapest_)),
                       o.cost});
  }
  void join(const std::vector<std::vector<std::size_t>>& reaches) {
    for (const auto& [reach, from] : reach_)
      for (std::size_t place : reaches[reach])
        if (auto to = place_.find(place); to != place_.end()) connect(from, to->second, all_, 0);
  }

  Int128 best() {
    boost::successive_shortest_path_nonnegative_weights(
        network_, kSpring, kSink,
        boost::capacity_map(boost::get(&Arc::capacity, network_))
            .residual_capacity_map(boost::get(&Arc::residual, network_))
            .weight_map(boost::get(&Arc::weight, network_))
            .reverse_edge_map(boost::get(&Arc::reverse, network_)));
    Int128 sum = 0;
    for (const auto& [arc, value] : wants_) sum += flow(arc) * value.value;
    for (const auto& [arc, cost] : offers_) sum -= flow(arc) * cost.value;
    return sum;
  }

 private:
  static constexpr Node kSpring = 0, kSource = 1, kSink = 2;

  Node node(std::map<std::size_t, Node>& nodes, std::size_t of) {
    auto [at, added] = nodes.try_emplace(of, 0);
    if (added) at->second = boost::add_vertex(network_);
    return at->second;
  }
  Traits::edge_descriptor connect(Node from, Node to, std::int64_t capacity, Weight weight) {
    auto there = boost::add_edge(from, to, network_).first;
    auto back = boost::add_edge(to, from, network_).first;
    network_[there] = {capacity, 0, weight, back};
    network_[back] = {0, 0, Weight{0} - weight, there};
    return there;
  }
  Int128 flow(const Traits::edge_descriptor& arc) const {
    return network_[arc].capacity - network_[arc].residual;
  }

  Money dearest_, cheapest_;
  std::int64_t all_;
  Network network_;
  std::map<std::size_t, Node> reach_, place_;
  std::vector<std::pair<Traits::edge_descriptor, Money>> wants_, offers_;
};

}  // namespace

Int128 best_transport(const std::vector<Wanted>& wanted, const std::vector<Offered>& offered,
                      const std::vector<std::vector<std::size_t>>& reaches) {
  if (wanted.empty() || offered.empty()) return 0;
  const Money dearest =
      std::max_element(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
        return a.value < b.value;
      })->value;
  const Money cheapest =
      std::min_element(offered.begin(), offered.end(), [](const Offered& a, const Offered& b) {
        return a.cost < b.cost;
      })->cost;
  if (dearest <= cheapest) return 0;
  std::int64_t all = 0;
  for (const Wanted& w : wanted) all += w.value > cheapest ? w.quantity : 0;
  Transport transport(dearest, cheapest, all);
  for (const Wanted& w : wanted)
    if (w.value > cheapest) transport.want(w);
  // Of one place nobody needs more than is wanted of all, the cheapest of it.
  std::vector<Offered> cheap = offered;
  std::sort(cheap.begin(), cheap.end());
  std::map<std::size_t, Int128> before;
  for (const Offered& o : cheap) {
    Int128& sum = before[o.place];
    if (o.cost < dearest && sum < all) transport.offer(o);
    sum += o.quantity;
  }
  transport.join(reaches);
  return transport.best();
}

}  // namespace capmarket::run
