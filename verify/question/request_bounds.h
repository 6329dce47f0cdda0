// What requests and grants range over, version by version: limits, prices, and when what is granted
// under a version can have been signed. Source: docs/spec/analyses.md#what-is-assumed.
#pragma once

#include <cstdint>
#include <utility>

#include "verify/question/rule_set.h"

namespace capmarket::question {

/// Bounds of what the unknowns range over, inclusive.
struct RequestBounds {
  std::int64_t quantity_min = 0, quantity_max = 0;
  std::int64_t price_min = 0, price_max = 0;
  std::int64_t length_min = 0, length_max = 0;
  std::int64_t value_max = 0;
};

/// Of the grants of one version, all inclusive; lengths in nanoseconds.
struct GrantBounds {
  RequestBounds request;
  std::int64_t signed_first = 0, signed_last = 0;  // nothing where the last lies before the first
  std::int64_t lead_min = 0, lead_max = 0;
};

/// Whether the rule's `price` clause can admit any price of the limits.
bool admits_some_price(const rules::Rule& rule);

/// Prices that the rule's `price` clause can admit; those of the limits where it can admit none.
std::pair<std::int64_t, std::int64_t> admissible_prices(const rules::Rule& rule);

/// The version that a number stands for: 0 the rule itself, then `earlier`. Precondition: it is
/// given.
const rules::Rule& version_of(const RuleSubject& subject, std::size_t version);

/// What grants of that version range over. A version ends where the next begins: what is signed
/// just then may still come before its successor does.
GrantBounds grants_of(const RuleSubject& subject, std::size_t version);

/// No grant is worth more (docs/spec/rules.md#limits).
inline constexpr std::int64_t kGrantValueMax = (std::int64_t{1} << 53) - 1;

/// V of a grant, the largest number of the wire where it leaves 64 bits.
std::int64_t value_at(std::int64_t price, std::int64_t quantity, std::int64_t length);

/// Inside the numbers of the wire.
std::int64_t clamped(Int128 v);

/// The quotient, rounded up. Precondition: b > 0.
std::int64_t ceil_div(std::int64_t a, std::int64_t b);

}  // namespace capmarket::question
