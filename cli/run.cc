#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.h"
#include "cli/progress.h"
#include "reports/run_report.h"

namespace capmarket {
namespace {

std::atomic<bool> interrupted{false};
void on_interrupt(int) { interrupted.store(true); }

struct RunArguments {
  std::string scenario;
  std::vector<std::string> rules;
  std::vector<std::string> sets;
  std::int64_t seed = -1;
  std::string out;
  int threads = 0;
  std::string signatures;
  std::string chain = "files";
};

/// Makes the run directory; an old run is only removed when asked for and when it is one.
Result<void> prepare_directory(const std::string& dir, bool force) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(dir, error) && !(fs::is_directory(dir, error) && fs::is_empty(dir, error))) {
    if (!force)
      return fail(fmt::format("{}: exists", dir), "a new directory, or --force to overwrite a run");
    if (!fs::exists(dir + "/run.json", error) && !fs::exists(dir + "/chain", error))
      return fail(fmt::format("{}: is not a run directory; --force does not remove it", dir),
                  "the directory of an earlier run");
    fs::remove_all(dir, error);
    if (error) return fail(fmt::format("{}: {}", dir, error.message()));
  }
  fs::create_directories(dir, error);
  if (error) return fail(fmt::format("{}: {}", dir, error.message()));
  return {};
}

Result<std::vector<std::pair<std::string, std::string>>> parse_sets(
    const std::vector<std::string>& sets) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& s : sets) {
    std::size_t at = s.find('=');
    if (at == 0 || at == s.npos)
      return fail(fmt::format("--set {}: no assignment", s), "PATH=VALUE, like users.0.count=50");
    out.emplace_back(s.substr(0, at), s.substr(at + 1));
  }
  return out;
}

int print_run(const RunReport& report, const CommonOptions& common, const std::string& out) {
  if (common.json()) {
    print_json(summary_json(report));
  } else {
    std::fputs(summary_text(report, common.colour()).c_str(), stdout);
    if (!common.quiet) std::fputs(fmt::format("results: {}\n", out).c_str(), stdout);
  }
  return report.run.interrupted ? kInterrupted : kHolds;
}

int run_command(const RunArguments& a, const CommonOptions& common) {
  auto sets = parse_sets(a.sets);
  if (!sets) return report_problems(sets.error());
  auto scenario = load_scenario(a.scenario, *sets, a.rules);
  if (!scenario) return report_problems(scenario.error());
  if (Problems later = not_yet(*scenario); !later.empty()) return report_problems(later);

  RunOptions options;
  if (a.seed >= 0) options.seed = a.seed;
  if (!a.signatures.empty()) options.scheme = parse_scheme(a.signatures);
  options.threads = a.threads > 0
                        ? a.threads
                        : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::string out = a.out.empty() ? fmt::format("runs/{}-{}", scenario->name,
                                                options.seed.value_or(scenario->seed_dynamics))
                                  : a.out;
  if (auto made = prepare_directory(out, common.force); !made) return report_problems(made.error());
  if (a.chain == "files") options.chain_dir = out + "/chain";
  Progress progress(scenario->name, !common.quiet);
  options.progress = [&](int share, std::int64_t events) { progress.show(share, events); };
  options.interrupt = &interrupted;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  auto start = std::chrono::steady_clock::now();
  auto run = run_scenario(*scenario, options);
  if (!run) {
    std::error_code error;
    std::filesystem::remove_all(out, error);  // nothing half-written
    return report_problems(run.error());
  }
  auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  RunReport report{*scenario, *run, options.threads, wall.count(), version_text()};
  if (auto written = write_run_files(report, out); !written)
    return report_problems(written.error());
  progress.clear();
  return print_run(report, common, out);
}

}  // namespace

void add_run(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "run",
      "simulate a scenario; leaves a run directory\n"
      "Example: capmarket run scenarios/packs/quickstart.yaml --seed 7 --out runs/a");
  auto a = std::make_shared<RunArguments>();
  c->add_option("SCENARIO", a->scenario, "scenario file (YAML)")->required();
  c->add_option("--rule", a->rules, "rule file that replaces the scenario's rule of the same name");
  c->add_option("--set", a->sets, "PATH=VALUE: overrides a value of the scenario");
  c->add_option("--seed", a->seed, "seed of the dynamics")->check(CLI::NonNegativeNumber);
  c->add_option("--out", a->out, "run directory (default: runs/NAME-SEED)");
  c->add_option("--threads", a->threads, "event loop and signers (default: all processors)")
      ->check(CLI::Range(1, 1024));
  c->add_option("--signatures", a->signatures, "ed25519 or mac")
      ->check(CLI::IsMember({"ed25519", "mac"}));
  c->add_option("--chain", a->chain, "files or memory")->check(CLI::IsMember({"files", "memory"}));
  add_common(*c, common);
  c->callback([a, &common, &status] { status = run_command(*a, common); });
}

}  // namespace capmarket
