// Every certificate of every rule in the tree: cvc5 contradicts none, and knows them all.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "tests/verify/analyses/recheck.h"

namespace capmarket::analyses {
namespace {

namespace fs = std::filesystem;

TEST(RecheckCorpus, contradicts_nothing_on_all_shipped_rules_and_all_of_tests_rules) {
  std::vector<std::string> rules;
  for (const char* folder : {"/scenarios/rules", "/tests/verify/analyses/rules"})
    for (const auto& entry : fs::directory_iterator(CAPMARKET_SOURCE_DIR + std::string(folder)))
      if (entry.path().extension() == ".yaml") rules.push_back(entry.path().string());
  std::sort(rules.begin(), rules.end());
  ASSERT_GT(rules.size(), 100u);
  std::size_t files = 0, agree = 0;
  std::int64_t milliseconds = 0;
  for (const std::string& rule : rules) {
    Rechecked r = recheck_rule(rule, "cvc5");
    files += r.set.files.size();
    agree += r.again.count(smt::Recheck::agrees);
    milliseconds += r.again.milliseconds;
    EXPECT_EQ(others(r, smt::Recheck::agrees), "") << rule;
  }
  std::cout << rules.size() << " rules, " << files << " files, " << agree << " agree, "
            << milliseconds << " ms in cvc5\n";
}

}  // namespace
}  // namespace capmarket::analyses
