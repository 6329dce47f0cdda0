#include "sim/run/steady.h"

#include <algorithm>

#include "sim/run/accounting.h"

namespace capmarket::run {

SteadyCount steady_count(const chain::ChainState& state, const RunMetrics& metrics,
                         const Window& time) {
  SteadyCount out;
  out.from = time.from;
  out.until = time.until;
  const auto row = std::find_if(metrics.series.begin(), metrics.series.end(),
                                [&](const SeriesRow& s) { return s.time == time.from; });
  CHECK(row != metrics.series.end(), time.from.value);
  out.requests = metrics.total.requests - row->requests;
  out.settlements = metrics.settlements - row->settlements;
  out.refusals = metrics.refused - row->refusals;
  out.displacements = metrics.displacements - row->displacements;
  for (const chain::RequestRecord& r : state.requests) add_account(out.volumes, account_in(r, time));
  for (const chain::DeclarationRecord& d : state.declarations) {
    const Window window{std::max(d.declared.window.from, time.from),
                        std::min(d.declared.window.until, time.until)};
    if (!window.empty())
      out.declared += volume_of(d.declared.quantity, window.length()) - d.retracted.integral(window);
  }
  return out;
}

}  // namespace capmarket::run
