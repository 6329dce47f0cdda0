#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.h"
#include "cli/version.h"
#include "cli/progress.h"
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

/// Where a run is written. An earlier run is only replaced when asked for and when nothing but a
/// run is there; it stands aside until the new one has begun, and comes back when that one is
/// refused.
class RunDirectory {
 public:
  static Result<RunDirectory> prepare(const std::string& dir, bool force) {
    RunDirectory out;
    out.dir_ = dir;
    std::error_code error;
    out.existed_ = fs::exists(dir, error);
    bool used = out.existed_ && !(fs::is_directory(dir, error) && fs::is_empty(dir, error));
    if (used && !force)
      return fail(fmt::format("{}: exists", dir), "a new directory, or --force to overwrite a run");
    if (used) {
      if (auto foreign = foreign_entry(dir))
        return fail(
            fmt::format("{}: --force does not remove `{}`, which no run writes", dir, *foreign),
            "the directory of an earlier run");
      out.aside_ = dir + ".previous";
      fs::remove_all(out.aside_, error);
      fs::rename(dir, out.aside_, error);
      if (error)
        return fail(fmt::format("{}: {}", dir, error.message()), "a directory that can be moved");
    }
    fs::create_directories(dir, error);
    if (error)
      return fail(fmt::format("{}: {}", dir, error.message()), "a directory that can be made");
    return out;
  }

  void begun() {
    std::error_code error;
    if (!aside_.empty()) fs::remove_all(aside_, error);
    aside_.clear();
  }

  /// Nothing half-written stays; what was there before is there again.
  void roll_back() {
    std::error_code error;
    fs::remove_all(dir_, error);
    if (!aside_.empty())
      fs::rename(aside_, dir_, error);
    else if (existed_)
      fs::create_directories(dir_, error);
  }

 private:
  static std::optional<std::string> foreign_entry(const std::string& dir) {
    std::error_code error;
    if (!fs::is_directory(dir, error)) return fs::path(dir).filename().string();
    for (const auto& entry : fs::directory_iterator(dir, error)) {
      std::string name = entry.path().filename().string();
      bool chain = name == "chain" && fs::exists(entry.path() / "genesis.cbor", error);
      if (!chain && name != "run.json" && name != "summary.json" && name != "series.csv")
        return name;
    }
    return std::nullopt;
  }

  std::string dir_, aside_;
  bool existed_ = false;
};

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
    std::fputs(reports::summary_text(report, common.colour()).c_str(), stdout);
    if (!common.quiet) std::fputs(fmt::format("results: {}\n", out).c_str(), stdout);
  }
  if (report.run.interrupted) return kInterrupted;
  return world::as_expected(report.scenario.script, report.run.script) ? kHolds : kRefuted;
}

int run_command(const RunArguments& a, const CommonOptions& common) {
  auto sets = parse_sets(a.sets);
  if (!sets) return report_problems(sets.error());
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
  auto directory = RunDirectory::prepare(out, common.force);
  if (!directory) return report_problems(directory.error());
  options.begun = [&] { directory->begun(); };
  if (a.chain == "files") options.chain_dir = out + "/chain";
  Progress progress(scenario->name, !common.quiet);
  options.progress = [&](int share, std::int64_t events) { progress.show(share, events); };
  options.interrupt = &interrupted;
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  auto start = std::chrono::steady_clock::now();
  auto run = run::run_scenario(*scenario, options);
  if (!run) {
    directory->roll_back();
    return report_problems(run.error());
  }
  auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  reports::RunReport report{*scenario, *run, options.threads, wall.count(), version_text()};
  if (auto written = reports::write_run_files(report, out); !written)
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
  c->add_option("--rule", a->rules, "rule file that replaces the scenario's rule of the same name")
      ->allow_extra_args(false);
  c->add_option("--set", a->sets, "PATH=VALUE: overrides a value of the scenario")
      ->allow_extra_args(false);
  c->add_option("--seed", a->seed, "seed of the dynamics")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  c->add_option("--out", a->out, "run directory (default: runs/NAME-SEED)");
  c->add_option("--threads", a->threads, "event loop and signers (default: all processors)")
      ->check(CLI::Range(1, 1024));
  c->add_option("--signatures", a->signatures, "ed25519 or mac")
      ->check(CLI::IsMember({"ed25519", "mac"}));
  c->add_option("--chain", a->chain, "files or memory")->check(CLI::IsMember({"files", "memory"}));
  add_common(*c, common);
  c->callback([a, &common, &status] { status = run_command(*a, common); });
}

}  // namespace capmarket::cli
