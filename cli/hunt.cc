#include "verify/hunt/hunt.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command.h"
#include "cli/efforts.h"
#include "cli/input_files.h"
#include "cli/progress.h"
#include "cli/rule_files.h"
#include "cli/stop_signal.h"
#include "cli/trace_replay.h"
#include "cli/version.h"
#include "model/base/nearest.h"
#include "model/base/output.h"
#include "reports/check_report.h"
#include "reports/ci_reports.h"
#include "reports/hunt_report.h"
#include "verify/hunt/hunt_scenario.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

struct HuntArguments {
  std::vector<std::string> files;
  std::string goal, out;
  std::int64_t steps = 10;
  std::vector<std::string> effort_given;
  smt::Effort effort;  // read from it
};

/// The rules to hunt, each with the versions before it, and the scenario that they stand in.
struct Ground {
  std::optional<scenarios::Scenario> market;
  std::vector<std::vector<question::RuleFile>> rules;
  std::vector<std::string> folders;  // of each rule, for what breaks it

  /// Of this rule: whether a version of its name is in force before it in the scenario.
  bool succeeds(const rules::Rule& rule, const std::string& file) const;
};

bool Ground::succeeds(const rules::Rule& rule, const std::string& file) const {
  return market && std::any_of(market->rules.begin(), market->rules.end(), [&](const auto& r) {
           return r.file == file && r.rule.name == rule.name && r.rule.supersedes.has_value();
         });
}

std::size_t rules_of(const std::vector<Ground>& grounds) {
  std::size_t out = 0;
  for (const Ground& ground : grounds) out += ground.rules.size();
  return out;
}

Result<Ground> load_ground(const std::string& file) {
  Ground out;
  std::vector<std::string> files = {file};
  if (auto kind = expect_rule_or_scenario(file, "hunt"); !kind) return tl::unexpected(kind.error());
  if (kind_of(file) == FileKind::scenario) {
    auto scenario = scenarios::load_scenario(file, {}, {});
    if (!scenario) return tl::unexpected(scenario.error());
    out.market = *std::move(scenario);
    files.clear();
    for (const scenarios::ScenarioRule& r : out.market->rules) files.push_back(r.file);
  }
  for (const std::string& f : files) {
    auto rule = question::load_rule_files(f);
    if (!rule) return tl::unexpected(rule.error());
    out.rules.push_back(*std::move(rule));
  }
  return out;
}

/// The rules that have that goal, where one is asked for.
Result<void> choose(std::vector<Ground>& grounds, const std::string& goal) {
  if (goal.empty()) return {};
  std::vector<std::string> all;
  auto lacks = [&](const std::vector<question::RuleFile>& files) {
    std::vector<std::string> own = hunt::hunt_goals(files.front().rule);
    for (const std::string& name : own)
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
    return std::find(own.begin(), own.end(), goal) == own.end();
  };
  for (Ground& ground : grounds) std::erase_if(ground.rules, lacks);
  if (grounds.empty() || rules_of(grounds) > 0) return {};
  Problem unknown;
  unknown.what = fmt::format("--goal {}: no such goal", goal);
  unknown.expected = expected_one_of(goal, {all.begin(), all.end()});
  return tl::unexpected(Problems{unknown});
}

/// `runs/hunt-RULE-vN` of the current directory, or of `--out` where there are several rules.
std::string folder_of(const HuntArguments& a, const rules::Rule& rule, bool several) {
  if (!a.out.empty() && !several) return a.out;
  std::string name = folder_of_rule(rule.name, rule.version);
  return a.out.empty() ? "runs/hunt-" + name : (fs::path(a.out) / name).string();
}

/// A folder for each rule, none twice. One that nobody named is new: `…-2` where there is one.
void name_folders(std::vector<Ground>& grounds, const HuntArguments& a, bool force) {
  const bool several = rules_of(grounds) > 1;
  std::set<std::string> named;
  for (Ground& ground : grounds)
    for (const auto& files : ground.rules) {
      const std::string first = folder_of(a, files.front().rule, several);
      std::string folder = first;
      auto taken = [&] {
        std::error_code error;
        const bool there = a.out.empty() && !force && fs::exists(fs::symlink_status(folder, error));
        return there || named.contains(folder);
      };
      for (int n = 2; taken(); ++n) folder = fmt::format("{}-{}", first, n);
      named.insert(folder);
      ground.folders.push_back(std::move(folder));
    }
}

