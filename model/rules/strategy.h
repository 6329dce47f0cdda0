// A fallback strategy: what happens when a grant is not delivered. An entry of a rule's catalog and
// an object of the chain. Source: docs/spec/rules.md#fallback.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/codec/fields.h"

namespace capmarket::rules {

/// Where a holder may find what it does not deliver.
enum class Substitution : std::uint8_t { none, same_holder, pool, any };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(Substitution) { return 3; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kSubstitutions[] = {"none", "same-holder", "pool", "any"};
/// Its name among them.
constexpr std::string_view to_text(Substitution v) {
  return kSubstitutions[static_cast<std::size_t>(v)];
}

/// A field that a fallback record must carry.
enum class RecordField : std::uint8_t { notice, cause, substitutes, settlement };
/// The largest enumerator; numbers stand in canonical bytes.
constexpr std::int64_t enum_max(RecordField) { return 3; }
/// Their names in files and JSON, by number.
inline constexpr std::string_view kRecordFields[] = {"notice", "cause", "substitutes",
                                                     "settlement"};
/// Its name among them.
constexpr std::string_view to_text(RecordField v) {
  return kRecordFields[static_cast<std::size_t>(v)];
}

/// Signed by the authority of the rule whose catalog holds its id.
struct FallbackStrategy {
  Salt salt;              // zero: the id depends on the content alone
  std::string authority;  // name
  std::string name;
  Substitution substitution = Substitution::none;
  Duration notify_within;
  BasisPoints refund, penalty;      // of V(failed volume)
  std::vector<RecordField> record;       // ascending, each once

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "authority", s.authority);
    v(3, "name", s.name);
    v(4, "substitution", s.substitution);
    v(5, "notify_within", s.notify_within);
    v(6, "refund", s.refund);
    v(7, "penalty", s.penalty);
    v(8, "record", s.record);
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
