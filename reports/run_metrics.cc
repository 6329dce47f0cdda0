#include "reports/run_metrics.h"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <variant>

#include "model/base/text.h"
#include "reports/frauds_report.h"
#include "reports/market_metrics.h"
#include "reports/outcomes_report.h"
#include "reports/script_report.h"
#include "reports/welfare_text.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

/// Where a metric is read from.
using Source =
    std::variant<std::monostate,                     // inside the value of another row
                 std::int64_t run::RunMetrics::*,    // a count of the run
                 std::int64_t run::VolumeCount::*,   // a count of all, of each tier and class
                 Volume run::VolumeCount::*,         // a volume, likewise
                 Json (*)(const run::VolumeCount&),  // computed from them, likewise
                 std::optional<Json> (*)(const RunReport&)>;  // anything else; empty: left out

struct MetricRow {
  const char* id;  // its path in summary.json
  const char* unit;
  const char* meaning;
  const char* denominator;
  Source source;
};

Json by_part(const std::map<std::string, run::VolumeCount>& parts) {
  Json out = Json::object();
  for (const auto& [name, c] : parts) out[name] = part_json(c);
  return out;
}

template <class Map>
Json counts(const Map& map) {
  Json out = Json::object();
  for (const auto& [name, n] : map) out[name] = n;
  return out;
}

/// Totals by currency: four decimals, as a string.
Json money_json(const std::map<std::string, Money>& totals) {
  Json out = Json::object();
  for (const auto& [currency, money] : totals) out[currency] = to_text(money);
  return out;
}

Json obligations_json(const std::map<std::string, run::MoneyMetric>& kinds) {
  Json out = Json::object();
  for (const auto& [kind, m] : kinds)
    out[kind] = {{"owed", money_json(m.owed)}, {"paid", money_json(m.paid)}};
  return out;
}

Json lost_json(const run::Losses& losses) {
  Json out = Json::object();
  for (const auto& [reason, volume] : losses.by_reason) out[reason] = to_text(volume);
  return out;
}

Json attacks_json(const std::map<std::string, run::AttackMetric>& attacks) {
  Json out = Json::object();
  for (const auto& [name, a] : attacks)
    out[name] = {{"attempts", a.attempts}, {"refused", a.refused}, {"no_effect", a.no_effect}};
  return out;
}

Json goals_json(const std::vector<chain::GoalReport>& goals) {
  Json out = Json::array();
  for (const chain::GoalReport& g : goals) {
    Json one = {{"name", g.goal},           {"verdict", chain::to_text(g.verdict)},
                {"rule", g.rule},           {"version", g.version},
                {"judged_at", g.judged_at}, {"steps", g.steps},
                {"breaches", g.breaches}};
    if (g.breaches > 0) one["first"] = g.first.value;
    out.push_back(std::move(one));
  }
  return out;
}

const scenarios::ImportCounts* import_of(const RunReport& r) {
  return r.scenario.trace && r.scenario.trace->import ? &*r.scenario.trace->import : nullptr;
}

using Read = std::optional<Json>;

Read welfare_json(const RunReport& r, Int128 run::Welfare::*part) {
  const auto& welfare = r.run.metrics.welfare.welfare;
  return welfare ? Json(money_text(run::money_down((*welfare).*part))) : Json(nullptr);
}

/// What a function says of the part of the run behind its warm-up; empty where there is none.
template <class Count>
Read steady(const RunReport& r, Count count) {
  if (!r.run.metrics.steady) return std::nullopt;
  return count(*r.run.metrics.steady);
}

/// Events of that time an hour.
Read hourly(const RunReport& r, std::int64_t run::SteadyCount::*count) {
  return steady(r, [&](const run::SteadyCount& s) -> Json {
    return ratio_of(volume_of(Quantity(s.*count), Duration(kNanosPerHour)),
                    volume_of(Quantity(1), s.until - s.from));
  });
}

/// The mean of a volume over that time.
Read mean_units(const RunReport& r, Volume run::VolumeCount::*volume) {
  return steady(r, [&](const run::SteadyCount& s) -> Json {
    return ratio_of(s.volumes.*volume, volume_of(Quantity(1), s.until - s.from));
  });
}

