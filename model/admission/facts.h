// What admission decides on, looked up beforehand, over a domain. Looking up ids is ordinary code
// (model/chain/resolve.cc for the chain); deciding is the table of clauses (clauses.h) alone.
//
// Names of classes, units, rules and tiers are Ints: the same name has the same number.
// Every struct lists its facts once, in visit(): from it come solver variables, counterexamples in
// words, and the values that `chain explain` prints.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace capmarket::admission {

/// Euler-tour interval of a location in the tour around the declared one (model/location/path.h).
template <class D>
struct IntervalFacts {
  typename D::Int enter{}, exit{};
};

/// One link of a credential's chain: the credential itself, then each authority below the root.
template <class D>
struct LinkFacts {
  typename D::Bool attested{};                  // admitted under a verified signature of its issuer
  typename D::Bool narrows{};                   // scope, classes and assets inside its issuer's
  typename D::Int valid_from{}, valid_until{};  // half-open, ns
  typename D::Int revoked_from{};  // earliest effect of an admitted revocation; kWireMax without
};

template <class D>
struct CredentialFacts {
  typename D::Bool exists{};                   // an admitted credential grant
  typename D::Bool role_fits{};                // granted for the role in which it is used
  typename D::Bool subject_fits{};             // granted to the party that uses it
  typename D::Bool rooted{};                   // the chain ends in a root of the genesis
  std::vector<LinkFacts<D>> links;             // 1..kLinksMax
  std::vector<IntervalFacts<D>> scope;         // the credential's own
  std::vector<IntervalFacts<D>> issuer_scope;  // of the authority that issued it
  typename D::Int root{};                      // number of the root that the chain ends in
};

/// (class, rule name, tier name) of one membership of the user's credential.
template <class D>
struct MembershipFacts {
  typename D::Int class_name{}, rule{}, tier{};
};

/// A region whose coordinator must sign, and the credential that the settlement names for it.
template <class D>
struct ShardFacts {
  typename D::Bool known{};        // some coordinator holds a credential for the region
  CredentialFacts<D> coordinator;  // its scope is taken around the region
  IntervalFacts<D> region;
  typename D::Bool coordinator_signed{};
};

/// One displacement entry. `window` is what the entry says.
template <class D>
struct VictimFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool exists{};                                      // an admitted grant
  Bool same_declaration{}, same_infrastructure{};     // as the leg's
  Int from{}, until{};                                // of the entry
  Int piece_from{}, piece_until{}, piece_quantity{};  // the live piece around `from`; empty if none
  Int release_from{};  // from, or the admission time rounded up, whichever is later
  Int released{};      // r
  Int rank{}, rule_name{};
  Bool when{};  // the displacing tier's condition for this entry
  Bool started{};
  Int floor_until{};  // start + min_run of the victim's tier in its own version
  Int excess_short{}, shared_excess_short{},
      quota_excess_short{};                                       // with r one lower; see `excess`
  Int compensation{}, own_compensation{}, victim_compensation{};  // K under both versions
  Bool in_order{};  // no unlisted candidate precedes it; pro-rata: its share is right
};

