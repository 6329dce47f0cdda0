// Legal and illegal histories of the real chain against the slow market: INV-1 and 3 to 10, every
// clause of a settlement, what follows from each event. The histories are not trivial.
#include "tests/property/history.h"

#include <gtest/gtest.h>

#include "model/admission/table.h"

namespace capmarket {
namespace {

TEST(Histories, hold_in_every_mode_and_reach_every_clause_and_kind) {
  testing::Statistics statistics;
  for (const testing::SetUp& setup : testing::all_setups())
    ASSERT_TRUE(testing::histories_hold(setup, 84, 1, statistics));
  for (const auto& [name, count] : statistics.counts) std::cout << name << ": " << count << '\n';
  auto happened = [&](const std::string& name) { return statistics.counts[name] > 0; };
  EXPECT_GE(statistics.counts["histories"], 1000);
  EXPECT_GE(statistics.counts["commands"], 40'000);
  for (const auto& row : ClauseTable<Concrete, SettlementFacts<Concrete>>::rows)
    EXPECT_TRUE(happened("settlement refused by " + std::string(to_text(row.id))))
        << to_text(row.id);
  for (Kind kind : all_kinds()) {
    std::string name(to_text(kind));
    if (kind == Kind::genesis) continue;
    EXPECT_TRUE(happened(name + " admitted")) << name;
    bool decided = !is_derived(kind) && kind != Kind::tick;
    EXPECT_EQ(happened(name + " refused"), decided) << name;
  }
  for (const char* name :
       {"settlement with several displacements", "displacement across the line",
        "settlement of several legs", "settlement under a policy", "substitute", "leg on an index",
        "turned away", "dispute: credential-invalid", "dispute: rule-misapplied",
        "dispute: fallback-not-followed", "dispute: shared-capacity-breached"})
    EXPECT_TRUE(happened(name)) << name;
}

}  // namespace
}  // namespace capmarket
