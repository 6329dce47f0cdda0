#include "reports/golden_report.h"

#include <fmt/format.h>

#include "model/rules/canonical.h"

namespace capmarket::reports {

GoldenReport golden_report(const analyses::RuleReport& report, const std::string& finding) {
  GoldenReport out;
  for (const analyses::Finding& f : report.findings) {
    std::string name = f.analysis + " " + f.subject;
    if (!finding.empty() && finding != f.analysis && finding != name) continue;
    out.selected = true;
    if (f.verdict != analyses::AnalysisVerdict::refuted || f.analysis == "examples") continue;
    if (f.golden.empty()) {
      out.notes.push_back(fmt::format("{}: not written: {}", name,
                                      f.no_golden.empty() ? "no case shows it" : f.no_golden));
      continue;
    }
    out.text += fmt::format("  # {}: {}\n", name, f.sentence);
    for (const rules::Example& e : f.golden) out.text += "  - " + rules::format_example(e) + "\n";
    out.cases += static_cast<int>(f.golden.size());
  }
  if (out.cases > 0)
    out.text = fmt::format(
                   "# Cases of `capmarket check {}`, version {}: `expect` is what comes of each "
                   "now.\n# Paste them into the rule, and turn round what is not meant to be "
                   "so.\nexamples:\n",
                   report.file, report.version) +
               out.text;
  return out;
}

}  // namespace capmarket::reports
