#include "reports/shortfall_json.h"

#include <nlohmann/json.hpp>

#include "model/base/text.h"

namespace capmarket::reports {

nlohmann::ordered_json shortfalls_json(const std::vector<admission::Shortfall>& shortfalls) {
  auto out = nlohmann::ordered_json::array();
  for (const admission::Shortfall& s : shortfalls)
    out.push_back({{"leg", s.leg},
                   {"lack", s.lack.value},
                   {"compensation", to_text(s.compensation)},
                   {"refund", to_text(s.refund)}});
  return out;
}

}  // namespace capmarket::reports
