// The one table of clauses: kind x clause -> function, with the line of the specification. It
// drives admission, the proofs, the rejection messages, the reference page and the tests over its
// rows. Source: docs/spec/semantics.md#admission.
#pragma once

#include <array>
#include <string_view>

#include "model/admission/clause_id.h"
#include "model/admission/clauses.h"

namespace capmarket::admission {

/// One clause of one kind of object: its id, what it says, and the function that decides.
template <class D, class Facts>
struct ClauseRow {
  ClauseId id;
  std::string_view about;
  Clause<D> (*evaluate)(const Facts&);
};

/// Rows of one kind of object, by its facts. Specialised below for each.
template <class D, class Facts>
struct ClauseTable;

template <class D>
struct ClauseTable<D, SettlementFacts<D>> {
  using F = SettlementFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve,
       "every id is an admitted object of the right kind; the declaration is one of the request's, "
       "or answers its intent",
       clause::settlement_objects_resolve<D>},
      {ClauseId::signatures,
       "the one author of the requests, each declaration's author and the submitter signed; legs "
       "of one class have one holder",
       clause::settlement_signatures<D>},
      {ClauseId::holder_scope,
       "the holder's credential resolves at signed_at and its and its issuer's scope contain the "
       "declared location",
       clause::settlement_holder_scope<D>},
      {ClauseId::user_membership,
       "the user's credential resolves at signed_at, with the membership (class, rule name, tier); "
       "its scope contains the location, or the policy covers the roots of user and rule",
       clause::settlement_user_membership<D>},
      {ClauseId::tier_eligible,
       "the leg's tier is the request's, exists in the rule, and its expression holds",
       clause::settlement_tier_eligible<D>},
      {ClauseId::rule_in_force,
       "rule class and scope fit, its authority governs both, signed_at lies in its window and "
       "before a successor's, and 0 <= admission - signed_at <= skew",
       clause::settlement_rule_in_force<D>},
      {ClauseId::class_unit, "declaration, request, rule and class agree on class and unit",
       clause::settlement_class_unit<D>},
      {ClauseId::window,
       "the window lies in the request's and the declaration's; length and lead are inside the "
       "rule's limits; it starts not before signed_at rounded up to the granularity",
       clause::settlement_window<D>},
      {ClauseId::granularity, "start and length are multiples of the rule's granularity",
       clause::settlement_granularity<D>},
      {ClauseId::quantity, "positive, inside the rule's limits", clause::settlement_quantity<D>},
      {ClauseId::capacity,
       "at every instant of the window, load with the leg and without what its cover releases <= "
       "declared quantity less curtailments",
       clause::settlement_capacity<D>},
      {ClauseId::shared_capacity,
       "under single or sharded coordination the same against the infrastructure's schedule, or the "
       "load is no more than before",
       clause::settlement_shared_capacity<D>},
      {ClauseId::coordination,
       "single: the jurisdiction's coordinator signed; sharded: every shard that meets the "
       "location signed; each by a credential that resolves and whose scope contains the region",
       clause::settlement_coordination<D>},
      {ClauseId::displacement,
       "the leg's cover is empty, or the leg states what it may cost, K and the holder's refunds are "
       "within it, stop_within is kept, it is no larger than the genesis allows, the displacer owes "
       "nothing overdue, and each part is live, of a strictly lower rank of the same rule, on the "
       "declaration or the coordinated infrastructure, meets the condition, respects the floor, is "
       "needed and in order",
       clause::settlement_displacement<D>},
      {ClauseId::tier_quota,
       "at every instant of the window: the tier's quota, what the cover releases not deducted; the "
       "others' set-asides, what it releases deducted; the tier's quota of a user, of all that it has "
       "live of the tier before, and what the settlement's other legs of it ask",
       clause::settlement_tier_quota<D>},
      {ClauseId::price,
       "inside the limits; fixed: the tariff; negotiated: the bounds; discovered: the band around "
       "a young index, or the bounds where there is none; at most the request's maximum",
       clause::settlement_price<D>},
      {ClauseId::fallback,
       "the strategy is in the rule's catalog, admitted by signed_at; what replaces a failure lies "
       "in the substitution scope of the failed grant's strategy",
       clause::settlement_fallback<D>},
      {ClauseId::sequence,
       "the index is the request's next; live legs <= its quantity at every instant; one leg a "
       "(declaration, request); a replacement fits its loss; another leg that is less than the "
       "whole needs the partial flag, and the request is open",
       clause::settlement_sequence<D>},
      {ClauseId::disclosure,
       "an undischarged earlier refusal of (holder, user, declaration) is named",
       clause::settlement_disclosure<D>},
      {ClauseId::jurisdictions,
       "one root for rules, holders, user and coordinators; or all are represented in the named "
       "policy, whose rules are in force",
       clause::settlement_jurisdictions<D>},
      {ClauseId::retention, "retain_until >= until + max(class, rule retention)",
       clause::settlement_retention<D>},
  });
};

