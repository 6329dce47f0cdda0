// Many real cases of every rule of the corpus: none contradicts the table, and what it says to be
// confirmed by enumeration is.
#include <gtest/gtest.h>

#include "tests/support/corpus.h"
#include "tests/verify/analyses/enumeration.h"

namespace capmarket::analyses {
namespace {

TEST(CorpusTable, is_contradicted_by_no_case_of_a_hundred_thousand) {
  expect_confirmed(testing::rule_names(testing::kRuleFolder), 100'000, true);
}

}  // namespace
}  // namespace capmarket::analyses
