#include "scenarios/scenario.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/input_files.h"
#include "scenarios/keys.h"
#include "scenarios/strategies_table.h"

namespace capmarket::cli {
namespace {

int validate_command(const std::vector<std::string>& files, const CommonOptions& common) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  Problems problems;
  for (const std::string& file : files) {
    auto kind = expect_scenario(file, "scenario validate");
    auto scenario = kind ? scenarios::load_scenario(file, {}, {})
                         : Result<scenarios::Scenario>(tl::unexpected(kind.error()));
    if (!scenario) {
      problems.insert(problems.end(), scenario.error().begin(), scenario.error().end());
      continue;
    }
    all.push_back({{"file", file}, {"scenario", scenario->name}, {"valid", true}, {"runs", true}});
    for (const Problem& p : scenario->warnings) all.back()["warnings"].push_back(to_text(p));
    if (common.json()) continue;
    std::fputs(fmt::format("{}: valid\n", file).c_str(), stdout);
    report_warnings(scenario->warnings, common);
  }
  if (!problems.empty()) return report_problems(problems);
  if (common.json()) print_json({{"scenarios", all}});
  return kHolds;
}

/// A strategy a paragraph: its name, what it does, what it is set by.
int strategies_command(const CommonOptions& common) {
  const nlohmann::ordered_json all = scenarios::strategies_json();
  if (common.json()) {
    print_json({{"strategies", all}});
    return kHolds;
  }
  std::string key;
  for (const auto& one : all) {
    if (one["key"] != key) fmt::print("{}{}\n", key.empty() ? "" : "\n", one["key"].get<std::string>());
    key = one["key"];
    fmt::print("  {}: {}\n", one["name"].get<std::string>(), one["about"].get<std::string>());
    for (const auto& [name, value] : one["parameters"].items())
      fmt::print("      {} (default {})\n", name, value.get<std::string>());
  }
  return kHolds;
}

}  // namespace

void add_scenario(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* group = app.add_subcommand("scenario", "scenario files");
  group->require_subcommand(1);
  CLI::App* validate = group->add_subcommand(
      "validate",
      "read scenarios with their rules and traces, and report everything that is wrong\n"
      "Example: capmarket scenario validate scenarios/packs/quickstart.yaml");
  auto files = std::make_shared<std::vector<std::string>>();
  validate->add_option("SCENARIO", *files, "scenario files (YAML)")->required();
  add_common(*validate, common);
  validate->callback([files, &common, &status] { status = validate_command(*files, common); });
  CLI::App* strategies = group->add_subcommand(
      "strategies",
      "the strategies that parties may follow, with their parameters\n"
      "Example: capmarket scenario strategies");
  add_common(*strategies, common);
  strategies->callback([&common, &status] { status = strategies_command(common); });
  CLI::App* schema = group->add_subcommand(
      "schema",
      "the JSON Schema of scenario files, with which an editor completes and checks them\n"
      "Example: capmarket scenario schema > scenario.schema.json");
  add_common(*schema, common);
  schema->callback([&status] {
    print_json(scenarios::scenario_schema());
    status = kHolds;
  });
}

}  // namespace capmarket::cli
