// Every key of a scenario file, once: what the parser takes, what the editor's JSON Schema says and
// what the reference page lists. Source: docs/spec/scenarios.md#keys.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::scenarios {

/// How the value of a key is written.
enum class KeyForm : std::uint8_t {
  name,       // letters, digits, `.` `_` `-`, and `/` between them
  rule_name,  // any name that rule files may have
  text,
  reference,  // the name of something that stands elsewhere
  credential,
  file,  // seen from the scenario file
  expression,
  path,
  place,  // a path, or `uniform`
  boolean,
  integer,  // between `least` and `most`
  units,    // any integer, also what the chain is to refuse
  choice,
  time,
  duration,
  positive_duration,
  moment,  // a duration since the start, or a time
  money,   // may be negative
  sum,     // money that is not negative
  share,
  margin,  // a share, or several times the whole
  weight,
  rate,
  durations,
  quantities,
  prices,  // these three: distributions
  rule_names,
  references,
  integers,
  paths,      // these four: lists of them, of at least `least` items
  scope,      // a path, or a list of at least one
  tiers,      // a reference; of a scripted user also a list of them
  locations,  // a list of paths, or the map below
  rules,      // a list of files and of the maps below
  schedule,   // an integer, or a list of the maps below
  arrivals,   // the name of a process, or the map below
  steps,      // a file, or a list of maps
  strategy,   // one of `choices`, or the map below of one of them and its parameters
  part_quantity,
  expectation,  // one of `choices`, or the map below
  counts,       // integers by name
  map,          // its keys are those of the place below
  list,         // of such maps, of at least `least`
};

/// What a strategy decides.
enum class StrategyRole : std::uint8_t { ask, bid, protocol, concession, cosign };

/// `one_of`: exactly one key of its map that says so; `any_of`: at least one.
enum class KeyNeed : std::uint8_t { required, optional, one_of, any_of };

/// A row of the table. A key that means different things in different modes has a row for each of
/// them. The mode of a map is a value of its key that `selects`, or of a step the key that names
/// its kind.
struct ScenarioKey {
  std::string_view path;        // `users[].quantity`: the key of an item of the list `users`
  std::string_view place, key;  // the map that it belongs to, `users[]`; empty for the file itself
  KeyForm form;
  KeyNeed need;
  std::string_view value;  // what stands where an optional key does not; empty: nothing
  std::string_view range;  // what the form does not say of what is taken
  std::string_view about;
  std::string_view absent = {};  // in words, what holds where it does not stand and `value` cannot
  std::span<const std::string_view> choices = {};
  std::int64_t least = -kWireMax, most = kWireMax;
  std::vector<std::string_view> modes = {};      // in which the key has a meaning; empty: in all
  std::vector<std::string_view> needed_in = {};  // modes in which an optional one is required
  std::vector<std::string_view> with = {};       // keys of the same map that it asks for
  std::string_view like = {};                    // whose place below is its own too
  bool selects = false;                          // its value is the mode of its map
  std::int64_t items_most = kWireMax;            // of a list
  std::optional<StrategyRole> role = {};         // of a strategy

  /// The place of the map that it holds, or of each item of its list.
  std::string below() const;
  /// Whether it has a meaning in the mode; in an unknown one (empty) every key has.
  bool used_in(std::string_view mode) const;
  bool required_in(std::string_view mode) const;
};

/// Most bytes of a text that is neither a name nor an expression.
inline constexpr std::size_t kTextBytesMax = 4096;

/// Processes of arrival, in the order of ArrivalKind: the modes of a group of users.
inline constexpr std::string_view kArrivals[] = {"poisson", "burst",  "renewal",
                                                 "profile", "bursty", "none"};

/// All keys, each top-level one followed by those below it.
const std::vector<ScenarioKey>& scenario_keys();
/// The keys of the map at `place`, in order. CHECKs that there are some: for our own code.
const std::vector<const ScenarioKey*>& scenario_keys_at(std::string_view place);
/// The first of them of that name that has a meaning in the mode. CHECKs that it exists: for our
/// own code.
const ScenarioKey& scenario_key(std::string_view place, std::string_view key,
                                std::string_view mode = {});

/// In words: how the key is written, what it takes and what it means.
std::string expected_text(const ScenarioKey& key);
/// A key that files of earlier versions have, and what replaces it.
struct FormerKey {
  std::string_view place, key;
  std::string_view why, now;
};
/// The former key of that name at `place`; null where there was none.
const FormerKey* former_key(std::string_view place, std::string_view key);

/// In words: what the key takes, with unit and range, and what holds where it does not stand, its
/// literal value between `quote`s. Both may be empty.
std::string taken_text(const ScenarioKey& key);
std::string absent_text(const ScenarioKey& key, std::string_view quote = {});

/// What `capmarket scenario schema` prints: JSON Schema draft 2020-12, as scenarios/schema holds
/// it. It refuses nothing that the parser takes.
nlohmann::ordered_json scenario_schema();
/// Markdown: a table for each top-level key, as docs/spec/scenarios.md#keys lists them.
std::string scenario_keys_table();

}  // namespace capmarket::scenarios
