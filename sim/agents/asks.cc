#include "sim/agents/asks.h"

#include <algorithm>

#include "sim/agents/ask_cost_plus.h"
#include "sim/agents/ask_market.h"
#include "sim/agents/ask_scarcity.h"
#include "sim/agents/ask_zero_intelligence.h"
#include "sim/agents/ask_zip.h"
#include "sim/agents/strategy_of.h"

namespace capmarket::agents {

std::span<const AskStrategy> ask_strategies() {
  static constexpr AskStrategy kAll[] = {{"cost-plus", ask_cost_plus},
                                         {"market", ask_market},
                                         {"scarcity", ask_scarcity},
                                         {"zero-intelligence", ask_zero_intelligence},
                                         {"zip", ask_zip, learn_ask_zip}};
  return kAll;
}

Money ask_of(const party::HolderView& v, const AskedFor& asked) {
  const scenarios::Strategy& own = pricing_of(v);
  const Money price = ask_strategies()[own.number].ask(v, asked, own.parameters);
  return std::clamp(price, std::max(asked.low, v.me.ask), asked.high);
}

void on_dealing(const party::HolderView& v, Money price, bool taken) {
  const scenarios::Strategy& own = pricing_of(v);
  if (AskLearns learns = ask_strategies()[own.number].learns)
    learns(v, price, taken, own.parameters);
}

}  // namespace capmarket::agents
