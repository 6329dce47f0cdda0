#include "verify/diff/diff.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/efforts.h"
#include "cli/rule_files.h"
#include "cli/unused_options.h"
#include "cli/version.h"
#include "reports/ci_reports.h"
#include "reports/diff_report.h"

namespace capmarket::cli {
namespace {

struct DiffArguments {
  std::string older, newer, only, chain;
  bool at_most = false, at_least = false;
  std::vector<std::string> effort_given;
  smt::Effort effort;  // read from it
};

int gates_status(const std::vector<diff::DiffGate>& gates) {
  int out = kHolds;
  for (const diff::DiffGate& g : gates) {
    if (g.verdict == diff::DiffGate::Verdict::violated) return kRefuted;
    if (g.verdict == diff::DiffGate::Verdict::undecided) out = kUndecided;
  }
  return out;
}

/// With gates, they decide; else whether anything differs. A comparison over nothing fails.
int status_of(const diff::DiffReport& report) {
  if (report.internal_error) return kInternal;
  if (report.vacuous) return kRefuted;
  if (!report.gates.empty()) return gates_status(report.gates);
  if (!report.differences.empty()) return kRefuted;
  return report.relation == diff::DiffRelation::equivalent ? kHolds : kUndecided;
}

/// OLD is the later version: the sides may have been mixed up. Said, not refused: it can be meant.
/// Gives what was said, for the report.
std::string warn_of_order(const question::RuleFile& older, const question::RuleFile& newer,
                          const CommonOptions& common) {
  const bool supersedes = older.rule.supersedes && *older.rule.supersedes == newer.id;
  if (!supersedes &&
      (older.rule.name != newer.rule.name || older.rule.version <= newer.rule.version))
    return "";
  Problem p;
  p.what = fmt::format("OLD is version {} and NEW version {} of `{}`: the later one stands first",
                       older.rule.version, newer.rule.version, newer.rule.name);
  p.expected =
      fmt::format("`capmarket diff {} {}`, unless that is what you ask", newer.file, older.file);
  report_warnings({p}, common);
  return p.what + "; expected: " + p.expected;
}

/// What CI reads, where it was asked for; whether it was.
bool print_for_ci(const std::vector<diff::DiffReport>& reports,
                  const std::vector<reports::Unread>& unread, const CommonOptions& common) {
  if (common.format == "sarif")
    print_json(reports::diff_sarif(reports, unread, version_text()));
  else if (common.format == "junit")
    std::fputs(reports::diff_junit(reports, unread).c_str(), stdout);
  else
    return false;
  return true;
}

int diff_command(const DiffArguments& arguments, const CommonOptions& common) {
  GivenRules older = load_rules({arguments.older}, "diff"),
             newer = load_rules({arguments.newer}, "diff");
  std::vector<reports::Unread> unread = older.unread;
  unread.insert(unread.end(), newer.unread.begin(), newer.unread.end());
  if (!unread.empty()) {
    print_for_ci({}, unread, common);
    return kBadInput;
  }
  for (const GivenRules* side : {&older, &newer})
    report_rule_warnings(side->asked.front().file, common);
  const std::string order = warn_of_order(older.asked.front(), newer.asked.front(), common);
  diff::DiffOptions options;
  options.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  options.effort = arguments.effort;
  options.at_most = arguments.at_most;
  options.at_least = arguments.at_least;
  options.only = arguments.only;
  auto report = diff::diff_rules(older.asked.front(), newer.asked.front(), options);
  if (!report) return report_problems(report.error());
  if (report->internal_error) {
    // Never shown as a difference: the witness is not one of the rules'.
    std::fputs(fmt::format("a witness does not reproduce: {}\n  this is a fault of capmarket, not "
                           "of the rules\n",
                           report->mismatch)
                   .c_str(),
               stderr);
    return kInternal;
  }
  if (!order.empty()) report->notes.insert(report->notes.begin(), order);
  std::optional<diff::ReplayReport> replay;
  if (!arguments.chain.empty()) {
    auto replayed = diff::replay_diff(arguments.chain, older.asked.front(), newer.asked.front());
    if (!replayed) return report_problems(replayed.error());
    replay = *std::move(replayed);
  }
  if (print_for_ci({*report}, {}, common)) return status_of(*report);
  if (common.json()) {
    nlohmann::ordered_json out = reports::diff_json(*report, replay);
    add_settings(out, "diff", common, arguments.effort);
    print_json(out);
  } else
    print_text(reports::diff_text(*report, replay, common.colour(), common.quiet));
  return status_of(*report);
}

}  // namespace

void add_diff(CLI::App& app, CommonOptions& common, int& status) {
  CLI::App* c = app.add_subcommand(
      "diff",
      "what a new rule changes in effect: what it admits, refuses, and what is owed\n"
      "Example: capmarket diff old.yaml new.yaml --only 'quantity > 100'");
  auto arguments = std::make_shared<DiffArguments>();
  c->add_option("OLD", arguments->older, "rule file (YAML)")->required();
  c->add_option("NEW", arguments->newer, "rule file (YAML)")->required();
  c->add_flag("--at-most", arguments->at_most,
              "NEW must not admit anything that OLD refuses: equivalent or stricter");
  c->add_flag("--at-least", arguments->at_least,
              "NEW must admit everything that OLD admits: equivalent or looser");
  c->add_option("--only", arguments->only,
                "every difference must lie inside this expression of the rule language");
  c->add_option("--replay", arguments->chain,
                "run or chain directory: which of its settlements would be decided otherwise");
  add_common(*c, common);
  add_formats(*c, common, {"text", "json", "junit", "sarif"});
  add_effort(*c, arguments->effort_given);
  c->callback([c, arguments, &common, &status] {
    auto effort = effort_of(arguments->effort_given, "diff");
    if (effort) arguments->effort = *effort;
    const bool told = common.format == "text" || common.json();
    auto can = !effort ? tl::unexpected(effort.error())
               : told  ? Result<void>()
                      : expect_unused(*c, {"--replay"}, "in that format, which has no settlements");
    status = can ? diff_command(*arguments, common) : report_problems(can.error());
  });
}

}  // namespace capmarket::cli
