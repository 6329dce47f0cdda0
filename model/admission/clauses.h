// The admission predicate: one clause a function, written once over a domain. No branch, loop bound
// or early return depends on a domain value. Source: docs/spec/semantics.md#admission, row by row.
#pragma once

#include "model/admission/facts.h"
#include "model/base/concrete.h"

namespace capmarket::admission {

/// A clause holds when `resolved` (what it needs exists) and `holds`; not resolved is "unresolved".
/// Clauses are total: `holds` is computed whatever `resolved` says.
template <class D>
struct Clause {
  typename D::Bool resolved;
  typename D::Bool holds;
};

namespace clause {

template <class D>
typename D::Bool contains(const IntervalFacts<D>& outer, const IntervalFacts<D>& inner) {
  return outer.enter <= inner.enter && inner.exit <= outer.exit;
}

template <class D>
typename D::Bool any_contains(const std::vector<IntervalFacts<D>>& scope,
                              const IntervalFacts<D>& location) {
  auto any = D::boolean(false);
  for (const auto& s : scope) any = any || contains<D>(s, location);
  return any;
}

template <class D>
typename D::Bool links_resolve(const std::vector<LinkFacts<D>>& links, typename D::Int at) {
  auto all = D::boolean(true);
  for (const auto& link : links)
    all = all && link.attested && link.narrows && link.valid_from <= at && at < link.valid_until &&
          at < link.revoked_from;
  return all;
}

template <class D>
typename D::Bool credential_resolves(const CredentialFacts<D>& c, typename D::Int at) {
  return c.role_fits && c.subject_fits && c.rooted && links_resolve<D>(c.links, at);
}

/// All legs' results of one clause: every leg resolved, every leg holds.
template <class D, class F>
Clause<D> each_leg(const SettlementFacts<D>& f, F&& one) {
  Clause<D> all{D::boolean(true), D::boolean(true)};
  for (const auto& leg : f.legs) {
    Clause<D> c = one(leg);
    all.resolved = all.resolved && c.resolved;
    all.holds = all.holds && c.holds;
  }
  return all;
}

// ---- Settlement
// -----------------------------------------------------------------------------------

template <class D>
Clause<D> settlement_objects_resolve(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto policy = implies<D>(f.policy_named, f.policy_exists);
    return Clause<D>{l.declaration_exists && l.request_exists && l.rule_exists && l.class_exists &&
                         l.strategy_exists && l.references_exist && l.holder.exists &&
                         l.user.exists && policy,
                     l.declaration_named};
  });
}

template <class D>
Clause<D> settlement_signatures(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists && l.request_exists,
                     f.envelope_signed && f.one_user && f.one_holder_per_class && l.holder_signed &&
                         l.user_signed};
  });
}

template <class D>
Clause<D> settlement_holder_scope(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists && l.holder.exists,
                     credential_resolves<D>(l.holder, f.signed_at) &&
                         any_contains<D>(l.holder.scope, l.location) &&
                         any_contains<D>(l.holder.issuer_scope, l.location)};
  });
}

template <class D>
Clause<D> settlement_user_membership(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto member = D::boolean(false);
    for (const auto& m : l.memberships)
      member = member || (m.class_name == l.declaration_class && m.rule == l.rule_name &&
                          m.tier == l.leg_tier);
    return Clause<D>{l.declaration_exists && l.rule_exists && l.user.exists,
                     credential_resolves<D>(l.user, f.signed_at) && member &&
                         (any_contains<D>(l.user.scope, l.location) || l.user_scope_waived)};
  });
}

template <class D>
Clause<D> settlement_tier_eligible(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.request_exists && l.rule_exists,
                     l.leg_tier == l.request_tier && l.tier_in_rule && l.eligible};
  });
}

template <class D>
Clause<D> settlement_rule_in_force(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto age = f.admission - f.signed_at;
    return Clause<D>{l.declaration_exists && l.rule_exists,
                     l.rule_class == l.declaration_class && contains<D>(l.rule_scope, l.location) &&
                         l.authority_governs && l.effective_from <= f.signed_at &&
                         f.signed_at < min_of<D>(l.effective_until, l.successor_from) &&
                         D::integer(0) <= age && age <= l.skew};
  });
}

