#include "sim/run/accounting.h"

#include <algorithm>

namespace capmarket::run {

Account account_of(const chain::RequestRecord& r) { return account_in(r, r.request.window); }

Account account_in(const chain::RequestRecord& r, const Window& time) {
  Account out;
  const Window window{std::max(r.request.window.from, time.from),
                      std::min(r.request.window.until, time.until)};
  if (window.empty()) return out;
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

Volume live_beyond(const chain::RequestRecord& r, Quantity quantity, const Window& time) {
  Volume out;
  const auto steps = r.live.steps();
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const Window part{std::max(steps[i].first, time.from), std::min(steps[i + 1].first, time.until)};
    if (!part.empty() && steps[i].second > quantity)
      out += volume_of(steps[i].second - quantity, part.length());
  }
  return out;
}

void add_account(VolumeCount& c, const Account& a) {
  c.whole += a.requested.value > 0 && a.live == a.requested ? 1 : 0;
  c.requested += a.requested;
  c.granted += a.live;
  c.displaced += a.displaced;
  c.failed += a.failed;
  c.released += a.released;
  c.unmet += a.unmet;
  c.open += a.open;
}

}  // namespace capmarket::run