template <class D>
struct ClauseTable<D, DeclarationFacts<D>> {
  using F = DeclarationFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve, "class, credential and asset issuer are admitted",
       clause::declaration_objects_resolve<D>},
      {ClauseId::signatures, "the holder signed", clause::declaration_signatures<D>},
      {ClauseId::holder_scope,
       "the holder's credential resolves and its and its issuer's scope contain the location; an "
       "infrastructure that it is a member of there is named",
       clause::declaration_holder_scope<D>},
      {ClauseId::asset,
       "the asset is in the holder's own credential, of the class, around the location; live "
       "declarations of it sum to at most the attested quantity at every instant",
       clause::declaration_asset<D>},
      {ClauseId::class_unit, "the unit is the class's", clause::declaration_class_unit<D>},
      {ClauseId::window, "not empty", clause::declaration_window<D>},
      {ClauseId::granularity, "start and length are multiples of the class's granularity",
       clause::declaration_granularity<D>},
      {ClauseId::quantity,
       "positive; what is declared on its infrastructure sums to at most 2^62 - 1 at every instant",
       clause::declaration_quantity<D>},
  });
};

template <class D>
struct ClauseTable<D, RequestFacts<D>> {
  using F = RequestFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve,
       "class, intent and every named declaration are admitted; there is one; the intent is the "
       "user's own, of the class and tier",
       clause::request_objects_resolve<D>},
      {ClauseId::signatures, "the user signed", clause::request_signatures<D>},
      {ClauseId::class_unit, "request, class and named declarations agree on class and unit",
       clause::request_class_unit<D>},
      {ClauseId::window,
       "not empty, open at most until its end; with the partial flag it meets the window of every "
       "named declaration, or lies inside the intent's where it names none; without the flag it "
       "lies inside the window of the intent or of at least one named declaration",
       clause::request_window<D>},
      {ClauseId::quantity, "positive", clause::request_quantity<D>},
  });
};

template <class D>
struct ClauseTable<D, GrantFacts<D>> {
  using F = GrantFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve, "the issuer is an admitted authority",
       clause::grant_objects_resolve<D>},
      {ClauseId::signatures, "the issuer signed", clause::grant_signatures<D>},
      {ClauseId::narrowing,
       "the issuer resolves; scope, classes, assets narrow it; the window is not empty; key and "
       "name are valid and unused; at most 8 links; weight 0 to 10 000",
       clause::grant_narrowing<D>},
  });
};

template <class D>
struct ClauseTable<D, PromulgationFacts<D>> {
  using F = PromulgationFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve,
       "authority, class, superseded rule and the catalog's strategies are admitted",
       clause::promulgation_objects_resolve<D>},
      {ClauseId::signatures, "the authority signed", clause::promulgation_signatures<D>},
      {ClauseId::window,
       "effective not before admission, not empty, meeting no other rule but the superseded one; "
       "granularity positive, retention not negative; no end, deadline or retention beyond the end "
       "of time",
       clause::promulgation_window<D>},
      {ClauseId::standing,
       "the authority resolves and governs class and scope; the unit is the class's; the first "
       "version of a name is number 1, and a successor is the one next version of its authority's "
       "rule, contains its scope, and keeps currency, unit, granularity and origin",
       clause::promulgation_standing<D>},
  });
};

