#include "cli/fork.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/input_files.h"
#include "cli/interruption.h"
#include "cli/progress.h"
#include "cli/run_folder.h"
#include "cli/scenario_input.h"
#include "cli/version.h"
#include "model/base/output.h"
#include "model/base/text.h"
#include "reports/run_report.h"
#include "scenarios/change.h"
#include "sim/study/fork.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

/// The branch without a change.
constexpr const char* kBaseline = "baseline";

struct ForkArguments {
  std::string scenario;
  std::string at;
  std::vector<std::string> rules;
  std::vector<std::string> sets;
  std::int64_t seed = -1;
  std::string out;
  int threads = 0;
  std::string signatures;
};

/// A duration since the start or a time, as moments of a scenario are; in the scenario, with room
/// for the rule to take effect before its end.
Result<Duration> parse_fork_time(const std::string& text, const scenarios::Scenario& s) {
  std::optional<Duration> at = parse_duration(text);
  if (!at)
    if (const auto instant = parse_instant(text)) at = *instant - s.start;
  const Instant last = s.end() - s.rule_ahead;
  const std::string expected =
      fmt::format("a duration since the start, or a time, before {}: the scenario lasts from {} to "
                  "{}, and a rule takes effect {} after the fork",
                  to_text(last), to_text(s.start), to_text(s.end()), to_text(s.rule_ahead));
  if (!at)
    return fail(fmt::format("--at {}: neither a duration nor a time", text), expected);
  if (at->value < 0 || s.start + *at >= last)
    return fail(fmt::format("--at {}: outside the scenario", text), expected);
  return *at;
}

/// A scenario with the name of its branch.
struct Continuation {
  std::string name, file;  // of the baseline no file
  scenarios::Scenario scenario;
};

