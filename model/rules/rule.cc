#include "model/rules/rule.h"

#include <algorithm>

namespace capmarket::rules {

const Tier* Rule::tier(std::string_view tier_name) const {
  auto it =
      std::find_if(tiers.begin(), tiers.end(), [&](const Tier& t) { return t.name == tier_name; });
  return it == tiers.end() ? nullptr : &*it;
}

const FallbackStrategy* Rule::strategy(std::string_view strategy_name) const {
  auto it = std::find_if(fallback.begin(), fallback.end(),
                         [&](const FallbackStrategy& f) { return f.name == strategy_name; });
  return it == fallback.end() ? nullptr : &*it;
}

std::optional<Money> Rule::tariff_for(std::string_view tier_name, Instant start) const {
  if (pricing.mode != PricingMode::fixed) return std::nullopt;
  if (pricing.schedule.empty()) return pricing.tariff;
  for (const TariffEntry& e : pricing.schedule)
    if (e.tier == tier_name && e.window.contains(start)) return e.price;
  return std::nullopt;
}

bool attach_strategies(Rule& rule,
                       const std::function<const FallbackStrategy*(const ContentId&)>& find) {
  std::vector<FallbackStrategy> found;
  for (const ContentId& id : rule.fallback_ids) {
    const FallbackStrategy* strategy = find(id);
    if (strategy == nullptr || strategy->authority != rule.authority) return false;
    bool named_twice = std::any_of(found.begin(), found.end(), [&](const FallbackStrategy& f) {
      return f.name == strategy->name;
    });
    if (named_twice) return false;
    found.push_back(*strategy);
  }
  rule.fallback = std::move(found);
  return true;
}

}  // namespace capmarket::rules
