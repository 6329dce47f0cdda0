// A few real cases of every rule of the corpus: none contradicts the table.
#include "tests/verify/analyses/enumeration.h"

#include <gtest/gtest.h>

#include "tests/support/corpus.h"

namespace capmarket::analyses {
namespace {

TEST(CorpusTable, is_contradicted_by_no_case_of_any_rule) {
  expect_confirmed(testing::rule_names(testing::kRuleFolder), 200, false);
}

}  // namespace
}  // namespace capmarket::analyses
