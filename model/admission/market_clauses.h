// The clauses of all other kinds: one a function, written once over a domain. No branch, loop bound
// or early return depends on a domain value. Source: docs/spec/semantics.md#admission, row by row.
#pragma once

#include "model/admission/clause.h"

namespace capmarket::admission::clause {

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

}  // namespace capmarket::admission::clause
