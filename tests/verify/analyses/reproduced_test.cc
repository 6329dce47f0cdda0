// The same rule gives the same bytes, and a clock decides nothing.
#include "tests/verify/analyses/reproduced.h"

#include <map>

#include "tests/verify/analyses/verdicts.h"

namespace capmarket::analyses {
namespace {

/// Rules across the corpus.
std::vector<std::string> some_rules() {
  const std::vector<std::string> all = testing::rule_names(testing::kRuleFolder);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < CAPMARKET_REPRODUCED; ++i)
    out.push_back(testing::kRuleFolder + all[i * all.size() / CAPMARKET_REPRODUCED] + ".yaml");
  return out;
}

TEST(Reproduced, the_same_bytes_in_three_runs) {
  for (const std::string& file : some_rules()) {
    const std::string first = bytes_but_time(report_of_file(file));
    for (int run = 1; run < 3; ++run)
      EXPECT_EQ(bytes_but_time(report_of_file(file)), first) << file;
  }
}

/// What the guard of a query ends is undecided, and nothing else comes of it.
TEST(Reproduced, a_timeout_gives_no_other_verdict_than_unknown) {
  CheckOptions hurried = testing::playing();
  hurried.timeout_ms = 1;
  hurried.scripted_scenarios = false;
  for (const char* name : {"clean-water", "goal-spend-third", "starvation-hospital"}) {
    std::map<std::string, std::string> expected;
    for (const ExpectedVerdict& e : expected_verdicts_of(name))
      expected[e.analysis + "[" + e.subject + "]"] = e.verdict;
    for (const Finding& f :
         report_of_file(testing::kRuleFolder + name + ".yaml", hurried).findings) {
      if (f.verdict == AnalysisVerdict::unknown) continue;
      const std::string key = f.analysis + "[" + f.subject + "]";
      EXPECT_EQ(to_text(f.verdict), expected[key]) << name << " " << key;
    }
  }
}

}  // namespace
}  // namespace capmarket::analyses
