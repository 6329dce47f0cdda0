#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/input_files.h"
#include "model/base/text.h"
#include "scenarios/imports/csv_import.h"
#include "scenarios/imports/swf.h"

namespace capmarket::cli {
namespace {

struct ImportArguments {
  std::vector<std::string> files;
  std::string mapping;
  std::string out;
  std::string lead;
  std::string tier = "none";
  std::int64_t capacity = 0;
  std::int64_t holders = 1;
  bool strict = false;
};

int finish(const Result<imports::Imported>& imported, const ImportArguments& a,
           const CommonOptions& common) {
  if (!imported) return report_problems(imported.error());
  auto written = imports::write_import(*imported, a.out, common.force);
  if (!written) return report_problems(written.error());
  const scenarios::ImportCounts& counts = imported->counts;
  nlohmann::ordered_json out = {{"rows", counts.rows},       {"requests", counts.requests},
                                {"skipped", counts.skipped}, {"holders", imported->holders.size()},
                                {"notes", imported->notes},  {"scenario", written->scenario},
                                {"rule", written->rule}};
  if (common.json()) {
    print_json({{"import", out}});
    return kHolds;
  }
  std::string text = fmt::format("{} rows: {} requests", counts.rows, counts.requests);
  for (const auto& [reason, n] : counts.skipped)
    text += fmt::format(", {} skipped ({})", n, reason);
  text += fmt::format("; {} holders\n", imported->holders.size());
  if (!common.quiet)
    for (const std::string& note : imported->notes) text += "note: " + note + "\n";
  text +=
      fmt::format("scenario: {}\nnext: capmarket run {}\n", written->scenario, written->scenario);
  std::fputs(text.c_str(), stdout);
  return kHolds;
}

int csv_command(const ImportArguments& a, const CommonOptions& common) {
  if (auto kind = expect_mapping(a.mapping, "import csv --mapping"); !kind)
    return report_problems(kind.error());
  return finish(imports::import_csv(a.mapping, a.files, a.strict), a, common);
}

int swf_command(const ImportArguments& a, const CommonOptions& common) {
  imports::SwfOptions options;
  if (!a.lead.empty()) {
    auto lead = parse_duration(a.lead);
    if (!lead || lead->value < kNanosPerSecond || lead->value % kNanosPerSecond != 0 ||
        *lead > imports::kImportLeadMax)
      return report_problems(
          fail("--lead " + a.lead, "whole seconds from 1s to 365d, like 10s").value());
    options.lead = *lead;
  }
  if (a.capacity > 0) options.capacity = a.capacity;
  options.holders = a.holders;
  options.strict = a.strict;
  if (a.tier == "queue") options.tier = imports::SwfTier::queue;
  if (a.tier == "partition") options.tier = imports::SwfTier::partition;
  return finish(imports::import_swf(a.files.front(), options), a, common);
}

}  // namespace

void add_import(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* group = app.add_subcommand("import", "a real trace becomes a scenario");
  group->require_subcommand(1);
  auto a = std::make_shared<ImportArguments>();
  auto shared = [&](CLI::App* c) {
    c->add_option("-o,--out", a->out,
                  "scenario to write (.yaml), with its rule and tables beside it")
        ->required();
    c->add_flag("--strict", a->strict, "oddities that are tolerated otherwise are errors");
    add_common(*c, common);
  };
  CLI::App* csv = group->add_subcommand(
      "csv",
      "tables with a mapping file\nExample: capmarket import csv nodes.csv pods.csv --mapping "
      "scenarios/mappings/gpu-cluster-2023.yaml -o gpu.yaml");
  csv->add_option("FILE", a->files, "the tables that the mapping describes, in any order")
      ->required();
  csv->add_option("--mapping", a->mapping, "what the columns mean (YAML)")->required();
  shared(csv);
  csv->callback([a, &common, &status] { status = csv_command(*a, common); });

  CLI::App* swf = group->add_subcommand(
      "swf",
      "a log in the Standard Workload Format\nExample: capmarket import swf log.swf -o log.yaml");
  swf->add_option("FILE", a->files, "the log")->required()->expected(1);
  swf->add_option("--lead", a->lead, "from the request to its window (default 10s)");
  swf->add_option("--capacity", a->capacity,
                  "processors (default: MaxProcs, MaxNodes, the largest job)")
      ->check(whole_number(1, imports::kImportQuantityMax));
  swf->add_option("--holders", a->holders, "split the capacity over so many holders")
      ->check(whole_number(1, 100'000));
  swf->add_option("--tier", a->tier, "what gives the tier: none, queue or partition")
      ->check(CLI::IsMember({"none", "queue", "partition"}));
  shared(swf);
  swf->callback([a, &common, &status] { status = swf_command(*a, common); });
}

}  // namespace capmarket::cli
