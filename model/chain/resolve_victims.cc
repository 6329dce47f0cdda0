// The facts of displacement entries.
#include <algorithm>

#include "model/chain/resolve_internal.h"
#include "model/chain/victims.h"

namespace capmarket::chain {
namespace {

struct Displacing {
  const objects::Settlement& settlement;
  std::size_t index;
  const objects::Leg& leg;
  const rules::Rule& rule;
  const rules::Tier* tier;  // of the rule; null where it has none of that name
  const DeclarationRecord& declaration;
  DeclarationIndex declaration_index;
  std::int64_t rank;
  bool coordinated;  // single or sharded
  EligibilityContext context;
  Instant at;
};

/// Both compensations and the condition, as the versions of the displacing tier read them.
void fill_terms(admission::VictimFacts<Concrete>& v, const ChainState& s, const Displacing& d,
                const GrantRecord& g, const VictimContext& context) {
  if (d.tier != nullptr && d.context.user != nullptr && d.context.holder != nullptr) {
    v.when = displacement_holds(d.rule, *d.tier, d.context, context);
    v.own_compensation = displacement_compensation(d.rule, *d.tier, d.context, context);
    const rules::Rule& own = s.rule_of(g);
    if (const rules::Tier* same = own.tier(d.leg.tier))
      v.victim_compensation = displacement_compensation(own, *same, d.context, context);
  }
}

admission::VictimFacts<Concrete> victim_facts(ChainState& s, const Displacing& d, std::size_t entry_index,
                                   const Changes& changes) {
  const objects::DisplacementEntry& entry = d.leg.displacements[entry_index];
  admission::VictimFacts<Concrete> v;
  v.from = num(entry.window.from), v.until = num(entry.window.until);
  v.released = num(entry.quantity);
  v.compensation = num(entry.compensation);
  v.excess_short = v.shared_excess_short = v.quota_excess_short = kNoLimit;
  Instant release_from = std::max(entry.window.from, ceil_to(d.rule, d.at));
  v.release_from = num(release_from);
  const GrantRecord* g = s.grant(entry.grant);
  v.exists = yes(g != nullptr);
  if (g == nullptr) return v;
  const bool same = g->declaration == d.declaration_index;
  InfrastructureIndex infrastructure = s.declarations[g->declaration].infrastructure;
  const bool shared = infrastructure.valid() && infrastructure == d.declaration.infrastructure;
  v.same_declaration = yes(same);
  v.same_infrastructure = yes(shared);
  objects::Piece piece{};
  for (const objects::Piece& p : g->live)
    if (p.window.contains(entry.window.from)) piece = p;
  v.piece_from = num(piece.window.from), v.piece_until = num(piece.window.until);
  v.piece_quantity = num(piece.quantity);
  v.rank = num(g->rank);
  v.rule_name = num(s.number(s.rule_of(*g).name));
  v.started = yes(g->leg.window.from <= d.at);
  v.floor_until = num(floor_until(s, *g));
  fill_terms(v, s, d, *g,
             victim_context(*g, piece, release_from, entry.window.until, entry.quantity, d.at));
  Window released{release_from, entry.window.until};
  auto parts = changes.all(-1, static_cast<std::int64_t>(d.index), static_cast<int>(entry_index));
  if (same) {
    v.excess_short = excess_over(s, released, d.declaration_index, parts);
    if (const rules::Tier* tier = d.rule.tier(d.leg.tier))
      v.quota_excess_short =
          set_aside_excess_over(s, released, d.declaration_index, d.rule, *tier, parts);
  }
  if (shared && d.coordinated)
    v.shared_excess_short = shared_excess_over(s, released, infrastructure, parts);
  return v;
}

/// Entries on the leg's declaration keep to the order among its grants; others among those of the
/// infrastructure.
void fill_order(admission::LegFacts<Concrete>& f, const ChainState& s, const Displacing& d, bool same) {
  Window window{std::max(d.leg.window.from, ceil_to(d.rule, d.at)), d.leg.window.until};
  std::vector<ListedEntry> listed;  // all of the leg's: no candidate outside them comes before
  std::vector<std::size_t> places, asked;
  for (std::size_t i = 0; i < d.leg.displacements.size(); ++i) {
    const objects::DisplacementEntry& entry = d.leg.displacements[i];
    auto it = s.grant_index.find(entry.grant);
    if (it == s.grant_index.end()) continue;
    bool here = s.grants[it->second].declaration == d.declaration_index;
    if (here == same) asked.push_back(listed.size());
    places.push_back(i);
    listed.push_back(
        {it->second, entry.window, entry.quantity, Quantity(f.victims[i].piece_quantity.value)});
  }
  if (asked.empty()) return;
  static const std::vector<GrantIndex> kNone;
  const std::vector<GrantIndex>& grants =
      same ? d.declaration.grants
      : d.declaration.infrastructure.valid()
          ? s.infrastructures[d.declaration.infrastructure].grants
          : kNone;
  std::vector<Candidate> pool =
      candidates(s, d.rule, *d.tier, d.rank, d.context, window, grants, d.leg.request, d.at);
  std::vector<bool> fits = in_order(s, d.tier->displaces->victims, listed, pool, d.leg.request);
  for (std::size_t i : asked) f.victims[places[i]].in_order = yes(fits[i]);
}

}  // namespace

void fill_victims(admission::LegFacts<Concrete>& f, ChainState& s, const objects::Settlement& o, std::size_t index,
                  Instant at, const Changes& changes) {
  const objects::Leg& leg = o.legs[index];
  if (leg.displacements.empty()) return;
  const rules::Rule& rule = s.rule(leg.rule)->rule;
  const DeclarationRecord& declaration = *s.declaration(leg.declaration);
  const rules::Tier* tier = rule.tier(leg.tier);
  if (tier != nullptr && !tier->displaces) tier = nullptr;
  const governance::CredentialRecord* user = s.delegation.credential(leg.user_credential);
  const governance::CredentialRecord* holder = s.delegation.credential(leg.holder_credential);
  const RequestRecord* request = s.request(leg.request);
  EligibilityContext context{user == nullptr ? nullptr : &user->grant,
                             holder == nullptr ? nullptr : &holder->grant,
                             &declaration.declared.location,
                             leg.quantity,
                             leg.window,
                             leg.price,
                             o.signed_at,
                             request != nullptr && request->request.partial};
  bool coordinated = rule.coordination.mode == rules::CoordinationMode::single ||
                     rule.coordination.mode == rules::CoordinationMode::sharded;
  Displacing d{o,
               index,
               leg,
               rule,
               tier,
               declaration,
               s.declaration_index.at(leg.declaration),
               f.rank.value,
               coordinated,
               context,
               at};
  for (std::size_t i = 0; i < leg.displacements.size(); ++i)
    f.victims.push_back(victim_facts(s, d, i, changes));
  if (tier == nullptr || context.user == nullptr || context.holder == nullptr) return;
  fill_order(f, s, d, true);
  fill_order(f, s, d, false);
}

}  // namespace capmarket::chain
