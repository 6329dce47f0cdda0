#include "sim/agents/demand.h"

#include <algorithm>

#include "sim/agents/bids.h"
#include "sim/agents/frauds.h"

namespace capmarket::agents {
namespace {

/// The first rule of the class: for its tiers and limits.
const rules::Rule& first_rule(const party::Market& market, party::ClassIndex of_class) {
  const std::string& name = market.class_spec(of_class).name;
  for (const scenarios::ScenarioRule& r : market.rules())
    if (r.rule.class_name == name) return r.rule;
  CHECK(false, name);
  return market.rules().front().rule;
}

/// The least that somebody may ask at the tier for a window from then on; none where the rules that
/// are in force and published have no price for it.
std::optional<Money> least_at(const party::UserView& v, party::ClassIndex of_class,
                              const std::string& tier, Instant from) {
  std::optional<Money> out;
  const auto& all = v.market.rules();
  for (party::RuleIndex i : indices(all)) {
    const scenarios::ScenarioRule& r = at(all, i);
    if (r.rule.class_name != v.market.class_spec(of_class).name || r.rule.tier(tier) == nullptr ||
        !r.in_force().contains(v.now) || v.seen().rule(v.market.rule_id(i)) == nullptr)
      continue;
    const bool fixed = r.rule.pricing.mode == rules::PricingMode::fixed;
    const std::optional<Money> price =
        fixed ? r.rule.tariff_for(tier, from) : std::optional(r.rule.pricing.floor);
    if (price) out = out ? std::min(*out, *price) : price;
  }
  return out;
}

/// The tier of its memberships that costs least; of several the best.
std::string cheapest_tier(const party::UserView& v, party::ClassIndex of_class, Instant from) {
  std::string out = v.group->tier;
  std::optional<Money> least = least_at(v, of_class, out, from);
  for (const std::string& tier : v.group->further_tiers) {
    const std::optional<Money> price = least_at(v, of_class, tier, from);
    if (price && (!least || *price < *least)) least = price, out = tier;
  }
  return out;
}

party::RequestState synthetic_request(const party::UserView& v, std::uint32_t occurrence) {
  const scenarios::UserGroup& g = *v.group;
  auto draw = [&](kernel::Draw what, const scenarios::Distribution& d) {
    return kernel::Stream(v.dynamics, v.me.draws.who, what, occurrence).sample(d);
  };
  party::RequestState r;
  r.class_index = v.market.class_index(g.class_name);
  const rules::Rule& rule = first_rule(v.market, r.class_index);
  const rules::Limits& limits = rule.limits;
  r.tier =
      v.me.attack == scenarios::Attack::tier_inflation ? rule.tiers.front().name : g.tier;
  r.quantity = std::clamp(Quantity(draw(kernel::Draw::quantity, g.quantity)), limits.quantity_min,
                          limits.quantity_max);
  Duration length(std::clamp(draw(kernel::Draw::length, g.length), limits.length_min.value,
                             limits.length_max.value));
  std::int64_t grains = std::max<std::int64_t>(1, length.value / rule.granularity.value);
  r.window.from = chain::ceil_to(rule, v.now + Duration(draw(kernel::Draw::lead, g.lead)));
  r.window.until = r.window.from + Duration(grains * rule.granularity.value);
  if (g.cheapest_tier && v.me.attack != scenarios::Attack::tier_inflation)
    r.tier = cheapest_tier(v, r.class_index, r.window.from);
  r.value =
      std::clamp(Money(draw(kernel::Draw::value, g.value)), limits.price_min, limits.price_max);
  hoard(v, limits, r);
  kernel::Stream partial(v.dynamics, v.me.draws.who, kernel::Draw::partial, occurrence);
  r.partial = static_cast<std::int64_t>(partial.below(kFullRatio)) < g.partial;
  r.arisen = v.now;
  r.patience_until = v.now + g.patience;
  r.wanted_from = r.window.from;
  if (g.start == scenarios::StartChoice::earliest && g.bundle.empty())
    r.latest_start = r.window.from + g.start_within;
  return r;
}

/// With the other classes of its bundle, over the window of the main request.
std::vector<party::RequestState> bundle_of(const party::UserView& v, party::RequestState main,
                                           std::uint32_t occurrence) {
  const scenarios::UserGroup& g = *v.group;
  main.partial = false;
  std::vector<party::RequestState> all{main};
  for (std::size_t i = 0; i < g.bundle.size(); ++i) {
    const scenarios::BundlePart& part = g.bundle[i];
    party::RequestState r = main;
    r.class_index = v.market.class_index(part.class_name);
    r.tier = part.tier;
    const rules::Limits& limits = first_rule(v.market, r.class_index).limits;
    Int128 share = floor_div(static_cast<Int128>(main.quantity.value) * part.share, kFullRatio);
    Quantity quantity = part.quantity.value_or(Quantity(static_cast<std::int64_t>(share)));
    r.quantity = std::clamp(quantity, limits.quantity_min, limits.quantity_max);
    kernel::Stream value(v.dynamics, v.me.draws.who, kernel::Draw::value,
                         occurrence | (std::uint64_t{i} + 1) << 32);
    r.value = std::clamp(Money(value.sample(part.value)), limits.price_min, limits.price_max);
    all.push_back(std::move(r));
  }
  const party::BundleIndex bundle = v.requests.add(party::BundleState{});
  for (party::RequestState& r : all) r.bundle = bundle;
  return all;
}

/// The least that the rule lets anybody pay.
Money least_price(const rules::Rule& rule) {
  const bool bounded = rule.pricing.mode != rules::PricingMode::fixed;
  return bounded ? std::max(rule.pricing.floor, rule.limits.price_min) : rule.limits.price_min;
}

/// What it says that it pays.
void bid(const party::UserView& v, party::RequestState& r) {
  r.max_price =
      bid_for(v, {r.value, least_price(first_rule(v.market, r.class_index)), r.draws.who});
}

/// Its draws are keyed by the user, and which of its requests it is.
void number(const party::UserView& v, party::RequestState& r) {
  r.user = v.index;
  r.draws.who = {kernel::EntityKind::message, v.me.draws.who.group,
                 v.me.draws.who.number << 32 | v.me.requested++};
}

}  // namespace

std::vector<party::RequestState> demands_of(const party::UserView& v, std::uint32_t occurrence) {
  if (v.me.revoked) return {};
  party::RequestState main = synthetic_request(v, occurrence);
  std::vector<party::RequestState> out;
  if (v.group->bundle.empty())
    out.push_back(std::move(main));
  else
    out = bundle_of(v, std::move(main), occurrence);
  for (party::RequestState& r : out) {
    number(v, r);
    bid(v, r);
  }
  return out;
}

party::RequestState demand_of(const party::UserView& v, const scenarios::TraceRequest& row) {
  party::RequestState r;
  r.class_index = v.market.class_index(row.class_name);
  r.tier = v.me.attack == scenarios::Attack::tier_inflation
               ? first_rule(v.market, r.class_index).tiers.front().name
               : row.tier;
  r.quantity = row.quantity;
  r.window = row.window;
  r.value = r.max_price = row.max_price;
  r.partial = row.partial;
  r.arisen = v.now;
  r.patience_until = row.window.until;
  r.wanted_from = row.window.from;
  number(v, r);
  return r;
}

}  // namespace capmarket::agents
