#include "sim/world/directory.h"

#include <algorithm>

#include "sim/party/market.h"
#include "sim/world/network.h"

namespace capmarket::world {
namespace {

/// The user may settle with the holder; who escapes its scope, only where it may not.
bool reaches(const World& w, const party::UserState& user, const party::HolderState& holder) {
  if (user.attack == scenarios::Attack::scope_escape)
    return !location::any_contains(user.scope, holder.location);
  return party::Market(w).reaches(user, holder);
}

/// The directory does not name the declaration, for the good of others.
bool hides(const World& w, std::uint64_t directory, const party::Listing& l,
           const party::HolderState& holder) {
  const scenarios::AdversarySpec* fraud = w.hiding[directory];
  if (fraud == nullptr) return false;
  const scenarios::HolderGroup* group = w.group_of(holder);
  if (group != nullptr && group->name == fraud->favours) return false;
  kernel::Stream stream(w.dynamics, holder.draws.who, kernel::Draw::fraud,
                        l.number << 32 | directory);
  return static_cast<std::int64_t>(stream.below(kFullRatio)) < fraud->share;
}

/// Of what is asked for nothing is left of the declaration that its holder has not taken back.
bool is_taken_back(const chain::DeclarationRecord& d, const Window& window) {
  if (d.retracted.breakpoints() == 0) return false;
  const Window common{std::max(window.from, d.declared.window.from),
                      std::min(window.until, d.declared.window.until)};
  return common.empty() || d.retracted.integral(common) >=
                               volume_of(d.declared.quantity, common.length()) -
                                   d.taken.integral(common) + d.curtailed.integral(common);
}

bool lists(const World& w, const party::UserState& user, std::uint64_t directory,
           party::ListingIndex listing, const Window& window, bool in_parts) {
  const party::Listing& l = w.listings[listing];
  const party::HolderState& holder = w.holders[l.holder];
  if (!(in_parts ? l.window.meets(window) : l.window.contains(window))) return false;
  if (!reaches(w, user, holder)) return false;
  kernel::Stream stream(w.dynamics, holder.draws.who, kernel::Draw::directory_lag,
                        l.number << 32 | directory);
  if (hides(w, directory, l, holder)) return false;
  // What it cannot see on the chain it does not name.
  const chain::DeclarationRecord* d = w.seen_by(user.readers).declaration(l.declaration);
  if (d == nullptr || is_taken_back(*d, window)) return false;
  return l.listed + Duration(stream.sample(w.scenario->directory_lag)) <= w.now;
}

/// Behind those that hold a part of the window alone, what else their holders have of it.
void add_siblings(const World& w, const party::UserState& user, std::uint64_t directory,
                  const Window& window, std::vector<party::ListingIndex>& out) {
  const std::size_t found = out.size();
  const auto in_parts_most = static_cast<std::size_t>(w.scenario->named_in_parts);
  for (std::size_t i = 0; i < found; ++i) {
    const party::Listing& l = w.listings[out[i]];
    if (l.window.contains(window)) continue;
    for (party::ListingIndex other : w.holders[l.holder].listings)
      if (out.size() < in_parts_most && !w.listings[other].answers &&
          std::find(out.begin(), out.end(), other) == out.end() &&
          lists(w, user, directory, other, window, true))
        out.push_back(other);
  }
}

}  // namespace

std::vector<party::ListingIndex> find_declarations(const World& w, party::UserIndex user,
                                                   const kernel::Entity& request,
                                                   party::ClassIndex class_index,
                                                   const Window& window, bool in_parts) {
  const party::UserState& u = w.users[user];
  std::vector<party::ListingIndex> out;
  if (w.scenario->directories <= 0 || w.scenario->discovery == scenarios::DiscoveryMode::reactive ||
      partitioned(w, u.zone, zone_of(w, scenarios::kPartitionDirectories), w.now))
    return out;
  const auto& of_class = w.listings_of_class[class_index];
  const std::uint64_t directory =
      kernel::Stream(w.population, u.draws.who, kernel::Draw::directory, 0)
          .below(static_cast<std::uint64_t>(w.scenario->directories));
  kernel::Stream stream(w.dynamics, request, kernel::Draw::shuffle, 0);
  const auto most = static_cast<std::size_t>(w.scenario->named);
  const scenarios::Scenario& s = *w.scenario;
  if (Int128{static_cast<std::int64_t>(of_class.size())} <= Int128{s.many} * s.named) {  // Fisher-Yates over the whole list
    std::vector<party::ListingIndex> order = of_class;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[stream.below(i)]);
    for (party::ListingIndex l : order)
      if (out.size() < most && lists(w, u, directory, l, window, in_parts)) out.push_back(l);
    if (in_parts) add_siblings(w, u, directory, window, out);
    return out;
  }
  const auto of_many = static_cast<std::size_t>(
      -floor_div(-Int128{s.named} * s.named_of_many, kFullRatio));
  const auto tries_most = static_cast<std::size_t>(s.samples * s.named);
  for (std::size_t tries = 0; tries < tries_most && out.size() < of_many; ++tries) {
    party::ListingIndex l = of_class[stream.below(of_class.size())];
    if (std::find(out.begin(), out.end(), l) == out.end() &&
        lists(w, u, directory, l, window, in_parts))
      out.push_back(l);
  }
  if (in_parts) add_siblings(w, u, directory, window, out);
  return out;
}

std::vector<party::HolderIndex> reached_by(const World& w, party::RequestIndex request) {
  const party::RequestState& r = w.requests[request];
  const party::UserState& u = w.users[r.user];
  // Each holder has a number of its own: who else could be asked does not move it.
  std::vector<std::pair<std::uint64_t, party::HolderIndex>> order;
  for (party::HolderIndex i : w.holders.indices()) {
    const party::HolderState& h = w.holders[i];
    if (h.class_index != r.class_index || !h.window.contains(r.window) ||
        h.strategy == scenarios::HolderStrategy::scripted || !reaches(w, u, h))
      continue;
    const std::uint64_t holder =
        kernel::Stream(w.population, h.draws.who, kernel::Draw::answer, 0).next();
    order.emplace_back(kernel::Stream(w.dynamics, r.draws.who, kernel::Draw::answer, holder).next(),
                       i);
  }
  const std::size_t asked = std::min(order.size(), static_cast<std::size_t>(w.scenario->answers));
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(asked), order.end());
  std::vector<party::HolderIndex> out;
  for (std::size_t i = 0; i < asked; ++i) out.push_back(order[i].second);
  return out;
}

}  // namespace capmarket::world
