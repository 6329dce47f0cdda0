// Ten steps on every shipped rule, with the time that they take.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "verify/hunt/hunt.h"

namespace capmarket::hunt {
namespace {

TEST(HuntFull, every_shipped_rule_keeps_the_invariants_for_ten_steps) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/rules")) {
    auto files = question::load_rule_files(entry.path().string());
    ASSERT_TRUE(files) << to_text(files.error());
    HuntReport report = hunt_rule(files->front(), *files, {});
    std::int64_t milliseconds = 0;
    for (const HuntFinding& f : report.findings) {
      EXPECT_EQ(f.verdict,
                f.framework ? analyses::AnalysisVerdict::info : analyses::AnalysisVerdict::proved)
          << entry.path() << " " << f.goal << f.reason;
      milliseconds += f.milliseconds;
    }
    std::printf("%s: %lld ms\n", entry.path().stem().c_str(), static_cast<long long>(milliseconds));
  }
}

/// A whole victim is cut where its tail alone is displaced, what stands beside it is given back,
/// and its end lies behind the other's.
TEST(HuntFull, five_steps_break_what_four_do_not) {
  auto files = question::load_rule_files(CAPMARKET_SOURCE_DIR "/tests/verify/hunt/kept-quantity.yaml");
  ASSERT_TRUE(files) << to_text(files.error());
  HuntOptions options;
  options.goal = "whole-victims";
  options.steps = 4;
  EXPECT_NE(hunt_rule(files->front(), *files, options).findings.front().verdict,
            analyses::AnalysisVerdict::refuted);
  options.steps = 6;
  const HuntFinding found = hunt_rule(files->front(), *files, options).findings.front();
  EXPECT_EQ(found.verdict, analyses::AnalysisVerdict::refuted);
  EXPECT_EQ(found.steps, 5);
}

}  // namespace
}  // namespace capmarket::hunt