template <class D>
Clause<D> settlement_class_unit(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists && l.request_exists && l.rule_exists && l.class_exists,
                     l.declaration_class == l.request_class &&
                         l.declaration_class == l.rule_class &&
                         l.declaration_unit == l.request_unit &&
                         l.declaration_unit == l.rule_unit && l.declaration_unit == l.class_unit};
  });
}

template <class D>
Clause<D> settlement_window(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto length = l.until - l.from;
    auto lead = l.from - f.signed_at;
    auto rounded_up = D::select(l.signed_remainder == D::integer(0), f.signed_at,
                                f.signed_at + (l.granularity - l.signed_remainder));
    return Clause<D>{l.declaration_exists && l.request_exists && l.rule_exists,
                     l.from < l.until && l.request_from <= l.from && l.until <= l.request_until &&
                         l.declaration_from <= l.from && l.until <= l.declaration_until &&
                         l.length_min <= length && length <= l.length_max && l.lead_min <= lead &&
                         lead <= l.lead_max && rounded_up <= l.from};
  });
}

template <class D>
Clause<D> settlement_granularity(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.rule_exists,
                     l.from_remainder == D::integer(0) && l.length_remainder == D::integer(0)};
  });
}

template <class D>
Clause<D> settlement_quantity(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.rule_exists, D::integer(0) < l.quantity && l.quantity_min <= l.quantity &&
                                        l.quantity <= l.quantity_max};
  });
}

template <class D>
Clause<D> settlement_capacity(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists, l.excess + l.quantity <= D::integer(0)};
  });
}

template <class D>
Clause<D> settlement_shared_capacity(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists && l.rule_exists,
                     implies<D>(l.coordination_single || l.coordination_sharded,
                                l.shared_excess + l.quantity <= D::integer(0))};
  });
}

template <class D>
typename D::Bool coordinated(const LegFacts<D>& l, typename D::Int at) {
  auto all = D::boolean(true);
  for (const auto& s : l.shards)
    all = all && s.coordinator.exists && credential_resolves<D>(s.coordinator, at) &&
          any_contains<D>(s.coordinator.scope, s.region) && s.coordinator.root == l.rule_root &&
          s.coordinator_signed;
  return all;
}

template <class D>
Clause<D> settlement_coordination(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto known = D::boolean(true);
    for (const auto& s : l.shards) known = known && s.known;
    auto asked = D::boolean(!l.shards.empty());
    auto needed = l.coordination_single || l.coordination_sharded;
    return Clause<D>{l.declaration_exists && l.rule_exists && known && implies<D>(needed, asked),
                     implies<D>(needed, coordinated<D>(l, f.signed_at))};
  });
}

/// One part of a cover: positive, live, inside the reach and the floor, needed, in order.
template <class D>
typename D::Bool part_is_right(const SettlementFacts<D>& f, const LegFacts<D>& l,
                               const VictimFacts<D>& v, const CoverPartFacts<D>& p) {
  auto zero = D::integer(0);
  return max_of<D>(l.from, f.admission) <= p.from && p.from < p.until && p.until <= l.until &&
         zero < p.released && p.released <= p.live &&
         implies<D>(v.started, v.floor_until <= p.from) && zero < p.lack_short &&
         p.earlier <= zero && p.share_error <= zero;
}

/// One victim of a leg's cover. Source: docs/spec/semantics.md#cover.
template <class D>
typename D::Bool victim_is_right(const SettlementFacts<D>& f, const LegFacts<D>& l,
                                 const VictimFacts<D>& v) {
  auto elsewhere = v.same_infrastructure && (l.coordination_single || l.coordination_sharded) &&
                   v.coordinated;
  auto all = (v.same_declaration || elsewhere) && v.rank < l.rank && v.version_fits && v.when &&
             l.stop_within <= v.notice;
  for (const auto& p : v.parts) all = all && part_is_right<D>(f, l, v, p);
  return all;
}

