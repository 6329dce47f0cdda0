#include "reports/diff_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/text_table.h"

namespace capmarket {
namespace {

using Json = nlohmann::ordered_json;
using Values = std::vector<std::pair<std::string, std::string>>;

Json place_json(const Provision& p) {
  return {{"file", p.file}, {"place", p.place}, {"line", p.line}, {"column", p.column}};
}

Json case_json(const Values& values) {
  Json out = Json::object();
  for (const auto& [name, value] : values) out[name] = value;
  return out;
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::int64_t milliseconds_of(const DiffReport& report, const Difference& d) {
  for (const Compared& c : report.compared)
    if (c.provision == d.provision && (c.tier == d.tier || c.tier.empty())) return c.milliseconds;
  return 0;
}

Json difference_json(const DiffReport& report, const Difference& d) {
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

Json side_json(const DiffReport::Side& s) {
  return {{"file", s.file}, {"rule", s.rule}, {"version", s.version}, {"id", s.id}};
}

Json replay_json(const ReplayReport& replay) {
  Json changed = Json::array();
  for (const ReplayChange& c : replay.changed)
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

std::string case_text(const Values& values) {
  std::size_t width = 0;
  for (const auto& [name, value] : values) width = std::max(width, name.size());
  std::string out;
  for (const auto& [name, value] : values)
    out += fmt::format("    {:<{}}  {}\n", name, width, value);
  return out;
}

std::string place_text(const char* side, const Provision& p) {
  return fmt::format("  {} {}:{}:{}: {}\n", side, p.file, p.line, p.column, p.place);
}

std::string difference_text(const Difference& d, bool colour) {
  std::string out = fmt::format(
      "{} {}\n  {}\n", toned(std::string(to_text(d.kind)), Tone::bad, colour),
      heading(d.tier.empty() ? d.provision : fmt::format("{} [{}]", d.provision, d.tier), colour),
      d.sentence);
  if (!d.witness.empty())
    out += "  the smallest case; what it does not name may be anything:\n" + case_text(d.witness);
  out += fmt::format("  OLD: {}\n  NEW: {}\n", d.old_outcome, d.new_outcome);
  return out + place_text("OLD", d.old_place) + place_text("NEW", d.new_place) + "\n";
}

std::string relation_text(const DiffReport& r) {
  if (!r.relation) return "undecided";
  switch (*r.relation) {
    case DiffRelation::equivalent:
      return "equivalent: both admit the same, for the same money";
    case DiffRelation::stricter:
      return "stricter: NEW admits less, and the rest as before";
    case DiffRelation::looser:
      return "looser: NEW admits more, and the rest as before";
    case DiffRelation::incomparable:
      return "incomparable: neither admits all that the other does with the same outcome";
  }
  return {};
}

std::string replay_text(const ReplayReport& replay) {
  std::string out = fmt::format("replay: {} settlements decided again, {} change\n",
                                replay.settlements, replay.changed.size());
  for (const ReplayChange& c : replay.changed) {
    out +=
        fmt::format("  {:>8}  {}  {} -> {}\n", c.sequence, c.id.substr(0, 16), c.before, c.after);
    if (c.owed_before != c.owed_after)
      out += fmt::format("            owed {} -> {}\n", c.owed_before, c.owed_after);
    for (const std::string& line : c.because) out += fmt::format("            {}\n", line);
  }
  for (const std::string& note : replay.notes) out += "  " + note + "\n";
  return out + "\n";
}

std::string compared_text(const DiffReport& r) {
  std::string out = "compared:\n", constants;
  for (const Compared& c : r.compared) {
    if (c.constant && c.verdict == Compared::Verdict::same) {
      constants += fmt::format("{}{}{}", constants.empty() ? "" : ", ", c.provision,
                               c.tier.empty() ? "" : " [" + c.tier + "]");
      continue;
    }
    out += fmt::format("  {:<10}{:<30}{:<20}{:>5} ms{}\n", to_text(c.verdict), c.provision, c.tier,
                       c.milliseconds, c.reason.empty() ? "" : "  " + c.reason);
  }
  if (!constants.empty()) out += "  same value: " + constants + "\n";
  return out + "\n";
}

}  // namespace

Json diff_json(const DiffReport& r, const std::optional<ReplayReport>& replay) {
  Json differences = Json::array(), compared = Json::array(), gates = Json::array();
  for (const Difference& d : r.differences) differences.push_back(difference_json(r, d));
  for (const Compared& c : r.compared)
    compared.push_back({{"provision", c.provision},
                        {"tier", or_null(c.tier)},
                        {"verdict", to_text(c.verdict)},
                        {"reason", or_null(c.reason)},
                        {"milliseconds", c.milliseconds}});
  for (const DiffGate& g : r.gates)
    gates.push_back({{"option", g.option},
                     {"verdict", to_text(g.verdict)},
                     {"sentence", g.sentence},
                     {"witness", g.witness.empty() ? Json(nullptr) : case_json(g.witness)}});
  return {{"relation", r.relation ? Json(to_text(*r.relation)) : Json(nullptr)},
          {"vacuous", r.vacuous},
          {"old", side_json(r.old_side)},
          {"new", side_json(r.new_side)},
          {"differences", std::move(differences)},
          {"gates", std::move(gates)},
          {"compared", std::move(compared)},
          {"notes", r.notes},
          {"assumes", r.assumes},
          {"replay", replay ? replay_json(*replay) : Json(nullptr)}};
}

std::string diff_text(const DiffReport& r, const std::optional<ReplayReport>& replay, bool colour,
                      bool quiet) {
  std::string out = fmt::format("OLD {} version {}  {}\nNEW {} version {}  {}\n\n", r.old_side.rule,
                                r.old_side.version, r.old_side.file, r.new_side.rule,
                                r.new_side.version, r.new_side.file);
  for (const Difference& d : r.differences) out += difference_text(d, colour);
  if (replay) out += replay_text(*replay);
  std::int64_t total = 0;
  for (const Compared& c : r.compared) total += c.milliseconds;
  if (!quiet) {
    out += compared_text(r);
    for (const std::string& note : r.notes) out += "note: " + note + "\n";
    out += "assumed throughout:\n";
    for (const std::string& line : r.assumes) out += fmt::format("  {}\n", line);
    out += "\n";
  }
  for (const DiffGate& g : r.gates) {
    Tone tone = g.verdict == DiffGate::Verdict::holds      ? Tone::good
                : g.verdict == DiffGate::Verdict::violated ? Tone::bad
                                                           : Tone::open;
    out += fmt::format("{} {}: {}\n", g.option,
                       toned(std::string(to_text(g.verdict)), tone, colour), g.sentence);
    if (g.verdict == DiffGate::Verdict::violated) out += case_text(g.witness);
  }
  bool equal = r.relation == DiffRelation::equivalent && !r.vacuous;
  Tone tone = equal ? Tone::good : r.relation ? Tone::bad : Tone::open;
  return out + fmt::format("{}{}, {} differences, {} ms\n", toned(relation_text(r), tone, colour),
                           r.vacuous ? " (vacuous: neither admits anything)" : "",
                           r.differences.size(), total);
}

}  // namespace capmarket
