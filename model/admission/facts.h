// What admission decides on, looked up beforehand, over a domain. Looking up ids is ordinary code
// (model/chain/resolve.cc for the chain); deciding is the table of clauses (clauses.h) alone.
//
// Names of classes, units, rules and tiers are Ints: the same name has the same number.
// Every struct lists its facts once, in rows(): see fact_rows.h. What a struct means stands in its
// `about`, what a fact means in its row; docs/reference/facts.md is printed from them.
#pragma once

#include <string>

#include "model/admission/facts_credential.h"
#include "model/admission/facts_governance.h"
#include "model/admission/facts_market.h"
#include "model/admission/facts_notices.h"
#include "model/admission/facts_settlement.h"

namespace capmarket::admission {

/// The reference page of facts, in Markdown: one table a struct, from the rows themselves.
std::string facts_page();

}  // namespace capmarket::admission
