// The golden cases of a rule, decided by the code that admission runs.
#include <fmt/format.h>

#include <array>
#include <set>

#include "verify/rules/checker.h"
#include "verify/rules/golden_case.h"

namespace capmarket {
void Checker::examples() {
  const std::vector<Example>& all = rule().examples;
  if (all.empty())
    return end(begin("examples", "examples", "examples"), AnalysisVerdict::info,
               "no golden case is given");
  std::set<std::string> reached, displacing;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Finding f = begin("examples", fmt::format("example {}", i + 1), fmt::format("examples[{}]", i));
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
    end(std::move(f), AnalysisVerdict::refuted,
        fmt::format("`{}` comes out as {}, not {}", failures[0][0], failures[0][2],
                    failures[0][1]));
  }
  std::string missed;
  for (const Tier& t : rule().tiers) {
    auto add = [&](const std::string& what) { missed += (missed.empty() ? "" : ", ") + what; };
    if (!reached.contains(t.name)) add(fmt::format("tier `{}`", t.name));
    if (t.displaces && !displacing.contains(t.name)) add(fmt::format("`{}.displaces`", t.name));
  }
  if (!missed.empty())
    end(begin("examples", "reach", "examples"), AnalysisVerdict::info,
        "reached by no golden case: " + missed);
}

}  // namespace capmarket
