// A goal that `check` proved and a history breaks is the worst bug there can be: this hunts for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "model/yaml/yaml.h"
#include "tests/verify/fuzz/wide_market.h"
#include "verify/analyses/check.h"
#include "verify/fuzz/fuzz.h"

namespace capmarket::fuzz {
namespace {

/// Rules that say what they are for: by their text, since every test of the program names them all.
std::vector<std::string> rules_with_goals() {
  std::vector<std::string> out;
  for (const char* folder : {"/tests/verify/analyses/rules", "/scenarios/rules"})
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(CAPMARKET_SOURCE_DIR) + folder)) {
      if (entry.path().extension() != ".yaml") continue;
      const std::string text = yaml::read_file(entry.path().string()).value();
      if (text.find("\ngoals:") != text.npos && text.find("\nfallback:") != text.npos)
        out.push_back(entry.path().string());
    }
  std::sort(out.begin(), out.end());
  return out;
}

/// Plays histories under the rule against the goals that `check` proves of it.
void proved_goals_hold(const std::string& file, int histories) {
  auto files = question::load_rule_files(file);
  ASSERT_TRUE(files) << to_text(files.error());
  FuzzOptions options;
  options.histories = histories;
  options.executor = wide_executor(std::make_shared<WideTally>());  // sets up once
  for (const analyses::Finding& f : analyses::check_rule(files->front(), *files, {}).findings)
    if (f.analysis.starts_with("goal:") && f.verdict == analyses::AnalysisVerdict::proved)
      options.goals.push_back(f.subject);
  if (options.goals.empty()) return;  // each is refuted
  auto market = market_of_rule(files->front(), *files, {});
  ASSERT_TRUE(market) << to_text(market.error());
  FuzzReport report = fuzz(*market, options);
  EXPECT_FALSE(report.failure) << report.failure->what << ": " << report.failure->detail;
  EXPECT_EQ(report.histories, histories);
  EXPECT_GT(report.counts["settle admitted"], histories / 2);
}

class ProvedGoals : public ::testing::TestWithParam<std::string> {};

TEST_P(ProvedGoals, hold_in_random_histories) {
  proved_goals_hold(GetParam(), CAPMARKET_HISTORIES);
}

INSTANTIATE_TEST_SUITE_P(Rules, ProvedGoals, ::testing::ValuesIn(rules_with_goals()),
                         [](const auto& one) {
                           std::string out = std::filesystem::path(one.param).stem().string();
                           std::replace(out.begin(), out.end(), '-', '_');
                           return out;
                         });

}  // namespace
}  // namespace capmarket::fuzz
