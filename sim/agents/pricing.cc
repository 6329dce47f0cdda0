#include "sim/agents/pricing.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

/// The latest index of the rule, no older than `max_age`; null without one.
const chain::PriceIndexRecord* latest_index(const chain::ChainState& seen, Instant now,
                                            const rules::Rule& rule, Duration max_age) {
  auto named = seen.indices.find(rule.name);
  if (named == seen.indices.end()) return nullptr;
  const chain::PriceIndexRecord* out = nullptr;
  for (const chain::PriceIndexRecord& r : named->second) {
    bool fits = r.index.class_name == rule.class_name && r.index.scope == rule.scope &&
                r.index.currency == rule.currency && r.index.at <= now &&
                now - r.index.at <= max_age;
    if (fits && (out == nullptr || out->index.at <= r.index.at)) out = &r;
  }
  return out;
}

}  // namespace

std::optional<PriceOffer> price_for(const party::HolderView& v, const DealRules& deal,
                                    const party::Proposal& asked, const Window& window) {
  const rules::Rule& rule = *deal.price;
  const rules::Pricing& p = rule.pricing;
  if (p.mode == rules::PricingMode::fixed) {
    std::optional<Money> tariff = rule.tariff_for(asked.tier, window.from);
    if (!tariff || *tariff > asked.max_price) return std::nullopt;
    return PriceOffer{*tariff, std::nullopt};
  }
  PriceOffer out;
  std::int64_t least = p.floor.value, most = p.cap.value;
  std::int64_t ask = v.me.ask.value;
  const chain::PriceIndexRecord* index = nullptr;
  if (p.mode == rules::PricingMode::discovered)
    index = latest_index(v.seen(), v.now, rule, p.max_age);
  if (index != nullptr) {
    std::int64_t band = chain::ratio_of(index->index.value, p.band).value;
    least = index->index.value.value - band;
    most = index->index.value.value + band;
    out.index = index->id;
    if (v.me.pricing == scenarios::HolderPricing::market) ask = index->index.value.value;
  }
  most = std::min({most, asked.max_price.value, deal.rule->limits.price_max.value});
  least = std::max({least, ask, deal.rule->limits.price_min.value});
  if (least > most) return std::nullopt;
  out.price = Money(least + (most - least) / 2);
  return out;
}

}  // namespace capmarket::agents
