// A map of a rule file, read as the table of keys says; private to model/rules.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "model/base/check.h"
#include "model/base/text.h"
#include "model/rules/keys.h"
#include "model/yaml/yaml.h"

namespace capmarket::rules {

/// An offset from UTC; a problem and nothing where it is none.
inline std::optional<Duration> read_offset(const yaml::YamlNode& node) {
  auto text = node.text();
  if (!text) return std::nullopt;
  auto out = expr::parse_offset(*text);
  if (!out) node.complain(fmt::format("`{}` is no offset", *text), "like +01:00 or -03:30");
  return out;
}

/// The value of `node`, in the form that the row names; a problem and nothing where it is not. The
/// row's form must be one of T's: for our own code.
template <class T>
std::optional<T> read_value(const yaml::YamlNode& node, const RuleKey& row) {
  using enum KeyForm;
  auto form = [&](auto... all) { CHECK(((row.form == all) || ...), row.place, row.key); };
  if constexpr (std::is_enum_v<T>) {
    form(choice, mode);
    auto index = node.choice(row.choices);
    return index ? std::optional(static_cast<T>(*index)) : std::nullopt;
  } else if constexpr (std::is_same_v<T, std::string>) {
    form(name, text);
    return node.text();
  } else if constexpr (std::is_same_v<T, location::Location>) {
    form(path);
    return node.location();
  } else if constexpr (std::is_same_v<T, bool>) {
    form(boolean);
    return node.boolean();
  } else if constexpr (std::is_same_v<T, Duration>) {
    form(duration, positive_duration, offset);
    return row.form == offset ? read_offset(node) : node.duration();
  } else if constexpr (std::is_same_v<T, Instant>) {
    form(time);
    return node.instant();
  } else if constexpr (std::is_same_v<T, Money>) {
    form(money, tariff);
    return node.money();
  } else if constexpr (std::is_same_v<T, BasisPoints>) {
    form(integer, ratio, share, positive_share);
    auto value = row.form == integer ? node.integer() : node.ratio();
    return value ? std::optional(BasisPoints(*value)) : std::nullopt;
  } else {
    static_assert(std::is_same_v<T, std::int64_t>);
    form(integer);
    return node.integer();
  }
}

/// What the row's key is worth where the file does not have it. CHECKs that the table's text is of
/// its form: for our own code.
template <class T>
T default_value(const RuleKey& row) {
  std::optional<T> out;
  if constexpr (std::is_enum_v<T>) {
    auto at = std::find(row.choices.begin(), row.choices.end(), row.value);
    if (at != row.choices.end()) out = static_cast<T>(at - row.choices.begin());
  } else if constexpr (std::is_same_v<T, bool>) {
    out = row.value == "true";
  } else if constexpr (std::is_same_v<T, Duration>) {
    out = parse_duration(row.value);
  } else if constexpr (std::is_same_v<T, BasisPoints>) {
    auto value = row.form == KeyForm::integer ? parse_integer(row.value) : parse_ratio(row.value);
    if (value) out = BasisPoints(*value);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    out = parse_integer(row.value);
  }
  CHECK(out.has_value(), row.place, row.key);
  return *std::move(out);
}

/// Where a price that changes by the hour stands: docs/spec/rules.md#prices-by-hour.
inline constexpr const char* kPriceByHour =
    "a price by hour stands in the tiers: `eligible: (start.hour >= 22 || start.hour < 6) && price "
    "<= 3.00`, or a tier with that condition and its own price in `tariff` "
    "(docs/spec/rules.md#prices-by-hour)";

/// Keys that somebody writes at `place` who looks for a price by hour.
inline std::vector<std::string_view> price_by_hour_keys(std::string_view place) {
  if (place.starts_with("pricing")) return {"when", "hour", "hours", "weekday", "weekdays", "time"};
  if (place == "tiers[]") return {"price", "tariff"};
  return {};
}

/// Both sides of an interval as they have to stand, in backquotes; nothing where one is not
/// known.
template <class Parse>
std::optional<std::string> put_right(std::string left, std::string right, Parse parse,
                                     std::optional<std::string> (*correct)(std::string_view)) {
  for (std::string* one : {&left, &right}) {
    bool beyond = false;
    if (parse(*one, &beyond)) continue;
    auto meant = correct(*one);
    if (!meant) return std::nullopt;
    *one = *meant;
  }
  return fmt::format("`{} .. {}`", left, right);
}

inline bool has_letters(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// A map of a rule file, read by its rows of the table of keys.
class Part {
 public:
  /// Who looks for a price by hour is told of it behind the list of keys, which leaves such out: of
  /// two words on one key the later counts (parse.cc).
  Part(const yaml::YamlNode& node, std::string_view place) : place_(place), map_(node.map(keys())) {
    const std::vector<std::string_view> sought = price_by_hour_keys(place_);
    if (sought.empty() || !node.is_map()) return;
    for (const auto& [key, value] : node.entries()) {
      const std::string name = key.text().value_or("");
      if (std::find(sought.begin(), sought.end(), name) != sought.end())
        key.complain(fmt::format("unknown key `{}`", name), kPriceByHour);
    }
  }

  /// The key's value; a missing required one is a problem, but where the mode has no use for it.
  std::optional<yaml::YamlNode> get(std::string_view key) const {
    const RuleKey& row = rule_key(place_, key);
    if (!used(row)) return std::nullopt;
    return row.need == KeyNeed::required
               ? map_.require(key, fmt::format("{}: {}", taken_text(row), row.about))
               : map_.find(key);
  }
  bool has(std::string_view key) const { return map_.has(key); }
  std::string_view place() const { return place_; }

  /// The enumerator that the key of form `mode` names; then complains about each other key that it
  /// has no use for.
  template <class E>
  std::optional<E> mode(std::string_view key) {
    auto node = get(key);
    auto chosen = node ? read_value<E>(*node, rule_key(place_, key)) : std::nullopt;
    if (!chosen) return std::nullopt;
    mode_ = *node->text();
    for (const RuleKey* row : rule_keys_at(place_))
      if (auto found = map_.find(row->key); found && !used(*row))
        found->complain(fmt::format("`{}` has no meaning under `{}`", row->key, mode_), "nothing");
    return chosen;
  }

 private:
  std::vector<std::string_view> keys() const {
    std::vector<std::string_view> out;
    for (const RuleKey* row : rule_keys_at(place_)) out.push_back(row->key);
    return out;
  }
  bool used(const RuleKey& row) const {
    return row.modes.empty() ||
           std::find(row.modes.begin(), row.modes.end(), mode_) != row.modes.end();
  }

  std::string_view place_;
  yaml::YamlMap map_;
  std::string mode_;
};

}  // namespace capmarket::rules
