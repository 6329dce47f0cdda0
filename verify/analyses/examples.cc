// The golden cases of a rule, decided by the code that admission runs.
#include <fmt/format.h>

#include <array>
#include <set>

#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"
#include "verify/analyses/golden_case.h"

namespace capmarket::analyses {
namespace {

/// What a run watches so that the wrong value shows: of money the claim that it is as expected.
std::vector<std::pair<std::string, std::string>> claims_of(
    const std::vector<std::array<std::string, 3>>& failures) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [name, expected, got] : failures)
    if (name == "compensation" || name == "refund" || name == "penalty")
      out.emplace_back(name, fmt::format("{} == {}", name, expected));
  return out;
}

}  // namespace

/// The case as it comes out: a run that does the same shows that it is not as expected.
void Checker::script_example(Finding& f, const question::RequestCase& c, bool admitted,
                             bool displaced, const rules::Tier* of,
                             const std::vector<std::array<std::string, 3>>& failures) const {
  const std::string sentence =
      fmt::format("`{}` comes out as {}, not {}", failures[0][0], failures[0][2], failures[0][1]);
  ToShow to_show;
  to_show.claims = claims_of(failures);
  std::size_t i = 0;
  while (of != nullptr && &tier(i) != of) ++i;
  question::QueryResult result;
  result.answer = smt::Answer::sat;
  result.cases = {c};
  result.granted.resize(1);
  if (c.victim && of != nullptr && of->displaces && admitted) {
    to_show.expect.admitted = displaced;
    if (!displaced) to_show.expect.clauses = {admission::ClauseId::capacity};
    return script_displacement(f, result, sentence, i, to_show);
  }
  question::RequestCase alone = c;
  alone.victim.reset();
  result.cases = {alone};
  if (to_show.claims.empty() || of == nullptr) {
    witness::ScenarioBuilder built = builder_for(f, sentence);
    for (std::size_t t = 0; t < rule().tiers.size(); ++t)
      if (of == nullptr || t == i) built.leg(alone, t, {admitted, {}});
    return add_scenario(f, built, {});
  }
  result.cases[0].failed_value =
      value_of(c.leg.price, volume_of(c.leg.quantity, c.leg.window.length())).value_or(Money(0));
  if (!rule().fallback.empty())
    script_failure(f, result, sentence, i, rule().fallback.front().name, to_show);
}

void Checker::examples() {
  const std::vector<rules::Example>& all = rule().examples;
  if (all.empty())
    return end(begin(AnalysisId::examples, "examples", "examples"), AnalysisVerdict::info,
               "no golden case is given");
  std::set<std::string> reached, displacing;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Finding f = begin(AnalysisId::examples, fmt::format("example {}", i + 1),
                      fmt::format("examples[{}]", i));
    GoldenOutcome golden = decide_example(subject_, all[i]);
    std::vector<std::array<std::string, 3>> failures;  // variable, expected, got
    for (const auto& [name, expected] : all[i].expect)
      if (golden.values.at(name) != expected)
        failures.push_back({name, expected, golden.values.at(name)});
    if (golden.tier != nullptr) reached.insert(golden.tier->name);
    if (golden.displaced) displacing.insert(golden.tier->name);
    if (failures.empty()) {
      end(std::move(f), AnalysisVerdict::proved);
      continue;
    }
    for (const auto& [name, text] : all[i].given) f.witness.emplace_back(name, text);
    for (const auto& [name, expected, got] : failures)
      f.witness.emplace_back(name, fmt::format("{}, expected {}", got, expected));
    f.label = "single decision";
    if (golden.request_case)
      script_example(f, *golden.request_case, golden.values.at("admitted") == "true",
                     golden.displaced, golden.tier, failures);
    else
      f.reason = "no scenario: no market has these numbers of a victim";
    end(std::move(f), AnalysisVerdict::refuted,
        fmt::format("`{}` comes out as {}, not {}", failures[0][0], failures[0][2],
                    failures[0][1]));
  }
  std::string missed;
  for (const rules::Tier& t : rule().tiers) {
    auto add = [&](const std::string& what) { missed += (missed.empty() ? "" : ", ") + what; };
    if (!reached.contains(t.name)) add(fmt::format("tier `{}`", t.name));
    if (t.displaces && !displacing.contains(t.name)) add(fmt::format("`{}.displaces`", t.name));
  }
  if (!missed.empty())
    end(begin(AnalysisId::examples, "reach", "examples"), AnalysisVerdict::info,
        "reached by no golden case: " + missed);
}

}  // namespace capmarket::analyses
