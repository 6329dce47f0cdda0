// ClassDeclaration and Rule.
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

/// A rule of the same class, of another lineage, in force somewhere and somewhen that `o` is.
bool meets_another(const AuditState& s, const rules::Rule& o) {
  for (const auto& [id, other] : s.rules) {
    if (o.supersedes == id || other.rule.class_name != o.class_name) continue;
    Window in_force{other.rule.effective.from,
                    std::min(other.rule.effective.until, other.successor_from)};
    bool place = other.rule.scope.contains(o.scope) || o.scope.contains(other.rule.scope);
    if (place && in_force.meets(o.effective)) return true;
  }
  return false;
}

/// A tier that was never to preempt, and is there still, never does.
bool promises_kept(const rules::Rule& old, const rules::Rule& o) {
  return std::none_of(old.tiers.begin(), old.tiers.end(), [&](const rules::Tier& before) {
    return before.never_preempts &&
           std::any_of(o.tiers.begin(), o.tiers.end(), [&](const rules::Tier& after) {
             return after.name == before.name && !after.never_preempts;
           });
  });
}

/// A name is its first authority's: version 1 founds it, each version has one next.
bool follows(const AuditState& s, const rules::Rule& o) {
  if (!o.supersedes) return o.version == 1 && !s.rules_named.contains(o.name);
  const AuditRule* record = found(s.rules, *o.supersedes);
  if (record == nullptr) return false;
  const rules::Rule& old = record->rule;
  const bool of_one_line = old.name == o.name && old.class_name == o.class_name &&
                           old.authority == o.authority && o.version == old.version + 1;
  const bool same_terms = old.currency == o.currency && old.unit == o.unit &&
                          old.granularity == o.granularity && old.origin == o.origin;
  return of_one_line && same_terms && promises_kept(old, o) && o.scope.contains(old.scope) &&
         record->successor_from == kDistantFuture;
}

/// Every entry of the catalog is an admitted strategy of the rule's authority, each name once.
bool catalog_exists(const AuditState& s, const rules::Rule& o) {
  std::vector<std::string> names;
  for (const ContentId& id : o.fallback_ids) {
    const AuditStrategy* strategy = found(s.strategies, id);
    if (strategy == nullptr || strategy->strategy.authority != o.authority) return false;
    names.push_back(strategy->strategy.name);
  }
  return distinct(names);
}

/// docs/spec/rules.md#range, of a rule whose class keeps records for `class_retention`.
bool in_time(const AuditState& s, const rules::Rule& o, Duration class_retention) {
  const rules::Limits& l = o.limits;
  const Int128 until = o.effective.until.value;
  const Int128 end = until + l.lead_max.value + l.length_max.value;
  const Int128 admitted = until + l.skew.value;
  Int128 latest = std::max(end + std::max(o.retention.value, class_retention.value),
                           end + Int128{2} * o.dispute_within.value);
  latest = std::max({latest,
                     end + Int128{3} * o.dispute_within.value +
                         Int128{2} * o.claims.contest_within.value,
                     end + o.review_within.value});
  if (o.lease) latest = std::max(latest, end + o.lease->value);
  latest = std::max({latest, admitted, until + o.pricing.max_age.value});
  for (const rules::Tier& t : o.tiers) {
    if (t.min_run) latest = std::max(latest, until + l.lead_max.value + t.min_run->value);
    if (!t.displaces) continue;
    latest = std::max(latest, admitted + t.displaces->pay_within.value);
    if (t.displaces->stop_within)
      latest = std::max(latest, admitted + t.displaces->stop_within->value);
  }
  if (catalog_exists(s, o))
    for (const ContentId& id : o.fallback_ids)
      latest = std::max(latest, end + s.strategies.at(id).strategy.notify_within.value);
  return latest <= kDistantFuture.value;
}

bool signed_by(const Judge& j, const std::optional<DelegationGraph::Node>& authority) {
  return authority && j.sub.signed_by(objects::Role::authority, j.s.delegation.key_of(*authority));
}

}  // namespace

Judgement Judge::operator()(const objects::ClassDeclaration& o) {
  auto authority = s.delegation.authority_named(o.authority);
  auto versions = s.classes.find(o.class_name);
  const objects::ClassDeclaration* last =
      versions == s.classes.end() ? nullptr : &versions->second.back().declared;
  bool next =
      last == nullptr ? o.version == 1 : o.version == last->version + 1 && o.unit == last->unit;
  Judgement j;
  note(j, kObjectsResolve, authority.has_value(), true);
  note(j, kSignatures, authority.has_value(), signed_by(*this, authority));
  bool in_range = Int128{at.value} + o.retention.value <= kDistantFuture.value;
  for (const auto& [id, r] : s.rules)
    if (r.rule.class_name == o.class_name) in_range = in_range && in_time(s, r.rule, o.retention);
  note(j, kWindow, true,
       o.granularity.value > 0 && o.retention.value >= 0 && at < kDistantFuture && in_range);
  note(j, kStanding, authority.has_value(),
       authority && s.delegation.resolves(*authority, at) &&
           has(s.delegation.classes_of(*authority), o.class_name) && next);
  return j;
}

Judgement Judge::operator()(const rules::Rule& o) {
  auto authority = s.delegation.authority_named(o.authority);
  const objects::ClassDeclaration* c = s.class_at(o.class_name, at);
  bool predecessor = !o.supersedes || s.rules.contains(*o.supersedes);
  Judgement j;
  note(j, kObjectsResolve,
       authority.has_value() && c != nullptr && predecessor && catalog_exists(s, o), true);
  note(j, kSignatures, authority.has_value(), signed_by(*this, authority));
  note(j, kWindow, true,
       at <= o.effective.from && !o.effective.empty() && !meets_another(s, o) &&
           o.granularity.value > 0 && o.retention.value >= 0 &&
           in_time(s, o, c == nullptr ? Duration(0) : c->retention));
  note(j, kStanding, authority.has_value() && c != nullptr,
       authority && c != nullptr && s.delegation.resolves(*authority, at) &&
           has(s.delegation.classes_of(*authority), o.class_name) &&
           location::any_contains(s.delegation.scope_of(*authority), o.scope) && c->unit == o.unit &&
           follows(s, o));
  return j;
}

}  // namespace capmarket::audit