template <class D>
struct LegFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  // What exists on the chain, admitted, unpruned, of the right kind.
  Bool declaration_exists{}, request_exists{}, rule_exists{}, class_exists{};
  Bool strategy_exists{}, references_exist{};  // what the leg names beside them, where it does
  Bool declaration_named{};  // among the request's declarations, or it answers its intent
  CredentialFacts<D> holder, user;
  Bool holder_signed{}, user_signed{};  // by the author of the declaration, of the request
  std::vector<MembershipFacts<D>> memberships;
  IntervalFacts<D> location;  // the declared one
  // Tier and rule.
  Int rule_name{}, leg_tier{}, request_tier{};
  Int rank{};                       // of the leg's tier
  Int rule_root{};                  // root of the rule's authority
  Bool user_scope_waived{};         // the named policy covers the roots of the user and of the rule
  Bool tier_in_rule{}, eligible{};  // the rule's own expression for that tier, evaluated
  IntervalFacts<D> rule_scope;
  Bool authority_governs{};  // the rule's authority governed class and scope when it was admitted
  Int effective_from{}, effective_until{}, successor_from{};  // ns; the last kWireMax without one
  Int skew{};
  // Class and unit, as numbers of names.
  Int declaration_class{}, request_class{}, rule_class{};
  Int declaration_unit{}, request_unit{}, rule_unit{}, class_unit{};
  // Windows, ns.
  Int from{}, until{};
  Int request_from{}, request_until{}, declaration_from{}, declaration_until{};
  Int length_min{}, length_max{}, lead_min{}, lead_max{};
  // signed_at - origin, from - origin and until - from, each = multiple + remainder with the
  // multiple a multiple of the granularity and 0 <= remainder < granularity.
  Int granularity{}, signed_remainder{}, from_remainder{}, length_remainder{};
  // Quantity and capacity.
  Int quantity{}, quantity_min{}, quantity_max{};
  // Max over the window of load - releases by this settlement + its other legs - what there is.
  // -kWireMax where nothing limits (no infrastructure, no quota, an empty window).
  Int excess{};            // declared quantity less curtailments
  Int shared_excess{};     // the schedule of the infrastructure
  Int quota_excess{};      // the tier's own quota, load of that tier
  Int set_aside_excess{};  // what the other tiers' unused set-asides leave
  // Coordination, by the rule's mode.
  Bool coordination_single{}, coordination_sharded{};
  std::vector<ShardFacts<D>> shards;  // regions that must sign; empty under none and peer
  // Displacement.
  Bool may_displace{};                  // the leg's tier has a displacement rule
  std::vector<VictimFacts<D>> victims;  // 0..kVictimsMax
  // Price, ten-thousandths per unit and hour.
  Int price{}, price_min{}, price_max{}, max_price{};
  Bool pricing_fixed{}, pricing_negotiated{}, pricing_discovered{};
  Bool tariff_exists{};  // for the tier at the leg's start
  Int tariff{}, floor{}, cap{};
  Bool index_named{}, index_exists{};  // index_exists: also where none is named
  Bool index_fits{};                   // rule, class, scope and currency are the leg's
  Bool young_index_exists{};           // an admitted one that fits and is young enough
  Int index_at{}, index_max_age{}, band_low{}, band_high{};  // value less and plus the band
  // Fallback.
  Bool strategy_in_catalog{};
  Int strategy_admitted{};
  // Sequence.
  Int request_quantity{};
  Int request_excess{};  // max over the window of the request's live legs + other legs - its
                         // quantity
  Bool partial{}, request_closed{}, request_withdrawn{};
  Int open_until{};
  Int index{}, next_index{};
  Bool replaces_named{};
  Bool replaces_fits{};  // of this request, its volume contains the leg's, at no lower rank
  // Disclosure: an undischarged refusal of (holder, user, declaration) admitted before signed_at.
  Bool disclosure_due{}, names_latest{};
  // Retention, ns.
  Int retain_until{}, class_retention{}, rule_retention{};
};

template <class D>
struct RootFacts {
  typename D::Int root{};
};

template <class D>
struct SettlementFacts {
  typename D::Int signed_at{}, admission{};
  typename D::Bool envelope_signed{};       // by one of the parties
  typename D::Bool one_user{};              // all requests have one author
  typename D::Bool one_holder_per_class{};  // legs of one class have one holder
  typename D::Bool distinct_legs{};         // at most one leg per (declaration, request)
  typename D::Bool victims_distinct{};      // a grant is a victim at most once
  typename D::Bool user_overdue{};          // an obligation of the user is past its deadline
  // Jurisdictions, as numbers of roots.
  typename D::Bool policy_named{}, policy_exists{};
  typename D::Bool policy_rules_in_force{};  // every rule that it names has a version in force
  std::vector<RootFacts<D>> policy_roots;    // the authorities of the named policy
  std::vector<RootFacts<D>> coordinator_roots;
  std::vector<LegFacts<D>> legs;  // 1..kLegsMax
};

