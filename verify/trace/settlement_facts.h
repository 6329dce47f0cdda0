// The auditor's evidence as numerals of the solver, in the shape that requirements are stated over.
#pragma once

#include "model/admission/facts.h"
#include "verify/audit/judge.h"
#include "verify/symbolic/symbolic.h"

namespace capmarket {

SettlementFacts<Symbolic> numeral_facts(const SettlementEvidence& evidence);

}  // namespace capmarket
