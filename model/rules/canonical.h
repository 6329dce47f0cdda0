// A rule as canonical bytes (docs/spec/rules.md#canonical-form) and as text and JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/rules/rule.h"

namespace capmarket::rules {

/// The canonical body: deterministic CBOR under a zero salt, expressions as canonical text; its
/// SHA-256 is the rule's content id. Examples' and tiers' order is the rule's. Of the fallback
/// catalog it holds the ids.
Bytes encode_rule(const Rule& rule);

/// The rule of a canonical body. Everything that parse_rule checks is checked again, and bytes that
/// encode_rule would not write are refused. Its `fallback` is empty: attach_strategies (rule.h)
/// fills it. Bounded: the body is at most kObjectBytesMax.
Result<Rule> decode_rule(ByteView body);

/// YAML in canonical order that parses back to the same canonical bytes; but of a rule without its
/// strategies it lists their ids, which no rule file may.
std::string format_rule(const Rule& rule);

/// An item of `examples` as a flow map on one line: `{ given: { … }, expect: { … } }`.
std::string format_example(const Example& example);

/// The rule for `rule show --format json`: money with four decimals, durations with a unit, times
/// in RFC 3339, expressions as canonical text, ids in hex; of a strategy that is not attached the
/// id alone.
nlohmann::json rule_json(const Rule& rule);

}  // namespace capmarket::rules
