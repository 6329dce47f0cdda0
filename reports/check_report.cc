#include "reports/check_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "reports/case_values.h"
#include "reports/junit.h"
#include "reports/sarif.h"
#include "reports/spoken.h"
#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

/// How many findings of a rule came to what: each is counted once.
struct FindingCounts {
  using BySeverity = std::array<std::size_t, 3>;  // in the order of `Severity`
  std::size_t findings = 0, proved = 0, bounded = 0, info = 0, undecided = 0;
  BySeverity refuted{}, vacuous{};
  std::size_t as_written = 0;  // warnings of the file, beside the findings
  std::int64_t milliseconds = 0;

  FindingCounts(const analyses::RuleReport& r, std::size_t warnings)
      : findings(r.findings.size()), as_written(warnings) {
    for (const analyses::Finding& f : r.findings) {
      milliseconds += f.milliseconds;
      switch (f.verdict) {
        case analyses::AnalysisVerdict::proved:
          ++proved;
          bounded += f.bound.empty() ? 0 : 1;
          break;
        case analyses::AnalysisVerdict::info:
          ++info;
          break;
        case analyses::AnalysisVerdict::unknown:
          ++undecided;
          break;
        case analyses::AnalysisVerdict::refuted:
          ++refuted[static_cast<std::size_t>(f.severity)];
          break;
        case analyses::AnalysisVerdict::vacuous:
          ++vacuous[static_cast<std::size_t>(f.severity)];
          break;
      }
    }
  }
  /// Analyses that fail and block nothing, and what the file hardly means.
  std::size_t warnings() const {
    const auto at = static_cast<std::size_t>(analyses::Severity::warning);
    return refuted[at] + vacuous[at] + as_written;
  }
};

std::size_t sum_of(const FindingCounts::BySeverity& n) { return n[0] + n[1] + n[2]; }

/// The levels in the order of the enumeration.
constexpr std::array kLevels = {analyses::Severity::error, analyses::Severity::warning,
                                analyses::Severity::inform};

Json by_level_json(const FindingCounts::BySeverity& n) {
  Json out;
  for (analyses::Severity level : kLevels)
    out[analyses::to_text(level)] = n[static_cast<std::size_t>(level)];
  return out;
}

Json counts_json(const FindingCounts& n) {
  return {{"findings", n.findings},
          {"proved", n.proved},
          {"info", n.info},
          {"refuted", by_level_json(n.refuted)},
          {"vacuous", by_level_json(n.vacuous)},
          {"undecided", n.undecided},
          {"as_written", n.as_written}};
}

/// `3 refuted (1 error, 2 warnings)`.
std::string by_level(const FindingCounts::BySeverity& n, std::string_view verdict) {
  std::string levels;
  for (analyses::Severity level : kLevels)
    if (const std::size_t one = n[static_cast<std::size_t>(level)]; one > 0)
      levels +=
          fmt::format("{}{} {}{}", levels.empty() ? " (" : ", ", one, analyses::to_text(level),
                      one == 1 || level == analyses::Severity::inform ? "" : "s");
  return fmt::format("{} {}{}", sum_of(n), verdict, levels.empty() ? "" : levels + ")");
}

/// Every finding in one count each, then what the file hardly means.
std::string counts_text(const FindingCounts& n) {
  return fmt::format(
      "{} findings: {} proved, {} info, {}, {}, {} undecided; {} as written; {} ms\n", n.findings,
      n.proved, n.info, by_level(n.refuted, "refuted"), by_level(n.vacuous, "vacuous"), n.undecided,
      fmt::format("{} warning{}", n.as_written, n.as_written == 1 ? "" : "s"), n.milliseconds);
}

Json provision_json(const analyses::Provision& p) {
  return {{"file", p.file}, {"place", p.place}, {"line", p.line}, {"column", p.column}};
}

Json finding_json(const analyses::Finding& f) {
  Json cases = Json::array();
  for (const auto& values : f.more) cases.push_back(case_json(values));
  Json more = Json::array();
  for (std::size_t i = 1; i < f.provisions.size(); ++i)
    more.push_back(provision_json(f.provisions[i]));
  Json out = {{"analysis", f.analysis},
              {"subject", f.subject},
              {"severity", analyses::to_text(f.severity)},
              {"verdict", analyses::to_text(f.verdict)},
              {"bound", f.bound.empty() ? Json(nullptr) : Json(f.bound)},
              {"judged_at", f.judged_at.empty() ? Json(nullptr) : Json(f.judged_at)},
              {"sentence", f.sentence},
              {"label", f.label.empty() ? Json(nullptr) : Json(f.label)},
              {"witness", f.witness.empty() ? Json(nullptr) : case_json(f.witness)},
              {"more", std::move(cases)},
              {"region", f.region.empty() ? Json(nullptr) : case_json(f.region)},
              {"because", f.conjuncts},
              {"scenario", f.scenario.empty() ? Json(nullptr) : Json(f.scenario)},
              {"clause", provision_json(f.provisions.front())},
              {"also", std::move(more)},
              {"reason", f.reason},
              {"milliseconds", f.milliseconds},
              {"certificate", nullptr},
              {"recheck", nullptr}};
  return out;
}

