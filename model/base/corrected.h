// What a value was probably meant to be: typical slips of a designer, put right. Nothing is read
// this way; a message shows it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace capmarket {

// Each gives the text as it has to stand, where the slip is one of a kind that leaves no doubt, and
// nothing else. What is given parses.

/// `2 years`, `60days`, `1,5 h` as `2y`, `60d`, `1.5h`. A number without a unit: nothing.
std::optional<std::string> corrected_duration(std::string_view text);
/// `400 EUR`, `0,50`, `1,000.00` as `400`, `0.50`, `1000.00`.
std::optional<std::string> corrected_money(std::string_view text);
/// `100 %`, `12,5%` as `100%`, `12.5%`.
std::optional<std::string> corrected_ratio(std::string_view text);
/// `2026-01-01`, `2026-01-01 16:00`, `01.02.2026` as times in UTC.
std::optional<std::string> corrected_instant(std::string_view text);
/// `yes`, `on`, `True` as `true`; `no`, `off`, `False` as `false`.
std::optional<std::string> corrected_boolean(std::string_view text);
/// `100,000`, `100_000`, `20.0` as `100000`, `20`.
std::optional<std::string> corrected_integer(std::string_view text);

/// `1 - 5`, `1 ... 5`, `1 to 5` as its two sides; nothing where it is `1 .. 5` or no such thing.
std::optional<std::pair<std::string, std::string>> sides_of(std::string_view text);

/// `A .. B`, in backquotes, of what stands with other signs between its sides; nothing where one of
/// them is neither read by `parse` nor put right by `correct`.
template <class Parse>
std::optional<std::string> corrected_interval(
    std::string_view text, Parse parse, std::optional<std::string> (*correct)(std::string_view)) {
  auto sides = sides_of(text);
  if (!sides) return std::nullopt;
  for (std::string* side : {&sides->first, &sides->second}) {
    bool beyond = false;
    if (parse(*side, &beyond)) continue;
    auto meant = correct(*side);
    if (!meant) return std::nullopt;
    *side = *meant;
  }
  return "`" + sides->first + " .. " + sides->second + "`";
}

}  // namespace capmarket