/// K of a victim: never below zero. Source: docs/spec/semantics.md#compensation.
template <class D>
typename D::Int compensation_of(const VictimFacts<D>& v) {
  return max_of<D>(max_of<D>(v.own_compensation, v.victim_compensation), D::integer(0));
}

template <class D>
Clause<D> settlement_displacement(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto holds = D::boolean(true);
    auto compensation = D::integer(0), refund = D::integer(0);
    for (const auto& v : l.victims) {
      holds = holds && l.displace_named && !f.user_overdue && victim_is_right<D>(f, l, v);
      compensation = compensation + compensation_of<D>(v);
      refund = refund + v.refund;
    }
    auto victims = D::integer(static_cast<std::int64_t>(l.victims.size()));
    auto within = compensation <= l.compensation_at_most && refund <= l.refund_at_most &&
                  victims <= f.victims_at_most && l.pieces <= f.pieces_at_most;
    auto empty = D::boolean(l.victims.empty());
    return Clause<D>{l.declaration_exists && l.rule_exists, holds && (empty || within)};
  });
}

template <class D>
Clause<D> settlement_tier_quota(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists && l.rule_exists,
                     l.quota_excess + l.quantity <= D::integer(0) &&
                         l.set_aside_excess + l.quantity <= D::integer(0) &&
                         l.user_excess + l.quantity <= D::integer(0)};
  });
}

template <class D>
Clause<D> settlement_price(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto bounds = l.floor <= l.price && l.price <= l.cap;
    auto age = f.signed_at - l.index_at;
    auto young = l.index_fits && D::integer(0) <= age && age <= l.index_max_age;
    auto band = l.band_low <= l.price && l.price <= l.band_high;
    auto discovered =
        (l.index_named && young && band) || (!l.index_named && !l.young_index_exists && bounds);
    return Clause<D>{l.request_exists && l.rule_exists && l.index_exists,
                     l.price_min <= l.price && l.price <= l.price_max && l.price <= l.max_price &&
                         (l.pricing_fixed || l.pricing_negotiated || l.pricing_discovered) &&
                         implies<D>(l.pricing_fixed, l.tariff_exists && l.price == l.tariff) &&
                         implies<D>(l.pricing_negotiated, bounds) &&
                         implies<D>(l.pricing_discovered, discovered)};
  });
}

template <class D>
Clause<D> settlement_fallback(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{
        l.rule_exists && l.strategy_exists && implies<D>(l.replaces_failure, l.declaration_exists),
        l.strategy_in_catalog && l.strategy_admitted <= f.signed_at &&
            implies<D>(l.replaces_failure, l.substitute_in_scope)};
  });
}

template <class D>
Clause<D> settlement_sequence(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    auto whole =
        l.quantity == l.request_quantity && l.from == l.request_from && l.until == l.request_until;
    auto original = (whole || l.partial) && !l.request_withdrawn && f.signed_at < l.open_until;
    return Clause<D>{l.request_exists && l.references_exist,
                     f.distinct_legs && l.index == l.next_index &&
                         l.request_excess + l.quantity <= D::integer(0) && !l.request_closed &&
                         implies<D>(l.replaces_named, l.replaces_fits) &&
                         implies<D>(!l.replaces_named, original)};
  });
}

template <class D>
Clause<D> settlement_disclosure(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.declaration_exists && l.request_exists,
                     implies<D>(l.disclosure_due, l.names_latest)};
  });
}

template <class D>
Clause<D> settlement_jurisdictions(const SettlementFacts<D>& f) {
  auto represented = [&](const typename D::Int& root) {
    auto any = D::boolean(false);
    for (const auto& r : f.policy_roots) any = any || r.root == root;
    return f.policy_named && f.policy_rules_in_force && any;
  };
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    const auto& first = f.legs.front().rule_root;
    auto one = l.rule_root == first && l.holder.root == first && l.user.root == first;
    auto covered =
        represented(l.rule_root) && represented(l.holder.root) && represented(l.user.root);
    for (const auto& other : f.legs)
      one =
          one && other.rule_root == first && other.holder.root == first && other.user.root == first;
    for (const auto& c : f.coordinator_roots) {
      one = one && c.root == first;
      covered = covered && represented(c.root);
    }
    return Clause<D>{l.rule_exists && l.holder.exists && l.user.exists &&
                         implies<D>(f.policy_named, f.policy_exists),
                     one || covered};
  });
}

