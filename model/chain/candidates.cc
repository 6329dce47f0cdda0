#include "model/chain/candidates.h"

#include <algorithm>
#include <map>

#include "model/chain/cover.h"
#include "model/crypto/hash.h"

namespace capmarket::chain {
namespace {

OrderKey key_of(const Displacer& d, const GrantRecord& g) {
  switch (d.tier.displaces->victims) {
    case rules::VictimOrder::latest_first:
    case rules::VictimOrder::pro_rata:
      return {g.rank, -g.sequence.value, Digest{}, g.id};
    case rules::VictimOrder::earliest_first:
      return {g.rank, g.sequence.value, Digest{}, g.id};
    case rules::VictimOrder::cheapest:
      return {g.rank, g.leg.price.value, Digest{}, g.id};
    case rules::VictimOrder::lottery: {
      Bytes preimage;
      crypto::append_prefixed(preimage, d.request.view());
      crypto::append_prefixed(preimage, g.id.view());
      return {g.rank, 0, crypto::sha256(preimage), g.id};
    }
  }
  return {};
}

Instant floor_of(const ChainState& s, const GrantRecord& g) {
  const rules::Tier* tier = s.rule_of(g).tier(g.leg.tier);
  if (tier == nullptr || !tier->min_run) return Instant(-kWireMax);
  return after(g.leg.window.from, *tier->min_run);
}

Quantity largest(const capacity::Pieces& pieces) {
  Quantity out;
  for (const objects::Piece& p : pieces) out = std::max(out, p.quantity);
  return out;
}

/// What the grant may give at all; empty where it is no candidate but for `when`.
Candidate part_of(const Turn& turn, const Displacer& d, GrantIndex grant) {
  const GrantRecord& g = turn.state().grants[grant];
  Candidate c;
  c.grant = grant;
  c.same_declaration = g.declaration == d.declaration;
  if (g.rank >= d.rank || !is_version_or_ancestor(turn.state(), g.rule, d.rule_index)) return c;
  c.started = g.leg.window.from <= d.at;
  c.floor_until = floor_of(turn.state(), g);
  Window window = d.reach;
  if (c.started) window.from = std::max(window.from, c.floor_until);
  if (window.empty() || !window.meets(g.leg.window)) return c;
  c.part = capacity::inside(turn.live(grant), window);
  return c;
}

}  // namespace

VictimContext victim_context(const Turn& turn, const Displacer& d, const Candidate& c,
                             const capacity::Pieces& pieces) {
  const GrantRecord& g = turn.state().grants[c.grant];
  VictimContext v;
  v.tier = g.leg.tier;
  v.rank = g.rank;
  v.quantity = largest(c.part);
  v.price = g.leg.price;
  Volume live = capacity::volume_of(turn.live(c.grant));
  v.value = worth(g.leg.price, live) - worth(g.leg.price, live - capacity::volume_of(pieces));
  v.whole_value = worth(g.leg.price, volume_of(g.leg.quantity, g.leg.window.length()));
  v.window = g.leg.window;
  v.started = c.started;
  v.times_displaced = turn.times_displaced(c.grant);
  v.notice = pieces.front().window.from - d.at;
  v.released = largest(pieces);
  return v;
}

std::vector<Candidate> candidates(const Turn& turn, const Displacer& d,
                                  const std::function<bool(DeclarationIndex)>& coordinated) {
  const ChainState& s = turn.state();
  std::vector<GrantIndex> grants = s.declarations[d.declaration].grants;
  if (d.infrastructure.valid())
    for (GrantIndex g : s.infrastructures[d.infrastructure].grants)
      if (s.grants[g].declaration != d.declaration) grants.push_back(g);
  std::map<DeclarationIndex, bool> asked;
  std::vector<Candidate> out;
  for (GrantIndex grant : grants) {
    Candidate c = part_of(turn, d, grant);
    if (c.part.empty()) continue;
    DeclarationIndex place = s.grants[grant].declaration;
    if (!c.same_declaration) {
      auto [answer, fresh] = asked.try_emplace(place, false);
      if (fresh) answer->second = coordinated(place);
      if (!answer->second) continue;
    }
    VictimContext whole = victim_context(turn, d, c, c.part);
    if (!Concrete::holds(displacement_holds(d.rule, d.tier, d.context, whole))) continue;
    c.key = key_of(d, s.grants[grant]);
    out.push_back(std::move(c));
  }
  std::sort(out.begin(), out.end(),
            [](const Candidate& a, const Candidate& b) { return a.key < b.key; });
  return out;
}

}  // namespace capmarket::chain
