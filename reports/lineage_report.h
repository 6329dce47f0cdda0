// A settlement's lineage for people: what it was decided on, and what followed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "model/chain/lineage.h"

namespace capmarket::reports {

/// Every object of the context with its id, and the rules' text as it was signed.
std::string lineage_text(const chain::Lineage& lineage);
/// `settlement`, `context` and `after` as lists of {part, sequence, time, kind, id, decision,
/// object}, `rules` as text, `retain_until`.
nlohmann::ordered_json lineage_json(const chain::Lineage& lineage);

}  // namespace capmarket::reports
