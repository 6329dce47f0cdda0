#include "sim/run/waiting.h"

#include <algorithm>
#include <optional>

#include "sim/world/world.h"

namespace capmarket::run {
namespace {

/// What was settled of a request first.
struct FirstSettled {
  chain::SettlementIndex settlement;
  Instant at, starts;
};

std::map<chain::RequestIndex, FirstSettled> first_settled(const chain::ChainState& s) {
  std::map<chain::RequestIndex, FirstSettled> out;
  for (const chain::GrantRecord& g : s.grants) {  // in the order of admission
    const Instant from = g.leg.window.from;
    FirstSettled& first =
        out.try_emplace(g.request, FirstSettled{g.settlement, g.admitted, from}).first->second;
    if (first.settlement == g.settlement) first.starts = std::min(first.starts, from);
  }
  return out;
}

}  // namespace

std::int64_t quantile(const std::vector<std::int64_t>& sorted, std::int64_t percent) {
  if (sorted.empty()) return 0;
  const auto n = static_cast<Int128>(sorted.size());
  const Int128 rank = (n * percent + 99) / 100;
  return sorted[static_cast<std::size_t>(rank - 1)];
}

DurationQuantiles quantiles_of(std::vector<std::int64_t> times) {
  std::sort(times.begin(), times.end());
  return {static_cast<std::int64_t>(times.size()), Duration(quantile(times, 50)),
          Duration(quantile(times, 95)), Duration(quantile(times, 99))};
}

void WaitingCollector::on_event(const chain::Event& event) {
  if (const auto* residual = std::get_if<objects::Residual>(&event.object))
    closed_.emplace(residual->request, event.leaf.time);
}

Waiting WaitingCollector::finish(const world::World& w) const {
  const chain::ChainState& s = w.state();
  const auto first = first_settled(s);
  Waiting out;
  std::vector<std::int64_t> times;
  std::map<std::string, std::vector<std::int64_t>> by_tier;
  for (const party::RequestState& r : w.requests) {
    if (r.needed == Quantity(0)) continue;
    ++out.requests;
    auto at = s.request_index.find(r.id);
    // What the chain never had ends where its user stops.
    Instant until = std::min(r.patience_until, r.window.until);
    if (at != s.request_index.end()) {
      auto closed = closed_.find(r.id);
      until = closed == closed_.end() ? w.now : closed->second;
      if (auto settled = first.find(at->second); settled != first.end()) {
        const Instant admitted = s.requests[at->second].admitted;
        until = settled->second.at;
        ++out.settled;
        out.to_settlement += Volume{(until - admitted).value};
        out.to_window += Volume{(settled->second.starts - admitted).value};
        times.push_back((until - r.arisen).value);
        by_tier[r.tier].push_back(times.back());
      }
    }
    out.negotiating += Volume{(std::min(until, w.now) - r.arisen).value};
  }
  for (auto& [tier, of_tier] : by_tier)
    out.settle_time_by_tier[tier] = quantiles_of(std::move(of_tier));
  out.settle_time = quantiles_of(std::move(times));
  return out;
}

}  // namespace capmarket::run
