#include "verify/diff/diff.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "reports/diff_report.h"

namespace capmarket::cli {
namespace {

struct DiffArguments {
  std::string older, newer, only, chain;
  bool at_most = false, at_least = false;
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

int diff_command(const DiffArguments& arguments, const CommonOptions& common) {
  auto older = question::load_rule_files(arguments.older), newer = question::load_rule_files(arguments.newer);
  Problems problems;
  for (const auto* loaded : {&older, &newer})
    if (!*loaded) problems.insert(problems.end(), loaded->error().begin(), loaded->error().end());
  if (!problems.empty()) return report_problems(problems);
  diff::DiffOptions options;
  options.rlimit = static_cast<std::uint32_t>(common.rlimit);
  options.timeout_ms = static_cast<std::uint32_t>(common.timeout_seconds * 1000);
  options.at_most = arguments.at_most;
  options.at_least = arguments.at_least;
  options.only = arguments.only;
  auto report = diff::diff_rules(older->front(), newer->front(), options);
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
  std::optional<diff::ReplayReport> replay;
  if (!arguments.chain.empty()) {
    auto replayed = diff::replay_diff(arguments.chain, older->front(), newer->front());
    if (!replayed) return report_problems(replayed.error());
    replay = *std::move(replayed);
  }
  if (common.json())
    print_json(reports::diff_json(*report, replay));
  else
    std::fputs(reports::diff_text(*report, replay, common.colour(), common.quiet).c_str(), stdout);
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
  add_common_for_designers(*c, common);
  c->callback([c, arguments, &common, &status] {
    patient_for_designers(*c, common);
    status = diff_command(*arguments, common);
  });
}

}  // namespace capmarket::cli
