#include "cli/counterexamples.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "model/objects/invariants.h"
#include "scenarios/script_text.h"
#include "verify/audit/audit.h"

namespace capmarket::cli {
namespace fs = std::filesystem;

Result<bool> shows_when_run(const scenarios::Scenario& scenario, const std::string& file,
                            const std::string& comment, run::Run* run) {
  const fs::path path(file);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << scenarios::scenario_text(scenario, path.parent_path().string(), comment);
  out.close();
  if (!out)
    return fail(Problem{file, 0, 0, "the file cannot be written", "a folder with room in it", ""});
  auto undo = [&] {
    fs::remove(path, error);
    return false;
  };
  auto loaded = scenarios::load_scenario(file, {}, {});
  if (!loaded) return undo();
  run::RunOptions options;
  options.scheme = crypto::Scheme::mac;  // the same decisions, in a fraction of the time
  auto done = run::run_scenario(*loaded, options);
  if (!done || !world::as_expected(loaded->script, done->script)) return undo();
  if (run != nullptr) *run = *std::move(done);
  return true;
}

std::string audit_of(const scenarios::Scenario& scenario) {
  // In memory where there is such a place: a chain on a disk waits for it at every checkpoint.
  std::error_code none;
  fs::path place = fs::is_directory("/dev/shm", none) ? "/dev/shm" : fs::temp_directory_path(none);
  std::string pattern = (place / "capmarket-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return "no temporary folder can be made";
  run::RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.chain_dir = pattern + "/chain";
  auto done = run::run_scenario(scenario, options);
  std::string wrong;
  if (!done) {
    wrong = to_text(done.error());
  } else if (auto report = audit::audit_chain(pattern, {1, nullptr}); !report) {
    wrong = to_text(report.error());
  } else if (!report->holds()) {
    const audit::AuditViolation& v = report->violations.front();
    wrong =
        fmt::format("{} at sequence {}: {}", objects::to_text(v.invariant), v.sequence, v.detail);
  }
  std::error_code ignored;
  fs::remove_all(pattern, ignored);
  return wrong;
}

Result<void> show_refutations(analyses::RuleReport& report, const std::string& folder) {
  for (analyses::Finding& f : report.findings) {
    if (f.verdict != analyses::AnalysisVerdict::refuted) continue;
    for (const scenarios::Scenario& scenario : f.scripted_scenarios) {
      std::string file = (fs::path(folder) / (scenario.name + ".yaml")).string();
      std::string comment =
          fmt::format("{} {}: {}\nWritten by `capmarket check {}`; shown by: capmarket run {}",
                      f.analysis, f.subject, f.sentence, report.file, file);
      auto shown = shows_when_run(scenario, file, comment);
      if (!shown) return tl::unexpected(shown.error());
      if (!*shown) continue;
      f.scenario = file;
      break;
    }
    if (f.scenario.empty() && !f.scripted_scenarios.empty() && f.reason.empty())
      f.reason = fmt::format("no scenario: none of the {} that were tried runs to it",
                             f.scripted_scenarios.size());
  }
  return {};
}

}  // namespace capmarket::cli