/// Nothing is overwritten unless asked for, and nothing is written into a chain.
Result<void> expect_room(const Ground& ground, const HuntArguments& a, bool force) {
  for (std::size_t i = 0; i < ground.rules.size(); ++i) {
    if (auto outside = expect_outside_chains(ground.folders[i]); !outside) return outside;
    for (const std::string& goal : hunt::hunt_goals(ground.rules[i].front().rule)) {
      std::string file = (fs::path(ground.folders[i]) / hunt::hunt_file_name(goal)).string();
      std::error_code error;
      // Where there is no folder yet there is nothing to overwrite.
      if (!fs::exists(fs::path(file).parent_path(), error)) continue;
      if (!a.goal.empty() && a.goal != goal) continue;
      if (auto room = check_output_file(file, force); !room) return room;
    }
  }
  return {};
}

int status_of(const std::vector<hunt::HuntReport>& reports) {
  int out = kHolds;
  for (const hunt::HuntReport& r : reports) {
    analyses::AnalysisVerdict v = r.verdict();
    if (v == analyses::AnalysisVerdict::refuted || v == analyses::AnalysisVerdict::vacuous)
      return kRefuted;
    if (v == analyses::AnalysisVerdict::unknown) out = kUndecided;
  }
  return out;
}

/// What the files came to.
struct HuntOutcome {
  std::vector<hunt::HuntReport> reports;
  std::vector<reports::Unread> unread;
  bool several = false;    // more than one file was asked for
  std::size_t others = 0;  // files of folders that were left out
};

nlohmann::ordered_json json_of(const HuntOutcome& outcome, const HuntArguments& a,
                               const CommonOptions& common) {
  nlohmann::ordered_json out = reports::hunt_json(outcome.reports);
  add_settings(out, "hunt", common, a.effort);
  if (outcome.unread.empty()) return out;
  if (out["verdict"] == "proved" && out.contains("rules")) out["verdict"] = "unknown";
  out["unreadable"] = reports::unread_json(outcome.unread);
  return out;
}

/// Of several files the summary is the last line.
std::string text_of(const HuntOutcome& outcome, const CommonOptions& common) {
  std::string out = reports::hunt_text(outcome.reports, common.colour(), common.quiet);
  if (!outcome.several) return out;
  std::vector<analyses::AnalysisVerdict> verdicts;
  for (const hunt::HuntReport& r : outcome.reports) verdicts.push_back(r.verdict());
  return out + reports::rules_summary(verdicts, outcome.unread, outcome.others);
}

hunt::HuntOptions options_of(const HuntArguments& a, const CommonOptions& common) {
  hunt::HuntOptions out;
  out.steps = a.steps;
  out.goal = a.goal;
  out.effort = a.effort;
  out.rlimit = static_cast<std::uint32_t>(common.rlimit);
  out.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  return out;
}

/// Hunts every rule of one file; a trace that no run reproduces is an answer of nobody.
Result<void> hunt_ground(const Ground& ground, hunt::HuntOptions options,
                         const CommonOptions& common, HuntOutcome& out) {
  options.policies = ground.market && !ground.market->reconciliation.empty();
  const scenarios::Scenario* market = ground.market ? &*ground.market : nullptr;
  Progress progress("hunt", !common.quiet && common.format == "text");
  options.progress = [&](const std::string& goal, std::int64_t steps) {
    progress.say(fmt::format("{}: histories of {} of {} steps", goal, steps, options.steps));
  };
  if (market != nullptr) options.places = market->locations.leaves;
  for (std::size_t i = 0; i < ground.rules.size(); ++i) {
    const std::vector<question::RuleFile>& files = ground.rules[i];
    const question::RuleFile& own = files.front();
    options.earlier_versions = ground.succeeds(own.rule, own.file);
    if (market != nullptr)
      if (const scenarios::ClassSpec* c = market->find_class(own.rule.class_name))
        options.class_granularity = c->granularity;
    hunt::HuntReport report = hunt::hunt_rule(own, files, options);
    progress.clear();
    std::string mismatch;
    auto executed =
        replay_traces(report, own, files, market, ground.folders[i], common.force, mismatch);
    if (!executed) return tl::unexpected(executed.error());
    if (*executed) {
      out.reports.push_back(std::move(report));
      continue;
    }
    Problem p;
    p.file = files.front().file;
    p.what = fmt::format(
        "the trace that breaks `{}` does not reproduce in a run; this is a fault of capmarket, not "
        "of the rule",
        mismatch);
    out.unread.push_back({p.file, {p}, true});
    report_problems({p});
  }
  return {};
}

