#include "verify/fuzz/fuzz.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/counterexamples.h"
#include "cli/input_files.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/unused_options.h"
#include "reports/ci_reports.h"
#include "reports/fuzz_report.h"
#include "sim/script/executor.h"
#include "verify/analyses/listener.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

struct FuzzArguments {
  std::string file;
  bool several = false;  // of several files
  int histories = 200;
  std::uint64_t seed = 1;
  int commands = 50;
  std::string save;
  bool no_audit = false;
};

Result<fuzz::FuzzMarket> market_of(const FuzzArguments& a, const CommonOptions& common) {
  if (auto kind = expect_rule_or_scenario(a.file, "fuzz"); !kind)
    return tl::unexpected(kind.error());
  if (kind_of(a.file) == FileKind::scenario) {
    auto loaded = scenarios::load_scenario(a.file, {}, {});
    if (!loaded) return tl::unexpected(loaded.error());
    return fuzz::market_of_scenario(*loaded);
  }
  auto files = question::load_rule_files(a.file);
  if (!files) return tl::unexpected(files.error());
  analyses::CheckOptions options;
  options.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  return fuzz::market_of_rule(files->front(), *files, options);
}

/// Histories that failed before lie beside the rule, and are played first.
std::vector<std::string> saved(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator it(folder, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    if (it->path().extension() == ".yaml") out.push_back(it->path().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// `goal-NAME.yaml`, or with the first number that is free: what was saved stays.
std::string free_name(const std::string& folder, const std::string& what) {
  std::string stem = what;
  std::replace(stem.begin(), stem.end(), ':', '-');
  std::error_code error;
  std::string out = stem + ".yaml";
  for (int n = 2; fs::exists(fs::symlink_status(fs::path(folder) / out, error)); ++n)
    out = fmt::format("{}-{}.yaml", stem, n);
  return (fs::path(folder) / out).string();
}

/// Plays the histories that failed before, each first; whether one still does.
Result<bool> replay_saved(const std::string& folder, const fuzz::FuzzOptions& options,
                          reports::FuzzOutcome& outcome) {
  for (const std::string& file : saved(folder)) {
    auto scenario = scenarios::load_scenario(file, {}, {});
    if (!scenario) return tl::unexpected(scenario.error());
    if (auto executor = script::make_executor(*scenario); !executor)
      return tl::unexpected(executor.error());
    ++outcome.replayed;
    std::string detail;
    std::string what = fuzz::complaint_of(*scenario, options, &detail);
    if (what.empty()) continue;
    outcome.report.failure = fuzz::FuzzFailure{what, detail, *std::move(scenario)};
    outcome.scenario = file;
    return true;
  }
  return false;
}

/// Leaves the failing history in `folder`, as a scenario that was run.
Step<void> save_failure(const FuzzArguments& a, const std::string& folder,
                        reports::FuzzOutcome& outcome) {
  const fuzz::FuzzFailure& f = *outcome.report.failure;
  std::string file = free_name(folder, f.what);
  auto shown = shown_when_run(
      f.scenario, file,
      fmt::format("Found by `capmarket fuzz {} --seed {}`: {}", a.file, a.seed, f.what), false);
  if (!shown) return stop(kBadInput, shown.error());
  if (!*shown)
    return stop(kInternal,
                fmt::format("{}: the history that breaks {} does not replay as a scenario", a.file,
                            f.what));
  if (auto put = (*shown)->publish(); !put) return stop(kBadInput, put.error());
  outcome.scenario = file;
  return {};
}

/// Makes the machines on which histories are played, and says how many were: each history begins
/// one, and so does each attempt to shorten one that failed.
scenarios::MakeExecutor counted(Progress& progress, const FuzzArguments& a) {
  auto played = std::make_shared<int>(0);
  auto shown = std::make_shared<std::chrono::steady_clock::time_point>();
  return [&progress, &a, played, shown](const scenarios::Scenario& scenario) {
    ++*played;
    const auto now = std::chrono::steady_clock::now();
    if (now - *shown >= std::chrono::milliseconds(100)) {
      *shown = now;
      progress.say(*played <= a.histories
                       ? fmt::format("{}: history {} of {}", a.file, *played, a.histories)
                       : fmt::format("{}: making the history that fails shorter", a.file));
    }
    return script::make_executor(scenario);
  };
}

/// What the histories of one file came to.
Step<reports::FuzzOutcome> fuzz_file(const FuzzArguments& a, const CommonOptions& common) {
  if (!a.save.empty())
    if (auto outside = expect_outside_chains(a.save); !outside)
      return stop(kBadInput, outside.error());
  Progress progress("fuzz", !common.quiet && common.format == "text");
  analyses::Listener listener([&](const std::string& analysis, const std::string& subject) {
    progress.say(fmt::format("{}: a market to play on: {} [{}]", a.file, analysis, subject));
  });
  auto market = market_of(a, common);
  if (!market) return stop(kBadInput, market.error());
  if (auto executor = script::make_executor(market->scenario); !executor)
    return stop(kBadInput, executor.error());
  fuzz::FuzzOptions options;
  options.histories = a.histories;
  options.seed = a.seed;
  options.commands = a.commands;
  options.executor = counted(progress, a);
  if (!a.no_audit) options.audited = audit_of;
  reports::FuzzOutcome outcome{a.file, a.seed, {}, {}, {}};
  std::string folder =
      a.save.empty() ? (fs::path(a.file).replace_extension("").string() + ".fuzz") : a.save;
  if (a.several && !a.save.empty()) folder += "/" + fs::path(a.file).stem().string();
  auto still = replay_saved(folder, options, outcome);
  if (!still) return stop(kBadInput, still.error());
  if (*still) return outcome;
  outcome.report = fuzz::fuzz(*market, options);
  if (outcome.report.failure)
    if (auto left = save_failure(a, folder, outcome); !left) return tl::unexpected(left.error());
  return outcome;
}

/// In the format that was asked for; where nothing has a report only CI is told.
void print_fuzz(const std::vector<reports::FuzzOutcome>& outcomes,
                const std::vector<reports::Unread>& unread, const FuzzArguments& a,
                const CommonOptions& common) {
  if (common.format == "junit") {
    std::fputs(reports::fuzz_junit(outcomes, unread, !a.no_audit).c_str(), stdout);
  } else if (common.json()) {
    if (!outcomes.empty() || a.several) print_json(reports::fuzz_json(outcomes, unread, a.several));
  } else {
    std::string text;
    for (const reports::FuzzOutcome& o : outcomes) text += reports::fuzz_text(o, common.colour());
    if (a.several) text += reports::fuzz_summary(outcomes, unread);
    print_text(text);
  }
}

int fuzz_command(const FuzzArguments& a, const GivenFiles& inputs, const CommonOptions& common) {
  std::vector<reports::FuzzOutcome> outcomes;
  std::vector<reports::Unread> unread;
  int status = kHolds;
  for (const std::string& file : inputs.files) {
    FuzzArguments one = a;
    one.file = file;
    one.several = inputs.several;
    auto outcome = fuzz_file(one, common);
    if (!outcome) {
      report_problems(outcome.error().problems);
      unread.push_back({file, outcome.error().problems, outcome.error().status == kInternal});
      status = std::max<int>(status, outcome.error().status);
      continue;
    }
    const bool fails = outcome->report.failure || outcome->report.vacuous();
    status = std::max<int>(status, fails ? kRefuted : kHolds);
    outcomes.push_back(*std::move(outcome));
  }
  FuzzArguments all = a;
  all.several = inputs.several;
  print_fuzz(outcomes, unread, all, common);
  return status;
}

}  // namespace

void add_fuzz(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "fuzz",
      "random histories of a rule or scenario against its goals and every invariant\n"
      "Example: capmarket fuzz scenarios/rules/quickstart.yaml --histories 1000 --seed 7");
  auto a = std::make_shared<FuzzArguments>();
  auto files = std::make_shared<std::vector<std::string>>();
  c->add_option("RULE|SCENARIO", *files, "rule or scenario files (YAML), folders, patterns")
      ->required();
  c->add_option("--histories", a->histories, "how many")
      ->check(whole_number(1, 10'000'000))
      ->capture_default_str();
  c->add_option("--seed", a->seed, "the same seed, the same histories")
      ->check(whole_number(0, kWireMax))
      ->capture_default_str();
  c->add_option("--commands", a->commands, "of a history, on average")
      ->check(whole_number(1, 10'000))
      ->capture_default_str();
  c->add_option("--save", a->save, "folder of failing histories (default: beside the file)");
  c->add_flag("--no-audit", a->no_audit, "judge the goals alone, not the invariants: faster");
  add_common(*c, common);
  add_formats(*c, common, {"text", "json", "junit"});
  c->callback([c, a, files, &common, &status] {
    auto inputs = input_files(*files, {FileKind::rule, FileKind::scenario});
    if (!inputs) {
      status = report_problems(inputs.error());
      return;
    }
    const bool rules = std::any_of(inputs->files.begin(), inputs->files.end(),
                                   [](const auto& f) { return kind_of(f) != FileKind::scenario; });
    auto can = rules ? Result<void>()
                     : expect_unused(*c, {"--rlimit", "--timeout"},
                                     "with a scenario, of which no solver is asked anything");
    status = can ? fuzz_command(*a, *inputs, common) : report_problems(can.error());
  });
}

}  // namespace capmarket::cli