template <class D>
Clause<D> settlement_retention(const SettlementFacts<D>& f) {
  return each_leg<D>(f, [&](const LegFacts<D>& l) {
    return Clause<D>{l.rule_exists && l.class_exists,
                     l.until + max_of<D>(l.class_retention, l.rule_retention) <= l.retain_until};
  });
}

// ---- Declaration
// ----------------------------------------------------------------------------------

template <class D>
Clause<D> declaration_objects_resolve(const DeclarationFacts<D>& f) {
  return {f.class_exists && f.holder.exists && f.asset_issuer_exists && f.infrastructure_resolves &&
              f.intent_resolves,
          D::boolean(true)};
}

template <class D>
Clause<D> declaration_signatures(const DeclarationFacts<D>& f) {
  return {D::boolean(true), f.envelope_signed};
}

template <class D>
Clause<D> declaration_holder_scope(const DeclarationFacts<D>& f) {
  return {f.holder.exists, credential_resolves<D>(f.holder, f.admission) &&
                               any_contains<D>(f.holder.scope, f.location) &&
                               any_contains<D>(f.holder.issuer_scope, f.location) &&
                               f.infrastructure_fits};
}

template <class D>
Clause<D> declaration_asset(const DeclarationFacts<D>& f) {
  auto attested = D::boolean(false);
  for (const auto& a : f.assets)
    attested =
        attested || (a.key_matches && a.class_name == f.class_name &&
                     contains<D>(a.location, f.location) && a.excess + f.quantity <= D::integer(0));
  return {f.holder.exists, attested};
}

template <class D>
Clause<D> declaration_class_unit(const DeclarationFacts<D>& f) {
  return {f.class_exists, f.unit == f.class_unit};
}

template <class D>
Clause<D> declaration_window(const DeclarationFacts<D>& f) {
  return {D::boolean(true), f.from < f.until};
}

template <class D>
Clause<D> declaration_granularity(const DeclarationFacts<D>& f) {
  return {f.class_exists, f.from_remainder == D::integer(0) && f.length_remainder == D::integer(0)};
}

template <class D>
Clause<D> declaration_quantity(const DeclarationFacts<D>& f) {
  return {D::boolean(true),
          D::integer(0) < f.quantity && f.shared_excess + f.quantity <= D::integer(0)};
}

// ---- DeclarationBatch
// -----------------------------------------------------------------------------

/// All items' results of one clause of declarations.
template <class D, Clause<D> (*one)(const DeclarationFacts<D>&)>
Clause<D> batch_items(const BatchFacts<D>& f) {
  Clause<D> all{D::boolean(true), D::boolean(!f.items.empty())};
  for (const auto& item : f.items) {
    Clause<D> c = one(item);
    all.resolved = all.resolved && c.resolved;
    all.holds = all.holds && c.holds;
  }
  return all;
}

template <class D>
Clause<D> batch_objects_resolve(const BatchFacts<D>& f) {
  Clause<D> all = batch_items<D, declaration_objects_resolve<D>>(f);
  return {all.resolved, all.holds && f.root_matches && f.items_distinct};
}

template <class D>
Clause<D> batch_signatures(const BatchFacts<D>& f) {
  return {D::boolean(true), f.envelope_signed && f.one_holder};
}

// ---- Request
// --------------------------------------------------------------------------------------

template <class D>
Clause<D> request_objects_resolve(const RequestFacts<D>& f) {
  auto all = f.class_exists;
  for (const auto& d : f.declarations) all = all && d.exists;
  all = all && implies<D>(f.intent_named, f.intent_exists);
  return {all, f.names_something && implies<D>(f.intent_named, f.intent_fits)};
}

