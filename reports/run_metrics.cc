#include "reports/run_metrics.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <variant>

#include "model/base/text.h"
#include "reports/script_report.h"

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

Json volumes_json(const run::VolumeCount& c);

Json by_part(const std::map<std::string, run::VolumeCount>& parts) {
  Json out = Json::object();
  for (const auto& [name, c] : parts) out[name] = volumes_json(c);
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
    {"by_tier", "",
     "`requests`, `grants`, `requested_volume`, `granted_volume`, `residual_volume`, `fill_rate` "
     "of each, by the request's tier",
     "", [](const RunReport& r) -> Read { return by_part(r.run.metrics.by_tier); }},
    {"by_class", "", "the same by the request's class", "",
     [](const RunReport& r) -> Read { return by_part(r.run.metrics.by_class); }},
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

Json volumes_json(const run::VolumeCount& c) {
  Json out;
  for (const MetricRow& row : kRows)
    if (Read value = std::visit(ReadPart{c}, row.source)) put(out, row.id, std::move(*value));
  return out;
}

}  // namespace

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
