#include "sim/agents/directory.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

bool lists(const world::World& w, const world::UserState& user, std::uint64_t directory,
           world::ListingIndex listing, const Window& window, bool in_parts) {
  const world::Listing& l = w.listings[listing];
  if (!(in_parts ? l.window.meets(window) : l.window.contains(window))) return false;
  if (!reaches(w, user, w.holder_of(l))) return false;
  kernel::Stream stream(w.dynamics, w.holder_of(l).draws.who, kernel::Draw::directory_lag,
                        l.number << 32 | directory);
  // What it cannot see on the chain it does not name.
  if (w.seen_by(user.readers).declaration(l.declaration) == nullptr) return false;
  return l.listed + Duration(stream.sample(w.scenario->directory_lag)) <= w.now;
}

/// Behind those that hold a part of the window alone, what else their holders have of it.
void add_siblings(const world::World& w, const world::UserState& user, std::uint64_t directory,
                  const Window& window, std::vector<world::ListingIndex>& out) {
  const std::size_t found = out.size();
  for (std::size_t i = 0; i < found; ++i) {
    const world::Listing& l = w.listings[out[i]];
    if (l.window.contains(window)) continue;
    for (world::ListingIndex other : w.holders[l.holder].listings)
      if (out.size() < kNamedInPartsMax && !w.listings[other].answers &&
          std::find(out.begin(), out.end(), other) == out.end() &&
          lists(w, user, directory, other, window, true))
        out.push_back(other);
  }
}

}  // namespace

std::vector<world::ListingIndex> find_declarations(const world::World& w, world::UserIndex user,
                                                   const kernel::Entity& request,
                                                   world::ClassIndex class_index,
                                                   const Window& window, bool in_parts) {
  const world::UserState& u = w.users[user];
  std::vector<world::ListingIndex> out;
  if (w.scenario->directories <= 0 || w.scenario->discovery == scenarios::DiscoveryMode::reactive ||
      world::partitioned(w, u.zone, world::zone_of(w, scenarios::kPartitionDirectories), w.now))
    return out;
  const auto& of_class = w.listings_of_class[class_index];
  const std::uint64_t directory =
      kernel::Stream(w.population, u.draws.who, kernel::Draw::directory, 0)
          .below(static_cast<std::uint64_t>(w.scenario->directories));
  kernel::Stream stream(w.dynamics, request, kernel::Draw::shuffle, 0);
  if (of_class.size() <= 4 * kNamedMax) {  // Fisher-Yates over the whole list
    std::vector<world::ListingIndex> order = of_class;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.below(i)]);
    for (world::ListingIndex l : order)
      if (out.size() < kNamedMax && lists(w, u, directory, l, window, in_parts)) out.push_back(l);
    if (in_parts) add_siblings(w, u, directory, window, out);
    return out;
  }
  for (std::size_t tries = 0; tries < 8 * kNamedMax && out.size() < kNamedMax / 2; ++tries) {
    world::ListingIndex l = of_class[stream.below(of_class.size())];
    if (std::find(out.begin(), out.end(), l) == out.end() &&
        lists(w, u, directory, l, window, in_parts))
      out.push_back(l);
  }
  if (in_parts) add_siblings(w, u, directory, window, out);
  return out;
}

}  // namespace capmarket::agents
