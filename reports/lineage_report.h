// A settlement's lineage for people: what it was decided on, and what followed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/governance/lineage.h"

namespace capmarket {

/// Every object of the context with its id, and the rules' text as it was signed.
std::string lineage_text(const Lineage& lineage);
/// `settlement`, `context` and `after` as lists of {part, sequence, time, kind, id, decision,
/// object}, `rules` as text, `retain_until`.
nlohmann::ordered_json lineage_json(const Lineage& lineage);

}  // namespace capmarket
