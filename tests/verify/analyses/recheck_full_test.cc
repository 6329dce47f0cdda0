// Every certificate of every rule in the tree: cvc5 contradicts none, and decides each in a minute.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "tests/verify/analyses/recheck.h"

namespace capmarket::analyses {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> all_rules() {
  std::vector<std::string> out;
  for (const char* folder : {"/scenarios/rules", "/tests/verify/analyses/rules"})
    for (const auto& entry : fs::directory_iterator(CAPMARKET_SOURCE_DIR + std::string(folder)))
      if (entry.path().extension() == ".yaml") out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// Every fourth rule, so that four of these take as long as each other.
class RecheckCorpus : public ::testing::TestWithParam<std::size_t> {};
constexpr std::size_t kRecheckParts = 4;

TEST_P(RecheckCorpus, contradicts_nothing_on_all_shipped_rules_and_all_of_tests_rules) {
  const std::vector<std::string> rules = all_rules();
  ASSERT_GT(rules.size(), 300u);
  std::size_t files = 0, agree = 0;
  std::int64_t milliseconds = 0;
  for (std::size_t i = GetParam(); i < rules.size(); i += kRecheckParts) {
    Rechecked r = recheck_rule(rules[i], "cvc5", std::chrono::minutes(1));
    files += r.set.files.size();
    agree += r.again.count(smt::Recheck::agrees);
    milliseconds += r.again.milliseconds;
    EXPECT_EQ(others(r, smt::Recheck::agrees), "") << rules[i];
  }
  EXPECT_GT(files, 1'000u);
  std::cout << files << " files, " << agree << " agree, " << milliseconds << " ms in cvc5\n";
}

INSTANTIATE_TEST_SUITE_P(Part, RecheckCorpus, ::testing::Range(std::size_t{0}, kRecheckParts));

}  // namespace
}  // namespace capmarket::analyses
