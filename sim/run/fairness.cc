#include "sim/run/fairness.h"

#include <algorithm>

#include "sim/run/accounting.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

struct WantedOf {
  Volume demanded, served;
};
using ByUser = std::map<party::UserIndex, WantedOf>;

Equality equality_of(const ByUser& users) {
  std::vector<std::int64_t> shares;
  for (const auto& [user, w] : users)
    if (w.demanded.value > 0) shares.push_back(millionths(w.served, w.demanded));
  return run::equality_of(std::move(shares));
}

}  // namespace

std::int64_t millionths(Volume part, Volume whole) {
  constexpr Int128 kMillion = 1'000'000;
  Int128 scaled = 0;
  while (__builtin_mul_overflow(part.value, kMillion, &scaled))
    part.value /= 2, whole.value /= 2;  // far beyond the millionths that are told
  return static_cast<std::int64_t>(scaled / whole.value);
}

Equality equality_of(std::vector<std::int64_t> shares) {
  std::sort(shares.begin(), shares.end());
  Equality out;
  out.users = static_cast<std::int64_t>(shares.size());
  Int128 sum = 0, squares = 0, rank = 0;
  for (std::int64_t x : shares) {
    sum += x;
    squares += Int128{x} * x;
    // The i-th smallest exceeds i - 1 of the others and is below n - i of them.
    out.gini_part += (2 * ++rank - out.users - 1) * x;
  }
  out.jain_part = sum * sum;
  out.jain_whole = squares * out.users;
  out.gini_whole = sum * out.users;
  return out;
}

Fairness fairness_of(const world::World& w) {
  ByUser all;
  std::map<std::string, ByUser> tiers;
  for (const party::RequestState& r : w.requests) {
    if (r.needed == Quantity(0)) continue;
    const Quantity needed = r.needed.value_or(r.quantity);
    const Volume wanted = volume_of(needed, r.window.length());
    const chain::RequestRecord* record = w.state().request(r.id);
    const Volume served = record == nullptr
                              ? Volume{}
                              : account_of(*record).live -
                                    live_beyond(*record, needed, record->request.window);
    for (WantedOf* of : {&all[r.user], &tiers[r.tier][r.user]})
      of->demanded += wanted, of->served += served;
  }
  Fairness out;
  out.all = equality_of(all);
  for (const auto& [tier, users] : tiers) out.by_tier[tier] = equality_of(users);
  return out;
}

}  // namespace capmarket::run
