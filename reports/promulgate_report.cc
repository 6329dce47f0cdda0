#include "reports/promulgate_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

bool is_waived(const PromulgateReport& r, const analyses::Finding& f) {
  return std::any_of(r.waivers.begin(), r.waivers.end(),
                     [&](const objects::Waiver& w) { return w.analysis == f.analysis; });
}

/// What stands against the rule, or would if it had more weight.
bool stands_out(const analyses::Finding& f) {
  return f.severity != analyses::Severity::inform && (f.fails() || f.verdict == analyses::AnalysisVerdict::unknown);
}

Json files_with(const PromulgateReport& r, const smt::RecheckReport& again, smt::Recheck outcome) {
  Json out = Json::array();
  for (std::size_t k = 0; k < again.files.size(); ++k)
    if (again.files[k].outcome == outcome)
      out.push_back({{"file", r.proof.set.files[k].name}, {"said", again.files[k].said}});
  return out;
}

Json rechecked_json(const PromulgateReport& r) {
  Json out = Json::object();
  for (const smt::RecheckReport& again : r.proof.rechecks)
    out[again.solver] = {{"version", again.version},
                         {"agrees", again.count(smt::Recheck::agrees)},
                         {"unknown", files_with(r, again, smt::Recheck::unknown)},
                         {"failed", files_with(r, again, smt::Recheck::failed)},
                         {"disagrees", files_with(r, again, smt::Recheck::disagrees)},
                         {"milliseconds", again.milliseconds}};
  return out;
}

Json sequence_json(const PromulgateReport& r) {
  if (!r.promulgation) return nullptr;
  Json strategies = Json::array();
  for (const Sequence& s : r.strategies) strategies.push_back(s.value);
  return {{"strategies", std::move(strategies)},
          {"rule", r.rule.value},
          {"promulgation", r.promulgation->value}};
}

Tone tone_of(PromulgationVerdict v) {
  switch (v) {
    case PromulgationVerdict::promulgated:
      return Tone::good;
    case PromulgationVerdict::refused:
      return Tone::bad;
    case PromulgationVerdict::undecided:
      return Tone::open;
  }
  return Tone::open;
}

}  // namespace

std::string_view to_text(PromulgationVerdict verdict) {
  switch (verdict) {
    case PromulgationVerdict::promulgated:
      return "promulgated";
    case PromulgationVerdict::refused:
      return "refused";
    case PromulgationVerdict::undecided:
      return "undecided";
  }
  return {};
}

nlohmann::ordered_json promulgate_json(const PromulgateReport& r) {
  Json waivers = Json::array(), open = Json::array();
  for (const objects::Waiver& w : r.waivers)
    waivers.push_back({{"analysis", w.analysis}, {"because", w.because}});
  for (const analyses::Finding& f : r.proof.report.findings)
    if (stands_out(f))
      open.push_back({{"analysis", f.analysis},
                      {"subject", f.subject},
                      {"severity", analyses::to_text(f.severity)},
                      {"verdict", analyses::to_text(f.verdict)},
                      {"waived", is_waived(r, f)},
                      {"sentence", f.sentence},
                      {"reason", f.reason}});
  return {{"rule", r.proof.report.rule},
          {"version", r.proof.report.version},
          {"id", r.proof.report.id},
          {"chain", to_hex(r.chain)},
          {"sequence", sequence_json(r)},
          {"waivers", std::move(waivers)},
          {"against", std::move(open)},
          {"certificates",
           {{"digest", r.proof.set.digest},
            {"files", r.proof.set.files.size()},
            {"directory", r.certificates.empty() ? Json(nullptr) : Json(r.certificates)},
            {"rechecked", rechecked_json(r)}}},
          {"tools", r.tools},
          {"verdict", to_text(r.verdict)}};
}

std::string promulgate_text(const PromulgateReport& r, bool colour) {
  const analyses::RuleReport& rule = r.proof.report;
  std::string out = fmt::format("{} version {}: {}\n", heading(rule.rule, colour), rule.version,
                                toned(std::string(to_text(r.verdict)), tone_of(r.verdict), colour));
  out += fmt::format("  id           {}\n", rule.id);
  for (const analyses::Finding& f : rule.findings) {
    if (!stands_out(f)) continue;
    std::string weight = is_waived(r, f)                 ? "waived"
                         : f.severity == analyses::Severity::error ? "blocks"
                                                         : "warns";
    out += fmt::format("  {:<12} {} {} [{}]: {}\n", weight, analyses::to_text(f.verdict), f.analysis,
                       f.subject, f.sentence.empty() ? f.reason : f.sentence);
  }
  for (const objects::Waiver& w : r.waivers)
    out += fmt::format("  waiver       {}: {}\n", w.analysis, w.because);
  out += fmt::format("  certificates {} files, manifest {}\n", r.proof.set.files.size(),
                     r.proof.set.digest);
  for (const smt::RecheckReport& again : r.proof.rechecks)
    out +=
        fmt::format("  {:<12} {} agree, {} unknown, {:.1f} s\n", again.solver + " " + again.version,
                    again.count(smt::Recheck::agrees), again.count(smt::Recheck::unknown),
                    static_cast<double>(again.milliseconds) / 1e3);
  if (!r.promulgation) return out + "  nothing was written\n";
  std::string strategies;
  for (const Sequence& s : r.strategies) strategies += fmt::format(" {}", s.value);
  return out + fmt::format("  {}: strategies{}, rule {}, promulgation {}\n", r.directory,
                           strategies.empty() ? " there already" : strategies, r.rule.value,
                           r.promulgation->value);
}

}  // namespace capmarket::reports