Json rule_report_json(const analyses::RuleReport& r, const Problems& as_written) {
  Json analyses = Json::array();
  for (const analyses::Finding& f : r.findings) analyses.push_back(finding_json(f));
  return {{"rule", r.rule},
          {"version", r.version},
          {"file", r.file},
          {"id", r.id},
          {"verdict", analyses::to_text(r.verdict())},
          {"assumes", r.schema},
          {"analyses", std::move(analyses)},
          {"warnings", problems_json(as_written)},
          {"counts", counts_json(FindingCounts(r, as_written.size()))}};
}

/// The worst verdict of several rules.
analyses::AnalysisVerdict worst(const std::vector<analyses::RuleReport>& reports) {
  analyses::AnalysisVerdict out = analyses::AnalysisVerdict::proved;
  for (const analyses::RuleReport& r : reports) {
    if (r.verdict() == analyses::AnalysisVerdict::refuted ||
        r.verdict() == analyses::AnalysisVerdict::vacuous)
      return r.verdict();
    if (r.verdict() == analyses::AnalysisVerdict::unknown) out = analyses::AnalysisVerdict::unknown;
  }
  return out;
}

Tone tone_of(const analyses::Finding& f) {
  switch (f.verdict) {
    case analyses::AnalysisVerdict::proved:
    case analyses::AnalysisVerdict::info:
      return Tone::good;
    case analyses::AnalysisVerdict::unknown:
      return Tone::open;
    case analyses::AnalysisVerdict::refuted:
    case analyses::AnalysisVerdict::vacuous:
      break;
  }
  return f.severity == analyses::Severity::error ? Tone::bad : Tone::open;
}

/// Where a finding stands, each place once.
std::vector<analyses::Provision> places_of(const analyses::Finding& f) {
  std::vector<analyses::Provision> out;
  for (const analyses::Provision& p : f.provisions)
    if (std::none_of(out.begin(), out.end(), [&](const analyses::Provision& o) {
          return std::tie(o.file, o.line, o.column, o.place) ==
                 std::tie(p.file, p.line, p.column, p.place);
        }))
      out.push_back(p);
  return out;
}

/// `every case with quantity 1 kW .. 7 kW and any lead is one, too`.
std::string region_text(const CaseValues& region) {
  if (region.empty()) return "";
  std::string out;
  for (std::size_t i = 0; i < region.size(); ++i) {
    const auto& [name, values] = region[i];
    const char* before = i == 0 ? "" : i + 1 == region.size() ? " and " : ", ";
    out += before + (values.empty() ? "any " + name : name + " " + spoken(values));
  }
  return fmt::format("  every case with {} is one, too\n", out);
}

/// What follows from a finding that fails or is undecided.
std::string_view weight_words(analyses::Severity severity) {
  switch (severity) {
    case analyses::Severity::error:
      return "blocks promulgation";
    case analyses::Severity::warning:
      return "needs an acknowledgement";
    case analyses::Severity::inform:
      break;
  }
  return "for information; blocks nothing";
}

std::string failure_text(const analyses::Finding& f, const CheckView& view) {
  const bool colour = view.colour;
  std::string out = fmt::format(
      "{} {} ({})\n", toned(std::string(analyses::to_text(f.verdict)), tone_of(f), colour),
      heading(fmt::format("{} [{}]", f.analysis, f.subject), colour), weight_words(f.severity));
  if (!f.sentence.empty()) out += fmt::format("  {}\n", spoken(f.sentence));
  if (!f.reason.empty())
    out += fmt::format("  {} {}\n",
                       f.verdict == analyses::AnalysisVerdict::refuted ? "note:" : "because",
                       spoken(f.reason));
  if (!f.witness.empty() && !f.label.empty())
    out +=
        fmt::format("  the smallest case ({}); what it does not name may be anything:\n", f.label);
  out += case_text(f.witness);
  out += region_text(f.region);
  for (const auto& values : f.more) out += "  or:\n" + case_text(values);
  if (f.more.size() < view.more && !f.witness.empty())
    out += "  no further case was found in which other conditions hold\n";
  if (view.explain)
    for (const std::string& line : f.conjuncts) out += fmt::format("  decided by {}\n", line);
  for (const analyses::Provision& p : places_of(f))
    out += fmt::format("  at {}:{}:{}: {}\n", p.file, p.line, p.column, p.place);
  if (!f.scenario.empty()) out += fmt::format("  a run shows it: capmarket run {}\n", f.scenario);
  return out + "\n";
}

