#include "reports/run_report.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "reports/script_report.h"
#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

/// A ratio of volumes for people; nothing decides on it.
double share(Volume part, Volume whole) {
  // Six decimals, in integers, so that every compiler prints the same.
  constexpr Int128 kScale = 1'000'000;
  if (whole.value == 0) return 0;
  Int128 scaled = 0;
  if (__builtin_mul_overflow(part.value, kScale, &scaled))
    return share(Volume{part.value / 1024}, Volume{whole.value / 1024});
  return static_cast<double>(static_cast<std::int64_t>(scaled / whole.value)) / 1e6;
}

/// Value that was granted over the most that a central allocator could have served: a lower bound
/// of the efficiency, because the denominator is an upper bound of the optimum. Null where it
/// overflows.
Json efficiency_json(const std::optional<run::Efficiency>& e) {
  if (!e) return {{"value", nullptr}, {"exact", false}};
  return {{"value", share(Volume{e->granted}, Volume{e->bound})}, {"exact", false}};
}

Json residual_json(const run::VolumeCount& c) {
  return {{"unmet", to_text(c.unmet)},
          {"displaced", to_text(c.displaced)},
          {"failed", to_text(c.failed)},
          {"released", to_text(c.released)},
          {"open", to_text(c.open)}};
}

Json volumes_json(const run::VolumeCount& c) {
  return {{"requests", c.requests},
          {"grants", c.grants},
          {"requested_volume", to_text(c.requested)},
          {"granted_volume", to_text(c.granted)},
          {"residual_volume", residual_json(c)},
          {"fill_rate", share(c.granted, c.requested)}};
}

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

Json attacks_json(const std::map<std::string, run::AttackMetric>& attacks) {
  Json out = Json::object();
  for (const auto& [name, a] : attacks)
    out[name] = {{"attempts", a.attempts}, {"refused", a.refused}};
  return out;
}

Json goals_json(const std::vector<chain::GoalReport>& goals) {
  Json out = Json::array();
  for (const chain::GoalReport& g : goals) {
    Json one = {{"name", g.goal},   {"verdict", chain::to_text(g.verdict)},
                {"rule", g.rule},   {"version", g.version},
                {"steps", g.steps}, {"breaches", g.breaches}};
    if (g.breaches > 0) one["first"] = g.first.value;
    out.push_back(std::move(one));
  }
  return out;
}

/// What the run found, without what depends on the machine.
Json result_json(const RunReport& r) {
  const run::RunMetrics& m = r.run.metrics;
  Json out;
  out["scenario"] = r.scenario.name;
  out["seed"] = r.run.seed;
  out["signatures"] = crypto::to_text(r.run.scheme);
  out["simulated_seconds"] = static_cast<double>(r.run.simulated.value) / 1e9;
  out["interrupted"] = r.run.interrupted;
  out["events"] = r.run.events;
  out["objects"] = r.run.size;
  out["objects_by_kind"] = counts(m.objects);
  out["requests"] = m.total.requests;
  out["settlements"] = m.settlements;
  out["grants"] = m.total.grants;
  out["adversaries"] = m.adversaries;
  out["refused"] = m.refused;
  out["rejections"] = counts(m.rejections);
  out["displacements"] = m.displacements;
  out["compensation_owed"] = money_json(m.compensation.owed);
  out["compensation_paid"] = money_json(m.compensation.paid);
  out["obligations"] = obligations_json(m.obligations);
  out["payments"] = m.payments;
  out["failures"] = m.failures;
  out["fallbacks"] = m.fallbacks;
  out["disputes"] = m.disputes;
  out["disputes_founded"] = m.founded;
  out["reviews"] = m.reviews;
  out["activities"] = m.activities;
  out["attacks"] = attacks_json(m.attacks);
  out["repeated"] = m.repeated;
  out["goals"] = goals_json(r.run.goals);
  if (!r.scenario.script.empty()) out["script"] = script_json(r.scenario.script, r.run.script);
  out["residuals"] = m.residuals;
  out["requested_volume"] = to_text(m.total.requested);
  out["granted_volume"] = to_text(m.total.granted);
  out["residual_volume"] = residual_json(m.total);
  out["fill_rate"] = share(m.total.granted, m.total.requested);
  out["utilisation"] = share(m.total.granted, m.declared);
  out["efficiency"] = efficiency_json(m.efficiency);
  out["by_tier"] = by_part(m.by_tier);
  out["by_class"] = by_part(m.by_class);
  if (r.scenario.trace && r.scenario.trace->import) {
    const scenarios::ImportCounts& i = *r.scenario.trace->import;
    out["import"] = {{"rows", i.rows},
                     {"requests", i.requests},
                     {"not_issued", m.not_issued},
                     {"skipped", counts(i.skipped)}};
  }
  out["chain"] = {
      {"size", r.run.size}, {"root", to_hex(r.run.root)}, {"signatures", r.run.signatures}};
  return out;
}

