// How the table of keys is written: what key_rows_*.cc share.
#pragma once

#include <initializer_list>
#include <utility>

#include "scenarios/keys.h"

namespace capmarket::scenarios {

/// What many rows say of what they take, or of what holds without them.
inline constexpr std::string_view kSinceStart = "since the start";
inline constexpr std::string_view kUnique = "unique";
inline constexpr std::string_view kOnlyClass = "the only class";
inline constexpr std::string_view kOrAbove = "or the group above";
inline constexpr std::string_view kEarlierStep = "of an earlier step";

/// A row and what few rows have.
struct KeyRow : ScenarioKey {
  KeyRow(std::string_view path_of_key, KeyForm how, KeyNeed whether,
         std::string_view otherwise_value, std::string_view what_is_taken, std::string_view meaning)
      : ScenarioKey{path_of_key,   {},     path_of_key, how, whether, otherwise_value,
                    what_is_taken, meaning} {
    if (std::size_t dot = path.rfind('.'); dot != path.npos) {
      place = path.substr(0, dot);
      key = path.substr(dot + 1);
    }
  }
  using Names = std::vector<std::string_view>;

  KeyRow within(std::int64_t low, std::int64_t high) const {
    return changed([&](KeyRow& r) { r.least = low, r.most = high; });
  }
  KeyRow items(std::int64_t low) const {
    return changed([&](KeyRow& r) { r.least = low; });
  }
  KeyRow at_most(std::int64_t high) const {
    return changed([&](KeyRow& r) { r.items_most = high; });
  }
  KeyRow among(std::span<const std::string_view> all) const {
    return changed([&](KeyRow& r) { r.choices = all; });
  }
  KeyRow in(Names names) const {
    return changed([&](KeyRow& r) { r.modes = std::move(names); });
  }
  KeyRow needed(Names names) const {
    return changed([&](KeyRow& r) { r.needed_in = std::move(names); });
  }
  KeyRow besides(Names names) const {
    return changed([&](KeyRow& r) { r.with = std::move(names); });
  }
  KeyRow otherwise(std::string_view words) const {
    return changed([&](KeyRow& r) { r.absent = words; });
  }
  KeyRow same_as(std::string_view path_of_other) const {
    return changed([&](KeyRow& r) { r.like = path_of_other; });
  }
  KeyRow selecting() const {
    return changed([](KeyRow& r) { r.selects = true; });
  }

 private:
  template <class Change>
  KeyRow changed(Change change) const {
    KeyRow out = *this;
    change(out);
    return out;
  }
};

inline void append_rows(std::vector<ScenarioKey>& out, std::initializer_list<KeyRow> rows) {
  out.insert(out.end(), rows.begin(), rows.end());
}

/// The rows, in the order of the table.
void add_market_keys(std::vector<ScenarioKey>& out);   // scenario to chain
void add_party_keys(std::vector<ScenarioKey>& out);    // holders, users
void add_other_keys(std::vector<ScenarioKey>& out);  // auditors to trace
void add_script_keys(std::vector<ScenarioKey>& out);   // steps, watch

}  // namespace capmarket::scenarios
