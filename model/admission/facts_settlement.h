// Facts of a settlement: its legs, their covers, their coordinators.
#pragma once

#include "model/admission/facts_credential.h"

namespace capmarket::admission {

template <class D>
struct MembershipFacts {
  static constexpr FactsOf about{"MembershipFacts", "one membership of the user's credential"};
  typename D::Int class_name{}, rule{}, tier{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.class_name, "class_name", name, "class of the membership");
    v(f.rule, "rule", name, "name of the rule of the membership");
    v(f.tier, "tier", name, "tier of the membership");
  }
};

template <class D>
struct ShardFacts {
  static constexpr FactsOf about{
      "ShardFacts",
      "a region whose coordinator must sign, and the credential that the settlement names for it"};
  typename D::Bool known{};
  CredentialFacts<D> coordinator;
  IntervalFacts<D> region;
  typename D::Bool coordinator_signed{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.known, "known", boolean, "some coordinator holds a credential for the region");
    v.part(f.coordinator, "coordinator", "the named credential; its scope is around the region");
    v.part(f.region, "region", "what the coordinator answers for");
    v(f.coordinator_signed, "coordinator_signed", boolean, "the subject of that credential signed");
  }
};

/// A part of a cover, of one of its two steps, that one victim gives over whole granules.
template <class D>
struct CoverPartFacts {
  static constexpr FactsOf about{"CoverPartFacts", "what a victim gives in one step of the cover"};
  using Int = typename D::Int;
  Int from{}, until{}, released{}, live{}, lack_short{}, earlier{}, share_error{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.from, "from", instant, "start of the part");
    v(f.until, "until", instant, "end of the part");
    v(f.released, "released", quantity, "what it takes at every instant of it");
    v(f.live, "live", quantity, "the least that was live of the victim over it, before this step");
    v(f.lack_short, "lack_short", quantity,
      "the least over its granules of what its step would lack with one unit less");
    v(f.earlier, "earlier", quantity,
      "the most over its granules of what an earlier candidate of its step could still give");
    v(f.share_error, "share_error", quantity,
      "the most over its granules by which it differs from the victim's share under pro-rata; 0 "
      "where no rank shares");
  }
};

template <class D>
struct VictimFacts {
  static constexpr FactsOf about{"VictimFacts", "a victim of a leg's cover"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Bool same_declaration{}, same_infrastructure{}, coordinated{};
  Int rank{};
  Bool version_fits{}, when{}, started{};
  Int floor_until{}, notice{}, own_compensation{}, victim_compensation{}, refund{};
  std::vector<CoverPartFacts<D>> parts;

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.same_declaration, "same_declaration", boolean, "on the leg's declaration");
    v(f.same_infrastructure, "same_infrastructure", boolean, "on the leg's infrastructure");
    v(f.coordinated, "coordinated", boolean,
      "each region of its declaration's location is known, and its coordinator signed");
    v(f.rank, "rank", plain, "rank of the victim's tier");
    v(f.version_fits, "version_fits", boolean,
      "under the leg's rule version or one that it supersedes, directly or through others");
    v(f.when, "when", boolean, "the displacing tier's condition, for the victim's whole part");
    v(f.started, "started", boolean, "the victim's leg has started at admission");
    v(f.floor_until, "floor_until", instant,
      "start of the victim's leg + min_run of its tier, in its own version of the rule");
    v(f.notice, "notice", duration, "first instant released - admission");
    v(f.own_compensation, "own_compensation", money, "K under the displacing leg's version");
    v(f.victim_compensation, "victim_compensation", money, "K under the victim's own version");
    v(f.refund, "refund", money,
      "what the leg's holder gives back for what is released; 0 where the victim is another's");
    v.list(f.parts, "parts", "what it gives, ascending, the first step's before the second's");
  }
};

