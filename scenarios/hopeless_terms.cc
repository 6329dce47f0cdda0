#include "scenarios/hopeless_terms.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/hopeless_windows.h"

namespace capmarket::scenarios {
namespace {

/// The largest declaration, and whose.
std::pair<Int128, std::string> largest(const Prospect& p) {
  std::pair<Int128, std::string> out{0, ""};
  for (const Supply& h : p.supplies)
    if (const Int128 most = std::max(h.listed, h.answered); most > out.first) out = {most, h.at};
  return out;
}

/// The least of a leg under the rule.
Int128 least_of(const Prospect& p, const rules::Rule& r) {
  const Int128 least = std::max<std::int64_t>(1, r.limits.quantity_min.value);
  return p.whole ? std::max(least, p.quantity.least) : least;
}

std::string units(Int128 quantity) {
  return std::to_string(static_cast<std::int64_t>(std::min<Int128>(quantity, kWireMax)));
}

std::string money_of(Int128 amount) {
  return to_text(Money(static_cast<std::int64_t>(std::min<Int128>(amount, kWireMax))));
}

/// Rules by which the price may be judged: the leg's own, and those of policies.
std::vector<const rules::Rule*> price_rules(const Prospect& p) {
  std::vector<const rules::Rule*> out = p.rules;
  for (const ReconciliationSpec& policy : p.scenario->reconciliation)
    for (const ScenarioRule& r : p.scenario->rules)
      if (r.rule.name == policy.price) out.push_back(&r.rule);
  return out;
}

/// The least that is asked, and by what; no price where the rule has none for the tier.
struct Asked {
  std::optional<Money> least;
  std::string by;
};

Asked tariff_of(const rules::Rule& r, const std::string& tier) {
  Asked out{r.pricing.schedule.empty() ? std::optional(r.pricing.tariff) : std::nullopt,
            fmt::format("the tariff of rule `{}`", r.name)};
  for (const rules::TariffEntry& e : r.pricing.schedule)
    if (e.tier == tier) out.least = out.least ? std::min(*out.least, e.price) : e.price;
  return out;
}

Asked asked_under(const Prospect& p, const rules::Rule& r) {
  if (r.pricing.mode == rules::PricingMode::fixed) return tariff_of(r, p.tier);
  const auto& publishers = p.scenario->publishers;
  const bool indexed = r.pricing.mode == rules::PricingMode::discovered &&
                       std::any_of(publishers.begin(), publishers.end(),
                                   [&](const PublisherSpec& one) { return one.rule == r.name; });
  Money ask = p.supplies.front().ask;
  std::string whose = p.supplies.front().at;
  for (const Supply& h : p.supplies)
    if (h.ask < ask) ask = h.ask, whose = h.at;
  Asked out{std::nullopt, fmt::format("`pricing.floor` of rule `{}`", r.name)};
  if (!indexed) out.least = r.pricing.floor;  // an index has a band of its own
  if (!out.least || ask > *out.least) out = {ask, fmt::format("`{}.ask`", whose)};
  return out;
}

}  // namespace

Hope outside_quantities(const Prospect& p) {
  if (p.supplies.empty()) return std::nullopt;
  const auto [most, whose] = largest(p);
  for (const rules::Rule* r : p.rules) {
    const bool inside = least_of(p, *r) <= p.quantity.most && least_of(p, *r) <= most &&
                        (!p.whole || p.quantity.least <= r->limits.quantity_max.value);
    if (inside) return std::nullopt;
  }
  const rules::Rule& r = *p.rules.front();
  if (least_of(p, r) > most)
    return Hopeless{"quantity",
                    fmt::format("it takes {} or more{} of class `{}`, and the largest declaration "
                                "has {}{}",
                                units(least_of(p, r)),
                                p.whole ? " (`quantity`, without `partial`)"
                                        : fmt::format(" (`limits.quantity` of rule `{}`)", r.name),
                                p.class_name, units(most),
                                whose.empty() ? "" : fmt::format(" (`{}.quantity`)", whose)),
                    "a smaller quantity, `partial`, or larger holders"};
  return Hopeless{"quantity",
                  fmt::format("it asks for {} to {}, clamped to the first rule of class `{}`, and "
                              "rule `{}` takes {} to {}",
                              units(p.quantity.least), units(p.quantity.most), p.class_name, r.name,
                              r.limits.quantity_min.value, r.limits.quantity_max.value),
                  "a quantity inside the limits of the rule that is in force"};
}

Hope pays_too_little(const Prospect& p) {
  if (p.supplies.empty()) return std::nullopt;
  Asked first;
  for (const rules::Rule* r : price_rules(p)) {
    Asked asked = asked_under(p, *r);
    if (asked.least && *asked.least <= p.value) return std::nullopt;
    if (first.by.empty()) first = std::move(asked);
  }
  if (!first.least)
    return Hopeless{"tier", fmt::format("{} has no price for tier `{}`", first.by, p.tier),
                    "a row of the tariff for the tier"};
  return Hopeless{"value",
                  fmt::format("it pays {} at most (`value`, clamped to `limits.price`), and {} is "
                              "{} or more",
                              to_text(p.value), first.by, to_text(*first.least)),
                  fmt::format("a value that can reach {}", to_text(*first.least))};
}

Hope beyond_its_means(const Prospect& p) {
  // Who was granted something by a step may be paid for that.
  if (p.supplies.empty() || !p.group->conduct.budget || !p.scenario->script.empty())
    return std::nullopt;
  const Int128 limit = Int128{p.group->conduct.budget->value} + p.group->conduct.credit.value;
  std::optional<Int128> least;
  std::string by;
  for (const rules::Rule* price : price_rules(p)) {
    const Asked asked = asked_under(p, *price);
    if (!asked.least || asked.least->value < 0) return std::nullopt;
    for (const rules::Rule* r : p.rules) {
      const Int128 cost =
          floor_div(Int128{asked.least->value} * least_of(p, *r) * least_length(p), kNanosPerHour);
      if (!least || cost < *least) least = cost, by = asked.by;
    }
  }
  if (!least || *least <= limit) return std::nullopt;
  return Hopeless{
      "budget",
      fmt::format("it can spend {} (`budget`, `credit`), and the least that it takes, for the "
                  "shortest time, costs {} or more by {}",
                  money_of(limit), money_of(*least), by),
      fmt::format("`budget` and `credit` of {} or more together", money_of(*least))};
}

Hope sells_at_no_tariff(const Prospect& p) {
  if (p.supplies.empty()) return std::nullopt;
  const Supply& cheapest =
      *std::min_element(p.supplies.begin(), p.supplies.end(),
                        [](const Supply& a, const Supply& b) { return a.ask < b.ask; });
  std::optional<Money> most;
  for (const rules::Rule* r : price_rules(p)) {
    if (r->pricing.mode != rules::PricingMode::fixed) return std::nullopt;
    if (r->pricing.schedule.empty()) most = std::max(most.value_or(r->pricing.tariff), r->pricing.tariff);
    for (const rules::TariffEntry& e : r->pricing.schedule)
      if (e.tier == p.tier) most = std::max(most.value_or(e.price), e.price);
  }
  if (!most || cheapest.ask <= *most) return std::nullopt;
  return Hopeless{"",
                  fmt::format("the tariff is {} at most, and `{}.ask` is {} or more: nobody sells "
                              "below its ask",
                              to_text(*most), cheapest.at, to_text(cheapest.ask)),
                  "a higher tariff, or a lower ask"};
}

}  // namespace capmarket::scenarios
