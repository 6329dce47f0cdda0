#include "tests/property/slow_breaches.h"

#include "tests/property/slow_parts.h"

namespace capmarket::property {
namespace {

/// The seconds of each edge that the auditor lists under an outcome.
std::map<ContentId, Seconds> listed(const audit::AuditReport& report,
                                    audit::BreachOutcome outcome) {
  std::map<ContentId, Seconds> out;
  for (const audit::PeerBreach& b : report.breaches)
    for (const objects::Piece& p : b.pieces)
      if (const Seconds part = over({p}); b.outcome == outcome)
        for (int s = 0; s < kSeconds; ++s) out[b.edge][s] += part[s];
  return out;
}

/// Who is at fault for an open breach, and by which settlements, second by second.
std::string open_breach_is(const SlowMarket& slow, const audit::PeerBreach& b) {
  std::set<std::int64_t> settlements;
  for (int s = second_of(b.window().from); s < second_of(b.window().until); ++s) {
    if (slow.breacher(b.edge, s) != b.member) return "another member is in breach";
    for (const auto& [id, g] : slow.grants) {
      const objects::Declaration& d = slow.declarations.at(g.leg.declaration).o;
      if (d.infrastructure == b.edge && d.holder == b.member && g.live[s] + g.failed[s] > 0)
        settlements.insert(g.sequence);
    }
  }
  return std::vector(settlements.begin(), settlements.end()) == b.settlements
             ? std::string()
             : "other settlements are in breach";
}

}  // namespace

std::string breaches_agree(const SlowMarket& slow, const audit::AuditReport& report) {
  using audit::BreachOutcome;
  auto open = listed(report, BreachOutcome::open), freed = listed(report, BreachOutcome::released),
       penalised = listed(report, BreachOutcome::penalised);
  auto of = [](const std::map<ContentId, Seconds>& by_edge, const ContentId& edge) {
    auto it = by_edge.find(edge);
    return it == by_edge.end() ? Seconds{} : it->second;
  };
  for (const auto& [id, edge] : slow.infrastructures) {
    if (open[id] != (edge.peer ? slow.open_breach(id) : Seconds{})) return "an open breach differs";
    if (freed[id] != of(slow.released, id)) return "a released breach differs";
    if (penalised[id] != of(slow.punished, id)) return "a penalised breach differs";
  }
  for (const audit::PeerBreach& b : report.breaches)
    if (b.outcome == BreachOutcome::open)
      if (std::string complaint = open_breach_is(slow, b); !complaint.empty()) return complaint;
  return {};
}

}  // namespace capmarket::property
