#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.h"
#include "cli/input_files.h"
#include "cli/progress.h"
#include "cli/run_folder.h"
#include "cli/version.h"
#include "model/base/output.h"
#include "model/log/writer_lock.h"
#include "reports/run_report.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

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

/// Nobody may be writing the chain of the run that is replaced.
Result<log::WriterLock> lock_of(const std::string& run) {
  std::error_code error;
  if (!fs::is_directory(run + "/chain", error)) return log::WriterLock();
  return log::WriterLock::take(run + "/chain");
}

/// Where a run is written: beside its place, until it is whole.
Result<OutputFolder> prepare(const std::string& dir, bool force) {
  auto out = OutputFolder::begin(dir, force, expect_run);
  if (!out) return out;
  if (auto lock = lock_of(out->place()); !lock) return tl::unexpected(lock.error());
  return out;
}

/// The files beside the chain, and the whole into its place.
Result<void> put_in_place(OutputFolder& folder, const reports::RunReport& report) {
  if (auto written = reports::write_run_files(report, folder.aside()); !written) return written;
  auto lock = lock_of(folder.place());
  if (!lock) return tl::unexpected(lock.error());
  return folder.publish();
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

int print_run(const reports::RunReport& report, const CommonOptions& common, const std::string& out) {
  if (common.json()) {
    print_json(reports::summary_json(report));
  } else {
    print_text(reports::summary_text(report, common.colour()));
    if (!common.quiet) std::fputs(fmt::format("results: {}\n", out).c_str(), stdout);
  }
  if (report.run.interrupted) return kInterrupted;
  return world::as_expected(report.scenario.script, report.run.script) ? kHolds : kRefuted;
}

int run_command(const RunArguments& a, const CommonOptions& common) {
  auto sets = parse_sets(a.sets);
  if (!sets) return report_problems(sets.error());
  if (auto kind = expect_scenario(a.scenario, "run"); !kind) return report_problems(kind.error());
  for (const std::string& rule : a.rules)
    if (auto kind = expect_rule(rule, "run --rule"); !kind) return report_problems(kind.error());
  auto scenario = scenarios::load_scenario(a.scenario, *sets, a.rules);
  if (!scenario) return report_problems(scenario.error());
  if (Problems later = scenarios::not_yet(*scenario); !later.empty()) return report_problems(later);
  report_warnings(scenario->warnings, common);

  run::RunOptions options;
  if (a.seed >= 0) options.seed = a.seed;
  if (!a.signatures.empty()) options.scheme = crypto::parse_scheme(a.signatures);
  options.threads = a.threads > 0
                        ? a.threads
                        : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::string out = a.out.empty() ? fmt::format("runs/{}-{}", scenario->name,
                                                options.seed.value_or(scenario->seed_dynamics))
                                  : a.out;
  auto folder = prepare(out, common.force);
  if (!folder) return report_problems(folder.error());
  if (a.chain == "files") options.chain_dir = folder->aside() + "/chain";
  Progress progress(scenario->name, !common.quiet);
  options.progress = [&](int share, std::int64_t events) { progress.show(share, events); };
  options.interrupt = &interrupted;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  // Of a terminal that is gone; `nohup` has it ignored.
  if (std::signal(SIGHUP, on_interrupt) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
  auto start = std::chrono::steady_clock::now();
  auto run = run::run_scenario(*scenario, options);
  if (!run) return report_problems(run.error());
  auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  reports::RunReport report{*scenario, *run, options.threads, wall.count(), version_text()};
  if (auto put = put_in_place(*folder, report); !put) return report_problems(put.error());
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
  c->add_option("--rule", a->rules, "rule file that replaces the scenario's rule of the same name")
      ->allow_extra_args(false);
  c->add_option("--set", a->sets, "PATH=VALUE: overrides a value of the scenario")
      ->allow_extra_args(false);
  c->add_option("--seed", a->seed, "seed of the dynamics")->check(whole_number(0, kWireMax));
  c->add_option("-o,--out", a->out, "run directory (default: runs/NAME-SEED)");
  c->add_option("--threads", a->threads, "event loop and signers (default: all processors)")
      ->check(whole_number(1, 1024));
  c->add_option("--signatures", a->signatures, "ed25519 or mac")
      ->check(CLI::IsMember({"ed25519", "mac"}));
  c->add_option("--chain", a->chain, "files or memory")->check(CLI::IsMember({"files", "memory"}));
  add_common(*c, common);
  c->callback([a, &common, &status] { status = run_command(*a, common); });
}

}  // namespace capmarket::cli
