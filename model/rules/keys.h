// Every key of a rule file, once: what the parser takes, what the editor's JSON Schema says and
// what the reference page lists. Source: docs/spec/rules.md#keys.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/rules/rule.h"

namespace capmarket::rules {

/// How the value of a key is written.
enum class KeyForm : std::uint8_t {
  name,
  text,
  path,
  boolean,
  integer,  // between `least` and `most`
  duration,
  positive_duration,
  time,
  offset,  // from UTC: `+01:00`
  money,
  ratio,
  share,           // a ratio of at most 100%
  positive_share,  // the same above 0%
  choice,
  mode,  // a choice that decides which of the other keys of its map have a meaning
  quantities,
  prices,
  durations,  // these three: `A .. B`
  condition,
  amount,  // these two: expressions, of a boolean and of money
  names,
  choices,  // a list of some of `choices`
  map,      // its keys are those of the place below
  list,     // of such maps
  tariff,   // money, or a list of such maps
  quotas,   // such a map, or a list of them
  quota,    // a share above 0% of a capacity, or units of a user
  given,
  expected,  // these two: variables of examples
};

/// `either`: exactly one key of its map that says so.
enum class KeyNeed : std::uint8_t { required, optional, either };

/// A key of rule files: where it stands, what it takes, when it counts.
struct RuleKey {
  std::string_view place;  // of the map: `` the file, `tiers[]` an item of that list
  std::string_view key;
  KeyForm form;
  KeyNeed need;
  std::string_view about;
  std::string_view value = {};  // what stands where an optional key does not; empty: nothing
  std::span<const std::string_view> choices = {};
  std::vector<std::string_view> modes = {};  // in which the key has a meaning; empty: in all
  std::int64_t least = -kWireMax, most = kWireMax;
};

/// What a tier's `monotone` may name: numbers of the leg, and the groups of its parties.
inline constexpr std::string_view kRising[] = {"holder.groups", "lead",     "length",
                                               "price",         "quantity", "user.groups"};

/// All keys, map by map, in the order of the format.
const std::vector<RuleKey>& rule_keys();
/// The keys of the map at `place`, in order. CHECKs that there are some: for our own code.
std::vector<const RuleKey*> rule_keys_at(std::string_view place);
/// One of them. CHECKs that it exists: for our own code.
const RuleKey& rule_key(std::string_view place, std::string_view key);

/// In words: how the key's value is written.
std::string taken_text(const RuleKey& key);

/// What `capmarket rule schema` prints: JSON Schema draft 2020-12, as scenarios/schema holds it.
nlohmann::ordered_json rule_schema();
/// Markdown: docs/reference/rule-keys.md.
std::string rule_keys_page();

}  // namespace capmarket::rules
