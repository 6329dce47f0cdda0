#include "verify/audit/invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/base/text.h"
#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

struct Watch {
  const AuditState& s;
  const SettlementEvidence* e;  // null where the event is no settlement
  std::vector<WatchFinding> out;

  void find(objects::Invariant invariant, std::string detail) {
    out.push_back({invariant, std::move(detail)});
  }

  /// INV-1: the load, as it stands at this sequence number, on each leg's window.
  void load(const LegEvidence& leg) {
    const Window& w = leg.leg.window;
    const AuditDeclaration& d = *leg.declaration;
    SlowLoad taken;
    taken.add(d.load, w);
    taken.add(d.curtailed, w);
    if (Int128 most = taken.max(w); most > d.declared.quantity.value)
      find(objects::Invariant::capacity,
           fmt::format("load and curtailments {} above the declared {} of {}",
                       capmarket::to_text(most), d.declared.quantity.value, to_hex(d.id)));
    if (!leg.coordinated() || d.infrastructure == nullptr) return;
    if (Int128 most = above_schedule(*d.infrastructure, w).max(w); most > 0)
      find(objects::Invariant::capacity,
           fmt::format("load {} above the schedule of infrastructure {}", capmarket::to_text(most),
                       to_hex(d.infrastructure->id)));
  }

  /// By how much the load is above the schedule, where it is more than before the settlement too.
  SlowLoad above_schedule(const AuditInfrastructure& i, const Window& w) const {
    SlowLoad above, added;
    above.add(i.load, w);
    i.add_schedule(above, w, -1);
    for (const LegEvidence& leg : e->legs) {
      if (leg.declaration->infrastructure == &i)
        added.add(cut(leg.leg.window, w), leg.leg.quantity.value);
      for (const VictimEvidence& v : leg.victims)
        if (v.grant->declaration->infrastructure == &i)
          for (const objects::Piece& p : v.pieces)
            added.add(cut(p.window, w), -Int128{p.quantity.value});
    }
    return SlowLoad::lesser(above, added);
  }

  /// INV-4, from what the settlement was decided on. That its Displacements are the leg's cover,
  /// each with its obligation, is seen where they stand on the chain.
  void displacements(const LegEvidence& leg) {
    for (const VictimEvidence& v : leg.victims) {
      const bool needed = std::all_of(v.parts.begin(), v.parts.end(),
                                      [](const CoverPartEvidence& p) { return p.lack_short > 0; });
      if (v.grant->rank < leg.rank && v.when && needed && v.compensation()) continue;
      find(objects::Invariant::displacement,
           fmt::format("displaces {} without {}", to_hex(v.grant->id),
                       v.grant->rank >= leg.rank ? "a higher rank"
                       : !v.when                 ? "its condition"
                       : !needed                 ? "need"
                                                 : "owing its compensation"));
    }
    if (leg.victims.empty()) return;
    const auto compensation = leg.compensation();
    if (!leg.leg.displace || !compensation ||
        *compensation > leg.leg.displace->compensation_at_most.value ||
        leg.refund() > leg.leg.displace->refund_at_most.value)
      find(objects::Invariant::displacement,
           fmt::format("displaces for {} and {}, above what was signed",
                       capmarket::to_text(compensation.value_or(kWireMax)),
                       capmarket::to_text(leg.refund())));
  }

  /// INV-3: what the request was granted is live or lost, and live never exceeds what it asked for
  /// where the event touched it: elsewhere it is as it was.
  void balance(const AuditRequest& r, const std::vector<Window>& touched) {
    if (r.live.volume() != difference_of(r.granted_volume, r.lost_volume))
      find(objects::Invariant::volumes,
           fmt::format("request {} was granted {} and lost {}, but {} is live", to_hex(r.id),
                       capmarket::to_text(r.granted_volume), capmarket::to_text(r.lost_volume),
                       capmarket::to_text(r.live.volume())));
    if (r.request.window.empty()) return;
    Int128 most = 0, least = 0;
    for (const Window& w : touched)
      most = std::max(most, r.live.max(w)), least = std::min(least, r.live.min(w));
    if (most > r.request.quantity.value || least < 0)
      find(objects::Invariant::volumes,
           fmt::format("live legs {} to {} of the {} that request {} asked for",
                       capmarket::to_text(least), capmarket::to_text(most),
                       r.request.quantity.value, to_hex(r.id)));
  }

