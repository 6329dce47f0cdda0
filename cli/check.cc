#include "verify/rules/check.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/scenes.h"
#include "reports/check_report.h"

namespace capmarket {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  std::string fail_level = "error";
  int more = 0;
  bool explain = false;
  std::string scenarios;  // folder; `none`; empty: the default
};

/// The given files first, then the versions that they supersede by path, each once.
Result<std::vector<RuleFile>> load_all(const std::vector<std::string>& files) {
  std::vector<RuleFile> out, earlier;
  Problems problems;
  auto add = [&](RuleFile file, std::vector<RuleFile>& to) {
    auto same = [&](const RuleFile& f) { return f.id == file.id; };
    if (std::any_of(out.begin(), out.end(), same) ||
        std::any_of(earlier.begin(), earlier.end(), same))
      return;
    to.push_back(std::move(file));
  };
  for (const std::string& file : files) {
    auto loaded = load_rule_files(file);
    if (!loaded) {
      problems.insert(problems.end(), loaded.error().begin(), loaded.error().end());
      continue;
    }
    add(std::move(loaded->front()), out);
    for (std::size_t i = 1; i < loaded->size(); ++i) add(std::move((*loaded)[i]), earlier);
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  for (RuleFile& f : earlier) out.push_back(std::move(f));
  return out;
}

int status_of(const std::vector<RuleReport>& reports, bool warnings_fail) {
  bool refuted = false, undecided = false;
  for (const RuleReport& r : reports) {
    if (r.internal_error) return kInternal;
    AnalysisVerdict v = r.verdict();
    refuted = refuted || v == AnalysisVerdict::refuted || v == AnalysisVerdict::vacuous ||
              (warnings_fail && r.warned());
    undecided = undecided || v == AnalysisVerdict::unknown;
  }
  return refuted ? kRefuted : undecided ? kUndecided : kHolds;
}

/// Where the scenarios of a rule's refutations go.
std::string folder_of(const CheckArguments& arguments, const RuleReport& report) {
  if (!arguments.scenarios.empty()) return arguments.scenarios;
  std::string name = report.rule;
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; }, '-');
  return fmt::format("runs/check-{}-v{}", name, report.version);
}

int check_command(const CheckArguments& arguments, const CommonOptions& common) {
  auto files = load_all(arguments.files);
  if (!files) return report_problems(files.error());
  CheckOptions options;
  options.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  options.more = arguments.more;
  std::vector<RuleReport> reports;
  for (const RuleFile& f : *files) {
    bool asked =
        std::find(arguments.files.begin(), arguments.files.end(), f.file) != arguments.files.end();
    if (!asked) continue;
    reports.push_back(check_rule(f, *files, options));
    if (!reports.back().internal_error) {
      if (arguments.scenarios == "none") continue;
      auto shown = show_refutations(reports.back(), folder_of(arguments, reports.back()));
      if (shown) continue;
      if (!arguments.scenarios.empty()) return report_problems(shown.error());
      std::fputs("note: no scenarios are written: this folder cannot be written to\n", stderr);
      continue;
    }
    // Never shown as a finding: the witness is not one of the rule's.
    std::fputs(fmt::format("{}: a counterexample does not reproduce: {}\n  this is a fault of "
                           "capmarket, not of the rule\n",
                           f.file, reports.back().mismatch)
                   .c_str(),
               stderr);
    return kInternal;
  }
  if (common.format == "json")
    print_json(check_json(reports));
  else if (common.format == "sarif")
    print_json(check_sarif(reports, version_text()));
  else if (common.format == "junit")
    std::fputs(check_junit(reports).c_str(), stdout);
  else
    std::fputs(check_text(reports, common.colour(), common.quiet, arguments.explain).c_str(),
               stdout);
  return status_of(reports, arguments.fail_level == "warning");
}

}  // namespace

void add_check(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c =
      app.add_subcommand("check",
                         "every analysis of a rule, with the smallest case of what goes wrong\n"
                         "Example: capmarket check scenarios/rules/quickstart.yaml");
  auto arguments = std::make_shared<CheckArguments>();
  c->add_option("RULE", arguments->files, "rule files (YAML); versions of one rule as a set")
      ->required();
  c->add_option("--fail-level", arguments->fail_level, "what makes the exit status 1")
      ->check(CLI::IsMember({"error", "warning"}))
      ->capture_default_str();
  c->add_option("--more", arguments->more, "further cases of each refutation")
      ->check(CLI::Range(0, 100));
  c->add_flag("--explain", arguments->explain, "name the conjuncts that decide each case");
  c->add_option("--scenarios", arguments->scenarios,
                "folder for the scenarios that show refutations, or none (default: "
                "runs/check-RULE-vN)");
  add_common(*c, common);
  c->remove_option(c->get_option("--format"));
  c->add_option("--format", common.format, "text, json, junit (XML) or sarif (2.1.0)")
      ->check(CLI::IsMember({"text", "json", "junit", "sarif"}))
      ->capture_default_str();
  c->callback([arguments, &common, &status] { status = check_command(*arguments, common); });
}

}  // namespace capmarket
