// Who only disputes changes no sum owed: a unit is remedied once, whoever tells of its fault.
#include <gtest/gtest.h>

#include "tests/property/history.h"

namespace capmarket::property {
namespace {

/// Who owes whom what for what, in order.
std::vector<ContentId> owed(const World& world) {
  std::vector<ContentId> out;
  for (const chain::ObligationRecord& o : world.chain().state().obligations) out.push_back(o.id);
  return out;
}

std::int64_t remedies(const World& world) {
  return static_cast<std::int64_t>(world.chain().state().remedied.size());
}

TEST(Disputes, more_auditors_change_no_sum_owed) {
  std::int64_t histories = 0, disputes = 0, remedied = 0;
  for (const MarketSetUp& setup : all_setups()) {
    Statistics statistics;
    auto commands =
        rc::gen::resize(100, history({"fail", "dispute", "revoke", "credential", "trade", "time"}));
    for (std::uint64_t i = 0; i < 30; ++i) {
      auto drawn =
          commands(rc::Random(1000 * static_cast<std::uint64_t>(setup.variant) + i)).value();
      World alone(setup), observed(setup);
      run(alone, drawn, statistics);
      Statistics again;
      run(observed, drawn, again, true);
      ASSERT_EQ(observed.slow.complaints, alone.slow.complaints) << to_text(setup) << ' ' << i;
      ASSERT_EQ(owed(observed), owed(alone)) << to_text(setup) << ' ' << i;
      ++histories;
      remedied += remedies(observed);
    }
    for (const auto& [name, count] : statistics.counts)
      if (name.rfind("dispute: ", 0) == 0) disputes += count;
  }
  std::cout << histories << " histories, " << disputes << " disputes, each twice more; " << remedied
            << " grants and failures remedied\n";
  EXPECT_GE(disputes, 500);
  EXPECT_GE(remedied, 50);
}

}  // namespace
}  // namespace capmarket::property
