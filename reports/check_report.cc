#include "reports/check_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/case_values.h"
#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

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
              {"sentence", f.sentence},
              {"label", f.label.empty() ? Json(nullptr) : Json(f.label)},
              {"witness", f.witness.empty() ? Json(nullptr) : case_json(f.witness)},
              {"more", std::move(cases)},
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

Json rule_report_json(const analyses::RuleReport& r) {
  Json analyses = Json::array();
  for (const analyses::Finding& f : r.findings) analyses.push_back(finding_json(f));
  return {{"rule", r.rule},
          {"version", r.version},
          {"file", r.file},
          {"id", r.id},
          {"verdict", analyses::to_text(r.verdict())},
          {"assumes", r.schema},
          {"analyses", std::move(analyses)}};
}

/// The worst verdict of several rules.
analyses::AnalysisVerdict worst(const std::vector<analyses::RuleReport>& reports) {
  analyses::AnalysisVerdict out = analyses::AnalysisVerdict::proved;
  for (const analyses::RuleReport& r : reports) {
    if (r.verdict() == analyses::AnalysisVerdict::refuted || r.verdict() == analyses::AnalysisVerdict::vacuous)
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

std::string failure_text(const analyses::Finding& f, bool colour, bool explain) {
  std::string out = fmt::format(
      "{} {} ({})\n", toned(std::string(analyses::to_text(f.verdict)), tone_of(f), colour),
      heading(fmt::format("{} [{}]", f.analysis, f.subject), colour),
      f.severity == analyses::Severity::error ? "blocks promulgation" : "needs an acknowledgement");
  if (!f.sentence.empty()) out += fmt::format("  {}\n", f.sentence);
  if (!f.reason.empty())
    out += fmt::format("  {} {}\n", f.verdict == analyses::AnalysisVerdict::refuted ? "note:" : "because",
                       f.reason);
  if (!f.witness.empty() && !f.label.empty())
    out +=
        fmt::format("  the smallest case ({}); what it does not name may be anything:\n", f.label);
  out += case_text(f.witness);
  for (const auto& values : f.more) out += "  or:\n" + case_text(values);
  if (explain)
    for (const std::string& line : f.conjuncts) out += fmt::format("  decided by {}\n", line);
  for (const analyses::Provision& p : f.provisions)
    out += fmt::format("  at {}:{}:{}: {}\n", p.file, p.line, p.column, p.place);
  if (!f.scenario.empty())
    out += fmt::format("  a run shows it: capmarket run {}\n", f.scenario);
  return out + "\n";
}

std::string rule_text(const analyses::RuleReport& r, bool colour, bool quiet, bool explain) {
  std::string out = heading(fmt::format("{} version {}", r.rule, r.version), colour) +
                    fmt::format("  {}\n\n", r.file);
  std::size_t failed = 0, proved = 0, undecided = 0, warned = 0;
  std::int64_t total = 0;
  for (const analyses::Finding& f : r.findings) {
    total += f.milliseconds;
    proved += f.verdict == analyses::AnalysisVerdict::proved ? 1 : 0;
    undecided += f.verdict == analyses::AnalysisVerdict::unknown ? 1 : 0;
    if (f.fails()) ++(f.severity == analyses::Severity::error ? failed : warned);
    if (f.fails() || f.verdict == analyses::AnalysisVerdict::unknown) out += failure_text(f, colour, explain);
  }
  if (!quiet) {
    for (const analyses::Finding& f : r.findings) {
      if (f.fails() || f.verdict == analyses::AnalysisVerdict::unknown) continue;
      out +=
          fmt::format("  {:<7}{:<26}{:<24}{:>5} ms  {}{}\n", analyses::to_text(f.verdict), f.analysis,
                      f.subject, f.milliseconds, f.sentence.empty() ? std::string(analyses::row_of(f.row).statement) : f.sentence,
                      f.bound.empty() ? "" : fmt::format(" (bounded: {})", f.bound));
    }
    out += "\nassumed throughout:\n";
    for (const std::string& line : r.schema) out += fmt::format("  {}\n", line);
  }
  return out + fmt::format("{}{} proved, {} refuted, {} warnings, {} undecided, {} ms\n\n",
                           quiet ? "" : "\n", proved, failed, warned, undecided, total);
}

std::string xml(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else  // XML 1.0 has no form for most control characters.
      out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
  }
  return out;
}

std::string plain_case(const analyses::Finding& f) {
  std::string out = f.sentence.empty() ? f.reason : f.sentence;
  for (const auto& [name, value] : f.witness) out += fmt::format("\n{} = {}", name, value);
  for (const analyses::Provision& p : f.provisions)
    out += fmt::format("\n{}:{}:{}: {}", p.file, p.line, p.column, p.place);
  return out;
}

}  // namespace

