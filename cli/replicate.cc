#include "cli/replicate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/progress.h"
#include "cli/run_folder.h"
#include "cli/version.h"
#include "model/base/output.h"
#include "model/base/text.h"
#include "reports/study_report.h"

namespace capmarket::cli {
namespace {

Result<void> write_study(OutputFolder& folder, const reports::StudyReport& report) {
  if (auto r = folder.write("replications.csv", reports::replications_csv(report)); !r) return r;
  const std::string summary = reports::study_json(report).dump(2) + "\n";
  if (auto r = folder.write("summary.json", summary); !r) return r;
  return folder.publish();
}

int study_status(const reports::StudyReport& report) {
  if (report.runs.size() < static_cast<std::size_t>(report.asked)) return kInterrupted;
  for (const run::Run& run : report.runs)
    if (!world::as_expected(report.scenario.script, run.script)) return kRefuted;
  return report.undecided().empty() ? kHolds : kUndecided;
}

}  // namespace

Result<std::int64_t> parse_level(const std::string& text) {
  const auto level = parse_ratio(text);
  if (level && 0 < *level && *level < kFullRatio) return *level;
  return fail(fmt::format("--level {}: {}", text, level ? "out of range" : "no share"),
              "more than 0% and less than 100%, like 95%");
}

int replicate_command(ReplicateCall call, const CommonOptions& common) {
  auto folder = OutputFolder::begin(call.out, common.force, expect_replications);
  if (!folder) return report_problems(folder.error());
  Progress progress(call.scenario.name, !common.quiet);
  const std::int64_t asked = call.options.replications;
  call.options.progress = [&](std::int64_t done, std::int64_t events) {
    progress.show(static_cast<int>(done * kFullRatio / asked), events);
  };
  const auto start = std::chrono::steady_clock::now();
  auto runs = study::replicate(call.scenario, call.options);
  if (!runs) return report_problems(runs.error());
  const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  const reports::StudyReport report{
      call.scenario,
      *runs,
      asked,
      call.level,
      call.warm_up ? call.warm_up->text() : "",
      call.options.run.seed.value_or(call.scenario.seed_dynamics),
      call.options.threads,
      wall.count(),
      version_text()};
  if (auto put = write_study(*folder, report); !put) return report_problems(put.error());
  progress.clear();
  if (common.json()) {
    print_json(reports::study_json(report));
  } else {
    print_text(reports::study_text(report, common.colour()));
    if (!common.quiet) std::fputs(fmt::format("results: {}\n", call.out).c_str(), stdout);
  }
  return study_status(report);
}

}  // namespace capmarket::cli
