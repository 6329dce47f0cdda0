// Its cost and a margin that it learns.
#pragma once

#include "sim/agents/asks.h"
#include "sim/agents/zip.h"

namespace capmarket::agents {

inline Money ask_zip(const party::HolderView& v, const AskedFor&, Parameters parameters) {
  const Int128 margin = zip_margin(v.me.lesson, parameters);
  const Int128 price = v.me.ask.value + floor_div(v.me.ask.value * margin, kZipUnit);
  return Money(static_cast<std::int64_t>(std::min<Int128>(price, kWireMax)));
}

inline void learn_ask_zip(const party::HolderView& v, Money price, bool taken,
                          Parameters parameters) {
  zip_learn(v, v.me.draws, v.me.lesson, parameters, v.me.ask, price, taken, 1);
}

}  // namespace capmarket::agents