nlohmann::ordered_json check_json(const std::vector<analyses::RuleReport>& reports) {
  if (reports.size() == 1) return rule_report_json(reports.front());
  Json rules = Json::array();
  for (const analyses::RuleReport& r : reports) rules.push_back(rule_report_json(r));
  return {{"verdict", analyses::to_text(worst(reports))}, {"rules", std::move(rules)}};
}

std::string check_text(const std::vector<analyses::RuleReport>& reports, bool colour, bool quiet,
                       bool explain) {
  std::string out;
  for (const analyses::RuleReport& r : reports) out += rule_text(r, colour, quiet, explain);
  return out;
}

std::string check_junit(const std::vector<analyses::RuleReport>& reports) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const analyses::RuleReport& r : reports) {
    std::size_t failures = 0, errors = 0, skipped = 0;
    std::int64_t total = 0;
    std::string cases;
    for (const analyses::Finding& f : r.findings) {
      total += f.milliseconds;
      cases += fmt::format(
          "    <testcase classname=\"{}\" name=\"{} [{}]\" file=\"{}\" line=\"{}\" "
          "time=\"{}.{:03}\"",
          xml(r.rule), xml(f.analysis), xml(f.subject), xml(f.provisions.front().file),
          f.provisions.front().line, f.milliseconds / 1000, f.milliseconds % 1000);
      std::string kind, text = xml(plain_case(f));
      if (f.fails()) {
        // A warning is told, and fails nothing.
        kind = f.severity == analyses::Severity::error ? "failure" : "skipped";
        ++(f.severity == analyses::Severity::error ? failures : skipped);
      } else if (f.verdict == analyses::AnalysisVerdict::unknown) {
        kind = "error";
        ++errors;
      } else if (f.verdict == analyses::AnalysisVerdict::info) {
        kind = "skipped";
        ++skipped;
      }
      if (kind.empty())
        cases += "/>\n";
      else
        cases += fmt::format(">\n      <{0} message=\"{1}\">{2}</{0}>\n    </testcase>\n", kind,
                             analyses::to_text(f.verdict), text);
    }
    out += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
        "time=\"{}.{:03}\">\n{}  </testsuite>\n",
        xml(r.file), r.findings.size(), failures, errors, skipped, total / 1000, total % 1000,
        cases);
  }
  return out + "</testsuites>\n";
}

nlohmann::ordered_json check_sarif(const std::vector<analyses::RuleReport>& reports,
                                   const std::string& version) {
  Json rules = Json::array(), results = Json::array();
  for (const analyses::AnalysisRow& row : analyses::analysis_catalogue())
    rules.push_back({{"id", row.id}, {"shortDescription", {{"text", row.statement}}}});
  for (const analyses::RuleReport& r : reports)
    for (const analyses::Finding& f : r.findings) {
      if (!f.fails() && f.verdict != analyses::AnalysisVerdict::unknown) continue;
      bool blocks = f.severity == analyses::Severity::error && f.fails();
      Json locations = Json::array();
      for (const analyses::Provision& p : f.provisions)
        locations.push_back(
            {{"physicalLocation",
              {{"artifactLocation", {{"uri", p.file}}},
               {"region",
                {{"startLine", std::max(1, p.line)}, {"startColumn", std::max(1, p.column)}}}}}});
      Json first = Json::array({locations.front()});
      locations.erase(locations.begin());
      Json one = {{"ruleId", analyses::row_of(f.row).id},
                  {"level", blocks ? "error" : "warning"},
                  {"message", {{"text", plain_case(f)}}},
                  {"locations", std::move(first)}};
      if (!locations.empty()) one["relatedLocations"] = std::move(locations);
      results.push_back(std::move(one));
    }
  Json driver = {{"name", "capmarket"}, {"version", version}, {"rules", std::move(rules)}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", Json::array({{{"tool", {{"driver", std::move(driver)}}},
                                 {"results", std::move(results)}}})}};
}

}  // namespace capmarket::reports
