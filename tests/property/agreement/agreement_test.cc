// Two thousand cases; a hundred thousand in agreement_full_test.cc.
#include "tests/property/agreement/cases_hold.h"

namespace capmarket::agreement {
namespace {

TEST(Agreement, of_the_predicate_with_the_solvers_reading_on_settlements_under_random_rules) {
  random_settlements_agree(1000, 1);
}

TEST(Agreement, of_the_predicate_with_the_solvers_reading_on_random_histories) {
  histories_agree(1000, 1, 1);
}

}  // namespace
}  // namespace capmarket::agreement
