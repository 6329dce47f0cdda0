#include "verify/analyses/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/certify.h"
#include "cli/command.h"
#include "cli/counterexamples.h"
#include "cli/efforts.h"
#include "cli/input_files.h"
#include "cli/progress.h"
#include "cli/rule_files.h"
#include "cli/unused_options.h"
#include "cli/version.h"
#include "model/base/output.h"
#include "reports/check_report.h"
#include "reports/flip_report.h"
#include "reports/golden_report.h"
#include "scenarios/scenario.h"
#include "sim/script/executor.h"
#include "verify/analyses/listener.h"

namespace capmarket::cli {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  std::string fail_level = "error";
  int more = 0;
  bool explain = false, all = false;
  std::string scenarios;  // folder; `none`; empty: the default
  CertifyOptions certify;
  std::string save_test, finding;
  std::string over, against;
  int samples = 33;
  std::vector<std::string> effort_given;
  smt::Effort effort;  // read from it
};

int status_of(const std::vector<analyses::RuleReport>& reports, const reports::CheckRest& rest) {
  bool refuted = false, undecided = false;
  for (const analyses::RuleReport& r : reports) {
    if (r.internal_error) return kInternal;
    analyses::AnalysisVerdict v = r.verdict();
    refuted = refuted || v == analyses::AnalysisVerdict::refuted ||
              v == analyses::AnalysisVerdict::vacuous ||
              (rest.warnings_fail && (r.warned() || !rest.as_written_of(r.file).empty()));
    undecided = undecided || v == analyses::AnalysisVerdict::unknown;
  }
  return refuted ? kRefuted : undecided ? kUndecided : kHolds;
}

/// What a file says and hardly means goes to stderr, but where the report on the same terminal has
/// it.
void tell_as_written(const Problems& warnings, const CommonOptions& common) {
  const bool seen = common.format == "text" && ::isatty(STDOUT_FILENO) == 1;
  if (!seen) report_warnings(warnings, common);
}

/// Where the scenarios of a rule's refutations go, by its name and version; of several rules that
/// share these (drafts), by their files besides.
std::string folder_of(const CheckArguments& arguments, const GivenRules& given, bool several,
                      const analyses::RuleReport& report) {
  if (!arguments.scenarios.empty() && !several) return arguments.scenarios;
  const auto drafts = std::count_if(given.asked.begin(), given.asked.end(), [&](const auto& f) {
    return f.rule.name == report.rule && f.rule.version == report.version;
  });
  std::string name = folder_of_rule(report.rule, report.version);
  if (drafts > 1) name += "-" + std::filesystem::path(report.file).stem().string();
  return arguments.scenarios.empty() ? "runs/check-" + name : arguments.scenarios + "/" + name;
}

/// Every analysis of one rule and, where asked for, the questions that it rests on.
analyses::RuleReport check_one(const question::RuleFile& file,
                               const std::vector<question::RuleFile>& files,
                               const analyses::CheckOptions& options, bool certify,
                               smt::Questions& questions) {
  std::optional<smt::QuestionRecorder> recorder;
  if (certify) recorder.emplace();
  analyses::RuleReport report = analyses::check_rule(file, files, options);
  if (recorder) questions = recorder->take();
  return report;
}

/// Where the certificates of a rule go: several rules have a directory each, named by the content
/// id.
std::string certificates_of(const CheckArguments& a, bool several, const std::string& id) {
  if (a.certify.directory.empty() || !several) return a.certify.directory;
  return a.certify.directory + "/" + id.substr(0, 16);
}