/// What is told of a finding in a line: nothing is held against the rule.
std::string held_line(const analyses::Finding& f) {
  const std::string said =
      f.sentence.empty() ? std::string(analyses::row_of(f.row).statement) : spoken(f.sentence);
  return fmt::format(
      "  {:<7}{:<26}{:<24}{:>5} ms  {}{}\n", analyses::to_text(f.verdict), f.analysis, f.subject,
      f.milliseconds, said,
      (f.bound.empty() ? "" : fmt::format(" (bounded: {})", f.bound)) + judged_words(f.judged_at));
}

/// One line in place of all that holds.
std::string folded(const FindingCounts& n) {
  return fmt::format("  {} proved{}, {} info (--all lists them)\n", n.proved,
                     n.bounded == 0 ? "" : fmt::format(" ({} of them up to a bound)", n.bounded),
                     n.info);
}

/// Where a finding stands on the screen: what matters most comes last, where the eye rests.
int weight_of(const analyses::Finding& f) {
  if (f.verdict == analyses::AnalysisVerdict::unknown) return 1;
  if (!f.fails()) return 0;
  return f.severity == analyses::Severity::error ? 3 : 2;
}

/// What the file says and hardly means, as failing findings are told.
std::string as_written_text(const Problem& p, const CheckView& view) {
  std::string out =
      fmt::format("{} {} (blocks nothing)\n  {}\n", toned("warning", Tone::open, view.colour),
                  heading(kAsWritten, view.colour), p.what);
  if (!p.expected.empty()) out += fmt::format("  expected: {}\n", p.expected);
  return out + fmt::format("  at {}:{}:{}\n\n", p.file, p.line, p.column);
}

std::string rule_text(const analyses::RuleReport& r, const CheckView& view,
                      const Problems& as_written) {
  std::string out = heading(fmt::format("{} version {}", r.rule, r.version), view.colour) +
                    fmt::format("  {}\n\n", r.file);
  const FindingCounts n(r, as_written.size());
  if (!view.quiet) {
    if (view.all)
      for (const analyses::Finding& f : r.findings) out += weight_of(f) == 0 ? held_line(f) : "";
    else
      out += folded(n);
    out += "\nassumed throughout:\n";
    for (const std::string& line : r.schema) out += fmt::format("  {}\n", line);
    out += "\n";
  }
  auto fails = [&](int weight) {
    for (const analyses::Finding& f : r.findings)
      if (weight_of(f) == weight) out += failure_text(f, view);
  };
  fails(1);
  for (const Problem& p : as_written) out += as_written_text(p, view);
  fails(2);
  fails(3);
  return out + counts_text(n) + "\n";
}

/// The rules of a call by their verdicts.
struct RuleCounts {
  std::size_t rules = 0, proved = 0, refuted = 0, undecided = 0, vacuous = 0, unreadable = 0,
              internal = 0;
};

/// Warnings of all rules: analyses that fail and block nothing, and what files hardly mean.
std::size_t warnings_of(const std::vector<analyses::RuleReport>& reports, const CheckRest& rest) {
  std::size_t out = 0;
  for (const analyses::RuleReport& r : reports)
    out += FindingCounts(r, rest.as_written_of(r.file).size()).warnings();
  return out;
}

RuleCounts counts_of(const std::vector<analyses::AnalysisVerdict>& verdicts,
                     const std::vector<Unread>& unread) {
  RuleCounts n;
  n.rules = verdicts.size() + unread.size();
  for (analyses::AnalysisVerdict v : verdicts) switch (v) {
      case analyses::AnalysisVerdict::proved:
        ++n.proved;
        break;
      case analyses::AnalysisVerdict::refuted:
        ++n.refuted;
        break;
      case analyses::AnalysisVerdict::unknown:
        ++n.undecided;
        break;
      case analyses::AnalysisVerdict::vacuous:
      case analyses::AnalysisVerdict::info:
        ++n.vacuous;
        break;
    }
  for (const Unread& u : unread) ++(u.internal ? n.internal : n.unreadable);
  return n;
}

std::vector<analyses::AnalysisVerdict> verdicts_of(
    const std::vector<analyses::RuleReport>& reports) {
  std::vector<analyses::AnalysisVerdict> out;
  for (const analyses::RuleReport& r : reports) out.push_back(r.verdict());
  return out;
}

