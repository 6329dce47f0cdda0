// The auditor's list of breaches against the slow market's seconds.
#pragma once

#include <string>

#include "tests/property/slow_market.h"
#include "verify/audit/audit.h"

namespace capmarket::property {

/// A complaint where the report lists other seconds of an edge as open, released or penalised, or
/// of an open breach another member or other settlements. Precondition: at most kBreachListMax
/// each.
std::string breaches_agree(const SlowMarket& slow, const audit::AuditReport& report);

}  // namespace capmarket::property
