// Ids of the admission clauses. The numbers stand in leaves under the hash: never reuse one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace capmarket::admission {

/// The clauses of all kinds of objects; what each says stands in table.h.
enum class ClauseId : std::uint8_t {
  objects_resolve = 1,
  signatures = 2,
  holder_scope = 3,
  asset = 4,
  user_membership = 5,
  tier_eligible = 6,
  rule_in_force = 7,
  class_unit = 8,
  window = 9,
  granularity = 10,
  quantity = 11,
  capacity = 12,
  shared_capacity = 13,
  coordination = 14,
  displacement = 15,
  tier_quota = 16,
  price = 17,
  fallback = 18,
  sequence = 19,
  disclosure = 20,
  jurisdictions = 21,
  retention = 22,
  narrowing = 23,
  standing = 24,
  outstanding = 25,
  activity_bounded = 26,
  activity_authorized = 27,
  index_complete = 28,
  record_complete = 29,
};

/// The id used everywhere: code, tests, messages, JSON, docs. `holder-scope`.
std::string_view to_text(ClauseId id);
/// The clause of that name; empty where there is none.
std::optional<ClauseId> parse_clause(std::string_view name);
/// The clause of that number; empty where there is none.
std::optional<ClauseId> parse_clause_number(std::int64_t number);
/// In ascending number.
const std::vector<ClauseId>& all_clauses();

}  // namespace capmarket::admission