Json ratio_or_null(Volume part, Volume whole) {
  return whole.value == 0 ? Json(nullptr) : Json(ratio_of(part, whole));
}

const MetricRow kRows[] = {
    {"simulated_seconds", "s", "how far the simulated clock came", "",
     [](const RunReport& r) -> Read { return static_cast<double>(r.run.simulated.value) / 1e9; }},
    {"interrupted", "true or false", "whether the run was stopped before the scenario's end", "",
     [](const RunReport& r) -> Read { return r.run.interrupted; }},
    {"events", "count", "events of the simulator", "",
     [](const RunReport& r) -> Read { return r.run.events; }},
    {"objects", "count", "entries of the chain, refused and derived ones included", "",
     [](const RunReport& r) -> Read { return r.run.size; }},
    {"objects_by_kind", "count by kind", "the same by kind of object", "",
     [](const RunReport& r) -> Read { return counts(r.run.metrics.objects); }},
    {"requests", "count", "requests submitted, refused ones included", "",
     &run::VolumeCount::requests},
    {"settlements", "count", "settlements admitted", "", &run::RunMetrics::settlements},
    {"grants", "count", "legs of admitted settlements: each is a grant", "",
     &run::VolumeCount::grants},
    {"adversaries", "count", "users and publishers that turned", "", &run::RunMetrics::adversaries},
    {"refused", "count", "refused submissions of every kind", "", &run::RunMetrics::refused},
    {"rejections", "count by clause",
     "how often the clause failed or was unresolved in a refused submission; one submission counts "
     "under each",
     "", [](const RunReport& r) -> Read { return counts(r.run.metrics.rejections); }},
    {"untried", "count by reason",
     "settlements that a user did not even sign, or gave up: `no-listing`, nobody was listed; "
     "`no-holder-left`, nobody listed was left to ask; `no-answer`, a holder did not answer in "
     "time; `no-offer`, the holder had nothing to offer; `price`, above what the user pays; "
     "`no-rule`, no rule, policy or coordinator for the two; `too-late`, nothing was left of the "
     "window; `ineligible`, the tier's `eligible` does not hold; `no-settlement`, signed, and not "
     "published in time",
     "", [](const RunReport& r) -> Read { return counts(r.run.metrics.untried); }},
    {"demanded_volume", "unit-seconds",
     "quantity x window of what users wanted, counted when it arose; what a script asks for is not "
     "in it",
     "", [](const RunReport& r) -> Read { return to_text(r.run.metrics.losses.demanded); }},
    {"lost_volume", "unit-seconds by reason",
     "of that, what was not live at the end, by what stood in its way last ([losses](#losses))", "",
     [](const RunReport& r) -> Read { return lost_json(r.run.metrics.losses); }},
    {"displacements", "count", "displacements derived from settlements", "",
     &run::RunMetrics::displacements},
    {"displaced_gross", "unit-seconds", "all that displacements took, made up for or not", "",
     [](const RunReport& r) -> Read { return to_text(r.run.metrics.displaced_gross); }},
    {"compensation_owed", "money by currency",
     "what displacing users owe the displaced (the holder's refund is not in it)", "",
     [](const RunReport& r) -> Read { return money_json(r.run.metrics.compensation.owed); }},
    {"compensation_paid", "money by currency", "of that, what was paid", "",
     [](const RunReport& r) -> Read { return money_json(r.run.metrics.compensation.paid); }},
    {"obligations", "money by kind and currency", "`owed` and `paid` of every obligation", "",
     [](const RunReport& r) -> Read { return obligations_json(r.run.metrics.obligations); }},
    {"payments", "count", "payments admitted", "", &run::RunMetrics::payments},
    {"defaults", "count and money by currency",
     "`count`: obligations of which something was outstanding when the run ended, past their "
     "deadline; `outstanding`: of them",
     "", [](const RunReport& r) -> Read { return defaults_json(r.run.metrics.defaults); }},
    {"failures", "count", "failures derived from notices, claims that stood and curtailments", "",
     &run::RunMetrics::failures},
    {"fallbacks", "count", "fallback records admitted", "", &run::RunMetrics::fallbacks},
    {"claims", "count", "claims of non-delivery that came to their end", "",
     &run::RunMetrics::claims},
    {"claims_stood", "count", "of them, those that stood", "", &run::RunMetrics::claims_stood},
    {"disputes", "count", "disputes admitted", "", &run::RunMetrics::disputes},
    {"disputes_founded", "count", "of them, those whose resolution is founded", "",
     &run::RunMetrics::founded},
    {"reviews", "count", "reviews that revocations opened", "", &run::RunMetrics::reviews},
    {"activities", "count", "activities (statements of consumption) admitted", "",
     &run::RunMetrics::activities},
    {"attacks", "count by attack",
     "`attempts`; `refused`: those that the attack's own clause refused; `no_effect`: those that "
     "were admitted and did not do what the attack is after",
     "", [](const RunReport& r) -> Read { return attacks_json(r.run.metrics.attacks); }},
    {"frauds", "count, money and unit-seconds",
     "what each fraud with a twin gained against it ([frauds](#frauds)); where there is one", "",
     [](const RunReport& r) -> Read {
       return r.run.metrics.frauds.empty() ? Read() : Read(frauds_json(r.run.metrics));
     }},
    {"repeated", "count", "submissions that reached the chain twice, to no effect", "",
     &run::RunMetrics::repeated},
    {"goals", "", "a goal of a version of a rule each, and how it came out", "",
     [](const RunReport& r) -> Read { return goals_json(r.run.goals); }},
    {"goals[].steps",
     "count",
     "steps that the goal speaks of ([goals](./analyses.md#goals))",
     "",
     {}},
    {"goals[].breaches", "count", "of them, those that break it", "", {}},
    {"script", "", "what came of the steps and of what is watched; where there is a script", "",
     [](const RunReport& r) -> Read {
       if (r.scenario.script.empty()) return std::nullopt;
       return script_json(r.scenario.script, r.run.script);
     }},
    {"residuals", "count", "residuals on the chain", "", &run::RunMetrics::residuals},
    {"requested_volume", "unit-seconds", "quantity x window of admitted requests", "",
     &run::VolumeCount::requested},
    {"granted_volume", "unit-seconds", "what is live of their grants", "",
     &run::VolumeCount::granted},
    {"residual_volume.unmet", "unit-seconds", "of closed requests, what nobody was granted", "",
     &run::VolumeCount::unmet},
    {"residual_volume.displaced", "unit-seconds", "what displacements took and nothing replaced",
     "", &run::VolumeCount::displaced},
    {"residual_volume.failed", "unit-seconds", "what failed and nothing replaced", "",
     &run::VolumeCount::failed},
    {"residual_volume.released", "unit-seconds",
     "what was given back, lapsed or was released by a review or remedy", "",
     &run::VolumeCount::released},
    {"residual_volume.open", "unit-seconds", "of requests still open, what is not granted", "",
     &run::VolumeCount::open},
    {"fill_rate", "ratio", "`granted_volume`", "`requested_volume`",
     [](const run::VolumeCount& c) -> Json { return fill_rate(c); }},
    {"adequacy", "ratio", "requests of which all is live", "`requests`",
     [](const run::VolumeCount& c) -> Json {
       return ratio_of(Volume{c.whole}, Volume{c.requests});
     }},
    {"utilisation", "ratio", "`granted_volume`",
     "quantity x window of all admitted declarations, less what was retracted; curtailments are "
     "not taken off, and an asset that is declared twice counts twice",
     [](const RunReport& r) -> Read { return utilisation(r.run.metrics); }},
    {"efficiency.value", "ratio", "value that was served, below",
     "value that a central allocator could serve, at most",
     [](const RunReport& r) -> Read {
       std::optional<double> value = efficiency(r.run.metrics);
       return value ? Json(*value) : Json(nullptr);
     }},
    {"efficiency.exact", "true or false", "always false: the value is a lower bound", "",
     [](const RunReport&) -> Read { return false; }},
    {"welfare.value", "money",
     "what the live volume is worth to its users, each by its private value; of what users wanted "
     "by themselves, inside the simulated time ([welfare](#welfare))",
     "", [](const RunReport& r) -> Read { return welfare_json(r, &run::Welfare::value); }},
    {"welfare.cost", "money", "what it costs its holders, each by its `ask`", "",
     [](const RunReport& r) -> Read { return welfare_json(r, &run::Welfare::cost); }},
    {"welfare.achieved", "money", "`welfare.value` less `welfare.cost`", "",
     [](const RunReport& r) -> Read {
       const auto& welfare = r.run.metrics.welfare.welfare;
       return welfare ? Json(money_text(run::money_down(welfare->achieved()))) : Json(nullptr);
     }},
    {"welfare.optimum", "money",
     "the most that it could have been with what was wanted and declared; rounded up where it is "
     "not exact",
     "",
     [](const RunReport& r) -> Read {
       const auto& optimum = r.run.metrics.welfare.optimum;
       return optimum ? Json(optimum_text(*optimum)) : Json(nullptr);
     }},
    {"welfare.method", "`bound`, `flow` or `none`", "how the optimum was found", "",
     [](const RunReport& r) -> Read { return run::to_text(r.run.metrics.welfare.method); }},
    {"welfare.exact", "true or false",
     "whether `welfare.optimum` is the optimum; else it is an upper bound, and `welfare.ratio` a "
     "lower one",
     "",
     [](const RunReport& r) -> Read {
       const auto& optimum = r.run.metrics.welfare.optimum;
       return optimum && optimum->exact;
     }},
    {"welfare.ratio", "ratio", "`welfare.achieved`", "`welfare.optimum`",
     [](const RunReport& r) -> Read {
       const std::optional<double> ratio = welfare_ratio(r.run.metrics.welfare);
       return ratio ? Json(*ratio) : Json(nullptr);
     }},
    {"welfare.currency", "", "of these amounts, where the rules have one", "",
     [](const RunReport& r) -> Read {
       const auto& of = r.run.metrics.welfare.currencies;
       return of.size() == 1 ? Json(*of.begin()) : Json(nullptr);
     }},
    {"by_tier", "",
     "`requests`, `grants`, `requested_volume`, `granted_volume`, `residual_volume`, `fill_rate`, "
     "`adequacy` of each, by the request's tier",
     "", [](const RunReport& r) -> Read { return by_part(r.run.metrics.by_tier); }},
    {"by_class", "", "the same by the request's class", "",
     [](const RunReport& r) -> Read { return by_part(r.run.metrics.by_class); }},
    {"by_group", "",
     "what came out for each group of users and of holders, in the terms of [outcomes](#outcomes)",
     "", [](const RunReport& r) -> Read { return outcomes_json(r.run.metrics.by_group); }},
    {"waiting.requests", "count",
     "requests that arose at users by themselves; what a script asks for is not among them", "",
     [](const RunReport& r) -> Read { return r.run.metrics.waiting.requests; }},
    {"waiting.settled", "count", "of them, those of which something was settled", "",
     [](const RunReport& r) -> Read { return r.run.metrics.waiting.settled; }},
    {"waiting.negotiating", "request-seconds",
     "the sum of the times from when each arose until it was served or given up "
     "([waiting](#waiting))",
     "", [](const RunReport& r) -> Read { return to_text(r.run.metrics.waiting.negotiating); }},
    {"waiting.to_settlement", "s",
     "mean time from a request's admission to that of its first settlement", "`waiting.settled`",
     [](const RunReport& r) -> Read {
       const run::Waiting& w = r.run.metrics.waiting;
       return mean_seconds(w.to_settlement, w.settled);
     }},
    {"waiting.to_window", "s",
     "mean time from a request's admission to the earliest start of a window of its first "
     "settlement",
     "`waiting.settled`",
     [](const RunReport& r) -> Read {
       const run::Waiting& w = r.run.metrics.waiting;
       return mean_seconds(w.to_window, w.settled);
     }},
    {"settle_time.p50", "s",
     "from when a request arose at its user to the admission of its first settlement: that of at "
     "least 50% is at most this",
     "`waiting.settled`",
     [](const RunReport& r) -> Read {
       return seconds_of(r.run.metrics.waiting.settle_time.p50.value);
     }},
    {"settle_time.p95", "s", "the same of at least 95%", "`waiting.settled`",
     [](const RunReport& r) -> Read {
       return seconds_of(r.run.metrics.waiting.settle_time.p95.value);
     }},
    {"settle_time.p99", "s", "the same of at least 99%", "`waiting.settled`",
     [](const RunReport& r) -> Read {
       return seconds_of(r.run.metrics.waiting.settle_time.p99.value);
     }},
    {"settle_time.by_tier", "s", "`count`, `p50`, `p95`, `p99` of each tier", "",
     [](const RunReport& r) -> Read {
       return settle_times_json(r.run.metrics.waiting.settle_time_by_tier);
     }},
    {"price.mean", "money by class and currency",
     "mean price of a unit and hour over all grants, each weighted by its volume as granted; null "
     "where a sum leaves 128 bits",
     "volume as granted",
     [](const RunReport& r) -> Read {
       return prices_json(r.run.metrics.prices, &run::PriceSpread::mean);
     }},
    {"price.sd", "money by class and currency",
     "standard deviation of these prices, weighted likewise", "volume as granted",
     [](const RunReport& r) -> Read {
       return prices_json(r.run.metrics.prices, &run::PriceSpread::sd);
     }},
    {"fairness.users", "count", "users who wanted something by themselves", "",
     [](const RunReport& r) -> Read { return r.run.metrics.fairness.all.users; }},
    {"fairness.jain", "ratio",
     "Jain's index of the users' shares, live of what each wanted: 1 where all are equal, 1 / n "
     "where one of n has all ([fairness](#fairness))",
     "users x the sum of squared shares",
     [](const RunReport& r) -> Read { return jain(r.run.metrics.fairness.all); }},
    {"fairness.gini", "ratio",
     "Gini's coefficient of the same: 0 where all are equal, 1 - 1 / n where one of n has all",
     "users x the sum of shares",
     [](const RunReport& r) -> Read { return gini(r.run.metrics.fairness.all); }},
    {"fairness.by_tier", "count and ratios", "`users`, `jain`, `gini` of what was wanted at each tier", "",
     [](const RunReport& r) -> Read { return fairness_json(r.run.metrics.fairness.by_tier); }},
    {"displacement.depth_max", "count",
     "the longest cascade: a displacement, one by what replaced its victim, and so on "
     "([cascades](#cascades))",
     "", [](const RunReport& r) -> Read { return r.run.metrics.cascades.depth_max; }},
    {"displacement.depth_mean", "ratio", "the sum of the depths of all displacements",
     "`displacements`",
     [](const RunReport& r) -> Read {
       const run::Cascades& c = r.run.metrics.cascades;
       return ratio_of(Volume{c.depth_sum}, Volume{c.displacements});
     }},
    {"displacement.useless", "unit-seconds",
     "of `displaced_gross`, what was not live in the displacing grant in the end", "",
     [](const RunReport& r) -> Read { return to_text(r.run.metrics.cascades.useless); }},
    {"import.rows", "count", "rows of the file that a trace was imported from", "",
     [](const RunReport& r) -> Read {
       return import_of(r) == nullptr ? Read() : Read(import_of(r)->rows);
     }},
    {"import.requests", "count", "of them, those that became requests", "",
     [](const RunReport& r) -> Read {
       return import_of(r) == nullptr ? Read() : Read(import_of(r)->requests);
     }},
    {"import.not_issued", "count", "rows of the trace issued at or after the scenario's end", "",
     [](const RunReport& r) -> Read {
       return import_of(r) == nullptr ? Read() : Read(r.run.metrics.not_issued);
     }},
    {"import.skipped", "count by reason", "rows that became nothing", "",
     [](const RunReport& r) -> Read {
       return import_of(r) == nullptr ? Read() : Read(counts(import_of(r)->skipped));
     }},
    {"chain.size", "count", "entries of the chain", "",
     [](const RunReport& r) -> Read { return r.run.size; }},
    {"chain.root", "digest", "the root over them", "",
     [](const RunReport& r) -> Read { return to_hex(r.run.root); }},
    {"chain.signatures", "count", "signatures on them", "",
     [](const RunReport& r) -> Read { return r.run.signatures; }},
    {"steady_state.warm_up", "",
     "how the [warm-up](#warm-up) was found, or how long it was to be; this stands only where a "
     "warm-up is asked for",
     "",
     [](const RunReport& r) -> Read {
       return r.warm_up.empty() || r.run.interrupted ? Read() : Read(r.warm_up);
     }},
    {"steady_state.from", "time",
     "the first instant behind it; null where no steady state was found, and then nothing follows",
     "",
     [](const RunReport& r) -> Read {
       if (r.warm_up.empty() || r.run.interrupted) return std::nullopt;
       const auto& s = r.run.metrics.steady;
       return s ? Json(to_text(s->from)) : Json(nullptr);
     }},
    {"steady_state.requests", "count an hour", "requests submitted from then on", "",
     [](const RunReport& r) { return hourly(r, &run::SteadyCount::requests); }},
    {"steady_state.settlements", "count an hour", "settlements admitted from then on", "",
     [](const RunReport& r) { return hourly(r, &run::SteadyCount::settlements); }},
    {"steady_state.refused", "count an hour", "submissions refused from then on", "",
     [](const RunReport& r) { return hourly(r, &run::SteadyCount::refusals); }},
    {"steady_state.displacements", "count an hour", "displacements from then on", "",
     [](const RunReport& r) { return hourly(r, &run::SteadyCount::displacements); }},
    {"steady_state.requested", "units",
     "what admitted requests want of the time from then to the end, its mean over that time", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::requested); }},
    {"steady_state.granted", "units", "of that, what is live", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::granted); }},
    {"steady_state.unmet", "units", "of that, what is unmet", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::unmet); }},
    {"steady_state.displaced", "units", "what displacements took and nothing replaced", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::displaced); }},
    {"steady_state.failed", "units", "what failed and nothing replaced", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::failed); }},
    {"steady_state.released", "units", "what was given back, lapsed or was released", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::released); }},
    {"steady_state.open", "units", "of requests still open, what is not granted", "",
     [](const RunReport& r) { return mean_units(r, &run::VolumeCount::open); }},
    {"steady_state.fill_rate", "ratio",
     "`steady_state.granted`; null where the denominator is 0", "`steady_state.requested`",
     [](const RunReport& r) -> Read {
       return steady(r, [](const run::SteadyCount& s) {
         return ratio_or_null(s.volumes.granted, s.volumes.requested);
       });
     }},
    {"steady_state.utilisation", "ratio",
     "`steady_state.granted`; null where the denominator is 0",
     "what is declared of that time, less what was retracted, its mean over that time",
     [](const RunReport& r) -> Read {
       return steady(r, [](const run::SteadyCount& s) {
         return ratio_or_null(s.volumes.granted, s.declared);
       });
     }},
};

