#include "reports/hunt_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/spoken.h"
#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

std::string bound_of(const hunt::HuntFinding& f) {
  return fmt::format("{} step{}{}", f.steps, f.steps == 1 ? "" : "s",
                     f.of.empty() ? "" : ", of: " + f.of);
}

/// Why, and inside of what.
std::string how_of(const hunt::HuntFinding& f) {
  if (f.how.empty()) return f.reason;
  return f.of.empty() ? f.how : fmt::format("{} (bound: {})", f.how, bound_of(f));
}

bool fails(const hunt::HuntFinding& f) {
  return f.verdict == analyses::AnalysisVerdict::refuted || f.verdict == analyses::AnalysisVerdict::vacuous;
}

Json finding_json(const hunt::HuntFinding& f) {
  const bool refuted = f.verdict == analyses::AnalysisVerdict::refuted;
  Json out = {{"goal", f.goal},
              {"statement", f.statement},
              {"judged_at", f.judged_at.empty() ? Json(nullptr) : Json(f.judged_at)},
              {"verdict", analyses::to_text(f.verdict)},
              {"steps", f.steps},
              {"bound", refuted ? Json(nullptr) : Json(bound_of(f))},
              {"trace", f.trace ? Json(f.trace->told) : Json::array()},
              {"scenario", f.scenario.empty() ? Json(nullptr) : Json(f.scenario)},
              {"how", f.how},
              {"reason", f.reason},
              {"clause", nullptr},
              {"milliseconds", f.milliseconds}};
  if (!f.provision.file.empty())
    out["clause"] = {{"file", f.provision.file},
                     {"place", f.provision.place},
                     {"line", f.provision.line},
                     {"column", f.provision.column}};
  return out;
}

/// What decides the verdict of the whole: the first of the worst.
const hunt::HuntFinding* worst(const hunt::HuntReport& r) {
  const hunt::HuntFinding* out = nullptr;
  auto weight = [](const hunt::HuntFinding& f) {
    return fails(f) ? 2 : f.verdict == analyses::AnalysisVerdict::unknown ? 1 : 0;
  };
  for (const hunt::HuntFinding& f : r.findings)
    if (out == nullptr || weight(f) > weight(*out)) out = &f;
  return out;
}

Json report_json(const hunt::HuntReport& r) {
  Json goals = Json::array();
  for (const hunt::HuntFinding& f : r.findings) goals.push_back(finding_json(f));
  Json out = {{"rule", r.rule}, {"version", r.version}, {"file", r.file}, {"id", r.id}};
  const hunt::HuntFinding* f = worst(r);
  out["goal"] = f == nullptr ? Json(nullptr) : Json(f->goal);
  out["steps"] = r.steps;
  out["verdict"] = analyses::to_text(r.verdict());
  out["trace"] = f != nullptr && f->trace ? Json(f->trace->told) : Json::array();
  out["scenario"] = f == nullptr || f->scenario.empty() ? Json(nullptr) : Json(f->scenario);
  out["bounds"] = r.bounds;
  out["goals"] = std::move(goals);
  return out;
}

Tone tone_of(const hunt::HuntFinding& f) {
  return fails(f) ? Tone::bad : f.verdict == analyses::AnalysisVerdict::unknown ? Tone::open : Tone::good;
}

std::string finding_text(const hunt::HuntFinding& f, bool colour) {
  std::string out =
      fmt::format("{} {}  {}\n", toned(std::string(analyses::to_text(f.verdict)), tone_of(f), colour),
                  heading(f.goal, colour), f.statement);
  if (!f.reason.empty()) out += fmt::format("  because {}\n", f.reason);
  if (!f.provision.file.empty())
    out += fmt::format("  at {}:{}:{}: {}\n", f.provision.file, f.provision.line,
                       f.provision.column, f.provision.place);
  if (!f.trace) return out + "\n";
  out += fmt::format("  broken by {}, where {} unit{} {} declared (reachable trace):\n",
                     bound_of(f), f.trace->declared.value, f.trace->declared.value == 1 ? "" : "s",
                     f.trace->declared.value == 1 ? "is" : "are");
  for (std::size_t i = 0; i < f.trace->told.size(); ++i)
    out += fmt::format("  {:>3}. {}\n", i + 1, spoken(f.trace->told[i]));
  if (!f.scenario.empty()) out += fmt::format("  capmarket run {}\n", f.scenario);
  return out + "\n";
}

/// What holds, a line each, and inside what.
std::string held_text(const hunt::HuntReport& r) {
  std::string out;
  for (const hunt::HuntFinding& f : r.findings)
    if (!fails(f) && f.verdict != analyses::AnalysisVerdict::unknown)
      out += fmt::format("  {:<7}{:<26}{:>5} ms  {}\n", analyses::to_text(f.verdict), f.goal,
                         f.milliseconds, how_of(f) + judged_words(f.judged_at));
  out += "\nbounds\n";
  for (const std::string& line : r.bounds) out += "  " + line + "\n";
  return out + "\n";
}

}  // namespace

Json hunt_json(const std::vector<hunt::HuntReport>& reports) {
  if (reports.size() == 1) return report_json(reports.front());
  Json rules = Json::array();
  analyses::AnalysisVerdict verdict = analyses::AnalysisVerdict::proved;
  for (const hunt::HuntReport& r : reports) {
    rules.push_back(report_json(r));
    analyses::AnalysisVerdict own = r.verdict();
    if (own == analyses::AnalysisVerdict::refuted || verdict == analyses::AnalysisVerdict::proved) verdict = own;
  }
  return {{"verdict", analyses::to_text(verdict)}, {"rules", std::move(rules)}};
}

std::string hunt_text(const std::vector<hunt::HuntReport>& reports, bool colour, bool quiet) {
  std::string out;
  for (const hunt::HuntReport& r : reports) {
    out += heading(fmt::format("{} version {}", r.rule, r.version), colour) +
           fmt::format("  {}\n\n", r.file);
    if (!quiet) out += held_text(r);
    for (const hunt::HuntFinding& f : r.findings)
      if (f.verdict == analyses::AnalysisVerdict::unknown) out += finding_text(f, colour);
    for (const hunt::HuntFinding& f : r.findings)
      if (fails(f)) out += finding_text(f, colour);
  }
  return out;
}

}  // namespace capmarket::reports
