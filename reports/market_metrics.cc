#include "reports/market_metrics.h"

#include "model/base/text.h"
#include "reports/run_metrics.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

Json quantiles_json(const run::DurationQuantiles& q) {
  return {{"count", q.count},
          {"p50", seconds_of(q.p50.value)},
          {"p95", seconds_of(q.p95.value)},
          {"p99", seconds_of(q.p99.value)}};
}

}  // namespace

double seconds_of(Int128 nanoseconds) {
  return static_cast<double>(static_cast<std::int64_t>(nanoseconds)) / 1e9;
}

Json mean_seconds(Volume sum, std::int64_t count) {
  return count == 0 ? 0.0 : seconds_of(floor_div(sum.value, count));
}

Json settle_times_json(const std::map<std::string, run::DurationQuantiles>& tiers) {
  Json out = Json::object();
  for (const auto& [tier, q] : tiers) out[tier] = quantiles_json(q);
  return out;
}

Json prices_json(const run::Prices& prices, std::optional<Money> run::PriceSpread::*which) {
  Json out = Json::object();
  for (const auto& [class_name, currencies] : prices)
    for (const auto& [currency, spread] : currencies)
      out[class_name][currency] = spread.*which ? Json(to_text(*(spread.*which))) : Json(nullptr);
  return out;
}

double jain(const run::Equality& e) { return ratio_of(Volume{e.jain_part}, Volume{e.jain_whole}); }
double gini(const run::Equality& e) { return ratio_of(Volume{e.gini_part}, Volume{e.gini_whole}); }

Json fairness_json(const std::map<std::string, run::Equality>& tiers) {
  Json out = Json::object();
  for (const auto& [tier, e] : tiers)
    out[tier] = {{"users", e.users}, {"jain", jain(e)}, {"gini", gini(e)}};
  return out;
}

}  // namespace capmarket::reports
