#include "reports/diff_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/case_values.h"
#include "reports/spoken.h"
#include "reports/text_table.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

Json place_json(const analyses::Provision& p) {
  return {{"file", p.file}, {"place", p.place}, {"line", p.line}, {"column", p.column}};
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::int64_t milliseconds_of(const diff::DiffReport& report, const diff::Difference& d) {
  for (const diff::Compared& c : report.compared)
    if (c.provision == d.provision && (c.tier == d.tier || c.tier.empty())) return c.milliseconds;
  return 0;
}

Json difference_json(const diff::DiffReport& report, const diff::Difference& d) {
  return {{"provision", d.provision},
          {"tier", or_null(d.tier)},
          {"phase", to_text(d.phase)},
          {"kind", to_text(d.kind)},
          {"admits", d.admits},
          {"refuses", d.refuses},
          {"sentence", d.sentence},
          {"witness", case_json(d.witness)},
          {"old", d.old_outcome},
          {"new", d.new_outcome},
          {"because", d.because},
          {"clause", place_json(d.new_place)},
          {"also", Json::array({place_json(d.old_place)})},
          {"milliseconds", milliseconds_of(report, d)}};
}

Json effect_json(const diff::Effect& e) {
  return {{"who", e.who},
          {e.gains ? "gains" : "loses", true},
          {"what", e.what},
          {"provision", e.provision},
          {"tier", or_null(e.tier)}};
}

Json side_json(const diff::DiffReport::Side& s) {
  return {{"file", s.file}, {"rule", s.rule}, {"version", s.version}, {"id", s.id}};
}

Json replay_json(const diff::ReplayReport& replay) {
  Json changed = Json::array();
  for (const diff::ReplayChange& c : replay.changed)
    changed.push_back({{"sequence", c.sequence},
                       {"id", c.id},
                       {"old", c.before},
                       {"new", c.after},
                       {"clauses", c.clauses},
                       {"owed", {{"old", c.owed_before}, {"new", c.owed_after}}},
                       {"because", c.because}});
  return {{"settlements", replay.settlements},
          {"changed", std::move(changed)},
          {"notes", replay.notes}};
}

std::string place_text(const char* side, const analyses::Provision& p) {
  return fmt::format("  {} {}:{}:{}: {}\n", side, p.file, p.line, p.column, p.place);
}

std::string difference_text(const diff::Difference& d, bool colour) {
  std::string out = fmt::format(
      "{} {}\n  {}\n", toned(std::string(diff::to_text(d.kind)), Tone::bad, colour),
      heading(d.tier.empty() ? d.provision : fmt::format("{} [{}]", d.provision, d.tier), colour),
      spoken(d.sentence));
  if (!d.witness.empty())
    out += "  the smallest case; what it does not name may be anything:\n" + case_text(d.witness);
  out += fmt::format("  OLD: {}\n  NEW: {}\n", spoken(d.old_outcome), spoken(d.new_outcome));
  return out + place_text("OLD", d.old_place) + place_text("NEW", d.new_place) + "\n";
}

std::string effects_text(const diff::DiffReport& r) {
  std::string out;
  for (const diff::Effect& e : r.effects)
    out += fmt::format("  {} {}: {}\n", e.who, e.gains ? "gain" : "lose", e.what);
  return out.empty() ? out : "who gains and who loses:\n" + out + "\n";
}

std::string relation_text(const diff::DiffReport& r) {
  if (!r.relation) return "undecided";
  switch (*r.relation) {
    case diff::DiffRelation::equivalent:
      return "equivalent: both admit the same, for the same money";
    case diff::DiffRelation::stricter:
      return "stricter: NEW admits less, and the rest as before";
    case diff::DiffRelation::looser:
      return "looser: NEW admits more, and the rest as before";
    case diff::DiffRelation::incomparable:
      return "incomparable: neither admits all that the other does with the same outcome";
  }
  return {};
}

std::string replay_text(const diff::ReplayReport& replay) {
  std::string out = fmt::format("replay: {} settlements decided again, {} change\n",
                                replay.settlements, replay.changed.size());
  for (const diff::ReplayChange& c : replay.changed) {
    out +=
        fmt::format("  {:>8}  {}  {} -> {}\n", c.sequence, c.id.substr(0, 16), c.before, c.after);
    if (c.owed_before != c.owed_after)
      out += fmt::format("            owed {} -> {}\n", c.owed_before, c.owed_after);
    for (const std::string& line : c.because) out += fmt::format("            {}\n", line);
  }
  for (const std::string& note : replay.notes) out += "  " + note + "\n";
  return out + "\n";
}

std::string compared_text(const diff::DiffReport& r) {
  std::string out = "compared:\n", constants;
  for (const diff::Compared& c : r.compared) {
    if (c.constant && c.verdict == diff::Compared::Verdict::same) {
      constants += fmt::format("{}{}{}", constants.empty() ? "" : ", ", c.provision,
                               c.tier.empty() ? "" : " [" + c.tier + "]");
      continue;
    }
    out += fmt::format("  {:<10}{:<30}{:<20}{:>5} ms{}\n", diff::to_text(c.verdict), c.provision, c.tier,
                       c.milliseconds, c.reason.empty() ? "" : "  " + c.reason);
  }
  if (!constants.empty()) out += "  same value: " + constants + "\n";
  return out + "\n";
}

}  // namespace

