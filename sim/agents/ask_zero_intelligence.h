// Any price at which it loses nothing (ZI-C). Source: Gode and Sunder 1993.
#pragma once

#include <algorithm>

#include "sim/agents/asks.h"
#include "sim/agents/price_parts.h"

namespace capmarket::agents {

inline Money ask_zero_intelligence(const party::HolderView& v, const AskedFor& asked, Parameters) {
  kernel::Stream stream(v.dynamics, v.me.draws.who, kernel::Draw::ask, v.me.draws.asks++);
  return any_between(stream, std::max(asked.low, v.me.ask), asked.high);
}

}  // namespace capmarket::agents
