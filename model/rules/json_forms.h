// The forms of values in JSON Schema, as the schemas of rule files and of scenarios say them.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace capmarket::rules {

using Json = nlohmann::ordered_json;

inline constexpr const char* kNamePattern = R"(^(?! )[^\x00-\x1f\x7f"'\\,\[\]{}`]+$)";
inline constexpr const char* kPathPattern = R"(^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+){0,15}$)";
inline constexpr const char* kDuration = R"([0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h|d|y))";
inline constexpr const char* kMoney = R"([0-9]+(\.[0-9]{1,4}0*)?)";
inline constexpr const char* kTimePattern =
    R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$)";
inline constexpr const char* kOffsetPattern = R"(^[+-]([01][0-9]|2[0-3]):[0-5][0-9]$)";
inline constexpr const char* kRatio = R"([0-9]+(\.[0-9]{1,2}0*)?%|[0-9]+(\.[0-9]{1,4}0*)?)";
// At most the whole, as a percentage or a fraction.
inline constexpr const char* kShare =
    R"(0*(100(\.0+)?|[0-9]{1,2}(\.[0-9]{1,2}0*)?)%|0*(1(\.0+)?|0?(0\.[0-9]{1,4}0*)|0))";

/// A name, path or expression as YAML's own types may read it: `5`, `true`.
inline Json any_scalar(Json out) {
  out["type"] = {"string", "number", "boolean"};
  return out;
}

inline Json texts(const std::string& pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

/// Numbers that YAML reads as such, or a text.
inline Json number_or(const std::string& pattern, Json bounds) {
  bounds["type"] = {"number", "string"};
  bounds["pattern"] = pattern;
  return bounds;
}

inline Json names_json(std::span<const std::string_view> all) {
  Json out = Json::array();
  for (std::string_view one : all) out.push_back(one);
  return out;
}

}  // namespace capmarket::rules
