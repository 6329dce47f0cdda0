// A map of a scenario file, read as the table of keys says; private to scenarios.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/base/check.h"
#include "model/base/text.h"
#include "model/yaml/yaml.h"
#include "scenarios/distribution.h"
#include "scenarios/keys.h"
#include "scenarios/load_internal.h"
#include "scenarios/load_strategies.h"

namespace capmarket::scenarios {

/// The unit of the distribution that the row names. CHECKs that it is one: for our own code.
DistributionUnit unit_of(const ScenarioKey& row);

/// The value of `node`, in the form that the row names; a problem and nothing where it is not. The
/// row's form must be one of T's: for our own code.
template <class T>
std::optional<T> read_value(const yaml::YamlNode& node, const ScenarioKey& row) {
  using enum KeyForm;
  auto form = [&](auto... all) { CHECK(((row.form == all) || ...), row.path); };
  if constexpr (std::is_enum_v<T>) {
    form(choice);
    auto index = node.choice(row.choices);
    return index ? std::optional(static_cast<T>(*index)) : std::nullopt;
  } else if constexpr (std::is_same_v<T, std::string>) {
    form(name, rule_name, text, file);
    return row.form == name        ? read_name(node)
           : row.form == rule_name ? read_kind(node)
                                   : node.text();
  } else if constexpr (std::is_same_v<T, bool>) {
    form(boolean);
    return node.boolean();
  } else if constexpr (std::is_same_v<T, Duration>) {
    form(duration, positive_duration);
    return read_duration(node, Duration(row.form == positive_duration ? 1 : 0));
  } else if constexpr (std::is_same_v<T, Instant>) {
    form(time);
    return node.instant();
  } else if constexpr (std::is_same_v<T, Quantity>) {
    form(units, integer, schedule);
    auto n = node.integer(row.least, row.most);
    return n ? std::optional(Quantity(*n)) : std::nullopt;
  } else if constexpr (std::is_same_v<T, Money>) {
    form(money, sum);
    return row.form == sum ? read_sum(node) : read_any_money(node);
  } else if constexpr (std::is_same_v<T, Strategy>) {
    form(strategy);
    return read_strategy(node, row);
  } else if constexpr (std::is_same_v<T, Distribution>) {
    return read_distribution(node, unit_of(row));
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    form(rule_names);
    return read_groups(node);
  } else {
    static_assert(std::is_same_v<T, std::int64_t>);
    form(integer, counts, share, margin, weight, rate);
    return row.form == share    ? read_share(node)
           : row.form == margin ? read_margin(node)
           : row.form == weight ? read_weight(node)
           : row.form == rate   ? read_rate(node)
                                : node.integer(row.least, row.most);
  }
}

/// What the row's key is worth where the file does not have it. CHECKs that the table's text is of
/// its form: for our own code.
template <class T>
T default_value(const ScenarioKey& row) {
  std::optional<T> out;
  if constexpr (std::is_enum_v<T>) {
    for (std::size_t i = 0; i < row.choices.size(); ++i)
      if (row.choices[i] == row.value) out = static_cast<T>(i);
  } else if constexpr (std::is_same_v<T, Strategy>) {
    for (std::size_t i = 0; i < row.choices.size(); ++i)
      if (row.choices[i] == row.value) out = default_strategy(row.role.value(), i);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out = std::string(row.value);
  } else if constexpr (std::is_same_v<T, bool>) {
    out = row.value == "true";
  } else if constexpr (std::is_same_v<T, Duration>) {
    out = parse_duration(row.value);
  } else if constexpr (std::is_same_v<T, Distribution>) {
    if (auto parsed = parse_distribution(row.value, unit_of(row))) out = *parsed;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    out = row.form == KeyForm::integer ? parse_integer(row.value) : parse_ratio(row.value);
  }
  CHECK(out.has_value(), row.path);
  return *std::move(out);
}

/// Reads in the order in which it is asked, so that problems stand in that order.
class KeyedMap {
 public:
  /// Complains about keys that the table does not have at `place`, in that mode.
  KeyedMap(const yaml::YamlNode& node, std::string_view place, std::string_view mode = {});
  /// Absent: a map that the file does not have, so that every key has its default.
  KeyedMap(const std::optional<yaml::YamlNode>& node, std::string_view place);

  bool has(std::string_view key) const { return find(key).has_value(); }
  /// The key's value, if it stands there; none where only another mode of the place has the key.
  std::optional<yaml::YamlNode> find(std::string_view key) const;
  /// The same; a missing required one is a problem.
  std::optional<yaml::YamlNode> get(std::string_view key) const;
  /// The same, whatever the table says.
  std::optional<yaml::YamlNode> require(std::string_view key) const;
  const ScenarioKey& row(std::string_view key) const { return scenario_key(place_, key, mode_); }
  /// From now on other keys may be required.
  void set_mode(std::string_view mode) { mode_ = mode; }

  /// The value into `target`, which otherwise gets the default; without one it keeps what it has.
  template <class T>
  void read(std::string_view key, T& target) const {
    const ScenarioKey& k = row(key);
    if (!has(key) && !k.value.empty())
      target = default_value<T>(k);
    else
      read_given(key, target);
  }
  /// The value into `target`, which otherwise keeps what it has.
  template <class T>
  void read_given(std::string_view key, T& target) const {
    if (auto node = get(key))
      if (auto value = read_value<T>(*node, row(key))) target = *std::move(value);
  }
  /// The value, if it stands there and is one.
  template <class T>
  std::optional<T> value(std::string_view key) const {
    auto node = find(key);
    return node ? read_value<T>(*node, row(key)) : std::nullopt;
  }
  /// The items of the list at the key; none, and a problem, where it is no list or has fewer or
  /// more than its row says.
  std::vector<yaml::YamlNode> items(std::string_view key) const;

 private:
  /// Complains about lists with too many items and texts that are too long.
  void expect_sizes() const;

  std::string_view place_, mode_;
  std::optional<yaml::YamlMap> map_;
};

}  // namespace capmarket::scenarios