template <class D>
Clause<D> request_signatures(const RequestFacts<D>& f) {
  return {D::boolean(true), f.envelope_signed};
}

template <class D>
Clause<D> request_class_unit(const RequestFacts<D>& f) {
  auto agree = f.unit == f.class_unit;
  for (const auto& d : f.declarations)
    agree = agree && implies<D>(d.exists, d.class_name == f.class_name && d.unit == f.unit);
  return {f.class_exists, agree};
}

template <class D>
Clause<D> request_window(const RequestFacts<D>& f) {
  auto inside =
      f.intent_named && f.intent_exists && f.intent_from <= f.from && f.until <= f.intent_until;
  auto meets = D::boolean(true);
  for (const auto& d : f.declarations) {
    inside = inside || (d.exists && d.from <= f.from && f.until <= d.until);
    meets = meets && implies<D>(d.exists, d.from < f.until && f.from < d.until);
  }
  auto in_parts = f.partial && meets && D::boolean(!f.declarations.empty());
  return {D::boolean(true), f.from < f.until && f.open_until <= f.until &&
                                (in_parts || (inside && implies<D>(f.partial, meets)))};
}

template <class D>
Clause<D> request_quantity(const RequestFacts<D>& f) {
  return {D::boolean(true), D::integer(0) < f.quantity};
}

// ---- AuthorityGrant, CredentialGrant
// --------------------------------------------------------------

template <class D>
Clause<D> grant_objects_resolve(const GrantFacts<D>& f) {
  return {f.issuer_exists, f.issuer_is_authority};
}

template <class D>
Clause<D> grant_signatures(const GrantFacts<D>& f) {
  return {f.issuer_exists, f.envelope_signed};
}