/// One item of a batch is a declaration; asset excesses count the items before it.
template <class D>
struct DeclarationFacts;
template <class D>
struct BatchFacts {
  typename D::Bool envelope_signed{};
  typename D::Bool one_holder{};    // every item is the batch's holder's
  typename D::Bool root_matches{};  // RFC 9162 root over the items' ids
  typename D::Bool items_distinct{};
  std::vector<DeclarationFacts<D>> items;  // at least one
};

/// An asset of the holder's own credential.
template <class D>
struct AssetFacts {
  typename D::Bool key_matches{};  // issuer and asset id are the declaration's
  typename D::Int class_name{};
  IntervalFacts<D> location;
  typename D::Int excess{};  // max over the window of the asset's live declarations - attested
};

template <class D>
struct DeclarationFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Int admission{};
  Bool envelope_signed{};
  Bool class_exists{};
  Bool asset_issuer_exists{};  // an admitted authority, or a root
  CredentialFacts<D> holder;
  IntervalFacts<D> location;
  // Infrastructure and intent, where they are named; resolved is true where not.
  Bool infrastructure_resolves{}, intent_resolves{};
  Bool infrastructure_fits{};  // its member, its location, its class; named where it must be
  std::vector<AssetFacts<D>> assets;
  Int class_name{}, unit{}, class_unit{};
  Int from{}, until{}, from_remainder{}, length_remainder{};
  Int quantity{};
};

template <class D>
struct NamedDeclarationFacts {
  typename D::Bool exists{};
  typename D::Int class_name{}, unit{};
  typename D::Int from{}, until{};
};

template <class D>
struct RequestFacts {
  using Int = typename D::Int;
  typename D::Bool envelope_signed{};
  typename D::Bool class_exists{};
  typename D::Bool names_something{};                               // a declaration or an intent
  typename D::Bool intent_named{}, intent_exists{}, intent_fits{};  // fits: user, class, unit, tier
  Int intent_from{}, intent_until{};
  std::vector<NamedDeclarationFacts<D>> declarations;
  Int class_name{}, unit{}, class_unit{};
  Int from{}, until{}, open_until{};
  Int quantity{};
};

/// An AuthorityGrant or a CredentialGrant, against the authority above it.
template <class D>
struct GrantFacts {
  using Bool = typename D::Bool;
  Bool issuer_exists{};             // an admitted grant of either kind, or a root
  Bool issuer_is_authority{};       // of the right kind: a credential issues nothing
  Bool envelope_signed{};           // by the issuer
  std::vector<LinkFacts<D>> links;  // of the issuer, up to below the root; at most kLinksMax - 1
  Bool links_bounded{};             // the chain stays within the protocol's limit
  typename D::Int admission{};
  Bool scope_narrows{}, classes_narrow{}, assets_narrow{};
  typename D::Int from{}, until{};
  Bool key_valid{};  // of the prime-order group
  Bool key_unused{}, name_unused{};
  typename D::Int weight{};
};

/// A Rule or a ClassDeclaration.
template <class D>
struct PromulgationFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool authority_exists{};
  Bool class_exists{};
  Bool predecessor_exists{};  // the rule that it supersedes; true where it names none
  Bool strategies_exist{};    // every entry of its catalog
  Bool envelope_signed{};     // by that authority
  Bool governs_class{}, governs_scope{};
  Bool unit_matches{};      // rule: the class's unit
  Bool succession_fits{};   // supersedes the version in force, whose scope it contains; version + 1
  Bool meets_other_rule{};  // (class, scope, window) of a rule that it does not supersede
  Int admission{}, from{}, until{};
  Int granularity{}, retention{};
};

/// What an authority, or the two members of an edge, lay down: FallbackStrategy,
/// ReconciliationPolicy, SharedInfrastructure, PeerAgreement, Promulgation, Revocation.
template <class D>
struct EdictFacts {
  using Bool = typename D::Bool;
  Bool subjects_exist{};   // every id and name that it refers to
  Bool envelope_signed{};  // by its author
  Bool all_signed{};       // by everybody whom the kind asks for
  Bool resolves{};         // the author's chain, at admission
  Bool governs{};          // class and scope; for a revocation: issuer or ancestor
  Bool fits{};             // the kind's own structure: distinct members, ascending steps, no double
  typename D::Int from{}, until{};  // its window; any non-empty one where it has none
  typename D::Int least{};          // the smallest of its quantities, ratios and durations
};

