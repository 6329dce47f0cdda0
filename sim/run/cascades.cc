#include "sim/run/cascades.h"

#include <algorithm>

namespace capmarket::run {
namespace {

/// The deepest displacement that a leg of the settlement makes up for; 0 where none does.
std::int64_t depth_before(const chain::ChainState& s, const ContentId& settlement,
                          const std::map<ContentId, std::int64_t>& depths) {
  const chain::SettlementRecord* record = s.settlement(settlement);
  CHECK(record != nullptr);
  std::int64_t out = 0;
  for (std::int32_t leg = 0; leg < record->legs; ++leg) {
    const auto& replaces = s.grants[record->grant(leg)].leg.replaces;
    auto at = replaces ? depths.find(*replaces) : depths.end();
    if (at != depths.end()) out = std::max(out, at->second);
  }
  return out;
}

/// What of `taken` exceeds `live` at each instant.
Volume excess(const capacity::Pieces& taken, const capacity::Pieces& live) {
  std::vector<objects::Piece> all = taken;
  all.insert(all.end(), live.begin(), live.end());
  std::vector<Instant> at;
  for (const objects::Piece& p : all) at.push_back(p.window.from), at.push_back(p.window.until);
  std::sort(at.begin(), at.end());
  Volume out;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    const Quantity over = capacity::value_at(taken, at[i]) - capacity::value_at(live, at[i]);
    if (over.value > 0) out += volume_of(over, at[i + 1] - at[i]);
  }
  return out;
}

}  // namespace

void CascadeCollector::on_event(const chain::Event& event) {
  if (const auto* d = std::get_if<objects::Displacement>(&event.object))
    taken_.push_back({event.leaf.id, d->settlement, d->grant, d->pieces});
}

Cascades CascadeCollector::finish(const chain::ChainState& s) const {
  Cascades out;
  std::map<ContentId, std::int64_t> depths;
  std::map<ContentId, capacity::Pieces> by_grant;
  for (const Taken& t : taken_) {
    const std::int64_t depth = 1 + depth_before(s, t.settlement, depths);
    depths.emplace(t.id, depth);
    ++out.displacements;
    out.depth_max = std::max(out.depth_max, depth);
    out.depth_sum += depth;
    capacity::Pieces& all = by_grant[t.grant];
    all.insert(all.end(), t.pieces.begin(), t.pieces.end());
  }
  for (const auto& [grant, taken] : by_grant) {
    const chain::GrantRecord* g = s.grant(grant);
    CHECK(g != nullptr);
    out.useless += excess(taken, g->live);
  }
  return out;
}

}  // namespace capmarket::run
