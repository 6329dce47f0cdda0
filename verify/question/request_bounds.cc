#include "verify/question/request_bounds.h"

#include <algorithm>

namespace capmarket::question {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(-floor_div(-static_cast<Int128>(a), b));
}

std::int64_t clamped(Int128 v) {
  return static_cast<std::int64_t>(std::clamp<Int128>(v, -kWireMax, kWireMax));
}

std::int64_t value_at(std::int64_t price, std::int64_t quantity, std::int64_t length) {
  auto v = value_of(Money(price), volume_of(Quantity(quantity), Duration(length)));
  return v ? v->value : kWireMax;
}

namespace {

/// Prices around indices: the first of a market lie in the bounds, every later index is the median
/// of what was admitted, and a price lies no farther from it than the band. Under a version before
/// this one prices may have been others.
std::pair<std::int64_t, std::int64_t> around_indices(const rules::Rule& rule) {
  const rules::Pricing& p = rule.pricing;
  const std::int64_t least = rule.limits.price_min.value, most = rule.limits.price_max.value;
  if (rule.supersedes) return {least, most};
  auto band = [&](std::int64_t v) {
    return static_cast<std::int64_t>(floor_div(Int128{v} * p.band.value, kFullRatio));
  };
  std::int64_t low = std::max(least, p.floor.value), high = std::min(most, p.cap.value);
  while (low <= high && low > least && band(low) > 0) low = std::max(least, low - band(low));
  while (low <= high && high < most && band(high) > 0) high = std::min(most, high + band(high));
  return {low, high};
}

}  // namespace

bool admits_some_price(const rules::Rule& rule) {
  const rules::Pricing& p = rule.pricing;
  const rules::Limits& l = rule.limits;
  auto inside = [&](Money price) { return l.price_min <= price && price <= l.price_max; };
  if (p.mode == rules::PricingMode::fixed && p.schedule.empty()) return inside(p.tariff);
  if (p.mode == rules::PricingMode::fixed)
    return std::any_of(p.schedule.begin(), p.schedule.end(),
                       [&](const rules::TariffEntry& e) { return inside(e.price); });
  // An index of a version before this one may lie anywhere.
  if (p.mode == rules::PricingMode::discovered && rule.supersedes)
    return l.price_min <= l.price_max;
  return std::max(l.price_min, p.floor) <= std::min(l.price_max, p.cap);
}

std::pair<std::int64_t, std::int64_t> admissible_prices(const rules::Rule& rule) {
  const rules::Pricing& p = rule.pricing;
  const rules::Limits& l = rule.limits;
  std::int64_t low = l.price_min.value, high = l.price_max.value;
  if (p.mode == rules::PricingMode::fixed && p.schedule.empty()) {
    low = std::max(low, p.tariff.value), high = std::min(high, p.tariff.value);
  } else if (p.mode == rules::PricingMode::fixed) {
    auto [least, most] = std::minmax_element(
        p.schedule.begin(), p.schedule.end(),
        [](const rules::TariffEntry& a, const rules::TariffEntry& b) { return a.price < b.price; });
    low = std::max(low, least->price.value), high = std::min(high, most->price.value);
  } else if (p.mode == rules::PricingMode::negotiated) {
    low = std::max(low, p.floor.value), high = std::min(high, p.cap.value);
  } else if (p.mode == rules::PricingMode::discovered) {
    std::tie(low, high) = around_indices(rule);
  }
  if (low > high) return {l.price_min.value, l.price_max.value};
  return {low, high};
}

const rules::Rule& version_of(const RuleSubject& subject, std::size_t version) {
  return version == 0 ? subject.rule() : subject.earlier.at(version - 1)->rule;
}

GrantBounds grants_of(const RuleSubject& subject, std::size_t version) {
  const rules::Rule& r = version_of(subject, version);
  const rules::Limits& l = r.limits;
  const std::int64_t step = r.granularity.value;
  GrantBounds out;
  RequestBounds& b = out.request;
  b.quantity_min = std::max<std::int64_t>(1, l.quantity_min.value);
  b.quantity_max = l.quantity_max.value;
  b.length_min = ceil_div(std::max<std::int64_t>(1, l.length_min.value), step) * step;
  b.length_max = l.length_max.value / step * step;
  std::tie(b.price_min, b.price_max) = admissible_prices(r);
  b.value_max = std::min(kGrantValueMax, value_at(b.price_max, b.quantity_max, b.length_max));
  out.lead_min = l.lead_min.value, out.lead_max = l.lead_max.value;
  out.signed_first = r.effective.from.value;
  out.signed_last = r.effective.until.value - 1;
  if (version == 0 && r.effective.empty())
    out.signed_last = out.signed_first;  // as a request has it
  if (version > 0)
    out.signed_last =
        std::min(out.signed_last, version_of(subject, version - 1).effective.from.value);
  return out;
}

}  // namespace capmarket::question
