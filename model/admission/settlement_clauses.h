// The clauses of settlements: one a function, written once over a domain. No branch, loop bound or
// early return depends on a domain value. Source: docs/spec/semantics.md#admission, row by row.
#pragma once

#include "model/admission/clause.h"

namespace capmarket::admission::clause {

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

}  // namespace capmarket::admission::clause
