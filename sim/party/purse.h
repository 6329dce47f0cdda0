// What a party has of money, as it knows it. Source: docs/spec/scenarios.md#money.
#pragma once

#include <map>
#include <optional>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/objects/notices.h"
#include "sim/party/indices.h"

namespace capmarket::party {

/// What a settlement that it signed may cost it, until it knows what became of it.
struct SignedFor {
  Money cost;
  Instant until;  // it counts no longer from here on
};

/// Sums are of all currencies together: a party's rules have one.
struct Purse {
  std::optional<Money> limit;  // budget and credit; absent: as much as it likes
  Money received, paid;        // as published
  std::map<ObligationIndex, Money> counted;  // of each obligation, what of `received` or `paid` is its
  std::map<ContentId, SignedFor> signed_for;  // by settlement
  std::map<ObligationIndex, objects::Payment> on_the_way;  // sent, and not published yet

  /// What it may still spend, less what it owes and has signed for: may be negative. Precondition:
  /// `limit`. O(what it signed for).
  Int128 left(Int128 owes, Instant now) const {
    Int128 out = Int128{limit->value} + received.value - paid.value - owes;
    for (const auto& [id, s] : signed_for)
      if (now < s.until) out -= s.cost.value;
    return out;
  }
};

}  // namespace capmarket::party