template <class D>
Clause<D> grant_narrowing(const GrantFacts<D>& f) {
  return {f.issuer_exists, links_resolve<D>(f.links, f.admission) && f.links_bounded &&
                               f.scope_narrows && f.classes_narrow && f.assets_narrow &&
                               f.from < f.until && f.key_valid && f.key_unused && f.name_unused &&
                               D::integer(0) <= f.weight && f.weight <= D::integer(10'000)};
}

// ---- Rule, ClassDeclaration
// -----------------------------------------------------------------------

template <class D>
Clause<D> promulgation_objects_resolve(const PromulgationFacts<D>& f) {
  return {f.authority_exists && f.class_exists && f.predecessor_exists && f.strategies_exist,
          D::boolean(true)};
}

template <class D>
Clause<D> promulgation_signatures(const PromulgationFacts<D>& f) {
  return {f.authority_exists, f.envelope_signed};
}

template <class D>
Clause<D> promulgation_standing(const PromulgationFacts<D>& f) {
  return {f.authority_exists && f.class_exists, f.governs_class && f.governs_scope &&
                                                    f.unit_matches && f.succession_fits &&
                                                    f.terms_kept};
}

template <class D>
Clause<D> promulgation_window(const PromulgationFacts<D>& f) {
  return {D::boolean(true), f.admission <= f.from && f.from < f.until && !f.meets_other_rule &&
                                D::integer(0) < f.granularity && D::integer(0) <= f.retention &&
                                f.latest <= D::integer(kDistantFuture.value)};
}

// ---- Edicts
// ---------------------------------------------------------------------------------------

template <class D>
Clause<D> edict_objects_resolve(const EdictFacts<D>& f) {
  return {f.subjects_exist, D::boolean(true)};
}

template <class D>
Clause<D> edict_signatures(const EdictFacts<D>& f) {
  return {f.subjects_exist, f.envelope_signed && f.all_signed};
}

template <class D>
Clause<D> edict_window(const EdictFacts<D>& f) {
  return {D::boolean(true), f.from < f.until};
}

template <class D>
Clause<D> edict_quantity(const EdictFacts<D>& f) {
  return {D::boolean(true), D::integer(0) <= f.least};
}

template <class D>
Clause<D> edict_standing(const EdictFacts<D>& f) {
  return {f.subjects_exist, f.resolves && f.governs && f.fits};
}

// ---- Intent
// ---------------------------------------------------------------------------------------

template <class D>
Clause<D> intent_objects_resolve(const IntentFacts<D>& f) {
  return {f.class_exists, D::boolean(true)};
}

template <class D>
Clause<D> intent_signatures(const IntentFacts<D>& f) {
  return {D::boolean(true), f.envelope_signed};
}

template <class D>
Clause<D> intent_class_unit(const IntentFacts<D>& f) {
  return {f.class_exists, f.unit == f.class_unit};
}

template <class D>
Clause<D> intent_window(const IntentFacts<D>& f) {
  return {D::boolean(true), f.from < f.until};
}

template <class D>
Clause<D> intent_quantity(const IntentFacts<D>& f) {
  return {D::boolean(true), D::integer(0) < f.quantity};
}

// ---- Parts of a grant or declaration
// --------------------------------------------------------------

template <class D>
Clause<D> part_objects_resolve(const PartFacts<D>& f) {
  return {f.whole_exists && f.references_exist, D::boolean(true)};
}

template <class D>
Clause<D> part_signatures(const PartFacts<D>& f) {
  return {D::boolean(true), f.envelope_signed};
}

template <class D>
Clause<D> part_window(const PartFacts<D>& f) {
  return {f.whole_exists, f.from < f.until && f.whole_from <= f.from && f.until <= f.whole_until &&
                              f.earliest <= f.from && f.until <= f.latest &&
                              f.reported <= f.admission && f.admission <= f.decide_by};
}

template <class D>
Clause<D> part_granularity(const PartFacts<D>& f) {
  return {f.whole_exists, f.from_remainder == D::integer(0) && f.length_remainder == D::integer(0)};
}

template <class D>
Clause<D> part_quantity(const PartFacts<D>& f) {
  return {D::boolean(true), D::integer(0) < f.quantity};
}

template <class D>
Clause<D> part_fits(const PartFacts<D>& f) {
  return {f.whole_exists, f.excess + f.quantity <= D::integer(0)};
}

template <class D>
Clause<D> part_standing(const PartFacts<D>& f) {
  return {f.whole_exists && implies<D>(f.credential_needed, f.credential.exists),
          f.stands &&
              implies<D>(f.credential_needed, credential_resolves<D>(f.credential, f.admission))};
}

// ---- Notices
// --------------------------------------------------------------------------------------

template <class D>
Clause<D> notice_objects_resolve(const NoticeFacts<D>& f) {
  return {f.subjects_exist, D::boolean(true)};
}

template <class D>
Clause<D> notice_signatures(const NoticeFacts<D>& f) {
  return {D::boolean(true), f.envelope_signed};
}

template <class D>
Clause<D> notice_window(const NoticeFacts<D>& f) {
  return {f.subjects_exist, f.earliest <= f.admission && f.admission < f.latest};
}

template <class D>
Clause<D> notice_standing(const NoticeFacts<D>& f) {
  return {f.subjects_exist && implies<D>(f.credential_needed, f.credential.exists),
          f.stands && f.open &&
              implies<D>(f.credential_needed, credential_resolves<D>(f.credential, f.admission))};
}

template <class D>
Clause<D> payment_quantity(const NoticeFacts<D>& f) {
  return {D::boolean(true), D::integer(0) < f.amount};
}

template <class D>
Clause<D> payment_outstanding(const NoticeFacts<D>& f) {
  return {f.subjects_exist, f.amount <= f.outstanding};
}

template <class D>
Clause<D> record_complete(const NoticeFacts<D>& f) {
  return {f.subjects_exist, f.complete};
}

template <class D>
Clause<D> index_complete(const NoticeFacts<D>& f) {
  return {f.subjects_exist,
          D::integer(0) < f.true_count && f.count == f.true_count && f.value == f.true_value};
}

}  // namespace clause
}  // namespace capmarket::admission
