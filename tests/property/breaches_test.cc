// Histories that often load the edge above its schedule and often dispute it: the auditor lists the
// breaches that the slow market has, second by second.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/property/history.h"
#include "tests/property/slow_breaches.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::property {
namespace {

TEST(Breaches, that_the_auditor_lists_are_those_of_the_slow_market) {
  std::map<std::string, int> counts;
  for (const MarketSetUp& setup : all_setups()) {
    if (setup.coordination != rules::CoordinationMode::peer) continue;
    auto commands = rc::gen::resize(
        100, history({"declare", "trade", "settle-many", "dispute", "agreement", "surrender"}));
    for (std::uint64_t i = 0; i < 60; ++i) {
      Statistics statistics;
      World world(setup);
      run(world, commands(rc::Random(1000 * static_cast<std::uint64_t>(setup.variant) + i)).value(),
          statistics);
      ASSERT_TRUE(world.slow.complaints.empty()) << world.slow.complaints.front();
      testing::ScratchFolder dir;
      world.write(dir.path());
      auto report = audit::audit_chain(dir.path(), {1, nullptr});
      ASSERT_TRUE(report && report->holds()) << to_text(setup) << ' ' << i;
      EXPECT_EQ(breaches_agree(world.slow, *report), "") << to_text(setup) << ' ' << i;
      for (const audit::PeerBreach& b : report->breaches) {
        ++counts[std::string(audit::to_text(b.outcome))];
        if (b.agreed) ++counts["by an agreement"];
        if (b.outcome == audit::BreachOutcome::open && !b.disputes.empty()) ++counts["left open"];
      }
      ++counts["histories"];
    }
  }
  for (const auto& [name, count] : counts) std::cout << name << ": " << count << '\n';
  for (const char* what : {"open", "released", "penalised", "by an agreement", "left open"})
    EXPECT_GT(counts[what], 0) << what;
}

}  // namespace
}  // namespace capmarket::property
