#include "model/chain/ticks.h"

namespace capmarket::chain {

Result<void> tick_to(Chain& chain, Instant end) {
  const std::optional<Duration> ahead = chain.state().genesis.tick_ahead;
  for (;;) {
    const Instant last = chain.state().time;
    const Instant at = ahead && end - last > *ahead ? last + *ahead : end;
    if (auto ticked = chain.tick(at); !ticked) return tl::unexpected(ticked.error());
    if (at == end) return {};
  }
}

std::int64_t ticks_to(const ChainState& state, Instant end) {
  const std::optional<Duration> ahead = state.genesis.tick_ahead;
  return ahead ? (end - state.time).value / ahead->value + 1 : 1;
}

}  // namespace capmarket::chain
