#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/progress.h"
#include "cli/replicate.h"
#include "cli/run_folder.h"
#include "cli/scenario_input.h"
#include "cli/unused_options.h"
#include "cli/version.h"
#include "model/base/output.h"
#include "model/log/writer_lock.h"
#include "reports/run_report.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kReplicationsMost = 10'000;

struct RunArguments {
  std::string scenario;
  std::vector<std::string> rules;
  std::vector<std::string> sets;
  std::int64_t seed = -1;
  std::string out;
  int threads = 0;
  std::string signatures;
  std::string chain = "files";
  std::string optimum = "bound";
  std::int64_t replications = 0;  // 0: one run, with its files
  std::string level = "95%";
  std::string warm_up;  // empty: as the scenario's study says
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

int print_run(const reports::RunReport& report, const CommonOptions& common, const std::string& out) {
  if (common.json()) {
    print_json(reports::summary_json(report));
  } else {
    print_text(reports::summary_text(report, common.colour()));
    if (!common.quiet) std::fputs(fmt::format("results: {}\n", out).c_str(), stdout);
  }
  if (report.run.interrupted) return kInterrupted;
  if (!world::as_expected(report.scenario.script, report.run.script)) return kRefuted;
  return report.warm_up.empty() || report.run.metrics.steady ? kHolds : kUndecided;
}

/// What a call cannot obey.
Result<void> expect_obeyed(const CLI::App& command, const RunArguments& a) {
  if (a.replications == 0) return expect_unused(command, {"--level"}, "without --replications");
  if (command.count("--chain") > 0 && a.chain == "files")
    return fail("--chain files does nothing with --replications: their chains live in memory",
                "the call without --chain; `run --seed SEED` leaves the chain of one of them");
  return {};
}

/// What the call and the scenario's study ask for.
Result<std::optional<study::WarmUp>> warm_up_of(const RunArguments& a,
                                                const scenarios::Scenario& scenario) {
  const bool steady = scenario.study == scenarios::Study::steady_state;
  const std::string text = !a.warm_up.empty() ? a.warm_up : steady ? "mser5" : "none";
  return study::parse_warm_up(text, scenario.duration);
}

run::RunOptions run_options_of(const RunArguments& a, const scenarios::Scenario& scenario,
                           const std::optional<study::WarmUp>& warm_up) {
  run::RunOptions out;
  if (a.seed >= 0) out.seed = a.seed;
  if (!a.signatures.empty()) out.scheme = crypto::parse_scheme(a.signatures);
  out.optimum = *run::parse_optimum_method(a.optimum);
  out.threads = a.threads > 0
                    ? a.threads
                    : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  out.interrupt = &note_interruptions();
  if (warm_up)
    out.steady_from = [warm_up = *warm_up,
                       start = scenario.start](const std::vector<run::SeriesRow>& series) {
      return study::steady_from(warm_up, start, series);
    };
  return out;
}

/// One run, with its files.
int run_once(const RunArguments& a, const scenarios::Scenario& scenario, run::RunOptions options,
             const std::string& warm_up, const std::string& out, const CommonOptions& common) {
  auto folder = prepare(out, common.force);
  if (!folder) return report_problems(folder.error());
  if (a.chain == "files") options.chain_dir = folder->aside() + "/chain";
  Progress progress(scenario.name, !common.quiet);
  options.progress = [&](int share, std::int64_t events) { progress.show(share, events); };
  auto start = std::chrono::steady_clock::now();
  auto run = run::run_scenario(scenario, options);
  if (!run) return report_problems(run.error());
  auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  reports::RunReport report{scenario,      *run,           options.threads,
                            wall.count(),  version_text(), warm_up};
  if (auto put = put_in_place(*folder, report); !put) return report_problems(put.error());
  progress.clear();
  return print_run(report, common, out);
}

int run_command(const CLI::App& command, const RunArguments& a, const CommonOptions& common) {
  if (auto obeyed = expect_obeyed(command, a); !obeyed) return report_problems(obeyed.error());
  auto level = parse_level(a.level);
  if (!level) return report_problems(level.error());
  auto scenario = scenario_input(a.scenario, a.sets, a.rules, "run");
  if (!scenario) return report_problems(scenario.error());
  auto warm_up = warm_up_of(a, *scenario);
  if (!warm_up) return report_problems(warm_up.error());
  report_warnings(scenario->warnings, common);
  const run::RunOptions options = run_options_of(a, *scenario, *warm_up);
  const std::string name = fmt::format("runs/{}-{}", scenario->name,
                                       options.seed.value_or(scenario->seed_dynamics));
  if (a.replications == 0)
    return run_once(a, *scenario, options, *warm_up ? (*warm_up)->text() : "",
                    a.out.empty() ? name : a.out, common);
  study::ReplicationOptions study;
  study.replications = a.replications;
  study.threads = options.threads;
  study.run = options;
  const std::string out = a.out.empty() ? fmt::format("{}-x{}", name, a.replications) : a.out;
  return replicate_command({*scenario, std::move(study), *level, *warm_up, out}, common);
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
  c->add_option("--threads", a->threads,
                "event loop and signers; of replications: so many at one time (default: all "
                "processors)")
      ->check(whole_number(1, 1024));
  c->add_option("--signatures", a->signatures, "ed25519 or mac")
      ->check(CLI::IsMember({"ed25519", "mac"}));
  c->add_option("--chain", a->chain, "files or memory")->check(CLI::IsMember({"files", "memory"}));
  c->add_option("--optimum", a->optimum,
                "what the welfare is held against: bound (default), flow (closer, slower) or none")
      ->check(CLI::IsMember({"bound", "flow", "none"}));
  c->add_option("--replications", a->replications,
                "so many runs, each of its own seed, with intervals; no chain is kept")
      ->check(whole_number(1, kReplicationsMost));
  c->add_option("--level", a->level, "of the intervals")->capture_default_str();
  c->add_option("--warm-up", a->warm_up,
                "mser5, none or a duration: what lies behind it is told beside the whole (default: "
                "mser5 of a steady-state study, none of a terminating one)");
  add_common(*c, common);
  c->callback([a, c, &common, &status] { status = run_command(*c, *a, common); });
}

}  // namespace capmarket::cli
