#include "sim/agents/directory.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

bool lists(const world::World& w, const world::UserState& user, std::uint64_t directory,
           world::ListingIndex listing, const Window& window) {
  const world::Listing& l = w.listings[listing];
  if (!(l.window.from <= window.from && window.until <= l.window.until)) return false;
  if (!reaches(w, user, w.holder_of(l))) return false;
  kernel::Stream stream(w.dynamics, kernel::EntityKind::message, listing.place(),
                        kernel::Draw::directory_lag, directory);
  return l.admitted + Duration(stream.sample(w.scenario->directory_lag)) <= w.now;
}

}  // namespace

std::vector<world::ListingIndex> find_declarations(const world::World& w, world::UserIndex user,
                                                   world::RequestIndex request,
                                                   world::ClassIndex class_index,
                                                   const Window& window) {
  const world::UserState& u = w.users[user];
  std::vector<world::ListingIndex> out;
  if (w.scenario->directories <= 0 || w.scenario->discovery == scenarios::DiscoveryMode::reactive ||
      world::partitioned(w, u.zone, world::zone_of(w, scenarios::kPartitionDirectories), w.now))
    return out;
  const auto& of_class = w.listings_of_class[class_index];
  std::uint64_t directory = user.place() % static_cast<std::uint64_t>(w.scenario->directories);
  kernel::Stream stream(w.dynamics, kernel::EntityKind::user, request.place(),
                        kernel::Draw::shuffle, 0);
  if (of_class.size() <= 4 * kNamedMax) {  // Fisher-Yates over the whole list
    std::vector<world::ListingIndex> order = of_class;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.below(i)]);
    for (world::ListingIndex l : order)
      if (out.size() < kNamedMax && lists(w, u, directory, l, window)) out.push_back(l);
    return out;
  }
  for (std::size_t tries = 0; tries < 8 * kNamedMax && out.size() < kNamedMax / 2; ++tries) {
    world::ListingIndex l = of_class[stream.below(of_class.size())];
    if (std::find(out.begin(), out.end(), l) == out.end() && lists(w, u, directory, l, window))
      out.push_back(l);
  }
  return out;
}

}  // namespace capmarket::agents
