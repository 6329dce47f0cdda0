// Lists of times: planned outages, absences. Private to scenarios.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/base/text.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {

/// `from` and `until` of one of them: later than what is there, and not empty.
template <class Time>
void read_time_of(const yaml::YamlNode& item, const KeyedMap& map, const std::vector<Time>& before,
                  std::string_view what, Time& out) {
  map.read("from", out.from);
  map.read("until", out.until);
  if (out.until <= out.from)
    item.complain(fmt::format("{} from {} to {}", what, to_text(out.from), to_text(out.until)),
                  "an end after the start");
  else if (!before.empty() && out.from < before.back().until)
    item.complain(fmt::format("{} from {} on, and the one above ends at {}", what,
                              to_text(out.from), to_text(before.back().until)),
                  "a list in order, none before the end of another");
}

/// The list at `away` of a group.
inline std::vector<Absence> read_absences(const KeyedMap& group, std::string_view place) {
  std::vector<Absence> out;
  for (const yaml::YamlNode& item : group.items("away")) {
    Absence one;
    read_time_of(item, KeyedMap(item, place), out, "an absence", one);
    out.push_back(one);
  }
  return out;
}

}  // namespace capmarket::scenarios
