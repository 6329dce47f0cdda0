// The admission predicate: one clause a function, written once over a domain. Source:
// docs/spec/semantics.md#admission, row by row.
#pragma once

#include "model/admission/market_clauses.h"
#include "model/admission/settlement_clauses.h"
