#include "verify/fuzz/fuzz.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/counterexamples.h"
#include "reports/fuzz_report.h"
#include "sim/script/executor.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

struct FuzzArguments {
  std::string file;
  int histories = 200;
  std::uint64_t seed = 1;
  int commands = 50;
  std::string save;
  bool no_audit = false;
};

/// A scenario has the key `scenario`, a rule `rule`.
Result<bool> is_scenario(const std::string& file) {
  auto root = yaml::load_yaml(file);
  if (!root) return tl::unexpected(root.error());
  for (const auto& [key, value] : root->entries()) {
    if (key.text() == "scenario") return true;
    if (key.text() == "rule") return false;
  }
  return fail(Problem{file, 0, 0, "neither a rule nor a scenario",
                      "a file with `rule:` or `scenario:`", ""});
}

Result<fuzz::FuzzMarket> market_of(const FuzzArguments& a, const CommonOptions& common) {
  auto scenario = is_scenario(a.file);
  if (!scenario) return tl::unexpected(scenario.error());
  if (*scenario) {
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

int fuzz_command(const FuzzArguments& a, const CommonOptions& common) {
  auto market = market_of(a, common);
  if (!market) return report_problems(market.error());
  if (auto executor = script::make_executor(market->scenario); !executor)
    return report_problems(executor.error());
  fuzz::FuzzOptions options;
  options.histories = a.histories;
  options.seed = a.seed;
  options.commands = a.commands;
  options.executor = script::make_executor;
  if (!a.no_audit) options.audited = audit_of;
  reports::FuzzOutcome outcome{a.file, a.seed, {}, {}, {}};
  const std::string folder =
      a.save.empty() ? (fs::path(a.file).replace_extension("").string() + ".fuzz") : a.save;
  for (const std::string& file : saved(folder)) {
    auto scenario = scenarios::load_scenario(file, {}, {});
    if (!scenario) return report_problems(scenario.error());
    if (auto executor = script::make_executor(*scenario); !executor)
      return report_problems(executor.error());
    ++outcome.replayed;
    std::string detail;
    std::string what = fuzz::complaint_of(*scenario, options, &detail);
    if (what.empty()) continue;
    outcome.report.failure = fuzz::FuzzFailure{what, detail, *std::move(scenario)};
    outcome.scenario = file;
    break;
  }
  if (!outcome.report.failure) {
    outcome.report = fuzz::fuzz(*market, options);
    if (outcome.report.failure) {
      const fuzz::FuzzFailure& f = *outcome.report.failure;
      std::string file = free_name(folder, f.what);
      auto shown = shown_when_run(
          f.scenario, file,
          fmt::format("Found by `capmarket fuzz {} --seed {}`: {}", a.file, a.seed, f.what), false);
      if (!shown) return report_problems(shown.error());
      if (!*shown) {
        std::fputs(fmt::format("{}: the history that breaks {} does not replay as a scenario\n",
                               a.file, f.what)
                       .c_str(),
                   stderr);
        return kInternal;
      }
      if (auto put = (*shown)->publish(); !put) return report_problems(put.error());
      outcome.scenario = file;
    }
  }
  if (common.json())
    print_json(reports::fuzz_json(outcome));
  else
    std::fputs(reports::fuzz_text(outcome, common.colour()).c_str(), stdout);
  return outcome.report.failure ? kRefuted : kHolds;
}

}  // namespace

void add_fuzz(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "fuzz",
      "random histories of a rule or scenario against its goals and every invariant\n"
      "Example: capmarket fuzz scenarios/rules/quickstart.yaml --histories 1000 --seed 7");
  auto a = std::make_shared<FuzzArguments>();
  c->add_option("RULE|SCENARIO", a->file, "rule or scenario file (YAML)")->required();
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
  add_common_for_designers(*c, common);
  c->callback([c, a, &common, &status] {
    patient_for_designers(*c, common);
    status = fuzz_command(*a, common);
  });
}

}  // namespace capmarket::cli
