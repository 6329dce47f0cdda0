#include "sim/run/accounting.h"

#include <algorithm>

namespace capmarket::run {

Account account_of(const chain::RequestRecord& r) {
  Account out;
  const Window& window = r.request.window;
  out.requested = volume_of(r.request.quantity, window.length());
  out.live = r.live.integral(window);
  Volume& rest = r.closed ? out.unmet : out.open;
  if (r.losses.empty()) {
    rest = out.requested - out.live;
    return out;
  }
  std::vector<objects::Piece> bounds;
  for (const auto& [t, q] : r.live.steps()) bounds.push_back({{t, t}, q});
  for (const chain::LossRecord& loss : r.losses)
    bounds.insert(bounds.end(), loss.pieces.begin(), loss.pieces.end());
  std::vector<Instant> at = capacity::cuts(bounds, window);
  at.push_back(window.until);
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Duration length = at[i + 1] - at[i];
    Quantity gap = r.request.quantity - r.live.value(at[i]);
    for (auto loss = r.losses.rbegin(); loss != r.losses.rend(); ++loss) {
      Quantity part = std::min(gap, capacity::value_at(loss->pieces, at[i]));
      gap -= part;
      Volume& sum = loss->reason == chain::LossReason::displaced ? out.displaced
                    : loss->reason == chain::LossReason::failed  ? out.failed
                                                                 : out.released;
      sum += volume_of(part, length);
    }
    rest += volume_of(gap, length);
  }
  return out;
}

}  // namespace capmarket::run
