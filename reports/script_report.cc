#include "reports/script_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "model/admission/explain.h"
#include "model/base/text.h"
#include "reports/shortfall_json.h"

namespace capmarket::reports {
namespace {

using Json = nlohmann::ordered_json;

Json names(const std::vector<admission::ClauseId>& clauses) {
  Json out = Json::array();
  for (admission::ClauseId c : clauses) out.push_back(admission::to_text(c));
  return out;
}

std::string decision_text(const world::StepOutcome& o) {
  if (o.turned_away) return "turned away";
  if (o.decision.admitted()) {
    std::string displaced;
    for (const auto& [grant, q] : o.displaced)
      displaced += fmt::format("{} {} {}", displaced.empty() ? ", displaces" : ",", grant, q.value);
    return "admitted" + displaced;
  }
  std::string out = "refused by";
  for (admission::ClauseId c : o.decision.failed) out += fmt::format(" {}", admission::to_text(c));
  for (admission::ClauseId c : o.decision.unresolved) out += fmt::format(" {} (unresolved)", admission::to_text(c));
  for (const admission::Shortfall& s : o.decision.shortfalls)
    out += "; " + admission::shortfall_text(s, o.decision);
  return out;
}

Json displaced_json(const scenarios::DisplacedGrants& grants) {
  Json out = Json::object();
  for (const auto& [grant, q] : grants) out[grant] = q.value;
  return out;
}

Json step_json(const scenarios::ScriptStep& step, std::size_t index) {
  Json out;
  out["step"] = index + 1;
  out["kind"] = scenarios::to_text(step.kind);
  out["name"] = step.name;
  return out;
}

/// Of a step that displaces otherwise than it expects: what it expects.
std::string wanted(const scenarios::ScriptStep& step) {
  if (!step.expect || !step.expect->displaced) return {};
  std::string out;
  for (const auto& [grant, q] : *step.expect->displaced)
    out += fmt::format("{} {} {}", out.empty() ? " (to displace" : ",", grant, q.value);
  return out.empty() ? " (to displace nobody)" : out + ")";
}

}  // namespace

nlohmann::ordered_json script_json(const scenarios::Script& script, const world::ScriptReport& report) {
  Json out;
  out["steps"] = Json::array();
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const scenarios::ScriptStep& step = script.steps[i];
    auto outcomes = world::outcomes_of(report, i);
    bool fits = world::as_expected(step, outcomes);
    if (outcomes.empty()) {
      Json one = step_json(step, i);
      one["decision"] = nullptr;
      one["as_expected"] = fits;
      out["steps"].push_back(std::move(one));
    }
    for (const world::StepOutcome* o : outcomes) {
      Json one = step_json(step, i);
      one["sequence"] = o->sequence.value;
      one["time"] = to_text(o->time);
      one["decision"] = o->turned_away           ? "turned-away"
                        : o->decision.admitted() ? "admitted"
                                                 : "refused";
      one["failed"] = names(o->decision.failed);
      one["unresolved"] = names(o->decision.unresolved);
      if (step.kind == scenarios::StepKind::settle) {
        one["displaced"] = displaced_json(o->displaced);
        one["shortfalls"] = shortfalls_json(o->decision.shortfalls);
      }
      one["as_expected"] = fits;
      out["steps"].push_back(std::move(one));
    }
  }
  out["watch"] = Json::array();
  for (const world::WatchReport& w : report.watch) {
    Json one = {{"name", w.name}, {"verdict", chain::to_text(w.verdict)}};
    one["expected"] = w.expected ? Json(chain::to_text(*w.expected)) : Json(nullptr);
    one["first"] = w.first ? Json(w.first->value) : Json(nullptr);
    one["owed"] = w.owed ? Json(to_text(*w.owed)) : Json(nullptr);
    one["as_expected"] = w.as_expected();
    out["watch"].push_back(std::move(one));
  }
  out["as_expected"] = world::as_expected(script, report);
  return out;
}

std::string script_report_text(const scenarios::Script& script, const world::ScriptReport& report) {
  std::vector<std::array<std::string, 4>> rows = {{"step", "at", "sequence", "came out"}};
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const scenarios::ScriptStep& step = script.steps[i];
    auto outcomes = world::outcomes_of(report, i);
    std::string odd = world::as_expected(step, outcomes) ? "" : "  NOT AS EXPECTED" + wanted(step);
    std::string what = fmt::format("{} {} {}", i + 1, scenarios::to_text(step.kind), step.name);
    if (outcomes.empty()) rows.push_back({what, to_text(step.at), "", "nothing to submit" + odd});
    for (const world::StepOutcome* o : outcomes)
      rows.push_back(
          {what, to_text(o->time), fmt::format("{}", o->sequence.value), decision_text(*o) + odd});
  }
  std::array<std::size_t, 3> width{};
  for (const auto& row : rows)
    for (std::size_t c = 0; c < 3; ++c) width[c] = std::max(width[c], row[c].size());
  std::string out;
  for (const auto& row : rows)
    out += fmt::format("  {:<{}}  {:<{}}  {:>{}}  {}\n", row[0], width[0], row[1], width[1], row[2],
                       width[2], row[3]);
  for (const world::WatchReport& w : report.watch)
    out += fmt::format("watched {}: {}{}{}\n", w.name, chain::to_text(w.verdict),
                       w.owed ? fmt::format(" (owed {} altogether)", to_text(*w.owed)) : "",
                       w.as_expected() ? "" : "  NOT AS EXPECTED");
  return out;
}

}  // namespace capmarket::reports
