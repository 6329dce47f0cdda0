#include "verify/hunt/hunt.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/stop_signal.h"
#include "cli/trace_replay.h"
#include "model/base/nearest.h"
#include "model/base/output.h"
#include "model/yaml/yaml.h"
#include "reports/hunt_report.h"
#include "verify/hunt/hunt_scenario.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

struct HuntArguments {
  std::string file, goal, out;
  std::int64_t steps = 10;
};

/// The rules to hunt, each with the versions before it, and the scenario that they stand in.
struct Ground {
  std::optional<scenarios::Scenario> market;
  std::vector<std::vector<question::RuleFile>> rules;

  /// Of this rule: whether a version of its name is in force before it in the scenario.
  bool succeeds(const rules::Rule& rule, const std::string& file) const;
};

bool Ground::succeeds(const rules::Rule& rule, const std::string& file) const {
  return market && std::any_of(market->rules.begin(), market->rules.end(), [&](const auto& r) {
           return r.file == file && r.rule.name == rule.name && r.rule.supersedes.has_value();
         });
}

/// A file that says `scenario:` is one; anything else is read as a rule.
bool says_scenario(const std::string& file) {
  auto text = yaml::read_file(file);
  return text && (text->starts_with("scenario:") || text->find("\nscenario:") != text->npos);
}

Result<Ground> load_ground(const std::string& file) {
  Ground out;
  std::vector<std::string> files = {file};
  if (says_scenario(file)) {
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
Result<void> choose(Ground& ground, const std::string& goal) {
  if (goal.empty()) return {};
  std::vector<std::string> all;
  auto lacks = [&](const std::vector<question::RuleFile>& files) {
    std::vector<std::string> own = hunt::hunt_goals(files.front().rule);
    for (const std::string& name : own)
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
    return std::find(own.begin(), own.end(), goal) == own.end();
  };
  std::erase_if(ground.rules, lacks);
  if (!ground.rules.empty()) return {};
  Problem unknown;
  unknown.what = fmt::format("--goal {}: no such goal", goal);
  unknown.expected = expected_one_of(goal, {all.begin(), all.end()});
  return tl::unexpected(Problems{unknown});
}

/// `runs/hunt-RULE-vN` of the current directory, or of `--out` where there are several rules.
std::string folder_of(const HuntArguments& a, const rules::Rule& rule, bool several) {
  if (!a.out.empty() && !several) return a.out;
  std::string name = rule.name;
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; }, '-');
  if (!a.out.empty()) return (fs::path(a.out) / fmt::format("{}-v{}", name, rule.version)).string();
  return fmt::format("runs/hunt-{}-v{}", name, rule.version);
}

/// A folder for each rule, none twice. One that nobody named is new: `…-2` where there is one.
std::vector<std::string> folders_of(const Ground& ground, const HuntArguments& a, bool force) {
  std::vector<std::string> out;
  for (const auto& files : ground.rules) {
    const std::string first = folder_of(a, files.front().rule, ground.rules.size() > 1);
    std::string folder = first;
    auto taken = [&] {
      std::error_code error;
      const bool there = a.out.empty() && !force && fs::exists(fs::symlink_status(folder, error));
      return there || std::find(out.begin(), out.end(), folder) != out.end();
    };
    for (int n = 2; taken(); ++n) folder = fmt::format("{}-{}", first, n);
    out.push_back(std::move(folder));
  }
  return out;
}

/// Nothing is overwritten unless asked for.
Result<void> expect_room(const Ground& ground, const HuntArguments& a,
                         const std::vector<std::string>& folders, bool force) {
  for (std::size_t i = 0; i < ground.rules.size(); ++i)
    for (const std::string& goal : hunt::hunt_goals(ground.rules[i].front().rule)) {
      std::string file = (fs::path(folders[i]) / hunt::hunt_file_name(goal)).string();
      std::error_code error;
      // Where there is no folder yet there is nothing to overwrite.
      if (!fs::exists(fs::path(file).parent_path(), error)) continue;
      if (!a.goal.empty() && a.goal != goal) continue;
      if (auto room = check_output_file(file, force); !room) return room;
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

hunt::HuntOptions options_of(const HuntArguments& a, const CommonOptions& common,
                             const Ground& ground) {
  hunt::HuntOptions out;
  out.steps = a.steps;
  out.goal = a.goal;
  out.rlimit = static_cast<std::uint32_t>(common.rlimit);
  out.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  out.policies = ground.market && !ground.market->reconciliation.empty();
  return out;
}

/// The rules one after the other, their traces executed; a status where that went wrong.
std::optional<int> hunt_all(const Ground& ground, const std::vector<std::string>& folders,
                            hunt::HuntOptions options, const CommonOptions& common,
                            std::vector<hunt::HuntReport>& reports) {
  const scenarios::Scenario* market = ground.market ? &*ground.market : nullptr;
  Progress progress("hunt", !common.quiet && !common.json());
  options.progress = [&](const std::string& goal, std::int64_t steps) {
    progress.say(fmt::format("{}: histories of {} of {} steps", goal, steps, options.steps));
  };
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
        replay_traces(report, own, files, market, folders[i], common.force, mismatch);
    if (!executed) return report_problems(executed.error());
    if (!*executed) {
      std::fputs(
          fmt::format("{}: the trace that breaks `{}` does not reproduce in a run\n  this is a "
                      "fault of capmarket, not of the rule\n",
                      own.file, mismatch)
              .c_str(),
          stderr);
      return kInternal;
    }
    reports.push_back(std::move(report));
  }
  return {};
}

int hunt_command(const HuntArguments& a, const CommonOptions& common) {
  auto ground = load_ground(a.file);
  if (!ground) return report_problems(ground.error());
  if (auto chosen = choose(*ground, a.goal); !chosen) return report_problems(chosen.error());
  const std::vector<std::string> folders = folders_of(*ground, a, common.force);
  if (auto room = expect_room(*ground, a, folders, common.force); !room)
    return report_problems(room.error());
  StopSignal signal;
  hunt::HuntOptions options = options_of(a, common, *ground);
  options.stop = [&] { return signal.came(); };
  std::vector<hunt::HuntReport> reports;
  if (auto wrong = hunt_all(*ground, folders, options, common, reports)) return *wrong;
  if (common.json())
    print_json(reports::hunt_json(reports));
  else
    std::fputs(reports::hunt_text(reports, common.colour(), common.quiet).c_str(), stdout);
  return signal.came() ? kInterrupted : status_of(reports);
}

}  // namespace

void add_hunt(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "hunt",
      "search for legal steps that break a goal; writes a scenario that runs\n"
      "Example: capmarket hunt scenarios/rules/emergency-displacement.yaml --steps 10");
  auto a = std::make_shared<HuntArguments>();
  c->add_option("FILE", a->file, "a rule, or a scenario whose rules are hunted (YAML)")->required();
  c->add_option("--steps", a->steps, "most steps of a history")
      ->check(whole_number(1, 40))
      ->capture_default_str();
  c->add_option("--goal", a->goal, "only that goal or invariant (INV-1, INV-3, INV-4)");
  c->add_option("--out", a->out, "folder for the scenarios (default: runs/hunt-RULE-vN)");
  add_common_for_designers(*c, common);
  c->callback([c, a, &common, &status] {
    patient_for_designers(*c, common);
    status = hunt_command(*a, common);
  });
}

}  // namespace capmarket::cli