template <class D>
struct IntentFacts {
  using Int = typename D::Int;
  typename D::Bool envelope_signed{}, class_exists{};
  Int unit{}, class_unit{};
  Int from{}, until{};
  Int quantity{};
};

/// A part (window, quantity) of a grant or declaration: Surrender, DeliveryFailure, Curtailment,
/// Activity. `excess` is the maximum over the window of (what is gone or used - what there was).
template <class D>
struct PartFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool whole_exists{}, references_exist{};
  Bool envelope_signed{};
  Bool stands{};  // the author may: user, holder, claimant, adaptation of the request
  Bool credential_needed{};
  CredentialFacts<D> credential;
  Int admission{};
  Int from{}, until{}, whole_from{}, whole_until{};
  Int earliest{}, latest{};                  // bounds of from and of until beside the whole's
  Int reported{};                            // an instant that must not lie after admission
  Int from_remainder{}, length_remainder{};  // by the granularity
  Int quantity{}, excess{};
};
template <class D>
struct SurrenderFacts : PartFacts<D> {};
template <class D>
struct DeliveryFailureFacts : PartFacts<D> {};
template <class D>
struct CurtailmentFacts : PartFacts<D> {};
template <class D>
struct ActivityFacts : PartFacts<D> {};

/// A statement about one object: Withdrawal, Renewal, Payment, FallbackRecord, PriceIndex, Dispute.
template <class D>
struct NoticeFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool subjects_exist{};
  Bool envelope_signed{};
  Bool stands{};  // the author is the party whom the kind asks for
  Bool open{};    // what it concerns still takes it
  Bool credential_needed{};
  CredentialFacts<D> credential;
  Int admission{};
  Int earliest{}, latest{};     // admission lies in [earliest, latest)
  Int amount{}, outstanding{};  // of a payment
  Int count{}, true_count{};    // of an index: stated, and recomputed
  Int value{}, true_value{};
  Bool complete{};  // of a fallback record: every field of the strategy's `record`
};
template <class D>
struct WithdrawalFacts : NoticeFacts<D> {};
template <class D>
struct RenewalFacts : NoticeFacts<D> {};
template <class D>
struct PaymentFacts : NoticeFacts<D> {};
template <class D>
struct FallbackRecordFacts : NoticeFacts<D> {};
template <class D>
struct PriceIndexFacts : NoticeFacts<D> {};
template <class D>
struct DisputeFacts : NoticeFacts<D> {};

// ---- visit: the facts by name, once
// ---------------------------------------------------------------
namespace facts_internal {
template <class L, class V>
void visit_list(L& list, const std::string& at, V&& v) {
  for (std::size_t i = 0; i < list.size(); ++i) visit(list[i], at + "." + std::to_string(i), v);
}
}  // namespace facts_internal

#define CAPMARKET_FACT(member) v(at + "." #member, f.member)
#define CAPMARKET_FACTS(Struct)                           \
  template <class D, class V>                             \
  void visit(Struct<D>& f, const std::string& at, V&& v); \
  template <class D, class V>                             \
  void visit(Struct<D>& f, const std::string& at, V&& v)

CAPMARKET_FACTS(IntervalFacts) { CAPMARKET_FACT(enter), CAPMARKET_FACT(exit); }

CAPMARKET_FACTS(LinkFacts) {
  CAPMARKET_FACT(attested), CAPMARKET_FACT(narrows);
  CAPMARKET_FACT(valid_from), CAPMARKET_FACT(valid_until), CAPMARKET_FACT(revoked_from);
}

CAPMARKET_FACTS(CredentialFacts) {
  CAPMARKET_FACT(exists), CAPMARKET_FACT(role_fits), CAPMARKET_FACT(subject_fits);
  CAPMARKET_FACT(rooted);
  facts_internal::visit_list(f.links, at + ".links", v);
  facts_internal::visit_list(f.scope, at + ".scope", v);
  facts_internal::visit_list(f.issuer_scope, at + ".issuer_scope", v);
  CAPMARKET_FACT(root);
}

