// What a case has for every variable that an example can give; private to verify/analyses.
#pragma once

#include <map>
#include <string>

#include "verify/question/symbolic_request.h"

namespace capmarket::analyses {

/// By name, as text in the form of rules::NamedValue: of the leg all, with `tier` and `rank` where
/// there is a tier, and the rule's clock at the start; of the victim where there is one.
/// Deterministic.
std::map<std::string, std::string> case_values(const question::RequestCase& request_case,
                                               const rules::Rule& rule, const rules::Tier* tier);

}  // namespace capmarket::analyses
