#include "sim/agents/lacking.h"

#include <algorithm>

#include "sim/agents/strategy_of.h"

namespace capmarket::agents {
namespace {

/// Down to a multiple of the rule's granularity.
Instant down_to(const rules::Rule& rule, Instant t) {
  const Int128 origin = rule.origin.value_or(Instant(0)).value;
  const Int128 g = rule.granularity.value;
  return Instant(static_cast<std::int64_t>(origin + floor_div(t.value - origin, g) * g));
}

}  // namespace

bool splits_time(const party::UserView& v, const party::RequestState& r) {
  return r.partial && !r.bundle.valid() && !r.replacing && group_or_default(v).splits_time;
}

std::optional<party::HolderIndex> only_holder(const party::UserView& v,
                                              const party::RequestState& r) {
  if (group_or_default(v).splits_holders || !r.partial || r.replacing) return std::nullopt;
  const chain::ChainState& s = v.seen();
  const auto mine = s.grants_of_user.find(v.me.key.pub);
  if (mine == s.grants_of_user.end()) return std::nullopt;
  for (const chain::GrantIndex g : mine->second) {
    const chain::GrantRecord& grant = s.grants[g];
    const ContentId& declaration = s.declarations[grant.declaration].id;
    if (s.requests[grant.request].id == r.id && v.market.is_listed(declaration))
      return v.market.listing(v.market.listing_of(declaration)).holder;
  }
  return std::nullopt;
}

std::optional<objects::Piece> lacking(const capacity::StepFunction& missing, const Window& window,
                                      const rules::Rule& rule) {
  if (window.empty()) return std::nullopt;
  std::vector<Instant> at{window.from};
  for (const auto& [t, q] : missing.steps())
    if (window.from < t && t < window.until) at.push_back(t);
  at.push_back(window.until);
  const Duration least = std::max(rule.limits.length_min, rule.granularity);
  for (std::size_t i = 0; i + 1 < at.size();) {
    Quantity quantity = missing.value(at[i]);
    std::size_t end = i + 1;
    while (quantity.value > 0 && end + 1 < at.size() && missing.value(at[end]).value > 0)
      quantity = std::min(quantity, missing.value(at[end++]));
    const Window part{chain::ceil_to(rule, at[i]), down_to(rule, at[end])};
    if (quantity.value > 0 && !part.empty() && part.length() >= least)
      return objects::Piece{part, quantity};
    i = end;
  }
  return std::nullopt;
}

}  // namespace capmarket::agents