  void settlement() {
    for (const LegEvidence& leg : e->legs) {
      load(leg);
      displacements(leg);
      if (!leg.holder_signed || !leg.user_signed)
        find(objects::Invariant::signatures, "a grant that its holder or its user did not sign");
    }
  }

  void touched(const DerivedGroup& group) {
    std::map<ContentId, std::vector<Window>> requests;
    std::set<ContentId> trimmed;
    auto of_grant = [&](const ContentId& id, const std::vector<objects::Piece>& pieces) {
      const AuditGrant* g = found(s.grants, id);
      if (g == nullptr) return;
      bool below = false;
      for (const objects::Piece& p : pieces) {
        requests[g->request->id].push_back(p.window);
        below = below || g->live.min(p.window) < 0;
      }
      if (below && trimmed.insert(id).second)
        find(objects::Invariant::volumes,
             fmt::format("grant {} loses more than was live of it", to_hex(id)));
    };
    for (const ExpectedDerived& x : group) {
      if (const auto* displaced = std::get_if<objects::Displacement>(&x.object))
        of_grant(displaced->victim, displaced->pieces);
      if (const auto* released = std::get_if<objects::Release>(&x.object))
        of_grant(released->grant, released->pieces);
      if (const auto* failed = std::get_if<objects::Failure>(&x.object))
        of_grant(failed->grant, failed->pieces);
    }
    if (e != nullptr)
      for (const LegEvidence& leg : e->legs) requests[leg.leg.request].push_back(leg.leg.window);
    for (const auto& [id, windows] : requests) balance(s.requests.at(id), windows);
  }

  void payment(const objects::Payment& o) {
    const AuditObligation* x = found(s.obligations, o.obligation);
    if (x == nullptr)
      find(objects::Invariant::payments, "a payment without an obligation");
    else if (x->outstanding() < 0)
      find(objects::Invariant::payments,
           fmt::format("{} paid of the {} that obligation {} owes", capmarket::to_text(x->paid),
                       x->obligation.amount.value, to_hex(o.obligation)));
  }

  void activity(const objects::Activity& o) {
    const AuditGrant* g = found(s.grants, o.grant);
    if (g == nullptr || o.interval.empty()) return;
    SlowLoad over;
    over.add(g->activity, o.interval);
    over.add(g->live, o.interval, -1);
    if (Int128 most = over.max(o.interval); most > 0)
      find(objects::Invariant::consumption, fmt::format("consumes {} more than is live of grant {}",
                                                        capmarket::to_text(most), to_hex(o.grant)));
  }
};

}  // namespace

std::vector<WatchFinding> watch(const AuditState& state, const objects::CheckedSubmission& submission,
                                const SettlementEvidence* evidence, const DerivedGroup& group) {
  Watch w{state, evidence, {}};
  if (evidence != nullptr) w.settlement();
  w.touched(group);
  if (const auto* payment = std::get_if<objects::Payment>(&submission.object)) w.payment(*payment);
  if (const auto* activity = std::get_if<objects::Activity>(&submission.object)) w.activity(*activity);
  return std::move(w.out);
}

std::int64_t inherited_excess(const AuditState& state) {
  std::int64_t out = 0;
  for (const auto& [id, i] : state.infrastructures) {
    if (i.infrastructure.peer) continue;
    SlowLoad excess;
    excess.add(i.load, kAlways);
    i.add_schedule(excess, kAlways, -1);
    if (excess.max(kAlways) > 0) ++out;
  }
  return out;
}

}  // namespace capmarket::audit
