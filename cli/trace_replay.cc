#include "cli/trace_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/counterexamples.h"
#include "verify/hunt/hunt_scenario.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

/// The goal's first breach is the last step's, or of what it brought about.
bool broken_at_last(const run::Run& run, const std::string& goal) {
  auto watched = std::find_if(run.script.watch.begin(), run.script.watch.end(),
                              [&](const world::WatchReport& w) { return w.name == goal; });
  if (watched == run.script.watch.end() || !watched->first || run.script.steps.empty())
    return false;
  return run.script.steps.back().sequence <= *watched->first;
}

std::string comment_of(const hunt::HuntReport& report, const hunt::HuntFinding& f,
                       const std::string& file) {
  std::string out =
      fmt::format("{}: {} of {} version {}\nbroken by {} steps that the chain admits:\n", f.goal,
                  f.statement, report.rule, report.version, f.steps);
  for (std::size_t i = 0; i < f.trace->told.size(); ++i)
    out += fmt::format("  {}. {}\n", i + 1, f.trace->told[i]);
  return out + fmt::format("Written by `capmarket hunt`; performed by: capmarket run {}", file);
}

}  // namespace

Result<bool> replay_traces(hunt::HuntReport& report, const question::RuleFile& own,
                           const std::vector<question::RuleFile>& files,
                           const scenarios::Scenario* market, const std::string& folder, bool force,
                           std::string& mismatch) {
  for (hunt::HuntFinding& f : report.findings) {
    if (!f.trace) continue;
    scenarios::Scenario scenario = hunt::hunt_scenario(own, files, f.goal, *f.trace, market);
    std::string file = (fs::path(folder) / hunt::hunt_file_name(f.goal)).string();
    run::Run run;
    auto shown = shown_when_run(scenario, file, comment_of(report, f, file), force, &run);
    if (!shown) return tl::unexpected(shown.error());
    if (!*shown || !broken_at_last(run, f.goal)) {
      mismatch = f.goal;
      return false;
    }
    if (auto put = (*shown)->publish(); !put) return tl::unexpected(put.error());
    f.scenario = file;
  }
  return true;
}

}  // namespace capmarket::cli
