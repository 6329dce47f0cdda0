#include "verify/analyses/check.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/certify.h"
#include "cli/command.h"
#include "cli/counterexamples.h"
#include "cli/version.h"
#include "model/base/output.h"
#include "reports/check_report.h"
#include "reports/flip_report.h"
#include "reports/golden_report.h"
#include "scenarios/scenario.h"
#include "sim/script/executor.h"

namespace capmarket::cli {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  std::string fail_level = "error";
  int more = 0;
  bool explain = false;
  std::string scenarios;  // folder; `none`; empty: the default
  CertifyOptions certify;
  std::string save_test, finding;
  std::string over, against;
  int samples = 33;
};

/// The given files first, then the versions that they supersede by path, each once.
Result<std::vector<question::RuleFile>> load_all(const std::vector<std::string>& files) {
  std::vector<question::RuleFile> out, earlier;
  Problems problems;
  auto add = [&](question::RuleFile file, std::vector<question::RuleFile>& to) {
    auto same = [&](const question::RuleFile& f) { return f.id == file.id; };
    if (std::any_of(out.begin(), out.end(), same) ||
        std::any_of(earlier.begin(), earlier.end(), same))
      return;
    to.push_back(std::move(file));
  };
  for (const std::string& file : files) {
    auto loaded = question::load_rule_files(file);
    if (!loaded) {
      problems.insert(problems.end(), loaded.error().begin(), loaded.error().end());
      continue;
    }
    add(std::move(loaded->front()), out);
    for (std::size_t i = 1; i < loaded->size(); ++i) add(std::move((*loaded)[i]), earlier);
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  for (question::RuleFile& f : earlier) out.push_back(std::move(f));
  return out;
}

int status_of(const std::vector<analyses::RuleReport>& reports, bool warnings_fail) {
  bool refuted = false, undecided = false;
  for (const analyses::RuleReport& r : reports) {
    if (r.internal_error) return kInternal;
    analyses::AnalysisVerdict v = r.verdict();
    refuted = refuted || v == analyses::AnalysisVerdict::refuted || v == analyses::AnalysisVerdict::vacuous ||
              (warnings_fail && r.warned());
    undecided = undecided || v == analyses::AnalysisVerdict::unknown;
  }
  return refuted ? kRefuted : undecided ? kUndecided : kHolds;
}

/// Where the scenarios of a rule's refutations go: drafts of one version are told apart by their
/// files.
std::string folder_of(const CheckArguments& arguments, const analyses::RuleReport& report) {
  if (!arguments.scenarios.empty()) return arguments.scenarios;
  return "runs/check-" + std::filesystem::path(report.file).stem().string();
}

/// Every analysis of one rule and, where asked for, the questions that it rests on.
analyses::RuleReport check_one(const question::RuleFile& file, const std::vector<question::RuleFile>& files,
                     const analyses::CheckOptions& options, bool certify, smt::Questions& questions) {
  std::optional<smt::QuestionRecorder> recorder;
  if (certify) recorder.emplace();
  analyses::RuleReport report = analyses::check_rule(file, files, options);
  if (recorder) questions = recorder->take();
  return report;
}

/// Where the certificates of a rule go: several rules have a directory each, named by the content
/// id.
std::string certificates_of(const CheckArguments& a, const std::string& id) {
  if (a.certify.directory.empty() || a.files.size() == 1) return a.certify.directory;
  return a.certify.directory + "/" + id.substr(0, 16);
}

/// Each rule's certificates.
Step<std::vector<reports::Certified>> certify_all(const std::vector<analyses::RuleReport>& reports,
                                                  std::vector<smt::Questions>& questions,
                                                  const CheckArguments& a,
                                                  const CommonOptions& common) {
  std::vector<reports::Certified> out;
  for (std::size_t i = 0; a.certify.on() && i < reports.size(); ++i) {
    auto one = certify(std::move(questions[i]), analyses::certificate_subject(reports[i]),
                       a.certify, certificates_of(a, reports[i].id), common);
    if (!one) return tl::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

nlohmann::ordered_json json_of(const std::vector<analyses::RuleReport>& reports,
                               const std::vector<reports::Certified>& certified) {
  nlohmann::ordered_json out = reports::check_json(reports);
  for (std::size_t i = 0; i < certified.size(); ++i) {
    nlohmann::ordered_json& rule = reports.size() == 1 ? out : out["rules"][i];
    reports::add_certificates(rule["analyses"], "analysis", certified[i]);
    rule["certificates"] = reports::certificates_json(certified[i]);
    rule["recheck"] = reports::recheck_json(certified[i]);
  }
  return out;
}

std::string text_of(const std::vector<analyses::RuleReport>& reports, const std::vector<reports::Certified>& certified,
                    const CheckArguments& a, const CommonOptions& common) {
  std::string out = reports::check_text(reports, common.colour(), common.quiet, a.explain);
  for (const reports::Certified& c : certified) out += reports::certified_text(c, common.colour());
  return out;
}

/// Whether `--save-test` can be obeyed, before anything is checked.
Result<void> can_save(const CheckArguments& arguments, const CommonOptions& common) {
  if (arguments.save_test.empty()) return {};
  if (arguments.files.size() > 1)
    return fail("--save-test with several rules", "one rule: the cases are of its tiers");
  return check_output_file(arguments.save_test, common.force);
}

/// Writes the golden cases; gives the exit status where that goes wrong, else `status`.
int save_test(const analyses::RuleReport& report, const CheckArguments& arguments,
              const CommonOptions& common, int status) {
  reports::GoldenReport golden = reports::golden_report(report, arguments.finding);
  if (!golden.selected)
    return report_problems(fail(fmt::format("--finding: no finding is `{}`", arguments.finding),
                                "ANALYSIS or \"ANALYSIS SUBJECT\", as the report names them")
                               .value());
  for (const std::string& note : golden.notes) std::fputs((note + "\n").c_str(), stderr);
  if (golden.cases == 0) {
    std::fputs("--save-test: nothing to write: no refuted finding has a golden case\n", stderr);
    return status;
  }
  auto written = write_output_file(arguments.save_test, golden.text, common.force);
  return written ? status : report_problems(written.error());
}

analyses::CheckOptions options_of(const CheckArguments& arguments, const CommonOptions& common,
                        const std::optional<scenarios::Scenario>& against) {
  analyses::CheckOptions options;
  options.against = against ? &*against : nullptr;
  options.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  options.more = arguments.more;
  options.executor = script::make_executor;
  return options;
}

/// Never shown as a finding: the witness is not one of the rule's.
int not_reproduced(const std::string& file, const std::string& mismatch) {
  std::fputs(fmt::format("{}: a counterexample does not reproduce: {}\n  this is a fault of "
                         "capmarket, not of the rule\n",
                         file, mismatch)
                 .c_str(),
             stderr);
  return kInternal;
}

/// `--over`: the worst status over the values that were checked.
int over_command(const CheckArguments& arguments, const CommonOptions& common,
                 const std::optional<scenarios::Scenario>& against) {
  if (arguments.files.size() > 1 || (common.format != "text" && !common.json()))
    return report_problems(
        fail("--over with several rules, or in that format", "one rule; --format text or json")
            .value());
  auto report = analyses::check_over(arguments.files.front(), arguments.over, arguments.samples,
                           options_of(arguments, common, against));
  if (!report) return report_problems(report.error());
  if (report->internal_error) return not_reproduced(report->file, report->mismatch);
  if (common.json())
    print_json(reports::flip_json(*report));
  else
    std::fputs(reports::flip_text(*report, common.colour(), common.quiet).c_str(), stdout);
  if (report->worst == analyses::AnalysisVerdict::refuted ||
      (arguments.fail_level == "warning" && report->warned))
    return kRefuted;
  return report->worst == analyses::AnalysisVerdict::unknown ? kUndecided : kHolds;
}

/// Whether what is asked for can be written and decided again, before minutes are spent.
Step<void> ready(const CheckArguments& a, const std::vector<question::RuleFile>& files,
                 const CommonOptions& common) {
  if (auto can = can_save(a, common); !can) return stop(kBadInput, can.error());
  for (const question::RuleFile& f : files) {
    CertifyOptions one{certificates_of(a, to_hex(f.id)), a.certify.solver};
    if (std::find(a.files.begin(), a.files.end(), f.file) == a.files.end()) continue;
    if (auto r = certify_ready(one, common); !r) return r;
  }
  return {};
}

int check_command(const CheckArguments& arguments, const CommonOptions& common) {
  std::optional<scenarios::Scenario> against;
  if (!arguments.against.empty()) {
    auto scenario = scenarios::load_scenario(arguments.against, {}, {});
    if (!scenario) return report_problems(scenario.error());
    against = *std::move(scenario);
  }
  if (!arguments.over.empty()) return over_command(arguments, common, against);
  auto files = load_all(arguments.files);
  if (!files) return report_problems(files.error());
  for (const std::string& file : arguments.files) report_look_alikes(file, common);
  if (auto can = ready(arguments, *files, common); !can) return report_stop(can.error());
  analyses::CheckOptions options = options_of(arguments, common, against);
  std::vector<analyses::RuleReport> reports;
  std::vector<smt::Questions> questions;
  for (const question::RuleFile& f : *files) {
    bool asked =
        std::find(arguments.files.begin(), arguments.files.end(), f.file) != arguments.files.end();
    if (!asked) continue;
    questions.emplace_back();
    reports.push_back(check_one(f, *files, options, arguments.certify.on(), questions.back()));
    if (!reports.back().problems.empty()) return report_problems(reports.back().problems);
    if (reports.back().internal_error) return not_reproduced(f.file, reports.back().mismatch);
    if (arguments.scenarios == "none") continue;
    auto shown =
        show_refutations(reports.back(), folder_of(arguments, reports.back()), common.force);
    if (shown) continue;
    if (!arguments.scenarios.empty()) return report_problems(shown.error());
    // Nobody asked for them: the verdict stands without.
    std::fputs(("note: not all scenarios are written: " + to_text(shown.error())).c_str(), stderr);
  }
  auto certified = certify_all(reports, questions, arguments, common);
  if (!certified) return report_stop(certified.error());
  if (common.format == "json")
    print_json(json_of(reports, *certified));
  else if (common.format == "sarif")
    print_json(reports::check_sarif(reports, version_text()));
  else if (common.format == "junit")
    std::fputs(reports::check_junit(reports).c_str(), stdout);
  else
    std::fputs(text_of(reports, *certified, arguments, common).c_str(), stdout);
  int second = kHolds;
  for (const reports::Certified& c : *certified)
    second = std::max(second, certified_status(c, kHolds));
  if (second != kHolds) return second;
  int status = status_of(reports, arguments.fail_level == "warning");
  return arguments.save_test.empty() ? status
                                     : save_test(reports.front(), arguments, common, status);
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
      ->check(whole_number(0, 100));
  c->add_flag("--explain", arguments->explain, "name the conjuncts that decide each case");
  c->add_option("--scenarios", arguments->scenarios,
                "folder for the scenarios that show refutations, or none (default: "
                "runs/check-FILE)");
  add_certify(*c, arguments->certify);
  auto* save = c->add_option("--save-test", arguments->save_test,
                             "write the cases of what is refuted to this file, as `examples`");
  c->add_option("--finding", arguments->finding,
                "of --save-test: this analysis alone, or \"ANALYSIS SUBJECT\"")
      ->needs(save);
  c->add_option("--against", arguments->against,
                "the scenario on whose infrastructure coordination-scope is judged");
  auto* over = c->add_option("--over", arguments->over,
                             "PATH=A..B: where verdicts flip as that value of the rule varies")
                   ->excludes(save);
  c->add_option("--samples", arguments->samples, "of --over: values checked before it halves")
      ->needs(over)
      ->check(whole_number(2, 1000))
      ->capture_default_str();
  add_common_for_designers(*c, common);
  c->remove_option(c->get_option("--format"));
  c->add_option("--format", common.format, "text, json, junit (XML) or sarif (2.1.0)")
      ->check(CLI::IsMember({"text", "json", "junit", "sarif"}))
      ->capture_default_str();
  c->callback([c, arguments, &common, &status] {
    patient_for_designers(*c, common);
    status = check_command(*arguments, common);
  });
}

}  // namespace capmarket::cli
