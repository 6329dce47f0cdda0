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

namespace capmarket {

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
};

/// (class, rule name, tier name) of one membership of the user's credential.
template <class D>
struct MembershipFacts {
  typename D::Int class_name{}, rule{}, tier{};
};

template <class D>
struct LegFacts {
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  // What exists on the chain, admitted, unpruned, of the right kind.
  Bool declaration_exists{}, request_exists{}, rule_exists{}, class_exists{};
  Bool declaration_named{};  // among the request's declarations
  CredentialFacts<D> holder, user;
  Bool holder_signed{}, user_signed{};  // by the author of the declaration, of the request
  std::vector<MembershipFacts<D>> memberships;
  IntervalFacts<D> location;  // the declared one
  // Tier and rule.
  Int rule_name{}, leg_tier{}, request_tier{};
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
  Int excess{};  // max over the window of load + other legs - declared
  // Price, ten-thousandths per unit and hour.
  Int price{}, price_min{}, price_max{}, max_price{};
  Bool pricing_fixed{}, pricing_negotiated{};
  Int tariff{}, floor{}, cap{};
  // Sequence.
  Int request_quantity{};
  Int request_excess{};  // max over the window of the request's live legs + other legs - its
                         // quantity
  Bool partial{}, request_closed{};
  Int open_until{};
  // Disclosure: an undischarged refusal of (holder, user, declaration) admitted before signed_at.
  Bool disclosure_due{}, names_latest{};
  // Retention, ns.
  Int retain_until{}, class_retention{}, rule_retention{};
};

template <class D>
struct SettlementFacts {
  typename D::Int signed_at{}, admission{};
  typename D::Bool envelope_signed{};  // by one of the parties
  typename D::Int index{}, next_index{};
  std::vector<LegFacts<D>> legs;  // 1..kLegsMax
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
  Bool envelope_signed{};     // by that authority
  Bool governs_class{}, governs_scope{};
  Bool unit_matches{};      // rule: the class's unit
  Bool succession_fits{};   // supersedes the version in force, whose scope it contains; version + 1
  Bool meets_other_rule{};  // (class, scope, window) of a rule that it does not supersede
  Int admission{}, from{}, until{};
  Int granularity{}, retention{};
};

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
  CAPMARKET_FACT(valid_from), CAPMARKET_FACT(valid_until);
}

CAPMARKET_FACTS(CredentialFacts) {
  CAPMARKET_FACT(exists), CAPMARKET_FACT(role_fits), CAPMARKET_FACT(subject_fits);
  CAPMARKET_FACT(rooted);
  facts_internal::visit_list(f.links, at + ".links", v);
  facts_internal::visit_list(f.scope, at + ".scope", v);
  facts_internal::visit_list(f.issuer_scope, at + ".issuer_scope", v);
}

CAPMARKET_FACTS(MembershipFacts) {
  CAPMARKET_FACT(class_name), CAPMARKET_FACT(rule), CAPMARKET_FACT(tier);
}

CAPMARKET_FACTS(LegFacts) {
  CAPMARKET_FACT(declaration_exists), CAPMARKET_FACT(request_exists);
  CAPMARKET_FACT(rule_exists), CAPMARKET_FACT(class_exists), CAPMARKET_FACT(declaration_named);
  visit(f.holder, at + ".holder", v);
  visit(f.user, at + ".user", v);
  CAPMARKET_FACT(holder_signed), CAPMARKET_FACT(user_signed);
  facts_internal::visit_list(f.memberships, at + ".memberships", v);
  visit(f.location, at + ".location", v);
  CAPMARKET_FACT(rule_name), CAPMARKET_FACT(leg_tier), CAPMARKET_FACT(request_tier);
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
  CAPMARKET_FACT(excess), CAPMARKET_FACT(price), CAPMARKET_FACT(price_min);
  CAPMARKET_FACT(price_max), CAPMARKET_FACT(max_price), CAPMARKET_FACT(pricing_fixed);
  CAPMARKET_FACT(pricing_negotiated), CAPMARKET_FACT(tariff), CAPMARKET_FACT(floor);
  CAPMARKET_FACT(cap), CAPMARKET_FACT(request_quantity), CAPMARKET_FACT(request_excess);
  CAPMARKET_FACT(partial), CAPMARKET_FACT(request_closed), CAPMARKET_FACT(open_until);
  CAPMARKET_FACT(disclosure_due), CAPMARKET_FACT(names_latest), CAPMARKET_FACT(retain_until);
  CAPMARKET_FACT(class_retention), CAPMARKET_FACT(rule_retention);
}

CAPMARKET_FACTS(SettlementFacts) {
  CAPMARKET_FACT(signed_at), CAPMARKET_FACT(admission), CAPMARKET_FACT(envelope_signed);
  CAPMARKET_FACT(index), CAPMARKET_FACT(next_index);
  facts_internal::visit_list(f.legs, at + ".legs", v);
}

CAPMARKET_FACTS(AssetFacts) {
  CAPMARKET_FACT(key_matches), CAPMARKET_FACT(class_name);
  visit(f.location, at + ".location", v);
  CAPMARKET_FACT(excess);
}

CAPMARKET_FACTS(DeclarationFacts) {
  CAPMARKET_FACT(admission), CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(class_exists);
  CAPMARKET_FACT(asset_issuer_exists);
  visit(f.holder, at + ".holder", v);
  visit(f.location, at + ".location", v);
  facts_internal::visit_list(f.assets, at + ".assets", v);
  CAPMARKET_FACT(class_name), CAPMARKET_FACT(unit), CAPMARKET_FACT(class_unit);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(from_remainder);
  CAPMARKET_FACT(length_remainder), CAPMARKET_FACT(quantity);
}

CAPMARKET_FACTS(NamedDeclarationFacts) {
  CAPMARKET_FACT(exists), CAPMARKET_FACT(class_name), CAPMARKET_FACT(unit);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until);
}

CAPMARKET_FACTS(RequestFacts) {
  CAPMARKET_FACT(envelope_signed), CAPMARKET_FACT(class_exists);
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
  CAPMARKET_FACT(predecessor_exists), CAPMARKET_FACT(envelope_signed);
  CAPMARKET_FACT(governs_class), CAPMARKET_FACT(governs_scope), CAPMARKET_FACT(unit_matches);
  CAPMARKET_FACT(succession_fits), CAPMARKET_FACT(meets_other_rule), CAPMARKET_FACT(admission);
  CAPMARKET_FACT(from), CAPMARKET_FACT(until), CAPMARKET_FACT(granularity);
  CAPMARKET_FACT(retention);
}

#undef CAPMARKET_FACT
#undef CAPMARKET_FACTS

}  // namespace capmarket