/// Puts a value under a path of at most two keys.
void put(Json& out, const std::string& path, Json value) {
  std::size_t dot = path.find('.');
  if (dot == path.npos)
    out[path] = std::move(value);
  else
    out[path.substr(0, dot)][path.substr(dot + 1)] = std::move(value);
}

/// What the source says of a part of the requests; empty where it speaks of the run.
struct ReadPart {
  const run::VolumeCount& c;
  Read operator()(std::monostate) const { return std::nullopt; }
  Read operator()(std::int64_t run::RunMetrics::*) const { return std::nullopt; }
  Read operator()(std::int64_t run::VolumeCount::*count) const { return c.*count; }
  Read operator()(Volume run::VolumeCount::*volume) const { return to_text(c.*volume); }
  Read operator()(Json (*read)(const run::VolumeCount&)) const { return read(c); }
  Read operator()(Read (*)(const RunReport&)) const { return std::nullopt; }
};

/// What the source says of the run.
struct ReadRun {
  const RunReport& r;
  template <class Part>
  Read operator()(Part part) const {
    return ReadPart{r.run.metrics.total}(part);
  }
  Read operator()(std::int64_t run::RunMetrics::*count) const { return r.run.metrics.*count; }
  Read operator()(Read (*read)(const RunReport&)) const { return read(r); }
};