template <class D>
struct LegFacts {
  static constexpr FactsOf about{"LegFacts", "one leg of a settlement"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  // What exists, and who takes part.
  Bool declaration_exists{}, request_exists{}, rule_exists{}, class_exists{}, declaration_named{};
  Bool strategy_exists{}, references_exist{};
  CredentialFacts<D> holder, user;
  Bool holder_signed{}, user_signed{};
  std::vector<MembershipFacts<D>> memberships;
  IntervalFacts<D> location;
  // Tier, rule, class and unit.
  Int rule_name{}, leg_tier{}, request_tier{}, rank{}, rule_root{};
  Bool user_scope_waived{}, tier_in_rule{}, eligible{};
  IntervalFacts<D> rule_scope;
  Bool authority_governs{};
  Int effective_from{}, effective_until{}, successor_from{}, skew{};
  Int declaration_class{}, request_class{}, rule_class{};
  Int declaration_unit{}, request_unit{}, rule_unit{}, class_unit{};
  // Windows and their grid.
  Int from{}, until{};
  Int request_from{}, request_until{}, declaration_from{}, declaration_until{};
  Int length_min{}, length_max{}, lead_min{}, lead_max{};
  Int granularity{}, signed_remainder{}, from_remainder{}, length_remainder{};
  // Quantity, capacity, coordination, displacement.
  Int quantity{}, quantity_min{}, quantity_max{};
  Int excess{}, shared_excess{}, quota_excess{}, set_aside_excess{}, user_excess{};
  Bool coordination_single{}, coordination_sharded{};
  std::vector<ShardFacts<D>> shards;
  Int lack{};
  Bool displace_named{};
  Int compensation_at_most{}, refund_at_most{}, stop_within{}, pieces{};
  std::vector<VictimFacts<D>> victims;
  // Price.
  Int price{}, price_min{}, price_max{}, max_price{};
  Bool pricing_fixed{}, pricing_negotiated{}, pricing_discovered{};
  Bool tariff_exists{};
  Int tariff{}, floor{}, cap{};
  Bool index_named{}, index_exists{}, index_fits{}, young_index_exists{};
  Int index_at{}, index_max_age{}, band_low{}, band_high{};
  // Fallback, sequence, disclosure, retention.
  Bool strategy_in_catalog{};
  Int strategy_admitted{};
  Bool replaces_failure{}, substitute_in_scope{};
  Int request_quantity{}, request_excess{};
  Bool partial{}, request_closed{}, request_withdrawn{};
  Int open_until{}, index{}, next_index{};
  Bool replaces_named{}, replaces_fits{};
  Bool disclosure_due{}, names_latest{};
  Int retain_until{}, class_retention{}, rule_retention{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    party_rows(f, v);
    rule_rows(f, v);
    window_rows(f, v);
    capacity_rows(f, v);
    price_rows(f, v);
    sequence_rows(f, v);
  }

 private:
  template <class Self, class V>
  static void party_rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.declaration_exists, "declaration_exists", boolean, "the declaration is admitted");
    v(f.request_exists, "request_exists", boolean, "the request is admitted");
    v(f.rule_exists, "rule_exists", boolean, "the rule is admitted");
    v(f.class_exists, "class_exists", boolean, "the declaration's class is admitted");
    v(f.declaration_named, "declaration_named", boolean,
      "the declaration is among the request's, or answers its intent");
    v(f.strategy_exists, "strategy_exists", boolean, "the fallback strategy is admitted");
    v(f.references_exist, "references_exist", boolean,
      "so is whatever else the leg names: its loss, the settlement's coordinators");
    v.part(f.holder, "holder", "the holder's credential");
    v.part(f.user, "user", "the user's credential");
    v(f.holder_signed, "holder_signed", boolean, "the author of the declaration signed");
    v(f.user_signed, "user_signed", boolean, "the author of the request signed");
    v.list(f.memberships, "memberships", "of the user's credential");
    v.part(f.location, "location", "the declared one");
  }
  template <class Self, class V>
  static void rule_rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.rule_name, "rule_name", name, "the leg's rule");
    v(f.leg_tier, "leg_tier", name, "the tier that the leg states");
    v(f.request_tier, "request_tier", name, "the tier that the request states");
    v(f.rank, "rank", plain, "rank of the leg's tier");
    v(f.rule_root, "rule_root", plain, "number of the name of the root of the rule's authority");
    v(f.user_scope_waived, "user_scope_waived", boolean,
      "the named policy covers the roots of the user and of the rule");
    v(f.tier_in_rule, "tier_in_rule", boolean, "the rule has the leg's tier");
    v(f.eligible, "eligible", boolean, "the rule's own expression for that tier, evaluated");
    v.part(f.rule_scope, "rule_scope", "where the rule holds");
    v(f.authority_governs, "authority_governs", boolean,
      "the rule's authority governed class and scope when the rule was admitted");
    v(f.effective_from, "effective_from", instant, "start of the rule's window");
    v(f.effective_until, "effective_until", instant, "end of the rule's window");
    v(f.successor_from, "successor_from", instant,
      "start of the rule that supersedes it; the distant future without one");
    v(f.skew, "skew", duration, "the longest that admission may come after signing");
    v(f.declaration_class, "declaration_class", name, "class of the declaration");
    v(f.request_class, "request_class", name, "class of the request");
    v(f.rule_class, "rule_class", name, "class of the rule");
    v(f.declaration_unit, "declaration_unit", name, "unit of the declaration");
    v(f.request_unit, "request_unit", name, "unit of the request");
    v(f.rule_unit, "rule_unit", name, "unit of the rule");
    v(f.class_unit, "class_unit", name, "unit of the class");
  }
  /// signed_at - origin, from - origin and until - from, each = multiple + remainder with the
  /// multiple a multiple of the granularity and 0 <= remainder < granularity.
  template <class Self, class V>
  static void window_rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.from, "from", instant, "start of the leg, inclusive");
    v(f.until, "until", instant, "end of the leg, exclusive");
    v(f.request_from, "request_from", instant, "start of the request's window");
    v(f.request_until, "request_until", instant, "end of the request's window");
    v(f.declaration_from, "declaration_from", instant, "start of the declaration's window");
    v(f.declaration_until, "declaration_until", instant, "end of the declaration's window");
    v(f.length_min, "length_min", duration, "the rule's shortest leg");
    v(f.length_max, "length_max", duration, "the rule's longest leg");
    v(f.lead_min, "lead_min", duration, "the rule's shortest time from signing to the start");
    v(f.lead_max, "lead_max", duration, "the rule's longest time from signing to the start");
    v(f.granularity, "granularity", duration, "the rule's grid; positive");
    v(f.signed_remainder, "signed_remainder", duration,
      "signed_at - origin, modulo the granularity; 0 to below it");
    v(f.from_remainder, "from_remainder", duration,
      "from - origin, modulo the granularity; 0 to below it");
    v(f.length_remainder, "length_remainder", duration,
      "until - from, modulo the granularity; 0 to below it");
  }
  template <class Self, class V>
  static void capacity_rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.quantity, "quantity", quantity, "what the leg grants");
    v(f.quantity_min, "quantity_min", quantity, "the rule's least");
    v(f.quantity_max, "quantity_max", quantity, "the rule's most");
    // The excesses: see settlement_capacity() and its neighbours in clauses.h.
    v(f.excess, "excess", quantity,
      "max over the window, at the leg's turn, of load - own releases - (declared quantity less "
      "curtailments); -kWireMax where nothing limits");
    v(f.shared_excess, "shared_excess", quantity,
      "the same of min(load - schedule of the infrastructure, 0) - own releases; -kWireMax without "
      "one");
    v(f.quota_excess, "quota_excess", quantity,
      "the same of the load of the leg's tier - the tier's own quota, own releases not deducted; "
      "-kWireMax without one");
    v(f.set_aside_excess, "set_aside_excess", quantity,
      "as `excess`, against what the other tiers' unused set-asides leave; -kWireMax without any");
    v(f.user_excess, "user_excess", quantity,
      "max over the window of what the user has live of the leg's tier before the settlement + the "
      "settlement's other legs of it - the tier's quota of a user; -kWireMax without one");
    v(f.coordination_single, "coordination_single", boolean, "the rule's coordination is single");
    v(f.coordination_sharded, "coordination_sharded", boolean,
      "the rule's coordination is sharded");
    v.list(f.shards, "shards", "regions that must sign; none under the modes none and peer");
    v(f.lack, "lack", quantity,
      "the largest lack of any granule before the leg's cover, at least 0; stated by refusals");
    v(f.displace_named, "displace_named", boolean, "the leg states what displacing may cost");
    v(f.compensation_at_most, "compensation_at_most", money, "stated for the sum of K");
    v(f.refund_at_most, "refund_at_most", money, "stated for what the leg's holder gives back");
    v(f.stop_within, "stop_within", duration,
      "of the displacing tier; -kWireMax where it states none");
    v(f.pieces, "pieces", plain, "pieces of all victims together, in their one form");
    v.list(f.victims, "victims", "the leg's cover, in the order of candidates");
  }
  template <class Self, class V>
  static void price_rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.price, "price", money, "the leg's price per unit and hour");
    v(f.price_min, "price_min", money, "the rule's lowest price");
    v(f.price_max, "price_max", money, "the rule's highest price");
    v(f.max_price, "max_price", money, "the highest price that the request takes");
    v(f.pricing_fixed, "pricing_fixed", boolean, "prices are tariffs");
    v(f.pricing_negotiated, "pricing_negotiated", boolean, "prices lie between bounds");
    v(f.pricing_discovered, "pricing_discovered", boolean, "prices lie around an index");
    v(f.tariff_exists, "tariff_exists", boolean, "there is a tariff for the tier at the start");
    v(f.tariff, "tariff", money, "that tariff");
    v(f.floor, "floor", money, "the lower bound");
    v(f.cap, "cap", money, "the upper bound");
    v(f.index_named, "index_named", boolean, "the leg names a price index");
    v(f.index_exists, "index_exists", boolean, "that index is admitted; true where none is named");
    v(f.index_fits, "index_fits", boolean, "its rule, class, scope and currency are the leg's");
    v(f.young_index_exists, "young_index_exists", boolean,
      "an admitted index fits and is young enough");
    v(f.index_at, "index_at", instant, "instant of the named index");
    v(f.index_max_age, "index_max_age", duration, "the rule's greatest age of an index");
    v(f.band_low, "band_low", money, "value of the named index less the rule's band");
    v(f.band_high, "band_high", money, "value of the named index plus the rule's band");
  }
  template <class Self, class V>
  static void sequence_rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.strategy_in_catalog, "strategy_in_catalog", boolean,
      "the rule's catalog has the leg's strategy");
    v(f.strategy_admitted, "strategy_admitted", instant, "admission of that strategy");
    v(f.replaces_failure, "replaces_failure", boolean,
      "the loss that the leg replaces is a Failure");
    v(f.substitute_in_scope, "substitute_in_scope", boolean,
      "the leg lies in the substitution scope of the failed grant's strategy");
    v(f.request_quantity, "request_quantity", quantity, "quantity of the request");
    v(f.request_excess, "request_excess", quantity,
      "max over the window of the request's live legs + this settlement's other legs on it - its "
      "quantity; -kWireMax for an empty window");
    v(f.partial, "partial", boolean, "the request takes less than the whole");
    v(f.request_closed, "request_closed", boolean, "the request is closed");
    v(f.request_withdrawn, "request_withdrawn", boolean, "the request is withdrawn");
    v(f.open_until, "open_until", instant, "end of the request's time for new legs");
    v(f.index, "index", plain, "the index that the settlement states for the request");
    v(f.next_index, "next_index", plain, "the request's next index");
    v(f.replaces_named, "replaces_named", boolean, "the leg replaces a loss");
    v(f.replaces_fits, "replaces_fits", boolean,
      "the loss is of this request, its volume contains the leg's, at no lower rank");
    v(f.disclosure_due, "disclosure_due", boolean,
      "an undischarged refusal of (holder, user, declaration) was admitted before signed_at");
    v(f.names_latest, "names_latest", boolean, "the leg names the latest such refusal");
    v(f.retain_until, "retain_until", instant, "how long the leg is kept");
    v(f.class_retention, "class_retention", duration, "least time after the end, by the class");
    v(f.rule_retention, "rule_retention", duration, "least time after the end, by the rule");
  }
};