template <class D>
struct ClauseTable<D, BatchFacts<D>> {
  using F = BatchFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve,
       "for every item what a declaration needs; the items are distinct, and theirs is the root",
       clause::batch_objects_resolve<D>},
      {ClauseId::signatures, "the holder of every item signed", clause::batch_signatures<D>},
      {ClauseId::holder_scope, "for every item as for a declaration",
       clause::batch_items<D, clause::declaration_holder_scope<D>>},
      {ClauseId::asset, "for every item as for a declaration, the items before it included",
       clause::batch_items<D, clause::declaration_asset<D>>},
      {ClauseId::class_unit, "for every item as for a declaration",
       clause::batch_items<D, clause::declaration_class_unit<D>>},
      {ClauseId::window, "for every item as for a declaration",
       clause::batch_items<D, clause::declaration_window<D>>},
      {ClauseId::granularity, "for every item as for a declaration",
       clause::batch_items<D, clause::declaration_granularity<D>>},
      {ClauseId::quantity, "for every item as for a declaration",
       clause::batch_items<D, clause::declaration_quantity<D>>},
  });
};

template <class D>
struct ClauseTable<D, EdictFacts<D>> {
  using F = EdictFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve, "every id and name that it refers to is admitted",
       clause::edict_objects_resolve<D>},
      {ClauseId::signatures, "its author and everybody whom the kind asks for signed",
       clause::edict_signatures<D>},
      {ClauseId::window, "not empty", clause::edict_window<D>},
      {ClauseId::quantity, "no quantity, ratio or duration is negative", clause::edict_quantity<D>},
      {ClauseId::standing,
       "the author's chain resolves and governs class and scope (a revocation: issuer or an "
       "ancestor); its own structure is sound",
       clause::edict_standing<D>},
  });
};

template <class D>
struct ClauseTable<D, IntentFacts<D>> {
  using F = IntentFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve, "the class is admitted", clause::intent_objects_resolve<D>},
      {ClauseId::signatures, "the user signed", clause::intent_signatures<D>},
      {ClauseId::class_unit, "the unit is the class's", clause::intent_class_unit<D>},
      {ClauseId::window, "not empty", clause::intent_window<D>},
      {ClauseId::quantity, "positive", clause::intent_quantity<D>},
  });
};

/// Conversions of a clause of the base facts to a row of a kind that has no facts of its own.
template <class D, class F, class Base, Clause<D> (*one)(const Base&)>
Clause<D> as_row(const F& f) {
  return one(f);
}
#define CAPMARKET_PART(id, about, function) \
  { id, about, as_row<D, F, PartFacts<D>, clause::function<D>> }
#define CAPMARKET_NOTICE(id, about, function) \
  { id, about, as_row<D, F, NoticeFacts<D>, clause::function<D>> }

template <class D>
struct ClauseTable<D, SurrenderFacts<D>> {
  using F = SurrenderFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_PART(ClauseId::objects_resolve, "the grant is admitted", part_objects_resolve),
      CAPMARKET_PART(ClauseId::signatures, "the user signed", part_signatures),
      CAPMARKET_PART(ClauseId::window,
                     "not empty, inside the grant's, from admission rounded up to the granularity",
                     part_window),
      CAPMARKET_PART(ClauseId::granularity, "start and length are multiples of the granularity",
                     part_granularity),
      CAPMARKET_PART(ClauseId::quantity, "positive", part_quantity),
      CAPMARKET_PART(ClauseId::standing, "by the grant's user", part_standing),
      CAPMARKET_PART(ClauseId::outstanding, "at every instant of the window, at most what is live",
                     part_fits),
  });
};

