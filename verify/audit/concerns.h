// What a dispute's evidence has to do with it. Source: docs/spec/semantics.md#evidence.
#pragma once

#include "verify/audit/state.h"

namespace capmarket::audit {

/// The object has to do with the ground, and with a leg of the settlement.
bool concerns(const AuditState& state, const AuditSettlement& settlement, objects::Ground ground,
              const ContentId& id);

}  // namespace capmarket::audit
