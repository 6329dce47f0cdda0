// The auditor's evidence as numerals of the solver, in the shape that requirements are stated over.
#pragma once

#include "model/admission/facts.h"
#include "verify/audit/evidence.h"
#include "verify/smt/symbolic.h"

namespace capmarket::trace {

/// The number as a term, whatever its size.
smt::Symbolic::Int numeral(Int128 value);
/// What an overflow leaves without a value stands for one that no leg can state.
admission::SettlementFacts<smt::Symbolic> numeral_facts(const audit::SettlementEvidence& evidence);

}  // namespace capmarket::trace
