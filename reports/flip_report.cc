#include "reports/flip_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

Tone tone_of(analyses::AnalysisVerdict verdict, analyses::Severity severity) {
  switch (verdict) {
    case analyses::AnalysisVerdict::proved:
    case analyses::AnalysisVerdict::info:
      return Tone::good;
    case analyses::AnalysisVerdict::unknown:
      return Tone::open;
    case analyses::AnalysisVerdict::refuted:
    case analyses::AnalysisVerdict::vacuous:
      break;
  }
  return severity == analyses::Severity::error ? Tone::bad : Tone::open;
}

std::string span_of(const analyses::Stretch& s) {
  return s.from == s.until ? s.from : fmt::format("{} .. {}", s.from, s.until);
}

std::string flipping(const analyses::FlipRow& row, bool colour) {
  std::string out = heading(fmt::format("{} [{}]", row.analysis, row.subject), colour) + "\n";
  for (const analyses::Stretch& s : row.stretches)
    out += fmt::format(
        "  {:<32} {}{}\n", span_of(s),
        toned(std::string(analyses::to_text(s.verdict)), tone_of(s.verdict, row.severity), colour),
        s.sentence.empty() ? "" : ": " + s.sentence);
  return out + "\n";
}

std::string list_of(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

}  // namespace

Json flip_json(const analyses::FlipReport& r) {
  Json flips = Json::array(), rows = Json::array();
  for (const analyses::FlipPoint& f : r.flips())
    flips.push_back({{"analysis", f.analysis},
                     {"subject", f.subject},
                     {"last", f.last},
                     {"at", f.at},
                     {"before", analyses::to_text(f.before)},
                     {"after", analyses::to_text(f.after)}});
  for (const analyses::FlipRow& row : r.rows) {
    Json stretches = Json::array();
    for (const analyses::Stretch& s : row.stretches)
      stretches.push_back({{"from", s.from},
                           {"until", s.until},
                           {"verdict", analyses::to_text(s.verdict)},
                           {"sentence", s.sentence}});
    rows.push_back({{"analysis", row.analysis},
                    {"subject", row.subject},
                    {"severity", analyses::to_text(row.severity)},
                    {"stretches", std::move(stretches)}});
  }
  return {{"rule", r.rule},
          {"file", r.file},
          {"verdict", analyses::to_text(r.worst)},
          {"over",
           {{"path", r.path},
            {"from", r.from},
            {"until", r.until},
            {"step", r.step},
            {"values", r.values},
            {"checked", r.checked},
            {"unreadable", r.unreadable},
            {"flips", std::move(flips)},
            {"analyses", std::move(rows)}}}};
}

std::string flip_text(const analyses::FlipReport& r, bool colour, bool quiet) {
  std::string out =
      heading(r.rule, colour) +
      fmt::format("  {}\n\n{} from {} to {}, in steps of {}: {} of {} values checked\n\n", r.file,
                  r.path, r.from, r.until, r.step, r.checked, r.values);
  for (const analyses::FlipRow& row : r.rows)
    if (row.stretches.size() > 1) out += flipping(row, colour);
  if (r.flips().empty()) out += "no verdict flips\n\n";
  if (!r.unreadable.empty())
    out += fmt::format("no rule at all (the file is wrong) at: {}\n", list_of(r.unreadable));
  for (analyses::AnalysisVerdict v : {analyses::AnalysisVerdict::refuted, analyses::AnalysisVerdict::vacuous,
                            analyses::AnalysisVerdict::unknown, analyses::AnalysisVerdict::proved}) {
    std::vector<std::string> same;
    for (const analyses::FlipRow& row : r.rows)
      if (row.stretches.size() == 1 && row.stretches.front().verdict == v)
        same.push_back(fmt::format("{} [{}]", row.analysis, row.subject));
    if (!same.empty() && (!quiet || v != analyses::AnalysisVerdict::proved))
      out += fmt::format("{} at every value checked: {}\n", analyses::to_text(v), list_of(same));
  }
  if (r.checked < r.values)
    out += "between two checked values that agree, the others were not checked\n";
  return out;
}

}  // namespace capmarket::reports