CAPMARKET_FACTS(ShardFacts) {
  CAPMARKET_FACT(known);
  visit(f.coordinator, at + ".coordinator", v);
  visit(f.region, at + ".region", v);
  CAPMARKET_FACT(coordinator_signed);
}

CAPMARKET_FACTS(VictimFacts) {
  CAPMARKET_FACT(exists), CAPMARKET_FACT(same_declaration), CAPMARKET_FACT(same_infrastructure);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(piece_from);
  CAPMARKET_FACT(piece_until), CAPMARKET_FACT(piece_quantity), CAPMARKET_FACT(release_from);
  CAPMARKET_FACT(released), CAPMARKET_FACT(rank), CAPMARKET_FACT(rule_name);
  CAPMARKET_FACT(when), CAPMARKET_FACT(started), CAPMARKET_FACT(floor_until);
  CAPMARKET_FACT(excess_short), CAPMARKET_FACT(shared_excess_short);
  CAPMARKET_FACT(quota_excess_short), CAPMARKET_FACT(compensation);
  CAPMARKET_FACT(own_compensation), CAPMARKET_FACT(victim_compensation);
  CAPMARKET_FACT(in_order);
}

CAPMARKET_FACTS(MembershipFacts) {
  CAPMARKET_FACT(class_name), CAPMARKET_FACT(rule), CAPMARKET_FACT(tier);
}

CAPMARKET_FACTS(LegFacts) {
  CAPMARKET_FACT(declaration_exists), CAPMARKET_FACT(request_exists);
  CAPMARKET_FACT(rule_exists), CAPMARKET_FACT(class_exists), CAPMARKET_FACT(declaration_named);
  CAPMARKET_FACT(strategy_exists), CAPMARKET_FACT(references_exist);
  visit(f.holder, at + ".holder", v);
  visit(f.user, at + ".user", v);
  CAPMARKET_FACT(holder_signed), CAPMARKET_FACT(user_signed);
  facts_internal::visit_list(f.memberships, at + ".memberships", v);
  visit(f.location, at + ".location", v);
  CAPMARKET_FACT(rule_name), CAPMARKET_FACT(leg_tier), CAPMARKET_FACT(request_tier);
  CAPMARKET_FACT(rank), CAPMARKET_FACT(rule_root), CAPMARKET_FACT(user_scope_waived);
  CAPMARKET_FACT(tier_in_rule), CAPMARKET_FACT(eligible);
  visit(f.rule_scope, at + ".rule_scope", v);
  CAPMARKET_FACT(authority_governs), CAPMARKET_FACT(effective_from);
  CAPMARKET_FACT(effective_until), CAPMARKET_FACT(successor_from), CAPMARKET_FACT(skew);
  CAPMARKET_FACT(declaration_class), CAPMARKET_FACT(request_class), CAPMARKET_FACT(rule_class);
  CAPMARKET_FACT(declaration_unit), CAPMARKET_FACT(request_unit), CAPMARKET_FACT(rule_unit);
  CAPMARKET_FACT(class_unit), CAPMARKET_FACT(from), CAPMARKET_FACT(until);
  CAPMARKET_FACT(request_from), CAPMARKET_FACT(request_until);
  CAPMARKET_FACT(declaration_from), CAPMARKET_FACT(declaration_until);
  CAPMARKET_FACT(length_min), CAPMARKET_FACT(length_max), CAPMARKET_FACT(lead_min);
  CAPMARKET_FACT(lead_max), CAPMARKET_FACT(granularity), CAPMARKET_FACT(signed_remainder);
  CAPMARKET_FACT(from_remainder), CAPMARKET_FACT(length_remainder);
  CAPMARKET_FACT(quantity), CAPMARKET_FACT(quantity_min), CAPMARKET_FACT(quantity_max);
  CAPMARKET_FACT(excess), CAPMARKET_FACT(shared_excess), CAPMARKET_FACT(quota_excess);
  CAPMARKET_FACT(set_aside_excess), CAPMARKET_FACT(coordination_single);
  CAPMARKET_FACT(coordination_sharded);
  facts_internal::visit_list(f.shards, at + ".shards", v);
  CAPMARKET_FACT(may_displace);
  facts_internal::visit_list(f.victims, at + ".victims", v);
  CAPMARKET_FACT(price), CAPMARKET_FACT(price_min);
  CAPMARKET_FACT(price_max), CAPMARKET_FACT(max_price), CAPMARKET_FACT(pricing_fixed);
  CAPMARKET_FACT(pricing_negotiated), CAPMARKET_FACT(pricing_discovered);
  CAPMARKET_FACT(tariff_exists), CAPMARKET_FACT(tariff), CAPMARKET_FACT(floor);
  CAPMARKET_FACT(cap), CAPMARKET_FACT(index_named), CAPMARKET_FACT(index_exists);
  CAPMARKET_FACT(index_fits), CAPMARKET_FACT(young_index_exists), CAPMARKET_FACT(index_at);
  CAPMARKET_FACT(index_max_age), CAPMARKET_FACT(band_low), CAPMARKET_FACT(band_high);
  CAPMARKET_FACT(strategy_in_catalog), CAPMARKET_FACT(strategy_admitted);
  CAPMARKET_FACT(request_quantity), CAPMARKET_FACT(request_excess);
  CAPMARKET_FACT(partial), CAPMARKET_FACT(request_closed), CAPMARKET_FACT(request_withdrawn);
  CAPMARKET_FACT(open_until), CAPMARKET_FACT(index), CAPMARKET_FACT(next_index);
  CAPMARKET_FACT(replaces_named), CAPMARKET_FACT(replaces_fits);
  CAPMARKET_FACT(disclosure_due), CAPMARKET_FACT(names_latest), CAPMARKET_FACT(retain_until);
  CAPMARKET_FACT(class_retention), CAPMARKET_FACT(rule_retention);
}

