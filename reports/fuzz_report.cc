#include "reports/fuzz_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/text_table.h"
#include "scenarios/script_text.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

/// The steps of the failing history, a line each, as its scenario has them.
std::vector<std::string> trace_of(const fuzz::FuzzReport& report) {
  std::vector<std::string> out;
  if (!report.failure) return out;
  std::istringstream lines(scenarios::script_text(report.failure->scenario));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("  - ")) out.push_back(line.substr(4));
  out.resize(std::min(out.size(), report.failure->scenario.script.steps.size()));
  return out;
}

std::string_view verdict_of(const fuzz::FuzzReport& r) {
  return r.failure ? "broken" : r.vacuous() ? "vacuous" : "held";
}

}  // namespace

nlohmann::ordered_json fuzz_json(const FuzzOutcome& o) {
  const fuzz::FuzzReport& r = o.report;
  Json out = {{"file", o.file},         {"seed", o.seed},   {"histories", r.histories},
              {"commands", r.commands}, {"steps", r.steps}, {"replayed", o.replayed}};
  out["counts"] = Json::object();
  for (const auto& [name, n] : r.counts) out["counts"][name] = n;
  out["never_reached"] = r.never;
  out["unplayed"] = r.unplayed;
  out["goals"] = Json::array();
  for (const chain::GoalReport& g : r.goals)
    out["goals"].push_back({{"rule", g.rule},
                            {"version", g.version},
                            {"goal", g.goal},
                            {"verdict", chain::to_text(g.verdict)},
                            {"judged_at", g.judged_at},
                            {"steps", g.steps}});
  out["goal"] = r.failure ? Json(r.failure->what) : Json(nullptr);
  out["verdict"] = verdict_of(r);
  out["detail"] = r.failure ? Json(r.failure->detail) : Json(nullptr);
  out["trace"] = trace_of(r);
  out["scenario"] = o.scenario.empty() ? Json(nullptr) : Json(o.scenario);
  return out;
}

nlohmann::ordered_json fuzz_json(const std::vector<FuzzOutcome>& outcomes,
                                 const std::vector<Unread>& unread, bool several) {
  if (outcomes.size() == 1 && !several) return fuzz_json(outcomes.front());
  Json files = Json::array();
  std::string_view verdict =
      unread.empty() ? "held" : "vacuous";  // what was not played did not hold
  for (const FuzzOutcome& o : outcomes) {
    files.push_back(fuzz_json(o));
    if (verdict != "broken" && verdict_of(o.report) != "held") verdict = verdict_of(o.report);
  }
  return {{"verdict", verdict}, {"files", std::move(files)}, {"unreadable", unread_json(unread)}};
}

std::string fuzz_summary(const std::vector<FuzzOutcome>& outcomes,
                         const std::vector<Unread>& unread) {
  auto count = [&](std::string_view verdict) {
    return std::count_if(outcomes.begin(), outcomes.end(),
                         [&](const FuzzOutcome& o) { return verdict_of(o.report) == verdict; });
  };
  const auto internal =
      std::count_if(unread.begin(), unread.end(), [](const Unread& u) { return u.internal; });
  const std::size_t files = outcomes.size() + unread.size();
  std::string out = fmt::format("{} file{}: {} held, {} broken", files, files == 1 ? "" : "s",
                                count("held"), count("broken"));
  if (count("vacuous") > 0) out += fmt::format(", {} vacuous", count("vacuous"));
  if (auto n = std::ssize(unread) - internal; n > 0) out += fmt::format(", {} unreadable", n);
  if (internal > 0) out += fmt::format(", {} without an answer (internal error)", internal);
  return out + "\n";
}

std::string fuzz_text(const FuzzOutcome& o, bool colour) {
  const fuzz::FuzzReport& r = o.report;
  std::string out = fmt::format("{}  seed {}\n", heading(o.file, colour), o.seed);
  if (o.replayed > 0)
    out += fmt::format("played first: {} saved histor{} that failed before\n", o.replayed,
                       o.replayed == 1 ? "y" : "ies");
  out +=
      fmt::format("played: {} random histor{}, of {} drawn commands, which made {} signed steps\n",
                  r.histories, r.histories == 1 ? "y" : "ies", r.commands, r.steps);
  if (!r.counts.empty())
    out +=
        "over all histories; a step that is refused counts once, and once for each clause that "
        "refuses it; an admitted leg counts besides under its tier and its strategy:\n";
  TextTable counts({"step", "times"});
  for (const auto& [name, n] : r.counts) counts.row({name, fmt::format("{}", n)});
  if (!r.counts.empty()) out += counts.text();
  if (!r.never.empty()) out += fmt::format("never reached: {}\n", fmt::join(r.never, "; "));
  if (!r.unplayed.empty())
    out += fmt::format("in no history: {}\n", fmt::join(r.unplayed, ", "));
  for (const chain::GoalReport& g : r.goals) {
    Tone tone = g.verdict == chain::GoalVerdict::held     ? Tone::good
                : g.verdict == chain::GoalVerdict::broken ? Tone::bad
                                                   : Tone::open;
    out +=
        fmt::format("goal {} of {} version {}: {}, judged at {} {}\n", g.goal, g.rule, g.version,
                    toned(std::string(chain::to_text(g.verdict)), tone, colour), g.steps, g.judged_at);
  }
  if (r.vacuous())
    return out + fmt::format("{}: {}\n", toned("vacuous", Tone::bad, colour),
                             r.counts.contains("settle admitted") ||
                                     r.counts.contains("settle displacing admitted")
                                 ? "no goal was reached"
                                 : "no settlement was admitted");
  if (!r.failure)
    return out + fmt::format("{}: nothing was broken\n", toned("held", Tone::good, colour));
  out += fmt::format("{} {}: {}\n", toned("broken", Tone::bad, colour), r.failure->what,
                     r.failure->detail);
  for (const std::string& line : trace_of(r)) out += "  " + line + "\n";
  return out + fmt::format("a run shows it: capmarket run {}\n", o.scenario);
}

}  // namespace capmarket::reports
