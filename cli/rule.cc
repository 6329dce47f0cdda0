#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/input_files.h"
#include "cli/key_file.h"
#include "cli/promulgate.h"
#include "cli/run_keys.h"
#include "model/base/output.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/keys.h"
#include "model/rules/parse.h"
#include "model/yaml/yaml.h"

namespace capmarket::cli {
namespace {

int show_command(const std::string& file, const CommonOptions& common) {
  if (auto kind = expect_rule(file, "rule show"); !kind) return report_problems(kind.error());
  auto text = yaml::read_file(file);
  if (!text) return report_problems(text.error());
  auto rule = rules::parse_rule(file, *text);
  if (!rule) return report_problems(rule.error());
  report_rule_warnings(file, common);
  std::string id = to_hex(crypto::content_id(rules::encode_rule(*rule)));
  if (common.json()) {
    nlohmann::ordered_json out;
    out["id"] = id;
    out["rule"] = nlohmann::ordered_json::parse(rules::rule_json(*rule).dump());
    print_json(out);
    return kHolds;
  }
  std::fputs(fmt::format("# content id {}\n{}", id, rules::format_rule(*rule)).c_str(), stdout);
  return kHolds;
}

/// Each key in a file of its own: `log.key`, and by the authority's name.
int keys_command(const std::string& run, const std::string& out, const CommonOptions& common) {
  auto keys = keys_of_run(run);
  if (!keys) return report_problems(keys.error());
  if (auto made = make_output_folders(out); !made) return report_problems(made.error());
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::string text;
  for (const RunKey& k : *keys) {
    std::string name = k.name.empty() ? "log" : k.name;
    std::string stem = k.name.empty() ? "log" : "authority-" + k.name;
    std::replace(stem.begin(), stem.end(), '/', '-');
    std::string file = fmt::format("{}/{}.key", out, stem);
    if (auto written = write_key_file(file, k.seed, common.force); !written)
      return report_problems(written.error());
    std::string pub = to_hex(crypto::key_pair_from_seed(k.seed).pub);
    list.push_back({{"of", name}, {"public", pub}, {"file", file}});
    text += fmt::format("{}  {}  {}\n", pub, file, name);
  }
  if (!keys->empty() && !keys->front().name.empty() && !common.quiet)
    std::fputs("the log has changed its key since: that one does not follow from the seed\n", stderr);
  if (common.json())
    print_json({{"keys", std::move(list)}});
  else
    std::fputs(text.c_str(), stdout);
  return kHolds;
}

void add_keys(CLI::App& group, CommonOptions& common, int& status) {
  CLI::App* keys = group.add_subcommand(
      "keys",
      "the keys of a simulated chain, which follow from its seed: of its log and authorities\n"
      "Example: capmarket rule keys runs/a --out keys");
  auto run = std::make_shared<std::string>(), out = std::make_shared<std::string>();
  keys->add_option("RUN_DIR", *run, "run directory")->required();
  keys->add_option("-o,--out", *out, "directory for the key files (mode 0600)")->required();
  add_common(*keys, common);
  keys->callback([run, out, &common, &status] { status = keys_command(*run, *out, common); });
}

void add_promulgate(CLI::App& group, CommonOptions& common, int& status) {
  CLI::App* c = group.add_subcommand(
      "promulgate",
      "check a rule under several seeds and two solvers, then sign and admit it to a chain\n"
      "Example: capmarket rule promulgate rule.yaml --chain runs/a --from-run");
  auto a = std::make_shared<PromulgateArguments>();
  c->add_option("RULE", a->rule, "rule file (YAML)")->required();
  c->add_option("--chain", a->chain, "chain or run directory")->required();
  auto* from_run = c->add_flag("--from-run", a->from_run,
                               "both keys follow from the seed of the run that --chain names");
  auto* key = c->add_option("--key", a->key, "the authority's key: a hex seed, mode 0600");
  auto* log = c->add_option("--log-key", a->log_key, "the key that signs the chain's checkpoints");
  auto* create =
      c->add_option("--new", a->create, "makes a chain of that name, the authority its root");
  create->needs(key)->needs(log);
  from_run->excludes(create)->excludes(key)->excludes(log);
  c->add_option("--waive", a->waive, "lets a refuted analysis pass: its id, or goal:NAME")
      ->allow_extra_args(false);
  c->add_option("--because", a->because, "why; one for each --waive, in order")
      ->allow_extra_args(false);
  c->add_option("--at", a->at, "admission time (default: the chain's last one)");
  c->add_option("--certificates", a->certificates, "keeps the certificates there");
  c->add_option("--total", a->total_seconds, "seconds for all proofs together")
      ->check(whole_number(1, 86'400))
      ->capture_default_str();
  add_common(*c, common);
  c->callback([a, &common, &status] {
    bool keys = a->from_run || (!a->key.empty() && !a->log_key.empty());
    status = keys ? promulgate_command(*a, common)
                  : report_problems(fail("no keys to sign with",
                                         "--key FILE and --log-key FILE, or --from-run for the "
                                         "chain of a simulated run")
                                        .value());
  });
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
  add_keys(*group, common, status);
  add_promulgate(*group, common, status);
  show->callback([file, &common, &status] { status = show_command(*file, common); });
  CLI::App* schema = group->add_subcommand(
      "schema",
      "the JSON Schema of rule files, with which an editor completes and checks them\n"
      "Example: capmarket rule schema > rule.schema.json");
  add_common(*schema, common);
  schema->callback([&status] {
    print_json(rules::rule_schema());
    status = kHolds;
  });
}

}  // namespace capmarket::cli