/// In the format that was asked for; where nothing has a report only CI is told.
void print_hunt(const HuntOutcome& outcome, const HuntArguments& a, const CommonOptions& common) {
  if (common.format == "sarif")
    print_json(reports::hunt_sarif(outcome.reports, outcome.unread, version_text()));
  else if (common.format == "junit")
    std::fputs(reports::hunt_junit(outcome.reports, outcome.unread).c_str(), stdout);
  else if (outcome.reports.empty() && !outcome.several)
    return;
  else if (common.json())
    print_json(json_of(outcome, a, common));
  else
    print_text(text_of(outcome, common));
}

int hunt_command(const HuntArguments& a, const CommonOptions& common) {
  auto inputs = input_files(a.files, {FileKind::rule, FileKind::scenario});
  if (!inputs) return report_problems(inputs.error());
  HuntOutcome outcome{{}, {}, inputs->several, inputs->others};
  std::vector<Ground> grounds;
  for (const std::string& file : inputs->files) {
    auto ground = load_ground(file);
    if (ground) {
      grounds.push_back(*std::move(ground));
      continue;
    }
    outcome.unread.push_back({file, ground.error(), false});
    report_problems(ground.error());
  }
  if (auto chosen = choose(grounds, a.goal); !chosen) return report_problems(chosen.error());
  name_folders(grounds, a, common.force);
  for (const Ground& ground : grounds)
    if (auto room = expect_room(ground, a, common.force); !room)
      return report_problems(room.error());
  StopSignal signal;
  hunt::HuntOptions options = options_of(a, common);
  options.stop = [&] { return signal.came(); };
  for (const Ground& ground : grounds)
    if (auto hunted = hunt_ground(ground, options, common, outcome); !hunted)
      return report_problems(hunted.error());
  print_hunt(outcome, a, common);
  if (signal.came()) return kInterrupted;
  const std::vector<reports::Unread>& unread = outcome.unread;
  if (std::any_of(unread.begin(), unread.end(), [](const auto& u) { return u.internal; }))
    return kInternal;
  return unread.empty() ? status_of(outcome.reports) : kBadInput;
}

}  // namespace

void add_hunt(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "hunt",
      "search for legal steps that break a goal; writes a scenario that runs\n"
      "Example: capmarket hunt scenarios/rules/emergency-displacement.yaml --steps 10");
  auto a = std::make_shared<HuntArguments>();
  c->add_option("FILE", a->files,
                "rules, or scenarios whose rules are hunted (YAML), folders, patterns")
      ->required();
  c->add_option("--steps", a->steps, "most steps of a history")
      ->check(whole_number(1, 40))
      ->capture_default_str();
  c->add_option("--goal", a->goal, "only that goal or invariant (INV-1, INV-3, INV-4)");
  c->add_option("-o,--out", a->out, "folder for the scenarios (default: runs/hunt-RULE-vN)");
  add_common(*c, common);
  add_formats(*c, common, {"text", "json", "junit", "sarif"});
  add_effort(*c, a->effort_given);
  c->callback([a, &common, &status] {
    auto effort = effort_of(a->effort_given, "hunt");
    if (effort) a->effort = *effort;
    status = effort ? hunt_command(*a, common) : report_problems(effort.error());
  });
}

}  // namespace capmarket::cli
