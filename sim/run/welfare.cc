#include "sim/run/welfare.h"

#include <algorithm>
#include <map>

#include "sim/party/market.h"
#include "sim/run/accounting.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

/// What a request is worth to its user.
Money value_to_user(const party::RequestState& r) { return r.value; }

/// Users of one credential's reach, holders of one place: whom what reaches, found once for each
/// two.
class ReachTable {
 public:
  explicit ReachTable(const world::World& w) : market_(w) {}

  std::size_t reach_of(const party::UserProfile& u) {
    auto [at, added] = reach_.try_emplace({u.authority, u.scope}, users_.size());
    if (added) users_.push_back(&u);
    return at->second;
  }
  std::size_t place_of(const party::HolderProfile& h) {
    auto [at, added] = place_.try_emplace({h.authority, h.location}, holders_.size());
    if (added) holders_.push_back(&h);
    return at->second;
  }
  std::vector<std::vector<std::size_t>> reaches() const {
    std::vector<std::vector<std::size_t>> out(users_.size());
    for (std::size_t u = 0; u < users_.size(); ++u)
      for (std::size_t h = 0; h < holders_.size(); ++h)
        if (market_.reaches(*users_[u], *holders_[h])) out[u].push_back(h);
    return out;
  }

 private:
  party::Market market_;
  std::map<std::pair<party::AuthorityIndex, std::vector<location::Location>>, std::size_t> reach_;
  std::map<std::pair<party::AuthorityIndex, location::Location>, std::size_t> place_;
  std::vector<const party::UserProfile*> users_;      // the first of each
  std::vector<const party::HolderProfile*> holders_;  // likewise
};

/// What is declared less what is retracted, over time.
std::vector<std::pair<Instant, Quantity>> left_of(const chain::DeclarationRecord& d) {
  capacity::StepFunction left;
  left.add(d.declared.window, d.declared.quantity);
  const auto gone = d.retracted.steps();
  for (std::size_t i = 0; i + 1 < gone.size(); ++i)
    left.add({gone[i].first, gone[i + 1].first}, Quantity() - gone[i].second);
  return left.steps();
}

Volume inside_of(const capacity::Pieces& pieces, const Window& window) {
  return capacity::volume_of(capacity::inside(pieces, window));
}

Int128 magnitude(Money price) {
  return price.value < 0 ? -static_cast<Int128>(price.value) : Int128{price.value};
}

}  // namespace

Worth worth_of(const world::World& w, Places places) {
  Worth out;
  out.horizon = {w.scenario->start, w.now};
  ReachTable table(w);
  const bool kept = places == Places::kept;
  for (const party::RequestState& r : w.requests) {
    const Quantity needed = r.needed.value_or(r.quantity);
    if (needed.value > 0)
      out.wishes.push_back({r.class_index.place(), kept ? table.reach_of(w.users[r.user]) : 0,
                            value_to_user(r), needed, r.window, r.partial, r.bundle.valid()});
    // What nobody needs is worth nothing.
    const chain::RequestRecord* record = r.needed ? w.state().request(r.id) : nullptr;
    if (record != nullptr)
      out.services.push_back(
          {value_to_user(r), Money(0), Volume{} - live_beyond(*record, needed, out.horizon)});
  }
  for (const chain::DeclarationRecord& d : w.state().declarations) {
    const auto owner = std::get<party::HolderIndex>(w.owners.at(d.declared.holder));
    const party::HolderState& holder = w.holders[owner];
    out.supplies.push_back({w.class_index(d.declared.class_name).place(),
                            kept ? table.place_of(holder) : 0, holder.ask, d.infrastructure.valid(),
                            left_of(d)});
  }
  for (const chain::GrantRecord& g : w.state().grants) {
    const party::RequestIndex request = w.request_of(w.state(), g);
    if (!request.valid()) continue;
    out.services.push_back({value_to_user(w.requests[request]),
                            w.holders[w.holder_of(w.state(), g)].ask,
                            inside_of(g.live, out.horizon)});
  }
  out.reaches = kept ? table.reaches() : std::vector<std::vector<std::size_t>>{{0}};
  return out;
}

std::optional<Welfare> welfare_of(const Worth& worth) {
  Int128 price = 0, volume = 0, most = 0;
  for (const Service& s : worth.services) {
    price = std::max({price, magnitude(s.value), magnitude(s.cost)});
    const Int128 size = s.volume.value < 0 ? -s.volume.value : s.volume.value;
    if (__builtin_add_overflow(volume, size, &volume)) return std::nullopt;
  }
  if (__builtin_mul_overflow(price, volume, &most) || most > Int128{1} << 126) return std::nullopt;
  Welfare out;
  for (const Service& s : worth.services) {
    out.value += s.volume.value * s.value.value;
    out.cost += s.volume.value * s.cost.value;
  }
  return out;
}

Int128 money_down(Int128 sum) { return floor_div(sum, kNanosPerHour); }
Int128 money_up(Int128 sum) { return -floor_div(-sum, kNanosPerHour); }

}  // namespace capmarket::run
