// A hundred thousand cases; see agreement_test.cc.
#include "tests/property/agreement/cases_hold.h"

namespace capmarket::agreement {
namespace {

TEST(ManyAgreements, on_settlements_under_random_rules) {
  random_settlements_agree(60'000, 2);
}

TEST(ManyAgreements, on_random_histories) { histories_agree(40'000, 20, 2); }

}  // namespace
}  // namespace capmarket::agreement
