#include "reports/ci_reports.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/objects/invariants.h"
#include "reports/junit.h"
#include "reports/sarif.h"
#include "reports/spoken.h"

namespace capmarket::reports {
namespace {

using Values = std::vector<std::pair<std::string, std::string>>;
using analyses::AnalysisVerdict;

std::string lines_of(const Values& values) {
  std::string out;
  for (const auto& [name, value] : values) out += fmt::format("\n{} = {}", name, spoken(value));
  return out;
}

std::string name_of(const std::string& provision, const std::string& tier) {
  return tier.empty() ? provision : fmt::format("{} [{}]", provision, tier);
}

// Of `diff`.

std::string difference_lines(const diff::Difference& d) {
  std::string out = spoken(d.sentence) + lines_of(d.witness);
  out += fmt::format("\nOLD: {}\nNEW: {}", d.old_outcome, d.new_outcome);
  for (const auto& [side, p] : {std::pair("OLD", d.old_place), std::pair("NEW", d.new_place)})
    out += fmt::format("\n{} {}:{}:{}: {}", side, p.file, p.line, p.column, p.place);
  return out;
}

std::string diff_name(const diff::DiffReport& r) {
  return fmt::format("{} -> {}", r.old_side.file, r.new_side.file);
}

JunitCase compared_case(const diff::DiffReport& r, const diff::Compared& c) {
  JunitCase out;
  out.classname = r.new_side.rule;
  out.name = name_of(c.provision, c.tier);
  out.file = r.new_side.file;
  out.milliseconds = c.milliseconds;
  out.message = diff::to_text(c.verdict);
  for (const diff::Difference& d : r.differences)
    if (d.provision == c.provision && (d.tier == c.tier || c.tier.empty())) {
      out.line = d.new_place.line;
      out.text += (out.text.empty() ? "" : "\n\n") + difference_lines(d);
    }
  if (!c.reason.empty()) out.text += (out.text.empty() ? "" : "\n") + c.reason;
  out.message = junit_message(out.message, out.text);
  if (!r.gates.empty()) return out;  // they decide
  if (c.verdict == diff::Compared::Verdict::different) out.outcome = JunitOutcome::failure;
  if (c.verdict == diff::Compared::Verdict::undecided) out.outcome = JunitOutcome::error;
  return out;
}

JunitCase gate_case(const diff::DiffReport& r, const diff::DiffGate& g) {
  JunitCase out;
  out.classname = r.new_side.rule;
  out.name = g.option;
  out.file = r.new_side.file;
  out.message = junit_message(diff::to_text(g.verdict), g.sentence);
  out.text = g.sentence + lines_of(g.witness);
  out.outcome = g.verdict == diff::DiffGate::Verdict::holds      ? JunitOutcome::passed
                : g.verdict == diff::DiffGate::Verdict::violated ? JunitOutcome::failure
                                                                 : JunitOutcome::error;
  return out;
}

constexpr std::string_view kGate = "gate", kUndecided = "undecided";

std::vector<SarifRule> diff_rules_of_sarif() {
  using enum diff::DiffKind;
  std::vector<SarifRule> out;
  for (diff::DiffKind k :
       {newly_admitted, newly_refused, other_tier, other_price, other_compensation, other_money,
        other_deadline, other_order, other_cover, other_terms})
    out.push_back({std::string(diff::to_text(k)), fmt::format("nothing is {}", diff::to_text(k)),
                   "A result is a difference between two rules with its smallest case. What the "
                   "kinds mean: docs/spec/analyses.md.",
                   SarifLevel::warning});
  out.push_back({std::string(kGate), "the gate that was asked for holds",
                 "A result is a gate (--at-most, --at-least, --only) that is violated or "
                 "undecided.",
                 SarifLevel::error});
  out.push_back({std::string(kUndecided), "the comparison is decided",
                 "A result is a comparison that the solver gave up inside its limits.",
                 SarifLevel::warning});
  return out;
}

void add_results(const diff::DiffReport& r, std::vector<SarifResult>& out) {
  const std::string base = file_name(r.new_side.file) + "\n" + r.new_side.rule;
  const analyses::Provision whole{r.new_side.file, "", 1, 1};
  for (const diff::Difference& d : r.differences)
    out.push_back({std::string(diff::to_text(d.kind)),
                   SarifLevel::warning,
                   difference_lines(d),
                   base + "\n" + name_of(d.provision, d.tier),
                   {d.new_place, d.old_place}});
  for (const diff::Compared& c : r.compared)
    if (c.verdict == diff::Compared::Verdict::undecided)
      out.push_back({std::string(kUndecided),
                     SarifLevel::warning,
                     fmt::format("{}: undecided: {}", name_of(c.provision, c.tier), c.reason),
                     base + "\n" + name_of(c.provision, c.tier),
                     {whole}});
  for (const diff::DiffGate& g : r.gates)
    if (g.verdict != diff::DiffGate::Verdict::holds)
      out.push_back(
          {std::string(kGate),
           g.verdict == diff::DiffGate::Verdict::violated ? SarifLevel::error : SarifLevel::warning,
           fmt::format("{}: {}{}", g.option, g.sentence, lines_of(g.witness)),
           base + "\n" + g.option,
           {whole}});
}

// Of `hunt`.

bool is_broken(const hunt::HuntFinding& f) {
  return f.verdict == AnalysisVerdict::refuted || f.verdict == AnalysisVerdict::vacuous;
}

std::string hunted_lines(const hunt::HuntFinding& f) {
  std::string out = fmt::format("{}: {}", f.goal, f.statement);
  if (!f.reason.empty()) out += "\n" + f.reason;
  if (f.trace)
    for (std::size_t i = 0; i < f.trace->told.size(); ++i)
      out += fmt::format("\n{}. {}", i + 1, spoken(f.trace->told[i]));
  if (!f.scenario.empty()) out += "\ncapmarket run " + f.scenario;
  return out;
}

JunitCase hunted_case(const hunt::HuntReport& r, const hunt::HuntFinding& f) {
  JunitCase out;
  out.classname = r.rule;
  out.name = f.goal;
  out.file = f.provision.file.empty() ? r.file : f.provision.file;
  out.line = f.provision.line;
  out.milliseconds = f.milliseconds;
  out.message =
      junit_message(analyses::to_text(f.verdict), f.reason.empty() ? f.statement : f.reason);
  if (is_broken(f)) out.outcome = JunitOutcome::failure;
  if (f.verdict == AnalysisVerdict::unknown) out.outcome = JunitOutcome::error;
  if (f.verdict == AnalysisVerdict::info) out.text = "info: ";
  if (f.verdict != AnalysisVerdict::proved) out.text += hunted_lines(f);
  return out;
}

// Of `verify`.

JunitCase of_chain(std::string name, bool holds, std::string message, std::string text) {
  JunitCase out;
  out.classname = "chain";
  out.name = std::move(name);
  out.outcome = holds ? JunitOutcome::passed : JunitOutcome::failure;
  out.message = junit_message(message, text);
  out.text = std::move(text);
  return out;
}

JunitCase audit_case(const audit::AuditReport& a) {
  std::string text;
  for (const audit::AuditViolation& v : a.violations)
    text += fmt::format("{} at {}: {}\n", objects::to_text(v.invariant),
                        v.sequence < 0 ? "the checkpoint" : fmt::format("sequence {}", v.sequence),
                        v.detail);
  if (a.violations_dropped > 0)
    text += fmt::format("and {} more violations\n", a.violations_dropped);
  JunitCase out = of_chain("audit", a.holds(), "violated", text);
  if (!a.out_of_time || !a.holds()) return out;
  out.outcome = JunitOutcome::error;
  out.text = fmt::format("out of time: {} of {} entries audited", a.audited, a.size);
  out.message = junit_message("undecided", out.text);
  return out;
}

JunitOutcome outcome_of(theorems::Verdict verdict) {
  switch (verdict) {
    case theorems::Verdict::proved:
      return JunitOutcome::passed;
    case theorems::Verdict::unknown:
      return JunitOutcome::error;
    case theorems::Verdict::refuted:
    case theorems::Verdict::vacuous:
      break;
  }
  return JunitOutcome::failure;
}

}  // namespace

std::string diff_junit(const std::vector<diff::DiffReport>& reports,
                       const std::vector<Unread>& unread) {
  std::vector<JunitSuite> suites;
  for (const diff::DiffReport& r : reports) {
    JunitSuite& suite = suites.emplace_back(JunitSuite{diff_name(r), {}});
    for (const diff::Compared& c : r.compared) suite.cases.push_back(compared_case(r, c));
    for (const diff::DiffGate& g : r.gates) suite.cases.push_back(gate_case(r, g));
    if (!r.vacuous) continue;
    JunitCase vacuous;
    vacuous.classname = r.new_side.rule;
    vacuous.name = "not-vacuous";
    vacuous.outcome = JunitOutcome::failure;
    vacuous.text = "neither rule admits anything: nothing was compared";
    vacuous.message = junit_message("vacuous", vacuous.text);
    suite.cases.push_back(std::move(vacuous));
  }
  for (const Unread& u : unread) suites.push_back(unread_suite(u));
  return junit_xml(suites);
}

nlohmann::ordered_json diff_sarif(const std::vector<diff::DiffReport>& reports,
                                  const std::vector<Unread>& unread, const std::string& version) {
  std::vector<SarifResult> results;
  for (const diff::DiffReport& r : reports) add_results(r, results);
  return sarif_log(diff_rules_of_sarif(), std::move(results), unread, version);
}

std::string hunt_junit(const std::vector<hunt::HuntReport>& reports,
                       const std::vector<Unread>& unread) {
  std::vector<JunitSuite> suites;
  for (const hunt::HuntReport& r : reports) {
    JunitSuite& suite = suites.emplace_back(JunitSuite{r.file, {}});
    for (const hunt::HuntFinding& f : r.findings) suite.cases.push_back(hunted_case(r, f));
  }
  for (const Unread& u : unread) suites.push_back(unread_suite(u));
  return junit_xml(suites);
}

nlohmann::ordered_json hunt_sarif(const std::vector<hunt::HuntReport>& reports,
                                  const std::vector<Unread>& unread, const std::string& version) {
  const std::string help =
      "A result is a history of legal steps that breaks it, or a search that came to no end. The "
      "message has the steps; docs/spec/analyses.md says what is searched.";
  std::vector<SarifRule> rules = {
      {"goal", "no history of legal steps breaks a goal of the rule", help, SarifLevel::error},
      {"invariant", "no history of legal steps breaks an invariant", help, SarifLevel::error}};
  std::vector<SarifResult> results;
  for (const hunt::HuntReport& r : reports)
    for (const hunt::HuntFinding& f : r.findings) {
      if (!is_broken(f) && f.verdict != AnalysisVerdict::unknown) continue;
      const bool goal = !f.provision.file.empty();
      results.push_back(
          {goal ? "goal" : "invariant",
           is_broken(f) ? SarifLevel::error : SarifLevel::warning,
           hunted_lines(f),
           fmt::format("{}\n{}\n{}\n{}", file_name(r.file), r.rule, r.version, f.goal),
           {goal ? f.provision : analyses::Provision{r.file, "", 1, 1}}});
    }
  return sarif_log(std::move(rules), std::move(results), unread, version);
}

std::string fuzz_junit(const std::vector<FuzzOutcome>& outcomes, const std::vector<Unread>& unread,
                       bool audited) {
  std::vector<JunitSuite> suites;
  for (const FuzzOutcome& o : outcomes) {
    const std::string broken = o.report.failure ? o.report.failure->what : "";
    const std::string detail =
        o.report.failure ? fmt::format("{}\ncapmarket run {}", o.report.failure->detail, o.scenario)
                         : "";
    JunitSuite& suite = suites.emplace_back(JunitSuite{o.file, {}});
    auto add = [&](std::string classname, std::string name, bool fails, std::string message,
                   std::string text) {
      JunitCase c;
      c.classname = std::move(classname);
      c.name = std::move(name);
      c.file = o.file;
      c.outcome = fails ? JunitOutcome::failure : JunitOutcome::passed;
      c.message = junit_message(message, text);
      c.text = std::move(text);
      suite.cases.push_back(std::move(c));
    };
    std::vector<std::string> named;
    for (const chain::GoalReport& g : o.report.goals) {
      const bool fails = broken == "goal:" + g.goal && g.verdict == chain::GoalVerdict::broken;
      if (fails) named.push_back(broken);
      add(g.rule, "goal:" + g.goal, fails, "broken",
          fails ? detail
                : fmt::format("{}, judged at {} {}", chain::to_text(g.verdict), g.steps,
                              g.judged_at));
    }
    // A saved history that fails ends all before a goal is counted.
    if (!broken.empty() && broken != "audit" && named.empty())
      add(o.file, broken, true, "broken", detail);
    if (audited) add(o.file, "audit", broken == "audit", "broken", broken == "audit" ? detail : "");
    if (o.report.vacuous())
      add(o.file, "not-vacuous", true, "vacuous",
          "no settlement was admitted, or no goal was reached");
  }
  for (const Unread& u : unread) suites.push_back(unread_suite(u));
  return junit_xml(suites);
}

std::string prove_junit(const theorems::ProveReport& report) {
  JunitSuite suite{"theorems", {}};
  for (const theorems::TheoremReport& t : report.theorems) {
    JunitCase c;
    c.classname = "framework";
    c.name = t.name;
    c.milliseconds = t.milliseconds;
    c.outcome = t.holds() ? JunitOutcome::passed : outcome_of(t.verdict);
    c.message = junit_message(theorems::to_text(t.verdict), t.statement);
    if (t.holds()) {
      suite.cases.push_back(std::move(c));
      continue;
    }
    c.text = t.statement + "\n" + t.reason;
    if (!t.cover) c.text += "\nthe cover is not satisfied";
    for (const theorems::MutationReport& m : t.mutations)
      if (m.verdict != theorems::Verdict::refuted || !m.reproduced)
        c.text += fmt::format("\nwithout {}: {}{}", m.removed, theorems::to_text(m.verdict),
                              m.reproduced ? "" : ", not reproduced");
    // Proved, and yet it does not hold: of its cover or its mutations.
    if (c.outcome == JunitOutcome::passed) {
      const bool open = std::any_of(t.mutations.begin(), t.mutations.end(), [](const auto& m) {
        return m.verdict == theorems::Verdict::unknown;
      });
      c.outcome = open ? JunitOutcome::error : JunitOutcome::failure;
      c.message = "its cover or a mutation is not as expected";
    }
    suite.cases.push_back(std::move(c));
  }
  return junit_xml({suite});
}

std::string verify_junit(const trace::VerifyReport& r, const std::string& directory) {
  JunitSuite suite{directory, {audit_case(r.audit)}};
  if (r.receipt) {
    std::string text;
    for (const audit::ReceiptFault& f : r.receipt->faults)
      text += fmt::format("{} {}\n", f.file, f.what);
    suite.cases.push_back(of_chain("receipt", r.receipt->holds(), "violated", text));
  }
  for (const trace::TraceTheorem& t : r.theorems) {
    JunitCase c;
    c.classname = "chain";
    c.name = t.name;
    c.milliseconds = t.milliseconds;
    // About nothing, and no violation: a chain without a settlement.
    const bool nothing = t.verdict == theorems::Verdict::vacuous;
    c.outcome = nothing ? JunitOutcome::passed : outcome_of(t.verdict);
    c.message = junit_message(theorems::to_text(t.verdict), t.statement);
    if (t.verdict != theorems::Verdict::proved)
      c.text = fmt::format("{}: {}\n{}", theorems::to_text(t.verdict), t.statement, t.detail);
    suite.cases.push_back(std::move(c));
  }
  return junit_xml({suite});
}

}  // namespace capmarket::reports