/// Whether the unit is that of a number.
bool counts_something(std::string_view unit) {
  for (std::string_view begin : {"count", "unit-seconds", "request-seconds", "units", "money", "ratio"})
    if (unit.starts_with(begin)) return true;
  return unit == "s";
}

/// A ratio of nothing says nothing, though the summary has 0 for it.
bool has_whole(std::string_view id, const RunReport& r) {
  const run::RunMetrics& m = r.run.metrics;
  if (id == "fill_rate") return m.total.requested.value > 0;
  if (id == "utilisation") return m.declared.value > 0;
  return id != "efficiency.value" || (m.efficiency && m.efficiency->bound != 0);
}

/// The numbers of a value, with the keys on the way to each behind the id.
void add_numbers(const std::string& id, const char* unit, bool of_map, const Json& value,
                 std::vector<NumericMetric>& out) {
  if (value.is_object())
    for (const auto& [key, inside] : value.items())
      add_numbers(id + "." + key, unit, true, inside, out);
  else if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      add_numbers(fmt::format("{}.{}", id, i), unit, false, value[i], out);
  else if (value.is_number())
    out.push_back({id, unit, value.get<double>(), of_map});
  else if (value.is_string()) {  // volumes and money: decimal; else a word
    const std::string& text = value.get_ref<const std::string&>();
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0') out.push_back({id, unit, number, of_map});
  }
}

