// When users want capacity, and how much. Source: docs/spec/scenarios.md#users.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// What a synthetic user wants now, with all of a bundle: `occurrence` counts its demands, from 0.
/// Nothing of one whose credential is revoked.
std::vector<party::RequestState> demands_of(const party::UserView& v, std::uint32_t occurrence);
/// What a row of the trace wants.
party::RequestState demand_of(const party::UserView& v, const scenarios::TraceRequest& row);

}  // namespace capmarket::agents