template <class D>
struct ClauseTable<D, DeliveryFailureFacts<D>> {
  using F = DeliveryFailureFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_PART(ClauseId::objects_resolve, "the grant and a named credential are admitted",
                     part_objects_resolve),
      CAPMARKET_PART(ClauseId::signatures, "the reporter signed", part_signatures),
      CAPMARKET_PART(ClauseId::window,
                     "not empty, inside the grant's; failed_at is not after admission; a claim "
                     "speaks of instants that have passed, at most dispute_within after the leg's "
                     "end",
                     part_window),
      CAPMARKET_PART(ClauseId::granularity, "start and length are multiples of the granularity",
                     part_granularity),
      CAPMARKET_PART(ClauseId::quantity, "positive", part_quantity),
      CAPMARKET_PART(ClauseId::standing,
                     "by the grant's holder or user, an adaptation that its request names, or an "
                     "auditor whose credential resolves",
                     part_standing),
      CAPMARKET_PART(ClauseId::outstanding, "at every instant of the window, at most what is live",
                     part_fits),
  });
};

template <class D>
struct ClauseTable<D, CurtailmentFacts<D>> {
  using F = CurtailmentFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_PART(ClauseId::objects_resolve, "the declaration is admitted",
                     part_objects_resolve),
      CAPMARKET_PART(ClauseId::signatures, "the holder signed", part_signatures),
      CAPMARKET_PART(ClauseId::window, "not empty, inside the declaration's", part_window),
      CAPMARKET_PART(ClauseId::granularity,
                     "start and length are multiples of the class's granularity", part_granularity),
      CAPMARKET_PART(ClauseId::quantity, "positive", part_quantity),
      CAPMARKET_PART(ClauseId::standing, "by the declaration's holder", part_standing),
      CAPMARKET_PART(ClauseId::outstanding,
                     "at every instant of the window, at most what is declared and not curtailed",
                     part_fits),
  });
};

template <class D>
struct ClauseTable<D, ActivityFacts<D>> {
  using F = ActivityFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_PART(ClauseId::objects_resolve, "the grant and the credential are admitted",
                     part_objects_resolve),
      CAPMARKET_PART(ClauseId::signatures, "the adaptation signed", part_signatures),
      CAPMARKET_PART(ClauseId::window, "not empty, inside the grant's, ended by admission",
                     part_window),
      CAPMARKET_PART(ClauseId::granularity, "start and length are multiples of the granularity",
                     part_granularity),
      CAPMARKET_PART(ClauseId::quantity, "positive", part_quantity),
      CAPMARKET_PART(ClauseId::activity_bounded,
                     "at every instant of the interval, activity <= the live grant", part_fits),
      CAPMARKET_PART(ClauseId::activity_authorized,
                     "the request names the adaptation, whose credential resolves", part_standing),
  });
};

template <class D>
struct ClauseTable<D, WithdrawalFacts<D>> {
  using F = WithdrawalFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the request is admitted",
                       notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the user signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::standing,
                       "by the request's user; it is neither closed nor withdrawn",
                       notice_standing),
  });
};

template <class D>
struct ClauseTable<D, RenewalFacts<D>> {
  using F = RenewalFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the grant is admitted", notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the user signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::window, "before the end of the grant", notice_window),
      CAPMARKET_NOTICE(ClauseId::standing, "by the user of a grant that is leased and live",
                       notice_standing),
  });
};

template <class D>
struct ClauseTable<D, PaymentFacts<D>> {
  using F = PaymentFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the obligation exists", notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the payer signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::quantity, "positive", payment_quantity),
      CAPMARKET_NOTICE(ClauseId::standing, "by the obligation's payer", notice_standing),
      CAPMARKET_NOTICE(ClauseId::outstanding, "at most what is outstanding", payment_outstanding),
  });
};

template <class D>
struct ClauseTable<D, FallbackRecordFacts<D>> {
  using F = FallbackRecordFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "failure, strategy and substitutes are admitted",
                       notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the holder signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::standing,
                       "by the holder of the failed grant, under its strategy, once",
                       notice_standing),
      CAPMARKET_NOTICE(ClauseId::record_complete,
                       "every field of the strategy's record is there and agrees with the chain",
                       record_complete),
  });
};

