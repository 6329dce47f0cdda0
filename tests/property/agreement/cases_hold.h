// What the quick and the full test of agreement share.
#pragma once

#include <gtest/gtest.h>

#include <iostream>

#include "model/admission/table.h"
#include "tests/property/agreement/admission_cases.h"
#include "tests/property/history.h"

namespace capmarket::agreement {

inline void say(const Agreement& a) {
  std::cout << a.cases << " cases, " << a.clauses << " clauses, " << a.admitted << " admitted, "
            << a.rules << " rules, " << a.overflows << " overflows\n";
}

/// Cases are not trivial: some are admitted, and each clause of a settlement fails in some.
inline void expect_variety(const Agreement& a) {
  EXPECT_GT(a.admitted, a.cases / 50);
  EXPECT_LT(a.admitted, a.cases);
  for (const auto& row : admission::ClauseTable<Concrete, admission::SettlementFacts<Concrete>>::rows)
    EXPECT_GT(a.failed[static_cast<std::size_t>(row.id)], 0) << admission::to_text(row.id);
}

inline void random_settlements_agree(std::int64_t count, std::uint64_t seed) {
  Agreement a;
  compare_random_settlements(count, seed, a);
  say(a);
  EXPECT_EQ(a.complaint, "");
  EXPECT_EQ(a.cases, count);
  EXPECT_GT(a.overflows, 0);
  expect_variety(a);
}

/// Of every kind: what each submission of random histories was decided on, and the same changed in
/// three ways; `histories` of each set-up at a time, until there are `count` cases.
inline void histories_agree(std::int64_t count, int histories, std::uint64_t seed) {
  Agreement a;
  Random random(seed);
  auto each = [&](const property::World& world) -> std::string {
    world.each_facts([&](const admission::FactsVariant& facts) {
      if (a.cases >= count || !a.complaint.empty()) return;
      compare(facts, a);
      for (int i = 0; i < 3; ++i) compare_changed(facts, random, a);
    });
    return a.complaint;
  };
  property::Statistics statistics;
  for (std::uint64_t round = 0; a.cases < count; ++round) {
    ASSERT_LT(round, 100u) << "histories without submissions";
    for (const property::MarketSetUp& setup : property::all_setups())
      ASSERT_TRUE(histories_hold(setup, histories, seed + round, statistics, each)) << a.complaint;
  }
  say(a);
  EXPECT_GE(a.cases, count);
}

}  // namespace capmarket::agreement
