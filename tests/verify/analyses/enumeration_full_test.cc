// Many real cases of every rule of the corpus: none contradicts the table, and what it says to be
// confirmed by enumeration is.
#include <gtest/gtest.h>

#include "tests/support/corpus.h"
#include "tests/verify/analyses/enumeration.h"

namespace capmarket::analyses {
namespace {

/// Every fourth rule, so that four of these take as long as each other.
class CorpusTable : public ::testing::TestWithParam<std::size_t> {};
constexpr std::size_t kCaseParts = 4;

TEST_P(CorpusTable, is_contradicted_by_no_case_of_a_hundred_thousand) {
  std::vector<std::string> part;
  const std::vector<std::string> all = testing::rule_names(testing::kRuleFolder);
  for (std::size_t i = GetParam(); i < all.size(); i += kCaseParts) part.push_back(all[i]);
  expect_confirmed(part, 100'000, true);
}

INSTANTIATE_TEST_SUITE_P(Part, CorpusTable, ::testing::Range(std::size_t{0}, kCaseParts));

}  // namespace
}  // namespace capmarket::analyses
