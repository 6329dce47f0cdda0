// What a price is held against. Source: docs/spec/semantics.md#prices.
#include "verify/audit/gather_internal.h"

namespace capmarket::audit {

void gather_price(const Gathering& g, LegEvidence& leg) {
  if (leg.leg.price_index) leg.index_named = found(g.s.indices_by_id, *leg.leg.price_index);
  if (leg.price_rule == nullptr) return;
  const rules::Rule& rule = leg.price_rule->rule;
  leg.tariff = rule.tariff_for(leg.leg.tier, leg.leg.window.from);
  auto fits = [&](const objects::PriceIndex& x) {
    return x.rule == rule.name && x.class_name == rule.class_name && x.scope == rule.scope &&
           x.currency == rule.currency;
  };
  if (const objects::PriceIndex* x = leg.index_named) {
    leg.index_fits = fits(*x);
    Int128 band = floor_div(Int128{x->value.value} * rule.pricing.band.value, kFullRatio);
    leg.band_low = x->value.value - band;
    leg.band_high = x->value.value + band;
  }
  if (rule.pricing.mode != rules::PricingMode::discovered) return;
  auto admitted = g.s.indices.find(rule.name);
  if (admitted == g.s.indices.end()) return;
  for (const AuditIndex& x : admitted->second) {
    Int128 age = Int128{g.o.signed_at.value} - x.index.at.value;
    if (fits(x.index) && 0 <= age && age <= rule.pricing.max_age.value)
      leg.young_index_exists = true;
  }
}

}  // namespace capmarket::audit