Json rules_json(const scenarios::Scenario& scenario) {
  Json out = Json::array();
  for (const scenarios::ScenarioRule& rule : scenario.rules)
    out.push_back({{"name", rule.rule.name},
                   {"version", rule.rule.version},
                   {"id", to_hex(crypto::content_id(rules::encode_rule(rule.rule)))}});
  return out;
}

Result<void> write_text(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return fail(fmt::format("{}: cannot be written", file));
  return {};
}

void add_part(TextTable& table, const std::string& name, const run::VolumeCount& c) {
  table.row({name, fmt::format("{}", c.requests), fmt::format("{}", c.grants), to_text(c.requested),
             to_text(c.granted), to_text(c.displaced), to_text(c.failed), to_text(c.released),
             to_text(c.unmet), to_text(c.open),
             fmt::format("{:.2f}%", 100 * share(c.granted, c.requested))});
}

std::string totals_text(const std::map<std::string, Money>& totals) {
  if (totals.empty()) return "nothing";
  std::string out;
  for (const auto& [currency, money] : totals)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", to_text(money), currency);
  return out;
}

/// What happened after settlements; what did not happen is left out.
std::string consequences_text(const run::RunMetrics& m, const std::vector<chain::GoalReport>& goals) {
  std::string out;
  for (const chain::GoalReport& g : goals)
    out += fmt::format(
        "goal {} of {}: {} at {} steps{}\n", g.goal, g.rule, chain::to_text(g.verdict), g.steps,
        g.breaches == 0
            ? ""
            : fmt::format(", {} breaches, the first at sequence {}", g.breaches, g.first.value));
  if (m.displacements > 0)
    out += fmt::format("displacements: {}, compensation owed {}, paid {}\n", m.displacements,
                       totals_text(m.compensation.owed), totals_text(m.compensation.paid));
  if (m.failures > 0)
    out += fmt::format("failures: {}, fallback records: {}\n", m.failures, m.fallbacks);
  if (m.disputes + m.reviews > 0)
    out += fmt::format("disputes: {}, {} of them founded; reviews: {}\n", m.disputes, m.founded,
                       m.reviews);
  if (m.activities > 0) out += fmt::format("activities: {}\n", m.activities);
  for (const auto& [name, a] : m.attacks)
    out += fmt::format("attack {}: {} attempts, {} refused by its clause\n", name, a.attempts,
                       a.refused);
  return out;
}

}  // namespace

nlohmann::ordered_json summary_json(const RunReport& r) {
  Json out = result_json(r);
  out["threads"] = r.threads;
  out["wall_seconds"] = static_cast<double>(r.wall_milliseconds) / 1e3;
  return out;
}

