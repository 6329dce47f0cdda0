#include "sim/run/metrics.h"

#include <algorithm>

#include "sim/run/accounting.h"

namespace capmarket::run {
namespace {

constexpr std::int64_t kSeriesRows = 200;

void add(MoneyMetric& m, const chain::ObligationRecord& o) {
  m.owed[o.obligation.currency] += o.obligation.amount;
  m.paid[o.obligation.currency] += o.paid;
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

void MetricsCollector::on_event(const chain::Event& event) {
  sample_until(event.leaf.time);
  cascades_.on_event(event);
  ++row_.entries;
  ++metrics_.objects[std::string(objects::to_text(event.leaf.kind))];
  const admission::Decision& d = event.leaf.decision;
  for (admission::ClauseId id : d.failed)
    ++metrics_.rejections[std::string(admission::to_text(id))];
  for (admission::ClauseId id : d.unresolved)
    ++metrics_.rejections[std::string(admission::to_text(id))];
  if (const auto* q = std::get_if<objects::Request>(&event.object)) {
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
  if (const auto* s = std::get_if<objects::Settlement>(&event.object)) {
    ++metrics_.settlements;
    ++row_.settlements;
    for (const objects::Leg& leg : s->legs)
      row_.granted += volume_of(leg.quantity, leg.window.length());
  }
  count_kind(event);
}

void MetricsCollector::count_kind(const chain::Event& event) {
  const objects::Kind kind = event.leaf.kind;
  auto count = [&](objects::Kind of, std::int64_t& counter) { counter += kind == of ? 1 : 0; };
  count(objects::Kind::residual, metrics_.residuals);
  count(objects::Kind::displacement, metrics_.displacements);
  count(objects::Kind::failure, metrics_.failures);
  count(objects::Kind::fallback_record, metrics_.fallbacks);
  count(objects::Kind::dispute, metrics_.disputes);
  count(objects::Kind::review, metrics_.reviews);
  count(objects::Kind::activity, metrics_.activities);
  count(objects::Kind::payment, metrics_.payments);
  if (const auto* d = std::get_if<objects::Displacement>(&event.object)) {
    ++row_.displacements;
    const Volume volume = capacity::volume_of(d->pieces);
    row_.displaced += volume;
    metrics_.displaced_gross += volume;
  }
  count(objects::Kind::claim_closed, metrics_.claims);
  if (kind == objects::Kind::claim_closed)
    metrics_.claims_stood += std::get<objects::ClaimClosed>(event.object).stands ? 1 : 0;
  if (kind == objects::Kind::resolution)
    metrics_.founded += std::get<objects::Resolution>(event.object).founded ? 1 : 0;
}

RunMetrics MetricsCollector::finish(const chain::ChainState& state) {
  sample_until(state.time);
  metrics_.objects[std::string(objects::to_text(objects::Kind::genesis))] =
      1;  // admitted before anybody listens
  for (const chain::RequestRecord& r : state.requests) {
    Account account = account_of(r);
    add_account(metrics_.total, account);
    add_account(metrics_.by_tier[r.request.tier], account);
    add_account(metrics_.by_class[r.request.class_name], account);
  }
  for (const chain::ObligationRecord& o : state.obligations) {
    add(metrics_.obligations[std::string(objects::to_text(o.obligation.kind))], o);
    // Of a displacement's two, the displacing user's: the other is the holder's refund.
    const chain::GrantRecord* victim = state.grant(o.obligation.grant);
    if (o.obligation.kind == objects::ObligationKind::displacement && victim != nullptr &&
        o.obligation.payer != state.holder_of(*victim))
      add(metrics_.compensation, o);
  }
  for (const chain::GrantRecord& g : state.grants) {
    const objects::Request& q = state.requests[g.request].request;
    ++metrics_.total.grants;
    ++metrics_.by_tier[q.tier].grants;
    ++metrics_.by_class[q.class_name].grants;
  }
  for (const chain::DeclarationRecord& d : state.declarations)
    metrics_.declared += volume_of(d.declared.quantity, d.declared.window.length()) -
                         d.retracted.integral(d.declared.window);
  metrics_.efficiency = efficiency_of(state);
  metrics_.prices = prices_of(state);
  metrics_.cascades = cascades_.finish(state);
  return std::move(metrics_);
}

}  // namespace capmarket::run
