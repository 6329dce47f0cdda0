// Legal and illegal histories of the real chain against the slow market: INV-1 and 3 to 10, every
// clause of a settlement, what follows from each event. The histories are not trivial.
#include "tests/property/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/admission/table.h"

namespace capmarket::property {
namespace {

constexpr std::int64_t kEachKindAtLeast = 40;

TEST(Histories, hold_in_every_mode_and_reach_every_clause_and_kind) {
  Statistics statistics;
  for (const MarketSetUp& setup : all_setups())
    ASSERT_TRUE(histories_hold(setup, 84, 1, statistics));
  for (const auto& [name, count] : statistics.counts) std::cout << name << ": " << count << '\n';
  auto happened = [&](const std::string& name) { return statistics.counts[name] > 0; };
  EXPECT_GE(statistics.counts["histories"], 1000);
  EXPECT_GE(statistics.counts["commands"], 40'000);
  for (const auto& row : admission::ClauseTable<Concrete, admission::SettlementFacts<Concrete>>::rows)
    EXPECT_TRUE(happened("settlement refused by " + std::string(admission::to_text(row.id))))
        << admission::to_text(row.id);
  for (objects::Kind kind : objects::all_kinds()) {
    std::string name(objects::to_text(kind));
    // What befalls a log's files is the tests' of the log.
    if (kind == objects::Kind::genesis || kind == objects::Kind::recovery ||
        kind == objects::Kind::log_key || kind == objects::Kind::pruning)
      continue;
    EXPECT_TRUE(happened(name + " admitted")) << name;
    bool decided = !objects::is_derived(kind) && !objects::is_of_writer(kind);
    EXPECT_EQ(happened(name + " refused"), decided) << name;
  }
  for (const char* name :
       {"settlement with displacements",
        "settlement of several legs", "settlement under a policy", "substitute", "leg on an index",
        "turned away", "retraction", "split over time", "tampered with",
        "dispute: credential-invalid", "dispute: rule-misapplied", "dispute: fallback-not-followed",
        "dispute: shared-capacity-breached"})
    EXPECT_TRUE(happened(name)) << name;
  EXPECT_THAT(too_rare(statistics, kEachKindAtLeast), ::testing::IsEmpty());
}

}  // namespace
}  // namespace capmarket::property