Json diff_json(const diff::DiffReport& r, const std::optional<diff::ReplayReport>& replay) {
  Json differences = Json::array(), compared = Json::array(), gates = Json::array();
  Json effects = Json::array();
  for (const diff::Difference& d : r.differences) differences.push_back(difference_json(r, d));
  for (const diff::Effect& e : r.effects) effects.push_back(effect_json(e));
  for (const diff::Compared& c : r.compared)
    compared.push_back({{"provision", c.provision},
                        {"tier", or_null(c.tier)},
                        {"verdict", diff::to_text(c.verdict)},
                        {"reason", or_null(c.reason)},
                        {"milliseconds", c.milliseconds}});
  for (const diff::DiffGate& g : r.gates)
    gates.push_back({{"option", g.option},
                     {"verdict", to_text(g.verdict)},
                     {"sentence", g.sentence},
                     {"witness", g.witness.empty() ? Json(nullptr) : case_json(g.witness)}});
  return {{"relation", r.relation ? Json(diff::to_text(*r.relation)) : Json(nullptr)},
          {"vacuous", r.vacuous},
          {"old", side_json(r.old_side)},
          {"new", side_json(r.new_side)},
          {"differences", std::move(differences)},
          {"effects", std::move(effects)},
          {"gates", std::move(gates)},
          {"compared", std::move(compared)},
          {"notes", r.notes},
          {"assumes", r.assumes},
          {"replay", replay ? replay_json(*replay) : Json(nullptr)}};
}

std::string diff_text(const diff::DiffReport& r, const std::optional<diff::ReplayReport>& replay, bool colour,
                      bool quiet) {
  std::string out = fmt::format("OLD {} version {}  {}\nNEW {} version {}  {}\n\n", r.old_side.rule,
                                r.old_side.version, r.old_side.file, r.new_side.rule,
                                r.new_side.version, r.new_side.file);
  std::int64_t total = 0;
  for (const diff::Compared& c : r.compared) total += c.milliseconds;
  if (!quiet) {
    out += compared_text(r);
    for (const std::string& note : r.notes) out += "note: " + note + "\n";
    out += "assumed throughout:\n";
    for (const std::string& line : r.assumes) out += fmt::format("  {}\n", line);
    out += "\n";
  }
  for (const diff::Difference& d : r.differences) out += difference_text(d, colour);
  out += effects_text(r);
  if (replay) out += replay_text(*replay);
  for (const diff::DiffGate& g : r.gates) {
    Tone tone = g.verdict == diff::DiffGate::Verdict::holds      ? Tone::good
                : g.verdict == diff::DiffGate::Verdict::violated ? Tone::bad
                                                           : Tone::open;
    out += fmt::format("{} {}: {}\n", g.option,
                       toned(std::string(diff::to_text(g.verdict)), tone, colour), g.sentence);
    if (g.verdict == diff::DiffGate::Verdict::violated) out += case_text(g.witness);
  }
  bool equal = r.relation == diff::DiffRelation::equivalent && !r.vacuous;
  Tone tone = equal ? Tone::good : r.relation ? Tone::bad : Tone::open;
  return out + fmt::format("{}{}, {} differences, {} ms\n", toned(relation_text(r), tone, colour),
                           r.vacuous ? " (vacuous: neither admits anything)" : "",
                           r.differences.size(), total);
}

}  // namespace capmarket::reports