template <class D>
struct RootFacts {
  static constexpr FactsOf about{"RootFacts", "one root of a settlement's jurisdictions"};
  typename D::Int root{};

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    v(f.root, "root", FactUnit::name, "the root's name");
  }
};

template <class D>
struct SettlementFacts {
  static constexpr FactsOf about{"SettlementFacts", "a Settlement"};
  using Bool = typename D::Bool;
  using Int = typename D::Int;
  Int signed_at{}, admission{};
  Bool envelope_signed{}, one_user{}, one_holder_per_class{};
  Bool distinct_legs{}, user_overdue{};
  Int victims_at_most{}, pieces_at_most{};
  Bool policy_named{}, policy_exists{}, policy_rules_in_force{};
  std::vector<RootFacts<D>> policy_roots, coordinator_roots;
  std::vector<LegFacts<D>> legs;

  template <class Self, class V>
  static void rows(Self& f, V& v) {
    using enum FactUnit;
    v(f.signed_at, "signed_at", instant, "when it was signed, by its own word");
    v(f.admission, "admission", instant, "when it is decided");
    v(f.envelope_signed, "envelope_signed", boolean, "submitted under a signature of a party");
    v(f.one_user, "one_user", boolean, "all requests have one author");
    v(f.one_holder_per_class, "one_holder_per_class", boolean, "legs of one class have one holder");
    v(f.distinct_legs, "distinct_legs", boolean, "at most one leg per (declaration, request)");
    v(f.user_overdue, "user_overdue", boolean, "an obligation of the user is past its deadline");
    v(f.victims_at_most, "victims_at_most", plain, "victims of a leg, by the genesis");
    v(f.pieces_at_most, "pieces_at_most", plain, "pieces of a leg's cover, by the genesis");
    v(f.policy_named, "policy_named", boolean, "it names a reconciliation policy");
    v(f.policy_exists, "policy_exists", boolean, "that policy is admitted");
    v(f.policy_rules_in_force, "policy_rules_in_force", boolean,
      "every rule that the policy names has a version in force");
    v.list(f.policy_roots, "policy_roots", "the authorities of the named policy");
    v.list(f.coordinator_roots, "coordinator_roots", "of the named coordinators");
    v.list(f.legs, "legs", "1 to the protocol's limit");
  }
};

}  // namespace capmarket::admission
