// The one table of clauses: kind x clause -> function, with the line of the semantics. It drives
// admission, the proofs, the rejection messages, the reference page and the tests over its rows.
#pragma once

#include <array>
#include <string_view>

#include "model/admission/clause_id.h"
#include "model/admission/clauses.h"

namespace capmarket {

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
       "every id is an admitted object of the right kind; the declaration is one of the request's",
       clause::settlement_objects_resolve<D>},
      {ClauseId::signatures,
       "the author of the request, the author of the declaration and the submitter signed",
       clause::settlement_signatures<D>},
      {ClauseId::holder_scope,
       "the holder's credential resolves at signed_at and its and its issuer's scope contain the "
       "declared location",
       clause::settlement_holder_scope<D>},
      {ClauseId::user_membership,
       "the user's credential resolves at signed_at, with the membership (class, rule name, tier), "
       "and its scope contains the location",
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
       "at every instant of the window, load + the settlement's legs <= declared quantity",
       clause::settlement_capacity<D>},
      {ClauseId::price,
       "inside the limits; fixed: the tariff; negotiated: the bounds; at most the request's "
       "maximum",
       clause::settlement_price<D>},
      {ClauseId::sequence,
       "the index is the request's next; live legs <= its quantity at every instant; less than the "
       "whole needs the partial flag; the request is open",
       clause::settlement_sequence<D>},
      {ClauseId::disclosure,
       "an undischarged earlier refusal of (holder, user, declaration) is named",
       clause::settlement_disclosure<D>},
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
       "the holder's credential resolves and its and its issuer's scope contain the location",
       clause::declaration_holder_scope<D>},
      {ClauseId::asset,
       "the asset is in the holder's own credential, of the class, around the location; live "
       "declarations of it sum to at most the attested quantity at every instant",
       clause::declaration_asset<D>},
      {ClauseId::class_unit, "the unit is the class's", clause::declaration_class_unit<D>},
      {ClauseId::window, "not empty", clause::declaration_window<D>},
      {ClauseId::granularity, "start and length are multiples of the class's granularity",
       clause::declaration_granularity<D>},
      {ClauseId::quantity, "positive", clause::declaration_quantity<D>},
  });
};

template <class D>
struct ClauseTable<D, RequestFacts<D>> {
  using F = RequestFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve, "class and every named declaration are admitted",
       clause::request_objects_resolve<D>},
      {ClauseId::signatures, "the user signed", clause::request_signatures<D>},
      {ClauseId::class_unit, "request, class and named declarations agree on class and unit",
       clause::request_class_unit<D>},
      {ClauseId::window,
       "not empty, inside the window of at least one named declaration, open at most until its end",
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
       "name "
       "are valid and unused; at most 8 links; weight 0 to 10 000",
       clause::grant_narrowing<D>},
  });
};

template <class D>
struct ClauseTable<D, PromulgationFacts<D>> {
  using F = PromulgationFacts<D>;
  static constexpr auto rows = std::to_array<ClauseRow<D, F>>({
      {ClauseId::objects_resolve, "authority, class and superseded rule are admitted",
       clause::promulgation_objects_resolve<D>},
      {ClauseId::signatures, "the authority signed", clause::promulgation_signatures<D>},
      {ClauseId::window,
       "effective not before admission, not empty, meeting no other rule but the superseded one; "
       "granularity positive, retention not negative",
       clause::promulgation_window<D>},
      {ClauseId::standing,
       "the authority resolves and governs class and scope; the unit is the class's; a successor "
       "follows its predecessor and contains its scope",
       clause::promulgation_standing<D>},
  });
};

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

}  // namespace capmarket