template <class D>
struct ClauseTable<D, PriceIndexFacts<D>> {
  using F = PriceIndexFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve,
                       "a rule of that name, class, scope and currency, under discovered pricing, "
                       "was in force at `at`",
                       notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the publisher signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::window, "`at` is not after admission", notice_window),
      CAPMARKET_NOTICE(ClauseId::standing,
                       "the publisher's credential resolves, and its scope contains the index's",
                       notice_standing),
      CAPMARKET_NOTICE(ClauseId::index_complete,
                       "count and value are those of all legs of [at - over, at), at least one",
                       index_complete),
  });
};

template <class D>
struct ClauseTable<D, DisputeFacts<D>> {
  using F = DisputeFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the settlement and the evidence are admitted",
                       notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the party signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::window,
                       "within dispute_within of the latest leg's end; of a credential also in an "
                       "open review, of a fallback also within it of a claim that stands",
                       notice_window),
      CAPMARKET_NOTICE(ClauseId::standing,
                       "by its user, a holder, a coordinator, a displaced user or holder, or an "
                       "auditor whose credential resolves; not the same ground twice by one party; "
                       "its evidence concerns the ground and a leg",
                       notice_standing),
  });
};

template <class D>
struct ClauseTable<D, ContestFacts<D>> {
  using F = ContestFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the claim is admitted", notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the holder signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::window, "within contest_within of the claim", notice_window),
      CAPMARKET_NOTICE(ClauseId::standing, "by the grant's holder, once, of an open claim",
                       notice_standing),
  });
};

template <class D>
struct ClauseTable<D, WitnessFacts<D>> {
  using F = WitnessFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the claim and the credential are admitted",
                       notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the witness signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::window, "within twice contest_within of the claim", notice_window),
      CAPMARKET_NOTICE(ClauseId::standing,
                       "by a coordinator of the settlement or an auditor, whose credential "
                       "resolves and is of another issuer than the party's that it supports; once, "
                       "of an open claim",
                       notice_standing),
  });
};

template <class D>
struct ClauseTable<D, RetractFacts<D>> {
  using F = RetractFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      CAPMARKET_NOTICE(ClauseId::objects_resolve, "the declaration is admitted",
                       notice_objects_resolve),
      CAPMARKET_NOTICE(ClauseId::signatures, "the holder signed", notice_signatures),
      CAPMARKET_NOTICE(ClauseId::standing,
                       "by the declaration's holder, while something of it that lies ahead is "
                       "neither in the load nor gone",
                       notice_standing),
  });
};
#undef CAPMARKET_PART
#undef CAPMARKET_NOTICE

/// What a clause came to, in the domain.
template <class D>
struct ClauseResult {
  ClauseId id;
  Clause<D> clause;
};

/// A leaf lists clauses by ascending number; decide() takes them in table order.
template <class Rows>
constexpr bool rows_ascend(const Rows& rows) {
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows[i - 1].id >= rows[i].id) return false;
  return true;
}

/// Every clause of the kind, in table order. All are evaluated.
template <class D, class Facts>
auto evaluate_clauses(const Facts& facts) {
  using Table = ClauseTable<D, Facts>;
  static_assert(rows_ascend(Table::rows));
  std::array<ClauseResult<D>, Table::rows.size()> out;
  for (std::size_t i = 0; i < Table::rows.size(); ++i)
    out[i] = {Table::rows[i].id, Table::rows[i].evaluate(facts)};
  return out;
}

/// The predicate: every clause resolved and holds. `without` takes one clause out (for mutations).
template <class D, class Facts>
typename D::Bool admit(const Facts& facts, const ClauseId* without = nullptr) {
  auto all = D::boolean(true);
  for (const auto& r : evaluate_clauses<D>(facts))
    if (without == nullptr || r.id != *without) all = all && r.clause.resolved && r.clause.holds;
  return all;
}

}  // namespace capmarket::admission
