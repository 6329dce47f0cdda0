// The entries of a displacement, one by one. Source: docs/spec/semantics.md#entries.
#include <algorithm>

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

void fill_piece(VictimEvidence& v) {
  for (const objects::Piece& p : v.grant->live.pieces())
    if (p.quantity.value > 0 && p.window.contains(v.entry.window.from)) {
      v.piece = p.window;
      v.piece_quantity = p.quantity.value;
    }
}

void fill_shorts(const Gathering& g, const LegEvidence& leg, VictimEvidence& v) {
  const Window w{v.release_from, v.entry.window.until};
  if (w.empty()) return;
  if (v.same_declaration) {
    v.excess_short = excess_short(g, leg, w);
    v.quota_excess_short = set_aside_short(g, leg, w, *v.grant);
  }
  if (v.same_infrastructure && leg.coordinated())
    v.shared_excess_short = shared_excess_short(g, leg, w);
}

void fill_money(const Gathering& g, const LegEvidence& leg, VictimEvidence& v) {
  auto context = context_of(g, leg);
  if (!context) return;
  TierVictim victim{v.grant,
                    Quantity(static_cast<std::int64_t>(v.piece_quantity)),
                    v.entry.quantity,
                    {v.release_from, v.entry.window.until},
                    g.at};
  const rules::Rule& own = leg.rule->rule;
  const rules::Rule& theirs = v.grant->rule->rule;
  v.own_compensation = v.victim_compensation = 0;
  if (const rules::Tier* tier = own.tier(leg.leg.tier)) {
    v.when = tier_displaces(own, *tier, *context, victim);
    v.own_compensation = tier_compensation(own, *tier, *context, victim);
  }
  if (const rules::Tier* tier = theirs.tier(leg.leg.tier))
    v.victim_compensation = tier_compensation(theirs, *tier, *context, victim);
}

}  // namespace

void gather_victims(const Gathering& g, LegEvidence& leg) {
  for (const objects::DisplacementEntry& entry : leg.leg.displacements) {
    VictimEvidence v;
    v.entry = entry;
    v.grant = found(g.s.grants, entry.grant);
    if (v.grant != nullptr && leg.declaration != nullptr && leg.rule != nullptr) {
      const AuditDeclaration* d = v.grant->declaration;
      v.same_declaration = d == leg.declaration;
      v.same_infrastructure =
          d->infrastructure != nullptr && d->infrastructure == leg.declaration->infrastructure;
      v.release_from = std::max(entry.window.from, rounded_up(leg.rule->rule, g.at));
      v.started = v.grant->leg.window.from <= g.at;
      const rules::Tier* tier = v.grant->rule->rule.tier(v.grant->leg.tier);
      if (tier != nullptr && tier->min_run)
        v.floor_until = Int128{v.grant->leg.window.from.value} + tier->min_run->value;
      fill_piece(v);
      fill_shorts(g, leg, v);
      fill_money(g, leg, v);
    }
    leg.victims.push_back(std::move(v));
  }
  gather_order(g, leg);
}

}  // namespace capmarket::audit
