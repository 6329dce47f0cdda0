// How parties pay and complain: the keys that holders and users share. Private to scenarios.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {

/// Which debtors a holder serves: `kDebtors` are the words of the file.
enum class Debtors : std::uint8_t { serve, refuse };
inline constexpr std::string_view kDebtors[] = {"serve", "refuse"};

/// What `dispute` may say beside the map.
inline constexpr std::string_view kDisputeWords[] = {"always", "never"};

/// `dispute`: `always`, `never`, or `{ above: MONEY }`.
inline void read_disputes(const KeyedMap& map, std::string_view place, Conduct& out) {
  auto node = map.find("dispute");
  if (!node) return;
  if (!node->is_map()) {
    if (auto chosen = node->choice(kDisputeWords))
      out.disputes = *chosen == 0 ? Disputes::always : Disputes::never, out.disputes_above = Money(0);
    return;
  }
  const KeyedMap above(*node, place);
  out.disputes = Disputes::above;
  out.disputes_above = Money(0);
  above.read_given("above", out.disputes_above);
}

/// Of a group that takes what it does not say from the one above it only what stands there.
inline void read_money(const KeyedMap& map, bool below, Conduct& out) {
  if (auto budget = map.value<Money>("budget")) out.budget = budget;
  const std::optional<Money> credit = map.value<Money>("credit");
  if (credit && !out.budget)
    map.find("credit")->complain("`credit` without `budget`", "both, or `budget` alone");
  assign(out.credit, credit);
  if (below) {
    map.read_given("pays", out.pays);
    map.read_given("late_by", out.late_by);
  } else {
    map.read("pays", out.pays);
    map.read("late_by", out.late_by);
  }
}

}  // namespace capmarket::scenarios