void add_part_numbers(const std::string& id, const std::map<std::string, run::VolumeCount>& parts,
                      std::vector<NumericMetric>& out) {
  for (const auto& [name, c] : parts)
    for (const MetricRow& row : kRows) {
      const Read value = std::visit(ReadPart{c}, row.source);
      const bool ratio = std::string_view(row.unit) == "ratio";
      if (!value || (ratio && c.requested.value == 0)) continue;
      add_numbers(id + "." + name + "." + row.id, row.unit, true, *value, out);
      if (ratio) out.back().of_map = false;
    }
}

}  // namespace

Json part_json(const run::VolumeCount& c) {
  Json out;
  for (const MetricRow& row : kRows)
    if (Read value = std::visit(ReadPart{c}, row.source)) put(out, row.id, std::move(*value));
  return out;
}

std::vector<NumericMetric> numeric_metrics(const RunReport& report) {
  std::vector<NumericMetric> out;
  for (const MetricRow& row : kRows)
    if (counts_something(row.unit) && has_whole(row.id, report))
      if (const Read value = std::visit(ReadRun{report}, row.source))
        add_numbers(row.id, row.unit, false, *value, out);
  add_part_numbers("by_tier", report.run.metrics.by_tier, out);
  add_part_numbers("by_class", report.run.metrics.by_class, out);
  return out;
}