CAPMARKET_FACTS(RootFacts) { CAPMARKET_FACT(root); }

CAPMARKET_FACTS(SettlementFacts) {
  CAPMARKET_FACT(signed_at), CAPMARKET_FACT(admission), CAPMARKET_FACT(envelope_signed);
  CAPMARKET_FACT(one_user), CAPMARKET_FACT(one_holder_per_class);
  CAPMARKET_FACT(distinct_legs), CAPMARKET_FACT(victims_distinct), CAPMARKET_FACT(user_overdue);
  CAPMARKET_FACT(policy_named), CAPMARKET_FACT(policy_exists);
  CAPMARKET_FACT(policy_rules_in_force);
  facts_internal::visit_list(f.policy_roots, at + ".policy_roots", v);
  facts_internal::visit_list(f.coordinator_roots, at + ".coordinator_roots", v);
  facts_internal::visit_list(f.legs, at + ".legs", v);
}

CAPMARKET_FACTS(AssetFacts) {
  CAPMARKET_FACT(key_matches), CAPMARKET_FACT(class_name);
  visit(f.location, at + ".location", v);
  CAPMARKET_FACT(excess);
}

CAPMARKET_FACTS(DeclarationFacts) {
  CAPMARKET_FACT(admission), CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(class_exists);
  CAPMARKET_FACT(asset_issuer_exists), CAPMARKET_FACT(infrastructure_resolves);
  CAPMARKET_FACT(intent_resolves), CAPMARKET_FACT(infrastructure_fits);
  visit(f.holder, at + ".holder", v);
  visit(f.location, at + ".location", v);
  facts_internal::visit_list(f.assets, at + ".assets", v);
  CAPMARKET_FACT(class_name), CAPMARKET_FACT(unit), CAPMARKET_FACT(class_unit);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(from_remainder);
  CAPMARKET_FACT(length_remainder), CAPMARKET_FACT(quantity);
}

CAPMARKET_FACTS(BatchFacts) {
  CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(one_holder), CAPMARKET_FACT(root_matches);
  CAPMARKET_FACT(items_distinct);
  facts_internal::visit_list(f.items, at + ".items", v);
}

CAPMARKET_FACTS(NamedDeclarationFacts) {
  CAPMARKET_FACT(exists), CAPMARKET_FACT(class_name), CAPMARKET_FACT(unit);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until);
}

