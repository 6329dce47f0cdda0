// The signature scheme decides nothing: the same history has the same ids, events and decisions
// under each, and other leaves.
#include <gtest/gtest.h>

#include "tests/property/history.h"

namespace capmarket::property {
namespace {

TEST(Schemes, decide_alike_in_every_mode) {
  std::size_t events = 0;
  Statistics statistics, again;
  for (MarketSetUp setup : all_setups()) {
    auto commands = rc::gen::resize(40, history());
    for (std::uint64_t i = 0; i < 4; ++i) {
      auto drawn =
          commands(rc::Random(100 * static_cast<std::uint64_t>(setup.variant) + i)).value();
      setup.scheme = crypto::Scheme::mac;
      World mac(setup);
      run(mac, drawn, statistics);
      setup.scheme = crypto::Scheme::ed25519;
      World ed25519(setup);
      run(ed25519, drawn, again);
      ASSERT_EQ(ed25519.slow.complaints, std::vector<std::string>{}) << to_text(setup) << ' ' << i;
      ASSERT_TRUE(ed25519.told == mac.told) << to_text(setup) << ' ' << i;
      EXPECT_NE(ed25519.chain().root(), mac.chain().root());
      events += mac.told.size();
    }
  }
  EXPECT_EQ(again.counts, statistics.counts);
  std::cout << events << " events\n";
  EXPECT_GE(events, 2000U);
  EXPECT_GE(statistics.counts["settlement with displacements"], 10);
}

}  // namespace
}  // namespace capmarket::property
