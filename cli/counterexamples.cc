#include "cli/counterexamples.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "model/base/read_file.h"
#include "model/objects/invariants.h"
#include "scenarios/script_text.h"
#include "verify/audit/audit.h"

namespace capmarket::cli {
namespace fs = std::filesystem;

/// Begins a line of the comment in front of every scenario that `check` writes.
static constexpr const char* kWrittenByCheck = "Written by `capmarket check";

Result<std::optional<OutputFile>> shown_when_run(const scenarios::Scenario& scenario,
                                                 const std::string& file,
                                                 const std::string& comment, bool force,
                                                 run::Run* run) {
  const fs::path folder = fs::path(file).parent_path();
  if (!folder.empty())
    if (auto made = make_output_folders(folder.string()); !made)
      return tl::unexpected(made.error());
  auto out = OutputFile::begin(file, force);
  if (!out) return tl::unexpected(out.error());
  auto written = out->write(scenarios::scenario_text(scenario, folder.string(), comment));
  if (!written) return tl::unexpected(written.error());
  auto loaded = scenarios::load_scenario(out->aside(), {}, {});
  if (!loaded) return std::optional<OutputFile>();
  run::RunOptions options;
  options.scheme = crypto::Scheme::mac;  // the same decisions, in a fraction of the time
  auto done = run::run_scenario(*loaded, options);
  if (!done || !world::as_expected(loaded->script, done->script))
    return std::optional<OutputFile>();
  if (run != nullptr) *run = *std::move(done);
  return std::optional<OutputFile>(*std::move(out));
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

namespace {

/// Whether `check` wrote that file: as such it may write it again.
bool written_by_check(const std::string& file) {
  auto text = peek_file(file, InputKind::document);
  return text && text->substr(0, text->find("\nscenario:")).find(kWrittenByCheck) != text->npos;
}

}  // namespace

Result<void> show_refutations(analyses::RuleReport& report, const std::string& folder, bool force) {
  for (analyses::Finding& f : report.findings) {
    if (f.verdict != analyses::AnalysisVerdict::refuted) continue;
    for (const scenarios::Scenario& scenario : f.scripted_scenarios) {
      std::string file = (fs::path(folder) / (scenario.name + ".yaml")).string();
      std::string comment = fmt::format("{} {}: {}\n{} {}`; shown by: capmarket run {}", f.analysis,
                                        f.subject, f.sentence, kWrittenByCheck, report.file, file);
      auto shown =
          shown_when_run(scenario, file, comment, force || written_by_check(file), nullptr);
      if (!shown) return tl::unexpected(shown.error());
      if (!*shown) continue;
      if (auto put = (*shown)->publish(); !put) return put;
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