CAPMARKET_FACTS(RequestFacts) {
  CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(class_exists);
  CAPMARKET_FACT(names_something), CAPMARKET_FACT(intent_named), CAPMARKET_FACT(intent_exists);
  CAPMARKET_FACT(intent_fits), CAPMARKET_FACT(intent_from), CAPMARKET_FACT(intent_until);
  facts_internal::visit_list(f.declarations, at + ".declarations", v);
  CAPMARKET_FACT(class_name), CAPMARKET_FACT(unit), CAPMARKET_FACT(class_unit);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(open_until);
  CAPMARKET_FACT(quantity);
}

CAPMARKET_FACTS(GrantFacts) {
  CAPMARKET_FACT(issuer_exists), CAPMARKET_FACT(issuer_is_authority);
  CAPMARKET_FACT(envelope_signed);
  facts_internal::visit_list(f.links, at + ".links", v);
  CAPMARKET_FACT(links_bounded), CAPMARKET_FACT(admission), CAPMARKET_FACT(scope_narrows);
  CAPMARKET_FACT(classes_narrow), CAPMARKET_FACT(assets_narrow), CAPMARKET_FACT(from);
  CAPMARKET_FACT(until), CAPMARKET_FACT(key_valid), CAPMARKET_FACT(key_unused);
  CAPMARKET_FACT(name_unused), CAPMARKET_FACT(weight);
}

CAPMARKET_FACTS(PromulgationFacts) {
  CAPMARKET_FACT(authority_exists), CAPMARKET_FACT(class_exists);
  CAPMARKET_FACT(predecessor_exists), CAPMARKET_FACT(strategies_exist);
  CAPMARKET_FACT(envelope_signed);
  CAPMARKET_FACT(governs_class), CAPMARKET_FACT(governs_scope), CAPMARKET_FACT(unit_matches);
  CAPMARKET_FACT(succession_fits), CAPMARKET_FACT(meets_other_rule), CAPMARKET_FACT(admission);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(granularity);
  CAPMARKET_FACT(retention);
}

CAPMARKET_FACTS(EdictFacts) {
  CAPMARKET_FACT(subjects_exist), CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(all_signed);
  CAPMARKET_FACT(resolves), CAPMARKET_FACT(governs), CAPMARKET_FACT(fits);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(least);
}

CAPMARKET_FACTS(IntentFacts) {
  CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(class_exists), CAPMARKET_FACT(unit);
  CAPMARKET_FACT(class_unit), CAPMARKET_FACT(from), CAPMARKET_FACT(until);
  CAPMARKET_FACT(quantity);
}

CAPMARKET_FACTS(PartFacts) {
  CAPMARKET_FACT(whole_exists), CAPMARKET_FACT(references_exist);
  CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(stands), CAPMARKET_FACT(credential_needed);
  visit(f.credential, at + ".credential", v);
  CAPMARKET_FACT(admission), CAPMARKET_FACT(from), CAPMARKET_FACT(until);
  CAPMARKET_FACT(whole_from), CAPMARKET_FACT(whole_until), CAPMARKET_FACT(earliest);
  CAPMARKET_FACT(latest), CAPMARKET_FACT(reported), CAPMARKET_FACT(from_remainder);
  CAPMARKET_FACT(length_remainder), CAPMARKET_FACT(quantity), CAPMARKET_FACT(excess);
}

CAPMARKET_FACTS(NoticeFacts) {
  CAPMARKET_FACT(subjects_exist), CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(stands);
  CAPMARKET_FACT(open), CAPMARKET_FACT(credential_needed);
  visit(f.credential, at + ".credential", v);
  CAPMARKET_FACT(admission), CAPMARKET_FACT(earliest), CAPMARKET_FACT(latest);
  CAPMARKET_FACT(amount), CAPMARKET_FACT(outstanding), CAPMARKET_FACT(count);
  CAPMARKET_FACT(true_count), CAPMARKET_FACT(value), CAPMARKET_FACT(true_value);
  CAPMARKET_FACT(complete);
}

#undef CAPMARKET_FACT
#undef CAPMARKET_FACTS

}  // namespace capmarket::admission
