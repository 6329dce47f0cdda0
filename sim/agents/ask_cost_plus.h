// Its cost and a markup.
#pragma once

#include "sim/agents/asks.h"
#include "sim/agents/price_parts.h"

namespace capmarket::agents {

inline Money ask_cost_plus(const party::HolderView& v, const AskedFor&, Parameters parameters) {
  return with_markup(v.me.ask, parameters[0]);
}

}  // namespace capmarket::agents