double ratio_of(Volume part, Volume whole) {
  constexpr Int128 kScale = 1'000'000;
  if (whole.value == 0) return 0;
  Int128 scaled = 0;
  if (__builtin_mul_overflow(part.value, kScale, &scaled))
    return ratio_of(Volume{part.value / 1024}, Volume{whole.value / 1024});
  return static_cast<double>(static_cast<std::int64_t>(scaled / whole.value)) / 1e6;
}

double fill_rate(const run::VolumeCount& c) { return ratio_of(c.granted, c.requested); }

double utilisation(const run::RunMetrics& m) { return ratio_of(m.total.granted, m.declared); }

std::optional<double> efficiency(const run::RunMetrics& m) {
  if (!m.efficiency) return std::nullopt;
  return ratio_of(Volume{m.efficiency->granted}, Volume{m.efficiency->bound});
}

void add_metrics(const RunReport& report, Json& out) {
  for (const MetricRow& row : kRows)
    if (Read value = std::visit(ReadRun{report}, row.source)) put(out, row.id, std::move(*value));
}

std::string metrics_table() {
  std::string out = "| id | unit | meaning | denominator |\n|---|---|---|---|\n";
  for (const MetricRow& row : kRows)
    out += fmt::format("| `{}` | {} | {} | {} |\n", row.id, row.unit, row.meaning, row.denominator);
  return out;
}

}  // namespace capmarket::reports
