// What frauds gain over twenty seeds. Those that the shipped rules are meant to stop gain nothing.
#include <gtest/gtest.h>

#include <cstdio>

#include "reports/frauds_report.h"
#include "sim/run/run.h"
#include "sim/study/statistics.h"
#include "tests/sim/run/fraud_cases.h"

namespace capmarket::run {
namespace {

constexpr int kSeedsOfFrauds = 20;

TEST(FraudsFull, that_the_shipped_rules_stop_gain_nothing_over_twenty_seeds) {
  for (const FraudCase& c : fraud_cases()) {
    const scenarios::Scenario s = fraud_scenario(c);
    Eigen::VectorXd surplus(kSeedsOfFrauds), used(kSeedsOfFrauds), others(kSeedsOfFrauds);
    for (int i = 0; i < kSeedsOfFrauds; ++i) {
      RunOptions options;
      options.scheme = crypto::Scheme::mac;
      options.seed = i + 1;
      options.optimum = OptimumMethod::none;
      auto run = run_scenario(s, options);
      ASSERT_TRUE(run.has_value()) << c.name;
      const reports::FraudGain gain = reports::gain_of(run->metrics.frauds.at(0));
      surplus[i] = static_cast<double>(static_cast<std::int64_t>(gain.surplus)) / 1e4;
      others[i] = static_cast<double>(static_cast<std::int64_t>(gain.others_surplus)) / 1e4;
      used[i] = static_cast<double>(static_cast<std::int64_t>(gain.used.value / kNanosPerSecond));
    }
    const auto interval = [](const Eigen::VectorXd& of) {
      const study::Estimate e = study::estimate(of, 9'500);
      return std::pair(*e.mean - *e.half_width, *e.mean + *e.half_width);
    };
    const auto [low, high] = interval(surplus);
    const auto [less, more] = interval(used);
    const auto [least, most] = interval(others);
    std::printf("%s: surplus [%.2f, %.2f], used [%.0f, %.0f] unit-seconds; others [%.2f, %.2f]\n",
                c.name.c_str(), low, high, less, more, least, most);
    if (c.stopped) {
      EXPECT_LE(high, 0) << c.name;
    }
  }
}

}  // namespace
}  // namespace capmarket::run