nlohmann::ordered_json receipt_json(const RunReport& r) {
  Json out;
  out["format"] = "capmarket/run/1";
  out["version"] = r.version;
  out["scenario"] = r.scenario.name;
  out["scenario_hash"] = to_hex(crypto::sha256(as_bytes(scenarios::canonical_json(r.scenario))));
  out["rules"] = rules_json(r.scenario);
  out["seed"] = {{"population", r.scenario.seed_population}, {"dynamics", r.run.seed}};
  out["signatures"] = crypto::to_text(r.run.scheme);
  out["threads"] = r.threads;
  out["chain"] = {{"id", to_hex(r.run.chain)}, {"size", r.run.size}, {"root", to_hex(r.run.root)}};
  out["result_hash"] = to_hex(crypto::sha256(as_bytes(result_json(r).dump())));
  out["interrupted"] = r.run.interrupted;
  out["key"] = to_hex(r.run.log_key.pub);
  Bytes message;
  crypto::append_prefixed(message, as_bytes("capmarket/v1"));
  crypto::append_prefixed(message, as_bytes("run-receipt"));
  crypto::append_prefixed(message, as_bytes(out.dump()));
  out["signature"] = to_hex(crypto::sign(crypto::Signing{}, r.run.log_key, message));
  return out;
}

std::string series_csv(const run::RunMetrics& metrics) {
  std::string out = "time,entries,requests,settlements,refusals,granted_volume\n";
  for (const run::SeriesRow& s : metrics.series)
    out += fmt::format("{},{},{},{},{},{}\n", to_text(s.time), s.entries, s.requests, s.settlements,
                       s.refusals, to_text(s.granted));
  return out;
}

std::string summary_text(const RunReport& r, bool colour) {
  const run::RunMetrics& m = r.run.metrics;
  std::string out = fmt::format("{}  seed {}  {}{}\n", heading(r.scenario.name, colour), r.run.seed,
                                crypto::to_text(r.run.scheme), r.run.interrupted ? "  INTERRUPTED" : "");
  if (!r.scenario.about.empty()) out += r.scenario.about + "\n";
  out += fmt::format("{} simulated seconds in {:.1f} s on {} threads, {} events\n\n",
                     to_text(Volume{r.run.simulated.value}),
                     static_cast<double>(r.wall_milliseconds) / 1e3, r.threads, r.run.events);
  TextTable volumes({"unit-seconds", "requests", "grants", "requested", "granted", "displaced",
                     "failed", "released", "unmet", "open", "fill"});
  add_part(volumes, "all", m.total);
  for (const auto& [name, c] : m.by_tier) add_part(volumes, "tier " + name, c);
  if (m.by_class.size() > 1)
    for (const auto& [name, c] : m.by_class) add_part(volumes, "class " + name, c);
  out += volumes.text();
  if (m.efficiency)
    out += fmt::format(
        "efficiency: at least {:.2f}% of the value that a central allocator could serve\n",
        100 * share(Volume{m.efficiency->granted}, Volume{m.efficiency->bound}));
  out += fmt::format("utilisation of the declared capacity: {:.2f}%\n",
                     100 * share(m.total.granted, m.declared));
  if (r.scenario.trace && r.scenario.trace->import) {
    const scenarios::ImportCounts& i = *r.scenario.trace->import;
    out += fmt::format("imported: {} rows, {} requests", i.rows, i.requests);
    if (m.not_issued > 0)
      out += fmt::format(", {} of them after the end: not issued", m.not_issued);
    for (const auto& [reason, n] : i.skipped) out += fmt::format(", {} skipped ({})", n, reason);
    out += "\n";
  }
  out += consequences_text(m, r.run.goals);
  if (!r.scenario.script.empty()) out += "\n" + script_report_text(r.scenario.script, r.run.script);
  out += fmt::format("\nrefused: {} submissions\n", m.refused);
  TextTable refusals({"clause", "refusals"});
  for (const auto& [clause, n] : m.rejections) refusals.row({clause, fmt::format("{}", n)});
  if (!m.rejections.empty()) out += refusals.text();
  out += fmt::format("\nchain: {} entries, {} signatures, root {}\n", r.run.size, r.run.signatures,
                     to_hex(r.run.root));
  return out;
}

Result<void> write_run_files(const RunReport& report, const std::string& dir) {
  if (auto w = write_text(dir + "/summary.json", summary_json(report).dump(2) + "\n"); !w) return w;
  if (auto w = write_text(dir + "/series.csv", series_csv(report.run.metrics)); !w) return w;
  return write_text(dir + "/run.json", receipt_json(report).dump(2) + "\n");
}

}  // namespace capmarket::reports
