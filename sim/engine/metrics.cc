#include "sim/engine/metrics.h"

#include <algorithm>

namespace capmarket {
namespace {

constexpr std::int64_t kSeriesRows = 200;

void count(VolumeCount& c, const RequestRecord& r) {
  Volume requested = volume_of(r.request.quantity, r.request.window.length());
  Volume live = r.live.integral(r.request.window);
  c.requested += requested;
  c.granted += live;
  (r.closed ? c.unmet : c.open) += requested - live;
}

}  // namespace

MetricsCollector::MetricsCollector(Instant start, Instant end)
    : step_(std::max<std::int64_t>(1, (end - start).value / kSeriesRows)), next_(start) {
  row_.entries = 1;  // the genesis
}

void MetricsCollector::sample_until(Instant t) {
  while (next_ <= t && metrics_.series.size() <= kSeriesRows) {
    row_.time = next_;
    metrics_.series.push_back(row_);
    next_ = next_ + step_;
  }
}

void MetricsCollector::on_event(const Event& event) {
  sample_until(event.leaf.time);
  ++row_.entries;
  ++metrics_.objects[std::string(to_text(event.leaf.kind))];
  const Decision& d = event.leaf.decision;
  for (ClauseId id : d.failed) ++metrics_.rejections[std::string(to_text(id))];
  for (ClauseId id : d.unresolved) ++metrics_.rejections[std::string(to_text(id))];
  if (const auto* q = std::get_if<Request>(&event.object)) {
    ++row_.requests;
    ++metrics_.total.requests;
    ++metrics_.by_tier[q->tier].requests;
    ++metrics_.by_class[q->class_name].requests;
  }
  if (!d.admitted()) {
    ++metrics_.refused;
    ++row_.refusals;
    return;
  }
  if (const auto* s = std::get_if<Settlement>(&event.object)) {
    ++metrics_.settlements;
    ++row_.settlements;
    for (const Leg& leg : s->legs) row_.granted += volume_of(leg.quantity, leg.window.length());
  }
  if (event.leaf.kind == Kind::residual) ++metrics_.residuals;
}

RunMetrics MetricsCollector::finish(const ChainState& state) {
  sample_until(state.time);
  metrics_.objects[std::string(to_text(Kind::genesis))] = 1;  // admitted before anybody listens
  for (const RequestRecord& r : state.requests) {
    count(metrics_.total, r);
    count(metrics_.by_tier[r.request.tier], r);
    count(metrics_.by_class[r.request.class_name], r);
  }
  for (const GrantRecord& g : state.grants) {
    const Request& q = state.requests[static_cast<std::size_t>(g.request)].request;
    ++metrics_.total.grants;
    ++metrics_.by_tier[q.tier].grants;
    ++metrics_.by_class[q.class_name].grants;
  }
  for (const DeclarationRecord& d : state.declarations)
    metrics_.declared += volume_of(d.declared.quantity, d.declared.window.length());
  metrics_.efficiency = efficiency_of(state);
  return std::move(metrics_);
}

}  // namespace capmarket