/// Each rule's certificates.
Step<std::vector<reports::Certified>> certify_all(const std::vector<analyses::RuleReport>& reports,
                                                  std::vector<smt::Questions>& questions,
                                                  const CheckArguments& a, bool several,
                                                  const CommonOptions& common) {
  std::vector<reports::Certified> out;
  for (std::size_t i = 0; a.certify.on() && i < reports.size(); ++i) {
    auto one = certify(std::move(questions[i]), analyses::certificate_subject(reports[i]),
                       a.certify, certificates_of(a, several, reports[i].id), common);
    if (!one) return tl::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

nlohmann::ordered_json json_of(const std::vector<analyses::RuleReport>& reports,
                               const std::vector<reports::Certified>& certified,
                               const reports::CheckRest& rest, const CheckArguments& a,
                               const CommonOptions& common) {
  nlohmann::ordered_json out = reports::check_json(reports, rest);
  add_settings(out, "check", common, a.effort);
  for (std::size_t i = 0; i < certified.size(); ++i) {
    nlohmann::ordered_json& rule = rest.several ? out["rules"][i] : out;
    reports::add_certificates(rule["analyses"], "analysis", certified[i]);
    rule["certificates"] = reports::certificates_json(certified[i]);
    rule["recheck"] = reports::recheck_json(certified[i]);
  }
  return out;
}

/// Of several rules the summary is the last line, whatever else is told.
std::string text_of(const std::vector<analyses::RuleReport>& reports,
                    const std::vector<reports::Certified>& certified,
                    const reports::CheckRest& rest, const CheckArguments& a,
                    const CommonOptions& common, int status) {
  reports::CheckRest alone = rest;
  alone.several = false;
  std::string out = reports::check_text(
      reports, {common.colour(), common.quiet, a.explain, a.all, static_cast<std::size_t>(a.more)},
      alone);
  for (const reports::Certified& c : certified) out += reports::certified_text(c, common.colour());
  if (rest.several) out += reports::check_summary(reports, rest);
  // Where nothing but warnings makes the status 1, the last line says so.
  if (status != kRefuted || !rest.warnings_fail ||
      std::any_of(reports.begin(), reports.end(), [](const analyses::RuleReport& r) {
        return r.verdict() == analyses::AnalysisVerdict::refuted ||
               r.verdict() == analyses::AnalysisVerdict::vacuous;
      }))
    return out;
  std::string failed;
  for (const analyses::RuleReport& r : reports) {
    for (const analyses::Finding& f : r.findings)
      if (f.fails() && f.severity == analyses::Severity::warning)
        failed += fmt::format("{}{} [{}] of {}", failed.empty() ? "" : ", ", f.analysis, f.subject,
                              r.rule);
    if (!rest.as_written_of(r.file).empty())
      failed += fmt::format("{}what is written in {}", failed.empty() ? "" : ", ", r.file);
  }
  return out + fmt::format("failed, under --fail-level warning: {}\n", failed);
}

/// In the format that was asked for. Of a single file without a report only CI is told on stdout.
void print_check(const std::vector<analyses::RuleReport>& reports,
                 const std::vector<reports::Certified>& certified, const reports::CheckRest& rest,
                 const CheckArguments& arguments, const CommonOptions& common, int status) {
  if (common.format == "sarif")
    print_json(reports::check_sarif(reports, version_text(), rest));
  else if (common.format == "junit")
    std::fputs(reports::check_junit(reports, rest).c_str(), stdout);
  else if (reports.empty() && !rest.several)
    return;
  else if (common.json())
    print_json(json_of(reports, certified, rest, arguments, common));
  else
    print_text(text_of(reports, certified, rest, arguments, common, status));
}

/// Whether `--scenarios` and `--save-test` can be obeyed, before anything is checked.
Result<void> can_save(const CheckArguments& arguments, bool several, const CommonOptions& common) {
  if (!arguments.scenarios.empty() && arguments.scenarios != "none")
    if (auto outside = expect_outside_chains(arguments.scenarios); !outside) return outside;
  if (arguments.save_test.empty()) return {};
  if (several)
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
  options.effort = arguments.effort;
  options.executor = script::make_executor;
  options.framework = arguments.certify.on();  // certificates of all that a promulgation rests on
  return options;
}

/// Never shown as a finding: the witness is not one of the rule's.
reports::Unread not_reproduced(const std::string& file, const std::string& mismatch) {
  return {file,
          {Problem{file, 0, 0,
                   fmt::format("a counterexample does not reproduce: {}; this is a fault of "
                               "capmarket, not of the rule",
                               mismatch),
                   "", ""}},
          true};
}

/// Says which analysis of the file is at work.
analyses::Listener::Told told_by(Progress& progress, const std::string& file) {
  return [&progress, file](const std::string& analysis, const std::string& subject) {
    progress.say(fmt::format("{}: {} [{}]", file, analysis, subject));
  };
}

/// `--over`: the worst status over the values that were checked.
int over_command(const CheckArguments& arguments, const GivenFiles& inputs,
                 const CommonOptions& common, const std::optional<scenarios::Scenario>& against) {
  if (inputs.several || (common.format != "text" && !common.json()))
    return report_problems(
        fail("--over with several rules, or in that format", "one rule; --format text or json")
            .value());
  if (auto kind = expect_rule(inputs.files.front(), "check"); !kind)
    return report_problems(kind.error());
  const Problems as_written = rule_warnings(inputs.files.front());
  report_warnings(as_written, common);
  Progress progress("check", !common.quiet && common.format == "text");
  analyses::Listener listener(told_by(progress, inputs.files.front()));
  auto report = analyses::check_over(inputs.files.front(), arguments.over, arguments.samples,
                                     options_of(arguments, common, against));
  progress.clear();
  if (!report) return report_problems(report.error());
  if (report->internal_error) {
    report_problems(not_reproduced(report->file, report->mismatch).problems);
    return kInternal;
  }
  if (common.json()) {
    nlohmann::ordered_json out = reports::flip_json(*report);
    add_settings(out, "check", common, arguments.effort);
    print_json(out);
  } else
    print_text(reports::flip_text(*report, common.colour(), common.quiet));
  if (report->worst == analyses::AnalysisVerdict::refuted ||
      (arguments.fail_level == "warning" && (report->warned || !as_written.empty())))
    return kRefuted;
  return report->worst == analyses::AnalysisVerdict::unknown ? kUndecided : kHolds;
}

/// Whether what is asked for can be written and decided again, before minutes are spent.
Step<void> ready(const CheckArguments& a, const std::vector<question::RuleFile>& asked,
                 bool several, const CommonOptions& common) {
  if (auto can = can_save(a, several, common); !can) return stop(kBadInput, can.error());
  for (const question::RuleFile& f : asked) {
    CertifyOptions one{certificates_of(a, several, to_hex(f.id)), a.certify.solver};
    if (auto r = certify_ready(one, common); !r) return r;
  }
  return {};
}

/// What a call has come to so far.
struct CheckOutcome {
  std::vector<analyses::RuleReport> reports;
  std::vector<smt::Questions> questions;  // of each report
  reports::CheckRest rest;
};

/// Checks the rules one after the other and writes their scenarios; those that come to nothing are
/// told and stand in `rest`.
Result<void> check_all(const GivenRules& given, const CheckArguments& arguments,
                       const analyses::CheckOptions& options, const CommonOptions& common,
                       CheckOutcome& out) {
  const bool force = common.force;
  std::vector<std::string> told;
  Progress progress("check", !common.quiet && common.format == "text");
  for (const question::RuleFile& f : given.asked) {
    smt::Questions questions;
    analyses::Listener listener(told_by(progress, f.file));
    analyses::RuleReport report =
        check_one(f, given.all, options, arguments.certify.on(), questions);
    progress.clear();
    if (!report.problems.empty() || report.internal_error) {
      out.rest.unread.push_back(report.internal_error
                                    ? not_reproduced(f.file, report.mismatch)
                                    : reports::Unread{f.file, report.problems, false});
      report_unread(out.rest.unread.back(), told);
      continue;
    }
    out.questions.push_back(std::move(questions));
    out.reports.push_back(std::move(report));
    if (arguments.scenarios == "none") continue;
    analyses::RuleReport& r = out.reports.back();
    auto shown = show_refutations(r, folder_of(arguments, given, out.rest.several, r), force);
    if (shown) continue;
    if (!arguments.scenarios.empty()) return shown;
    // Nobody asked for them: the verdict stands without.
    std::fputs(("note: not all scenarios are written: " + to_text(shown.error())).c_str(), stderr);
  }
  return {};
}

/// The worst of all: what capmarket got wrong, what cannot be read, then the verdicts.
int status_of(const CheckOutcome& outcome, const std::vector<reports::Certified>& certified) {
  int second = kHolds;
  for (const reports::Certified& c : certified)
    second = std::max(second, certified_status(c, kHolds));
  const std::vector<reports::Unread>& unread = outcome.rest.unread;
  if (std::any_of(unread.begin(), unread.end(), [](const auto& u) { return u.internal; }))
    return kInternal;
  if (second != kHolds) return second;
  return unread.empty() ? status_of(outcome.reports, outcome.rest) : kBadInput;
}

/// The scenario of `--against`.
Result<std::optional<scenarios::Scenario>> ground_of(const CheckArguments& arguments) {
  std::optional<scenarios::Scenario> out;
  if (arguments.against.empty()) return out;
  if (auto kind = expect_scenario(arguments.against, "check --against"); !kind)
    return tl::unexpected(kind.error());
  auto scenario = scenarios::load_scenario(arguments.against, {}, {});
  if (!scenario) return tl::unexpected(scenario.error());
  out = *std::move(scenario);
  return out;
}

/// Whether every option that was given has something to do.
Result<void> obeyed(const CLI::App& command, const CheckArguments& a, const CommonOptions& common) {
  const bool ci = common.format == "junit" || common.format == "sarif";
  if (!a.over.empty())
    if (auto can = expect_unused(
            command, {"--more", "--explain", "--all", "--scenarios", "--certificates", "--recheck"},
            "with --over, which tells where verdicts flip");
        !can)
      return can;
  if (ci)
    if (auto can = expect_unused(command, {"--more", "--explain"},
                                 "in that format, which has one case of a refutation");
        !can)
      return can;
  if (common.format == "sarif")
    if (auto can = expect_unused(command, {"--all"}, "in SARIF, which has what fails alone"); !can)
      return can;
  return common.quiet ? expect_unused(command, {"--all"}, "with --quiet") : Result<void>();
}

int check_command(const CheckArguments& arguments, const CommonOptions& common) {
  auto against = ground_of(arguments);
  if (!against) return report_problems(against.error());
  auto inputs = input_files(arguments.files, {FileKind::rule});
  if (!inputs) return report_problems(inputs.error());
  if (!arguments.over.empty()) return over_command(arguments, *inputs, common, *against);
  GivenRules given = load_rules(inputs->files, "check");
  if (auto can = ready(arguments, given.asked, inputs->several, common); !can)
    return report_stop(can.error());
  CheckOutcome outcome;
  outcome.rest = {std::move(given.unread),
                  inputs->several,
                  inputs->others,
                  arguments.fail_level == "warning",
                  {}};
  for (const question::RuleFile& f : given.asked) {
    Problems warnings = rule_warnings(f.file);
    tell_as_written(warnings, common);
    if (!warnings.empty()) outcome.rest.as_written.emplace(f.file, std::move(warnings));
  }
  if (auto done =
          check_all(given, arguments, options_of(arguments, common, *against), common, outcome);
      !done)
    return report_problems(done.error());
  auto certified =
      certify_all(outcome.reports, outcome.questions, arguments, inputs->several, common);
  if (!certified) return report_stop(certified.error());
  int status = status_of(outcome, *certified);
  print_check(outcome.reports, *certified, outcome.rest, arguments, common, status);
  if (arguments.save_test.empty() || outcome.reports.empty() || status > kUndecided) return status;
  return save_test(outcome.reports.front(), arguments, common, status);
}

}  // namespace

void add_check(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c =
      app.add_subcommand("check",
                         "every analysis of a rule, with the smallest case of what goes wrong\n"
                         "Example: capmarket check scenarios/rules/quickstart.yaml");
  auto arguments = std::make_shared<CheckArguments>();
  c->add_option("RULE", arguments->files,
                "rule files (YAML), folders, patterns; versions of one rule as a set")
      ->required();
  c->add_option("--fail-level", arguments->fail_level, "what makes the exit status 1")
      ->check(CLI::IsMember({"error", "warning"}))
      ->capture_default_str();
  c->add_option("--more", arguments->more,
                "further cases of each refutation, where other conditions hold")
      ->check(whole_number(0, 100));
  c->add_flag("--explain", arguments->explain, "name the conjuncts that decide each case");
  c->add_flag("--all", arguments->all, "in text: a line for each analysis that holds");
  c->add_option("--scenarios", arguments->scenarios,
                "folder for the scenarios that show refutations, or none (default: "
                "runs/check-RULE-vN)");
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
  add_common(*c, common);
  add_formats(*c, common, {"text", "json", "junit", "sarif"});
  add_effort(*c, arguments->effort_given);
  c->callback([c, arguments, &common, &status] {
    auto effort = effort_of(arguments->effort_given, "check");
    if (effort) arguments->effort = *effort;
    auto can = effort ? obeyed(*c, *arguments, common) : tl::unexpected(effort.error());
    status = can ? check_command(*arguments, common) : report_problems(can.error());
  });
}

}  // namespace capmarket::cli
