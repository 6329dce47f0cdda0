#include "reports/case_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/spoken.h"

namespace capmarket::reports {

nlohmann::ordered_json case_json(const CaseValues& values) {
  auto out = nlohmann::ordered_json::object();
  for (const auto& [name, value] : values) out[name] = value;
  return out;
}

std::string case_text(const CaseValues& values) {
  std::size_t width = 0;
  for (const auto& [name, value] : values) width = std::max(width, name.size());
  std::string out;
  for (const auto& [name, value] : values)
    out += fmt::format("    {:<{}}  {}\n", name, width, spoken(value));
  return out;
}

}  // namespace capmarket::reports
