#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/keys.h"
#include "model/rules/parse.h"
#include "model/yaml/yaml.h"

namespace capmarket {
namespace {

int show_command(const std::string& file, const CommonOptions& common) {
  auto text = read_file(file);
  if (!text) return report_problems(text.error());
  auto rule = parse_rule(file, *text);
  if (!rule) return report_problems(rule.error());
  std::string id = to_hex(content_id(encode_rule(*rule)));
  if (common.json()) {
    nlohmann::ordered_json out;
    out["id"] = id;
    out["rule"] = nlohmann::ordered_json::parse(rule_json(*rule).dump());
    print_json(out);
    return kHolds;
  }
  std::fputs(fmt::format("# content id {}\n{}", id, format_rule(*rule)).c_str(), stdout);
  return kHolds;
}

}  // namespace

void add_rule(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* group = app.add_subcommand("rule", "rule files");
  group->require_subcommand(1);
  CLI::App* show =
      group->add_subcommand("show",
                            "the rule as it reaches the chain, and its content id\n"
                            "Example: capmarket rule show scenarios/rules/quickstart.yaml");
  auto file = std::make_shared<std::string>();
  show->add_option("RULE", *file, "rule file (YAML)")->required();
  add_common(*show, common);
  show->callback([file, &common, &status] { status = show_command(*file, common); });
  CLI::App* schema = group->add_subcommand(
      "schema",
      "the JSON Schema of rule files, with which an editor completes and checks them\n"
      "Example: capmarket rule schema > rule.schema.json");
  add_common(*schema, common);
  schema->callback([&status] {
    print_json(rule_schema());
    status = kHolds;
  });
}

}  // namespace capmarket
