#include "reports/study_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "model/base/text.h"
#include "reports/run_metrics.h"
#include "reports/text_table.h"
#include "sim/study/statistics.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSteady = "steady_state.";

/// One metric over the runs that have it.
struct Measured {
  std::string id, unit;
  bool of_map = false;
  std::vector<double> values;
};

/// In the order in which the runs first have them. A run that lacks an entry of a map of counts
/// counted 0; any other number it does not have.
std::vector<Measured> measured(const StudyReport& r) {
  std::vector<Measured> out;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < r.runs.size(); ++i) {
    const RunReport one{r.scenario, r.runs[i], r.threads, 0, r.version, r.warm_up};
    for (const NumericMetric& m : numeric_metrics(one)) {
      const auto [at, is_new] = place.emplace(m.id, out.size());
      if (is_new) out.push_back({m.id, m.unit, m.of_map, {}});
      Measured& of = out[at->second];
      if (of.of_map) of.values.resize(i);
      of.values.push_back(m.value);
    }
  }
  for (Measured& m : out)
    if (m.of_map) m.values.resize(r.runs.size());
  if (!r.undecided().empty())
    std::erase_if(out, [](const Measured& m) { return m.id.starts_with(kSteady); });
  return out;
}

study::Estimate estimate_of(const Measured& m, std::int64_t level) {
  const auto n = static_cast<Eigen::Index>(m.values.size());
  return study::estimate(Eigen::Map<const Eigen::VectorXd>(m.values.data(), n), level);
}

Json number_or_null(const std::optional<double>& number) {
  return number ? Json(*number) : Json(nullptr);
}

/// Six digits that say something.
std::string number_text(const std::optional<double>& number) {
  return number ? fmt::format("{:.6g}", *number) : "none";
}

std::string numbers_listed(const std::vector<std::size_t>& numbers) {
  std::string out;
  for (std::size_t n : numbers) out += fmt::format("{}{}", out.empty() ? "" : ", ", n);
  return out;
}

}  // namespace

std::vector<std::size_t> StudyReport::undecided() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; !warm_up.empty() && i < runs.size(); ++i)
    if (!runs[i].metrics.steady) out.push_back(i);
  return out;
}

nlohmann::ordered_json study_json(const StudyReport& r) {
  Json out;
  out["format"] = kReplicationsFormat;
  out["version"] = r.version;
  out["scenario"] = r.scenario.name;
  out["seed"] = {{"population", r.scenario.seed_population}, {"dynamics", r.seed}};
  out["asked"] = r.asked;
  out["replications"] = r.runs.size();
  out["interrupted"] = r.runs.size() < static_cast<std::size_t>(r.asked);
  out["level"] = static_cast<double>(r.level) / kFullRatio;
  out["warm_up"] = r.warm_up.empty() ? "none" : r.warm_up;
  out["undecided"] = r.undecided();
  Json& metrics = out["metrics"] = Json::object();
  for (const Measured& m : measured(r)) {
    const study::Estimate e = estimate_of(m, r.level);
    metrics[m.id] = {{"unit", m.unit},
                     {"n", e.n},
                     {"mean", number_or_null(e.mean)},
                     {"deviation", number_or_null(e.deviation)},
                     {"half_width", number_or_null(e.half_width)}};
  }
  out["threads"] = r.threads;
  out["wall_seconds"] = static_cast<double>(r.wall_milliseconds) / 1e3;
  return out;
}

std::string study_text(const StudyReport& r, bool colour) {
  const bool interrupted = r.runs.size() < static_cast<std::size_t>(r.asked);
  std::string out = fmt::format(
      "{}  {} replications  seed {}{}\n{:.1f} s on {} threads\n\n",
      heading(r.scenario.name, colour), r.runs.size(), r.seed,
      interrupted ? fmt::format("  INTERRUPTED of {}", r.asked) : "",
      static_cast<double>(r.wall_milliseconds) / 1e3, r.threads);
  TextTable table({"metric", "n", "mean", "deviation", "half-width", "unit"});
  for (const Measured& m : measured(r)) {
    const bool nothing =
        std::all_of(m.values.begin(), m.values.end(), [](double x) { return x == 0; });
    if (m.of_map || nothing) continue;
    const study::Estimate e = estimate_of(m, r.level);
    table.row({m.id, fmt::format("{}", e.n), number_text(e.mean), number_text(e.deviation),
               number_text(e.half_width), m.unit});
  }
  out += table.text();
  out += fmt::format("intervals: mean and half-width of Student's t at {}{}\n",
                     percent_text(r.level), r.runs.size() < 2 ? "; of one run there is none" : "");
  if (const auto none = r.undecided(); !none.empty())
    out += fmt::format(
        "no steady state found in replication {} (--warm-up {}): nothing is said of one\n",
        numbers_listed(none), r.warm_up);
  return out;
}

std::string replications_csv(const StudyReport& r) {
  std::string out = "replication,seed,root,entries,events,steady_from\n";
  for (std::size_t i = 0; i < r.runs.size(); ++i) {
    const run::Run& one = r.runs[i];
    out += fmt::format("{},{},{},{},{},{}\n", i, one.seed, to_hex(one.root), one.size, one.events,
                       one.metrics.steady ? to_text(one.metrics.steady->from) : "");
  }
  return out;
}

}  // namespace capmarket::reports
