#include "model/location/path.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/check.h"

namespace capmarket {

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
    return fail(fmt::format("`{}` is no location", text),
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

EulerTour::EulerTour(const std::vector<Location>& locations) {
  // Replacing '/' by the smallest character makes string order the depth-first order.
  auto key = [](std::string path) {
    std::replace(path.begin(), path.end(), '/', '\x01');
    return path;
  };
  std::set<std::string> nodes;
  for (const Location& l : locations)
    for (std::size_t end = 0; end != std::string::npos;) {
      end = l.path.find('/', end == 0 ? 0 : end + 1);
      nodes.insert(key(l.path.substr(0, end)));
    }
  std::int64_t clock = 0;
  std::vector<std::string> open;
  auto close = [&] {
    intervals_[open.back()].exit = clock++;
    open.pop_back();
  };
  for (const std::string& node : nodes) {
    std::string path = node;
    std::replace(path.begin(), path.end(), '\x01', '/');
    while (!open.empty() && !Location{open.back()}.contains(Location{path})) close();
    intervals_[path].enter = clock++;
    open.push_back(path);
  }
  while (!open.empty()) close();
}

Interval EulerTour::interval(const Location& location) const {
  auto it = intervals_.find(location.path);
  CHECK(it != intervals_.end(), location.path);
  return it->second;
}

}  // namespace capmarket
