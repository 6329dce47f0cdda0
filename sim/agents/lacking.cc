#include "sim/agents/lacking.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

/// Down to a multiple of the rule's granularity.
Instant down_to(const rules::Rule& rule, Instant t) {
  const Int128 origin = rule.origin.value_or(Instant(0)).value;
  const Int128 g = rule.granularity.value;
  return Instant(static_cast<std::int64_t>(origin + floor_div(t.value - origin, g) * g));
}

}  // namespace

bool splits_time(const party::RequestState& r) {
  return r.partial && !r.bundle.valid() && !r.replacing;
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
