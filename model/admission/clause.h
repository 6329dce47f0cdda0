// What a clause of the admission predicate is, and what several clauses ask of credentials and
// scopes. Source: docs/spec/semantics.md#admission.
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

}  // namespace clause
}  // namespace capmarket::admission
