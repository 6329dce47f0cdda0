#include "sim/agents/pricing.h"

#include <algorithm>

#include "sim/agents/asks.h"
#include "sim/agents/concessions.h"
#include "sim/agents/price_parts.h"
#include "sim/agents/strategy_of.h"

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

std::optional<PriceRange> price_for(const party::HolderView& v, const DealRules& deal,
                                    const std::string& tier, const party::Offer& offer) {
  const rules::Rule& rule = *deal.price;
  const rules::Pricing& p = rule.pricing;
  if (p.mode == rules::PricingMode::fixed) {
    std::optional<Money> tariff = rule.tariff_for(tier, offer.window.from);
    if (!tariff || *tariff < v.me.ask) return std::nullopt;
    return PriceRange{*tariff, *tariff, std::nullopt};
  }
  PriceRange out{p.floor, p.cap, std::nullopt};
  AskedFor asked{offer.listing, offer.window, {}, {}, std::nullopt};
  const chain::PriceIndexRecord* index = nullptr;
  if (p.mode == rules::PricingMode::discovered)
    index = latest_index(v.seen(), v.now, rule, p.max_age);
  if (index != nullptr) {
    const Money band = chain::ratio_of(index->index.value, p.band);
    out = {index->index.value - band, index->index.value + band, index->id};
    asked.index = index->index.value;
  }
  out.most = std::min(out.most, deal.rule->limits.price_max);
  asked.low = std::max(out.least, deal.rule->limits.price_min);
  asked.high = out.most;
  if (std::max(asked.low, v.me.ask) > out.most) return std::nullopt;
  out.least = ask_of(v, asked);
  return out;
}

Money price_in(const party::HolderView& v, const PriceRange& range, const party::Proposal& asked,
               Money bid) {
  if (asked.rounds == 0) return range.least;
  const Money opening = std::clamp(asked.max_price, range.least, range.most);
  const Money now =
      between(opening, range.least, conceded(concession_of(v), asked.round, asked.rounds));
  return std::max(now, std::min(bid, range.most));
}

}  // namespace capmarket::agents
