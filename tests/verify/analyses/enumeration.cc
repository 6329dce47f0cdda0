#include "tests/verify/analyses/enumeration.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/support/corpus.h"
#include "tests/verify/analyses/random_market.h"
#include "tests/verify/analyses/verdicts.h"

namespace capmarket::analyses {
namespace {

/// Proved by a case, not by the lack of one.
bool proved_by_case(const std::string& analysis) {
  static const std::set<std::string> all = {"schema-inhabited",   "tier-satisfiable",
                                            "tier-not-universal", "tier-not-shadowed",
                                            "tier-not-redundant", "displacement-reachable"};
  return all.contains(analysis);
}

/// Proved by a case without a lease, and by what no case breaks with one.
bool proved_by_either(const std::string& analysis) { return analysis == "notice-feasible"; }

/// Analyses that cases can show or break; the others are of constants, or of several cases at once.
bool shown_by_cases(const std::string& analysis) {
  static const std::set<std::string> all = {"coverage",
                                            "no-error",
                                            "displacement-compensated",
                                            "compensation-bounded",
                                            "compensation-adequate",
                                            "eligibility-monotone"};
  return proved_by_case(analysis) || proved_by_either(analysis) || all.contains(analysis) || analysis.starts_with("goal:");
}

Shown shown_of(const rules::Rule& rule, int markets) {
  // The same numbers each time, on every machine: no distribution of the library.
  std::mt19937_64 numbers(11);
  const Draw draw = [&](std::int64_t low, std::int64_t high) {
    const std::uint64_t range =
        static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + numbers() % range);
  };
  MarketMaker maker(rule, draw);
  Shown out;
  Market market;
  for (int i = 0; i < markets; ++i)
    if (maker.make(market)) judge_market(rule, market, draw, out);
  return out;
}

void expect_row(const ExpectedVerdict& row, Shown& shown, bool each_shown) {
  const std::string key = row.analysis + "[" + row.subject + "]";
  const bool possible = shown.possible.contains(key), broken = shown.broken.contains(key);
  const bool fails = row.verdict == "refuted" || row.verdict == "vacuous";
  EXPECT_FALSE(possible && fails) << row.key() << ": a case does it";
  EXPECT_FALSE(broken && (row.verdict == "proved" || row.verdict == "vacuous"))
      << row.key() << ": a case breaks it";
  if (!each_shown || row.how != "enumeration" || !shown_by_cases(row.analysis) ||
      row.verdict == "info")
    return;
  if (proved_by_either(row.analysis) && row.verdict == "proved") {
    EXPECT_TRUE(possible || shown.reached[key] > 0) << row.key();
  } else if (proved_by_case(row.analysis)) {
    EXPECT_EQ(possible, row.verdict == "proved") << row.key();
  } else {
    EXPECT_TRUE(row.verdict == "refuted" ? broken : shown.reached[key] > 0) << row.key();
  }
}

}  // namespace

void expect_confirmed(const std::vector<std::string>& rules, int markets, bool each_shown) {
  for (const std::string& name : rules) {
    const auto files = testing::loaded_rules(testing::kRuleFolder + name + ".yaml");
    if (files.empty()) continue;
    Shown shown = shown_of(files.front().rule, markets);
    for (const ExpectedVerdict& row : expected_verdicts_of(name))
      expect_row(row, shown, each_shown);
  }
}

}  // namespace capmarket::analyses
