#include "reports/unread.h"

#include <nlohmann/json.hpp>

namespace capmarket::reports {

std::string place_of(const Unread& u) {
  const std::string& named = u.problems.front().file;
  return named.empty() ? u.file : named;
}

nlohmann::ordered_json problems_json(const Problems& problems) {
  auto out = nlohmann::ordered_json::array();
  for (const Problem& p : problems)
    out.push_back({{"file", p.file},
                   {"line", p.line},
                   {"column", p.column},
                   {"what", p.what},
                   {"expected", p.expected}});
  return out;
}

nlohmann::ordered_json unread_json(const std::vector<Unread>& unread) {
  auto out = nlohmann::ordered_json::array();
  for (const Unread& u : unread)
    out.push_back(
        {{"file", u.file}, {"internal", u.internal}, {"problems", problems_json(u.problems)}});
  return out;
}

}  // namespace capmarket::reports
