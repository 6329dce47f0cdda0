// The values of a smallest case, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace capmarket::reports {

/// Variable and value; what is not named may be anything.
using CaseValues = std::vector<std::pair<std::string, std::string>>;

/// One object, its keys in the order of `values`.
nlohmann::ordered_json case_json(const CaseValues& values);
/// A line a value, names aligned, indented by four.
std::string case_text(const CaseValues& values);

}  // namespace capmarket::reports