Result<std::vector<Continuation>> continuations(const scenarios::Scenario& common,
                                                const std::vector<std::string>& rules,
                                                Duration at) {
  std::vector<Continuation> out;
  Problems problems;
  for (std::size_t i = 0; i < common.adversaries.size(); ++i)
    if (common.adversaries[i].twin)
      problems.push_back(scenarios::problem_in(
          common, fmt::format("adversaries.{}.twin", i), "a twin in a fork",
          "no twin: `run` holds a fraud against it"));
  out.push_back({kBaseline, "", common});
  for (const std::string& file : rules) {
    const std::string name = fs::path(file).stem().string();
    const auto same = std::find_if(out.begin(), out.end(),
                                   [&](const Continuation& c) { return c.name == name; });
    if (same != out.end()) {
      problems.push_back({file, 0, 0,
                          fmt::format("two branches would be named `{}`: {} too", name,
                                      same->file.empty() ? "the one without a change" : same->file),
                          "files of different names, none of them `baseline`", ""});
      continue;
    }
    auto changed = scenarios::with_change(common, file, at + common.rule_ahead);
    if (changed)
      out.push_back({name, file, std::move(*changed)});
    else
      problems.insert(problems.end(), changed.error().begin(), changed.error().end());
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return out;
}

/// In the child: its run's files. 0, or the status of `run`.
int finish_branch(const scenarios::Scenario& scenario, const std::string& dir,
                  const Result<run::Run>& run, std::chrono::steady_clock::time_point start) {
  if (!run) return report_problems(run.error());
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  const reports::RunReport report{scenario, *run, 1, wall.count(), version_text()};
  if (auto written = reports::write_run_files(report, dir); !written)
    return report_problems(written.error());
  if (run->interrupted) return kInterrupted;
  return world::as_expected(scenario.script, run->script) ? kHolds : kRefuted;
}

/// The worst of what became of them, each that failed told; nothing where a folder is not whole.
int status_of_ends(const std::vector<study::BranchEnd>& ends) {
  int out = kHolds;
  for (const study::BranchEnd& end : ends) {
    const bool whole = end.status == kHolds || end.status == kRefuted;
    if (!whole)
      report_problems({{"", 0, 0, fmt::format("branch `{}`: exit status {}", end.name, end.status),
                        "0 or 1; nothing is written", ""}});
    // What ended by a signal has none of our statuses.
    const bool ours = end.status < 128 || end.status == kInterrupted;
    out = std::max<int>(out, ours ? end.status : kInternal);
  }
  return out;
}

void print_branches(const std::vector<study::BranchEnd>& ends, Instant at, const std::string& out,
                    const CommonOptions& common) {
  nlohmann::ordered_json json;
  json["at"] = to_text(at);
  json["branches"] = nlohmann::ordered_json::array();
  std::string text = fmt::format("forked at {}\n", to_text(at));
  for (const study::BranchEnd& end : ends) {
    const std::string dir = out + "/" + end.name;
    json["branches"].push_back({{"name", end.name}, {"dir", dir}, {"status", end.status}});
    text += fmt::format("  {}\n", dir);
  }
  if (common.json())
    print_json(json);
  else
    print_text(text);
}

int play_branches(const std::vector<Continuation>& all, study::ForkOptions options,
                  const std::string& out, const CommonOptions& common) {
  auto folder = OutputFolder::begin(out, common.force, expect_branches);
  if (!folder) return report_problems(folder.error());
  Progress progress(all.front().scenario.name, !common.quiet);
  options.run.progress = [&](int share, std::int64_t events) { progress.show(share, events); };
  std::vector<study::Branch> branches;
  for (const Continuation& c : all)
    branches.push_back(
        {c.name, &c.scenario, !c.file.empty(), folder->aside() + "/" + c.name + "/chain"});
  const auto start = std::chrono::steady_clock::now();
  auto ends = study::fork_run(
      all.front().scenario, options, branches,
      [&](const study::Branch& branch, const Result<run::Run>& run) {
        return finish_branch(*branch.scenario, folder->aside() + "/" + branch.name, run, start);
      });
  progress.clear();
  if (!ends) return report_problems(ends.error());
  if (ends->empty()) return kInterrupted;
  const int status = status_of_ends(*ends);
  if (status != kHolds && status != kRefuted) return status;
  if (auto put = folder->publish(); !put) return report_problems(put.error());
  print_branches(*ends, options.at, out, common);
  return status;
}

int fork_command(const ForkArguments& a, const CommonOptions& common) {
  for (const std::string& rule : a.rules)
    if (auto kind = expect_rule(rule, "fork --rule"); !kind) return report_problems(kind.error());
  auto scenario = scenario_input(a.scenario, a.sets, {}, "fork");
  if (!scenario) return report_problems(scenario.error());
  auto at = parse_fork_time(a.at, *scenario);
  if (!at) return report_problems(at.error());
  auto all = continuations(*scenario, a.rules, *at);
  if (!all) return report_problems(all.error());
  report_warnings(scenario->warnings, common);
  study::ForkOptions options;
  options.at = scenario->start + *at;
  options.at_once =
      a.threads > 0 ? a.threads : std::max<std::int64_t>(1, std::thread::hardware_concurrency());
  if (a.seed >= 0) options.run.seed = a.seed;
  if (!a.signatures.empty()) options.run.scheme = crypto::parse_scheme(a.signatures);
  options.run.interrupt = &note_interruptions();
  const std::string out =
      a.out.empty() ? fmt::format("runs/{}-{}-fork", scenario->name,
                                  options.run.seed.value_or(scenario->seed_dynamics))
                    : a.out;
  return play_branches(*all, std::move(options), out, common);
}

}  // namespace

void add_fork(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "fork",
      "simulate a scenario up to an instant, and go on from there under each of several rules; "
      "leaves a run directory each\n"
      "Example: capmarket fork scenarios/packs/quickstart.yaml --at 1h --rule "
      "scenarios/rules/quickstart.yaml --out runs/forked");
  auto a = std::make_shared<ForkArguments>();
  c->add_option("SCENARIO", a->scenario, "scenario file (YAML)")->required();
  c->add_option("--at", a->at, "the instant: a duration since the start, or a time")->required();
  c->add_option("--rule", a->rules,
                "rule file that becomes the next version of its name from 10 s after the instant")
      ->required()
      ->allow_extra_args(false);
  c->add_option("--set", a->sets, "PATH=VALUE: overrides a value of the scenario")
      ->allow_extra_args(false);
  c->add_option("--seed", a->seed, "seed of the dynamics")->check(whole_number(0, kWireMax));
  c->add_option("-o,--out", a->out,
                "directory of the run directories (default: runs/NAME-SEED-fork)");
  c->add_option("--threads", a->threads, "branches at one time (default: all processors)")
      ->check(whole_number(1, 1024));
  c->add_option("--signatures", a->signatures, "ed25519 or mac")
      ->check(CLI::IsMember({"ed25519", "mac"}));
  add_common(*c, common);
  c->callback([a, &common, &status] { status = fork_command(*a, common); });
}

}  // namespace capmarket::cli
