#include "reports/run_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "model/base/output.h"
#include "model/base/text.h"
#include "model/base/visible.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "reports/frauds_report.h"
#include "reports/losses_text.h"
#include "reports/outcomes_report.h"
#include "reports/run_metrics.h"
#include "reports/script_report.h"
#include "reports/text_table.h"
#include "reports/welfare_text.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

/// What the run found, without what depends on the machine.
Json result_json(const RunReport& r) {
  Json out;
  out["scenario"] = r.scenario.name;
  out["seed"] = r.run.seed;
  out["signatures"] = crypto::to_text(r.run.scheme);
  add_metrics(r, out);
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

/// The files that the receipt vouches for, in the order in which they are written.
std::vector<std::pair<std::string, std::string>> result_files(const RunReport& r) {
  std::vector<std::pair<std::string, std::string>> out = {
      {"scenario.json", scenarios::canonical_json(r.scenario)},
      {"summary.json", summary_json(r).dump(2) + "\n"},
      {"series.csv", series_csv(r.run.metrics)},
      {"statement.csv", statement_csv(r.run.statement)}};
  if (r.scenario.promises) out.emplace_back("promises", r.run.promises);
  return out;
}

std::string hash_of(const std::string& text) { return to_hex(crypto::sha256(as_bytes(text))); }

void add_part(TextTable& table, const std::string& name, const run::VolumeCount& c) {
  table.row({name, fmt::format("{}", c.requests), fmt::format("{}", c.grants), to_text(c.requested),
             to_text(c.granted), to_text(c.displaced), to_text(c.failed), to_text(c.released),
             to_text(c.unmet), to_text(c.open), fmt::format("{:.2f}%", 100 * fill_rate(c))});
}

std::string totals_text(const std::map<std::string, Money>& totals) {
  if (totals.empty()) return "nothing";
  std::string out;
  for (const auto& [currency, money] : totals)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", to_text(money), currency);
  return out;
}

/// What happened after settlements; what did not happen is left out.
std::string consequences_text(const run::RunMetrics& m,
                              const std::vector<chain::GoalReport>& goals) {
  std::string out;
  for (const chain::GoalReport& g : goals)
    out += fmt::format("goal {} of {} version {}: {} at {} {}{}\n", g.goal, g.rule, g.version,
                       chain::to_text(g.verdict), g.steps, g.judged_at,
                       g.breaches == 0 ? ""
                                       : fmt::format(", {} breaches, the first at sequence {}",
                                                     g.breaches, g.first.value));
  if (m.displacements > 0)
    out += fmt::format("displacements: {} of {} unit-seconds, compensation owed {}, paid {}\n",
                       m.displacements, to_text(m.displaced_gross),
                       totals_text(m.compensation.owed), totals_text(m.compensation.paid));
  if (m.failures > 0)
    out += fmt::format("failures: {}, fallback records: {}\n", m.failures, m.fallbacks);
  if (m.claims > 0)
    out += fmt::format("claims of non-delivery: {}, {} of them stood\n", m.claims, m.claims_stood);
  if (m.disputes + m.reviews > 0)
    out += fmt::format("disputes: {}, {} of them founded; reviews: {}\n", m.disputes, m.founded,
                       m.reviews);
  out += defaults_text(m.defaults);
  if (m.activities > 0) out += fmt::format("activities: {}\n", m.activities);
  for (const auto& [name, a] : m.attacks)
    out += fmt::format(
        "attack {}: {} attempts, {} refused by its clause{}\n", name, a.attempts, a.refused,
        a.no_effect > 0 ? fmt::format(", {} admitted to no effect", a.no_effect) : "");
  return out;
}

/// The part behind the warm-up, beside what was said of the whole.
std::string steady_text(const RunReport& r) {
  if (r.warm_up.empty() || r.run.interrupted) return "";
  const auto& s = r.run.metrics.steady;
  if (!s)
    return fmt::format("no steady state found in this run (--warm-up {}): nothing is said of one\n",
                       r.warm_up);
  const Volume time = volume_of(Quantity(1), s->until - s->from);
  const auto mean = [&](Volume volume) { return ratio_of(volume, time); };
  const auto an_hour = [&](std::int64_t n) {
    return mean(volume_of(Quantity(n), Duration(kNanosPerHour)));
  };
  std::string out = fmt::format("steady state from {} (--warm-up {}):\n", to_text(s->from), r.warm_up);
  out += fmt::format("  of what was live after the warm-up: {:.2f} units in the mean, {:.2f} requested",
                     mean(s->volumes.granted), mean(s->volumes.requested));
  if (s->volumes.requested.value > 0)
    out += fmt::format(", fill {:.2f}%", 100 * fill_rate(s->volumes));
  if (s->declared.value > 0)
    out += fmt::format(", utilisation {:.2f}%", 100 * ratio_of(s->volumes.granted, s->declared));
  return out + fmt::format(
                   "\n  an hour: {:.2f} requests, {:.2f} settlements, {:.2f} refused submissions, "
                   "{:.2f} displacements\n",
                   an_hour(s->requests), an_hour(s->settlements), an_hour(s->refusals),
                   an_hour(s->displacements));
}

/// A share of the best, or that it is none: with negative prices the whole may be less than a part.
std::string efficiency_text(double value) {
  if (value < 0 || value > 1)
    return fmt::format(
        "{:.2f}% of the value of all that fits, best first; no bound, as requests pay less than "
        "nothing",
        100 * value);
  return fmt::format("at least {:.2f}% of the value that a central allocator could serve",
                     100 * value);
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
  out["format"] = "capmarket/run/2";
  out["version"] = r.version;
  out["scenario"] = r.scenario.name;
  out["scenario_hash"] = hash_of(scenarios::canonical_json(r.scenario));
  out["rules"] = rules_json(r.scenario);
  out["seed"] = {{"population", r.scenario.seed_population}, {"dynamics", r.run.seed}};
  out["signatures"] = crypto::to_text(r.run.scheme);
  out["threads"] = r.threads;
  out["chain"] = {{"id", to_hex(r.run.chain)}, {"size", r.run.size}, {"root", to_hex(r.run.root)}};
  out["result_hash"] = hash_of(result_json(r).dump());
  Json& files = out["files"] = Json::object();
  for (const auto& [name, text] : result_files(r)) files[name] = hash_of(text);
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
  std::string out =
      "time,entries,requests,settlements,refusals,granted_volume,displacements,displaced_volume\n";
  for (const run::SeriesRow& s : metrics.series)
    out += fmt::format("{},{},{},{},{},{},{},{}\n", to_text(s.time), s.entries, s.requests,
                       s.settlements, s.refusals, to_text(s.granted), s.displacements,
                       to_text(s.displaced));
  return out;
}

std::string summary_text(const RunReport& r, bool colour) {
  const run::RunMetrics& m = r.run.metrics;
  std::string out =
      fmt::format("{}  seed {}  {}{}\n", heading(r.scenario.name, colour), r.run.seed,
                  crypto::to_text(r.run.scheme), r.run.interrupted ? "  INTERRUPTED" : "");
  if (!r.scenario.about.empty()) out += visible(r.scenario.about, false) + "\n";
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
  if (auto value = efficiency(m)) out += fmt::format("efficiency: {}\n", efficiency_text(*value));
  if (m.losses.demanded.value > 0) out += welfare_text(m.welfare);
  out += fmt::format("utilisation of the declared capacity: {:.2f}%\n", 100 * utilisation(m));
  out += steady_text(r);
  if (r.scenario.trace && r.scenario.trace->import) {
    const scenarios::ImportCounts& i = *r.scenario.trace->import;
    out += fmt::format("imported: {} rows, {} requests", i.rows, i.requests);
    if (m.not_issued > 0)
      out += fmt::format(", {} of them after the end: not issued", m.not_issued);
    for (const auto& [reason, n] : i.skipped) out += fmt::format(", {} skipped ({})", n, reason);
    out += "\n";
  }
  out += consequences_text(m, r.run.goals);
  out += frauds_text(m, r.scenario);
  if (!r.scenario.script.empty()) out += "\n" + script_report_text(r.scenario.script, r.run.script);
  out += fmt::format("\nrefused: {} submissions\n", m.refused);
  TextTable refusals({"clause", "refusals"});
  for (const auto& [clause, n] : m.rejections) refusals.row({clause, fmt::format("{}", n)});
  if (!m.rejections.empty()) out += refusals.text();
  if (!m.untried.empty()) {
    TextTable untried({"not even signed", "times"});
    for (const auto& [reason, n] : m.untried) untried.row({reason, fmt::format("{}", n)});
    out += "\n" + untried.text();
  }
  if (m.losses.demanded.value > 0) out += "\n" + losses_text(m.losses);
  if (const std::string outcomes = outcomes_text(m); !outcomes.empty()) out += "\n" + outcomes;
  out += fmt::format("\nchain: {} entries, {} signatures, root {}\n", r.run.size, r.run.signatures,
                     to_hex(r.run.root));
  return out;
}

Result<void> write_run_files(const RunReport& report, const std::string& dir) {
  for (const auto& [name, text] : result_files(report))
    if (auto w = write_output_file(dir + "/" + name, text, false); !w) return w;
  return write_output_file(dir + "/run.json", receipt_json(report).dump(2) + "\n", false);
}

}  // namespace capmarket::reports
