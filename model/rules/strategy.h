// A fallback strategy: what happens when a grant is not delivered. An entry of a rule's catalog and
// an object of the chain. Source: docs/spec/rules.md#fallback.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/codec/fields.h"

namespace capmarket::rules {

enum class Substitution : std::uint8_t { none, same_holder, pool, any };
constexpr std::int64_t enum_max(Substitution) { return 3; }
inline constexpr std::string_view kSubstitutions[] = {"none", "same-holder", "pool", "any"};

/// A field that a fallback record must carry.
enum class RecordField : std::uint8_t { notice, cause, substitutes, settlement };
constexpr std::int64_t enum_max(RecordField) { return 3; }
inline constexpr std::string_view kRecordFields[] = {"notice", "cause", "substitutes",
                                                     "settlement"};

/// Signed by the authority of the rule whose catalog holds its id.
struct FallbackStrategy {
  Salt salt;              // zero: the id depends on the content alone
  std::string authority;  // name
  std::string name;
  Substitution substitution = Substitution::none;
  Duration notify_within;
  std::int64_t refund = 0, penalty = 0;  // ten-thousandths of V(failed volume)
  std::vector<RecordField> record;       // ascending, each once

  static constexpr auto fields() {
    using S = FallbackStrategy;
    return std::tuple(codec::field(1, "salt", &S::salt), codec::field(2, "authority", &S::authority),
                      codec::field(3, "name", &S::name), codec::field(4, "substitution", &S::substitution),
                      codec::field(5, "notify_within", &S::notify_within), codec::field(6, "refund", &S::refund),
                      codec::field(7, "penalty", &S::penalty), codec::field(8, "record", &S::record));
  }
};

/// The canonical body; its SHA-256 is the strategy's content id.
Bytes encode_strategy(const FallbackStrategy& strategy);

/// The strategy of a canonical body. Everything that parse_rule checks of one is checked again: a
/// salt, a wrong name, money or duration below zero, and fields of the record out of order are
/// refused.
Result<FallbackStrategy> decode_strategy(ByteView body);

/// SHA-256 of the canonical body.
ContentId strategy_id(const FallbackStrategy& strategy);

}  // namespace capmarket::rules
