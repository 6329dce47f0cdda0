#include "model/location/path.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::location {

bool Location::contains(const Location& other) const {
  return other.path.starts_with(path) &&
         (other.path.size() == path.size() || other.path[path.size()] == '/');
}

int Location::depth() const {
  return 1 + static_cast<int>(std::count(path.begin(), path.end(), '/'));
}

Result<Location> parse_location(std::string_view text) {
  auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  bool segment_empty = true;
  int depth = 1;
  for (char c : text) {
    if (c == '/') {
      if (segment_empty) break;
      segment_empty = true;
      ++depth;
    } else if (good(c)) {
      segment_empty = false;
    } else {
      segment_empty = true;
      break;
    }
  }
  if (text.empty() || text.size() > 255 || segment_empty || depth > 16)
    return fail(
        fmt::format("`{}` is no location", text),
        "a path of 1 to 16 segments of letters, digits, `.`, `_` and `-`, like eu/de/node-12");
  return Location{std::string(text)};
}

bool any_contains(const std::vector<Location>& scope, const Location& location) {
  return std::any_of(scope.begin(), scope.end(),
                     [&](const Location& s) { return s.contains(location); });
}

bool covers(const std::vector<Location>& outer, const std::vector<Location>& inner) {
  return std::all_of(inner.begin(), inner.end(),
                     [&](const Location& l) { return any_contains(outer, l); });
}

namespace {
constexpr std::int64_t kTourWidth = 64;  // deeper than any path, twice
}

Interval interval_of(const Location& location) {
  std::int64_t depth = location.depth();
  return {depth, kTourWidth - depth};
}

Interval interval_of(const Location& scope, const Location& location, std::int64_t ordinal) {
  if (scope.contains(location)) return interval_of(scope);
  std::int64_t outside = kTourWidth + 1 + ordinal;
  return {outside, outside};
}

}  // namespace capmarket::location
