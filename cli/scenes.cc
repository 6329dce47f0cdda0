#include "cli/scenes.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "scenarios/script_text.h"

namespace capmarket {
namespace fs = std::filesystem;

Result<bool> shows_when_run(const Scenario& scenario, const std::string& file,
                            const std::string& comment, Run* run) {
  const fs::path path(file);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << scenario_text(scenario, path.parent_path().string(), comment);
  out.close();
  if (!out)
    return fail(Problem{file, 0, 0, "the file cannot be written", "a folder with room in it", ""});
  auto undo = [&] {
    fs::remove(path, error);
    return false;
  };
  auto loaded = load_scenario(file, {}, {});
  if (!loaded) return undo();
  RunOptions options;
  options.scheme = Scheme::mac;  // the same decisions, in a fraction of the time
  auto done = run_scenario(*loaded, options);
  if (!done || !as_expected(loaded->script, done->script)) return undo();
  if (run != nullptr) *run = *std::move(done);
  return true;
}

Result<void> show_refutations(RuleReport& report, const std::string& folder) {
  for (Finding& f : report.findings) {
    if (f.verdict != AnalysisVerdict::refuted) continue;
    for (const Scenario& scene : f.scenes) {
      std::string file = (fs::path(folder) / (scene.name + ".yaml")).string();
      std::string comment = fmt::format("{} {}: {}\nWritten by `capmarket check {}`; shown by: capmarket run {}",
                                        f.analysis, f.subject, f.sentence, report.file, file);
      auto shown = shows_when_run(scene, file, comment);
      if (!shown) return tl::unexpected(shown.error());
      if (!*shown) continue;
      f.scenario = file;
      break;
    }
  }
  return {};
}

}  // namespace capmarket