std::string plain_case(const analyses::Finding& f) {
  std::string out = spoken(f.sentence.empty() ? f.reason : f.sentence);
  for (const auto& [name, value] : f.witness) out += fmt::format("\n{} = {}", name, spoken(value));
  for (const analyses::Provision& p : places_of(f))
    out += fmt::format("\n{}:{}:{}: {}", p.file, p.line, p.column, p.place);
  return out;
}

/// The test of one finding. A warning that fails nothing is told as skipped: CI shows it, and
/// passes. What only informs passes.
JunitCase junit_case(const analyses::RuleReport& r, const analyses::Finding& f,
                     bool warnings_fail) {
  JunitCase out;
  out.classname = r.rule;
  out.name = fmt::format("{} [{}]", f.analysis, f.subject);
  out.file = f.provisions.front().file;
  out.line = f.provisions.front().line;
  out.milliseconds = f.milliseconds;
  out.message = junit_message(analyses::to_text(f.verdict),
                              spoken(f.sentence.empty() ? f.reason : f.sentence));
  const bool undecided = f.verdict == analyses::AnalysisVerdict::unknown;
  if ((f.fails() || undecided) && f.severity == analyses::Severity::inform) {
    out.text = fmt::format("info: {}: {}", analyses::to_text(f.verdict), plain_case(f));
  } else if (f.fails()) {
    const bool blocks = f.severity == analyses::Severity::error;
    out.outcome = blocks || warnings_fail ? JunitOutcome::failure : JunitOutcome::skipped;
    if (!blocks) out.message = "warning: " + out.message;
    out.text = plain_case(f);
  } else if (undecided) {
    out.outcome = JunitOutcome::error;
    out.text = plain_case(f);
  } else if (f.verdict == analyses::AnalysisVerdict::info) {
    out.text = "info: " + plain_case(f);
  }
  return out;
}

/// The test of a warning of the file.
JunitCase as_written_case(const analyses::RuleReport& r, const Problem& p, bool warnings_fail) {
  JunitCase out;
  out.classname = r.rule;
  out.name = fmt::format("{} [{}:{}]", kAsWritten, p.line, p.column);
  out.file = p.file;
  out.line = p.line;
  out.outcome = warnings_fail ? JunitOutcome::failure : JunitOutcome::skipped;
  out.message = junit_message("warning", p.what);
  out.text = to_text(p);
  return out;
}

std::string severity_help(analyses::Severity severity) {
  switch (severity) {
    case analyses::Severity::error:
      return "A result blocks promulgation: the rule is mended, or the analysis waived with a reason.";
    case analyses::Severity::warning:
      return "A result needs an acknowledgement, and blocks nothing.";
    case analyses::Severity::inform:
      break;
  }
  return "A result is worth knowing, and blocks nothing.";
}

SarifLevel level_of(analyses::Severity severity) {
  switch (severity) {
    case analyses::Severity::error:
      return SarifLevel::error;
    case analyses::Severity::warning:
      return SarifLevel::warning;
    case analyses::Severity::inform:
      break;
  }
  return SarifLevel::note;
}

std::vector<SarifRule> sarif_rules() {
  std::vector<SarifRule> out;
  for (const analyses::AnalysisRow& row : analyses::analysis_catalogue())
    out.push_back({std::string(row.id), std::string(row.statement),
                   fmt::format("Holds when {}. {} The message has the smallest case that shows it; "
                               "`capmarket check --explain` names what decides it. What is asked: "
                               "docs/spec/analyses.md.",
                               row.statement, severity_help(row.severity)),
                   level_of(row.severity)});
  out.push_back(
      {kAsWritten, "the file says what its author means",
       "A result is read as it stands and hardly meant: docs/spec/rules.md#warnings-of-a-file.",
       SarifLevel::warning});
  return out;
}

SarifResult as_written_result(const analyses::RuleReport& r, const Problem& p) {
  SarifResult out;
  out.rule = kAsWritten;
  out.level = SarifLevel::warning;
  out.text = to_text(p);
  out.identity = fmt::format("{}\n{}\n{}\n{}", file_name(r.file), r.rule, r.version, p.what);
  out.places = {{p.file, "", p.line, p.column}};
  return out;
}

SarifResult sarif_result(const analyses::RuleReport& r, const analyses::Finding& f) {
  SarifResult out;
  out.rule = analyses::row_of(f.row).id;
  out.level =
      f.fails() ? level_of(f.severity) : std::min(level_of(f.severity), SarifLevel::warning);
  out.text = plain_case(f);
  out.identity = fmt::format("{}\n{}\n{}\n{}\n{}", file_name(r.file), r.rule, r.version, f.analysis,
                             f.subject);
  out.places = places_of(f);
  return out;
}

}  // namespace

