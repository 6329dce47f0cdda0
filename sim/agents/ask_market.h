// The latest price index, and its cost where there is none.
#pragma once

#include "sim/agents/asks.h"

namespace capmarket::agents {

inline Money ask_market(const party::HolderView& v, const AskedFor& asked, Parameters) {
  return asked.index.value_or(v.me.ask);
}

}  // namespace capmarket::agents
