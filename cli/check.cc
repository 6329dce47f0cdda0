#include "verify/rules/check.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/certify.h"
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
  CertifyOptions certify;
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

/// Every analysis of one rule and, where asked for, the questions that it rests on.
RuleReport check_one(const RuleFile& file, const std::vector<RuleFile>& files,
                     const CheckOptions& options, bool certify, Questions& questions) {
  std::optional<QuestionRecorder> recorder;
  if (certify) recorder.emplace();
  RuleReport report = check_rule(file, files, options);
  if (recorder) questions = recorder->take();
  return report;
}

/// Each rule's certificates; several rules have a directory each, named by the content id.
Result<std::vector<Certified>> certify_all(const std::vector<RuleReport>& reports,
                                           std::vector<Questions>& questions,
                                           const CheckArguments& a, const CommonOptions& common) {
  std::vector<Certified> out;
  for (std::size_t i = 0; a.certify.on() && i < reports.size(); ++i) {
    std::string directory = a.certify.directory;
    if (!directory.empty() && reports.size() > 1) directory += "/" + reports[i].id.substr(0, 16);
    auto one = certify(std::move(questions[i]), certificate_subject(reports[i]), a.certify,
                       directory, common);
    if (!one) return tl::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

nlohmann::ordered_json json_of(const std::vector<RuleReport>& reports,
                               const std::vector<Certified>& certified) {
  nlohmann::ordered_json out = check_json(reports);
  for (std::size_t i = 0; i < certified.size(); ++i) {
    nlohmann::ordered_json& rule = reports.size() == 1 ? out : out["rules"][i];
    add_certificates(rule["analyses"], "analysis", certified[i]);
    rule["certificates"] = certificates_json(certified[i]);
    rule["recheck"] = recheck_json(certified[i]);
  }
  return out;
}

std::string text_of(const std::vector<RuleReport>& reports, const std::vector<Certified>& certified,
                    const CheckArguments& a, const CommonOptions& common) {
  std::string out = check_text(reports, common.colour(), common.quiet, a.explain);
  for (const Certified& c : certified) out += certified_text(c, common.colour());
  return out;
}

int check_command(const CheckArguments& arguments, const CommonOptions& common) {
  if (auto ready = certify_ready(arguments.certify, common); !ready)
    return report_problems(ready.error());
  auto files = load_all(arguments.files);
  if (!files) return report_problems(files.error());
  CheckOptions options;
  options.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  options.more = arguments.more;
  std::vector<RuleReport> reports;
  std::vector<Questions> questions;
  for (const RuleFile& f : *files) {
    bool asked =
        std::find(arguments.files.begin(), arguments.files.end(), f.file) != arguments.files.end();
    if (!asked) continue;
    questions.emplace_back();
    reports.push_back(check_one(f, *files, options, arguments.certify.on(), questions.back()));
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
  auto certified = certify_all(reports, questions, arguments, common);
  if (!certified) return report_problems(certified.error());
  if (common.format == "json")
    print_json(json_of(reports, *certified));
  else if (common.format == "sarif")
    print_json(check_sarif(reports, version_text()));
  else if (common.format == "junit")
    std::fputs(check_junit(reports).c_str(), stdout);
  else
    std::fputs(text_of(reports, *certified, arguments, common).c_str(), stdout);
  if (std::any_of(certified->begin(), certified->end(),
                  [](const Certified& c) { return c.disagrees(); }))
    return kInternal;
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
  add_certify(*c, arguments->certify);
  add_common(*c, common);
  c->remove_option(c->get_option("--format"));
  c->add_option("--format", common.format, "text, json, junit (XML) or sarif (2.1.0)")
      ->check(CLI::IsMember({"text", "json", "junit", "sarif"}))
      ->capture_default_str();
  c->callback([arguments, &common, &status] { status = check_command(*arguments, common); });
}

}  // namespace capmarket