const Problems& CheckRest::as_written_of(const std::string& file) const {
  static const Problems kNone;
  auto it = as_written.find(file);
  return it == as_written.end() ? kNone : it->second;
}

nlohmann::ordered_json check_json(const std::vector<analyses::RuleReport>& reports,
                                  const CheckRest& rest) {
  auto one = [&](const analyses::RuleReport& r) {
    return rule_report_json(r, rest.as_written_of(r.file));
  };
  if (reports.size() == 1 && !rest.several) return one(reports.front());
  Json rules = Json::array();
  for (const analyses::RuleReport& r : reports) rules.push_back(one(r));
  analyses::AnalysisVerdict verdict = worst(reports);
  if (!rest.unread.empty() && verdict == analyses::AnalysisVerdict::proved)
    verdict = analyses::AnalysisVerdict::unknown;
  const RuleCounts n = counts_of(verdicts_of(reports), rest.unread);
  return {{"verdict", analyses::to_text(verdict)},
          {"rules", std::move(rules)},
          {"unreadable", unread_json(rest.unread)},
          {"summary",
           {{"rules", n.rules},
            {"proved", n.proved},
            {"refuted", n.refuted},
            {"undecided", n.undecided},
            {"vacuous", n.vacuous},
            {"unreadable", n.unreadable},
            {"internal_errors", n.internal},
            {"warnings", warnings_of(reports, rest)},
            {"other_files", rest.others}}}};
}

std::string rules_summary(const std::vector<analyses::AnalysisVerdict>& verdicts,
                          const std::vector<Unread>& unread, std::size_t others) {
  const RuleCounts n = counts_of(verdicts, unread);
  std::string out = fmt::format("{} rule{}: {} proved, {} refuted", n.rules,
                                n.rules == 1 ? "" : "s", n.proved, n.refuted);
  if (n.undecided > 0) out += fmt::format(", {} undecided", n.undecided);
  if (n.vacuous > 0) out += fmt::format(", {} vacuous", n.vacuous);
  if (n.unreadable > 0) out += fmt::format(", {} unreadable", n.unreadable);
  if (n.internal > 0) out += fmt::format(", {} without an answer (internal error)", n.internal);
  if (others > 0) out += fmt::format(" ({} other file{} left out)", others, others == 1 ? "" : "s");
  return out + "\n";
}

std::string check_summary(const std::vector<analyses::RuleReport>& reports, const CheckRest& rest) {
  std::string out = rules_summary(verdicts_of(reports), rest.unread, rest.others);
  const std::size_t warnings = warnings_of(reports, rest);
  if (warnings == 0) return out;
  out.pop_back();
  return out + fmt::format("; {} warning{}\n", warnings, warnings == 1 ? "" : "s");
}

std::string check_text(const std::vector<analyses::RuleReport>& reports, const CheckView& view,
                       const CheckRest& rest) {
  std::string out;
  for (const analyses::RuleReport& r : reports)
    out += rule_text(r, view, rest.as_written_of(r.file));
  return rest.several ? out + check_summary(reports, rest) : out;
}

std::string check_junit(const std::vector<analyses::RuleReport>& reports, const CheckRest& rest) {
  std::vector<JunitSuite> suites;
  for (const analyses::RuleReport& r : reports) {
    JunitSuite& suite = suites.emplace_back(JunitSuite{r.file, {}});
    for (const analyses::Finding& f : r.findings)
      suite.cases.push_back(junit_case(r, f, rest.warnings_fail));
    for (const Problem& p : rest.as_written_of(r.file))
      suite.cases.push_back(as_written_case(r, p, rest.warnings_fail));
  }
  for (const Unread& u : rest.unread) suites.push_back(unread_suite(u));
  return junit_xml(suites);
}

nlohmann::ordered_json check_sarif(const std::vector<analyses::RuleReport>& reports,
                                   const std::string& version, const CheckRest& rest) {
  std::vector<SarifResult> results;
  for (const analyses::RuleReport& r : reports) {
    for (const analyses::Finding& f : r.findings)
      if (f.fails() || f.verdict == analyses::AnalysisVerdict::unknown)
        results.push_back(sarif_result(r, f));
    for (const Problem& p : rest.as_written_of(r.file)) results.push_back(as_written_result(r, p));
  }
  return sarif_log(sarif_rules(), std::move(results), rest.unread, version);
}

}  // namespace capmarket::reports
