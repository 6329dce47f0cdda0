// The whole governed marketplace of tests/scenarios/whole/, changed piece by piece.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/scenario.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {

inline const std::string kWholeRule = testing::source_text("tests/scenarios/whole/rule.yaml");

inline const std::string kOtherRule = testing::source_text("tests/scenarios/whole/other.yaml");

inline const std::string kWholeScenario = testing::source_text("tests/scenarios/whole/whole.yaml");

class WholeMarketTest : public ::testing::Test {
 protected:
  using Sets = std::vector<std::pair<std::string, std::string>>;

  /// The scenario with a piece of it replaced, which must be there.
  Result<Scenario> load(std::string_view piece = {}, std::string_view by = {},
                        const Sets& sets = {}) {
    return load_text(testing::edited(kWholeScenario, piece, by), sets);
  }

  Result<Scenario> load_text(const std::string& text, const Sets& sets = {}) {
    folder_.write("rule.yaml", kWholeRule);
    folder_.write("other.yaml", kOtherRule);
    return load_scenario(folder_.write("whole.yaml", text), sets, {});
  }

  /// A problem at the first `at` from the changed line on.
  void expect_refused(std::string_view piece, std::string_view by, std::string_view at,
                      std::string_view words) {
    std::string text = testing::edited(kWholeScenario, piece, by);
    std::size_t found = text.find(at, text.rfind('\n', kWholeScenario.find(piece)) + 1);
    ASSERT_NE(found, text.npos) << at;
    auto before = std::string_view(text).substr(0, found);
    auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
    auto column = static_cast<int>(found - before.rfind('\n'));
    expect_problem(load(piece, by), line, column, words);
  }

  testing::ScratchFolder folder_;
};

inline constexpr Duration hours(std::int64_t n) { return Duration(n * kNanosPerHour); }

}  // namespace capmarket::scenarios
