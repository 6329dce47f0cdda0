// 200 histories under each rule with goals.
#include "tests/fuzz/proved_goals.h"

namespace capmarket {
namespace {

class ProvedGoals : public ::testing::TestWithParam<std::string> {};

TEST_P(ProvedGoals, hold_in_random_histories) { testing::proved_goals_hold(GetParam(), 200); }

INSTANTIATE_TEST_SUITE_P(Rules, ProvedGoals, ::testing::ValuesIn(testing::rules_with_goals()),
                         [](const auto& one) {
                           std::string out = std::filesystem::path(one.param).stem().string();
                           std::replace(out.begin(), out.end(), '-', '_');
                           return out;
                         });

}  // namespace
}  // namespace capmarket
