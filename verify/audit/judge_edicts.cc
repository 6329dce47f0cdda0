// What an authority, or the two members of an edge, lay down.
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

using Node = DelegationGraph::Node;

struct Edict {
  bool subjects_exist = true, envelope_signed = false, all_signed = true;
  bool resolves = true, governs = true, fits = true;
  Window window{Instant(0), Instant(1)};  // any that is not empty
  std::int64_t least = 0;
};

Judgement clauses(const Edict& e) {
  Judgement j;
  note(j, kObjectsResolve, e.subjects_exist, true);
  note(j, kSignatures, e.subjects_exist, e.envelope_signed && e.all_signed);
  note(j, kWindow, true, !e.window.empty());
  note(j, kQuantity, true, e.least >= 0);
  note(j, kStanding, e.subjects_exist, e.resolves && e.governs && e.fits);
  return j;
}

template <class Map, class F>
bool name_unused(const Map& map, const std::string& name, F&& name_of) {
  return std::none_of(map.begin(), map.end(),
                      [&](const auto& entry) { return name_of(entry.second) == name; });
}

/// Signature and chain of the one authority that lays something down.
void by_authority(const Judge& j, Edict& e, const std::optional<Node>& authority) {
  if (!authority || !j.s.delegation.is_authority(*authority)) {
    e.subjects_exist = false;
    return;
  }
  e.envelope_signed = j.sub.signed_by(objects::Role::authority, j.s.delegation.key_of(*authority));
  e.resolves = j.s.delegation.resolves(*authority, j.at);
}

}  // namespace

Judgement Judge::operator()(const rules::FallbackStrategy& o) {
  Edict e;
  by_authority(*this, e, s.delegation.authority_named(o.authority));
  e.least = std::min({o.notify_within.value, o.refund.value, o.penalty.value});
  return clauses(e);
}

Judgement Judge::operator()(const objects::ReconciliationPolicy& o) {
  Edict e;
  e.fits = o.authorities.size() >= 2 && distinct(o.authorities) &&
           name_unused(s.policies, o.name, [](const auto& p) { return p.name; });
  for (const ContentId& id : o.authorities) {
    auto node = s.delegation.find(id);
    if (!node || !s.delegation.is_authority(*node)) {
      e.subjects_exist = false;
      continue;
    }
    const PublicKey& key = s.delegation.key_of(*node);
    e.governs = e.governs && s.delegation.is_root(*node);
    e.resolves = e.resolves && s.delegation.resolves(*node, at);
    e.all_signed = e.all_signed && sub.signed_by(objects::Role::authority, key);
    e.envelope_signed = e.envelope_signed || sub.signed_by(objects::Role::submitter, key);
  }
  for (const auto* name : {&o.tiers, &o.price, &o.fallback})
    if (*name && !s.rules_named.contains(**name)) e.subjects_exist = false;
  return clauses(e);
}

Judgement Judge::operator()(const objects::SharedInfrastructure& o) {
  Edict e;
  auto authority = s.delegation.find(o.authority);
  by_authority(*this, e, authority);
  if (s.class_at(o.class_name, at) == nullptr) e.subjects_exist = false;
  if (e.subjects_exist) {
    e.governs = has(s.delegation.classes_of(*authority), o.class_name);
    for (const location::Location& l : o.locations)
      e.governs = e.governs && location::any_contains(s.delegation.scope_of(*authority), l);
  }
  e.fits =
      !o.locations.empty() && !o.schedule.empty() && !o.members.empty() && distinct(o.members) &&
      distinct(o.coordinators) &&
      name_unused(s.infrastructures, o.name, [](const auto& i) { return i.infrastructure.name; }) &&
      (!o.peer || o.members.size() == 2);
  for (std::size_t i = 0; i < o.schedule.size(); ++i) {
    e.fits = e.fits && (i == 0 || o.schedule[i - 1].from < o.schedule[i].from);
    e.least = std::min(e.least, o.schedule[i].quantity.value);
  }
  return clauses(e);
}

Judgement Judge::operator()(const objects::PeerAgreement& o) {
  Edict e;
  const AuditInfrastructure* edge = found(s.infrastructures, o.infrastructure);
  e.subjects_exist = edge != nullptr && edge->infrastructure.peer;
  e.envelope_signed =
      sub.signed_by(objects::Role::submitter, o.first) || sub.signed_by(objects::Role::submitter, o.second);
  e.all_signed = sub.signed_by(objects::Role::holder, o.first) && sub.signed_by(objects::Role::holder, o.second);
  e.window = o.window;
  e.least = std::min(o.first_quantity.value, o.second_quantity.value);
  if (edge != nullptr) {
    const auto& members = edge->infrastructure.members;
    e.fits = o.first != o.second && has(members, o.first) && has(members, o.second);
    for (const objects::PeerAgreement& other : edge->agreements)
      e.fits = e.fits && !other.window.meets(o.window);
  }
  return clauses(e);
}

Judgement Judge::operator()(const objects::Promulgation& o) {
  Edict e;
  const AuditRule* rule = found(s.rules, o.rule);
  if (rule == nullptr)
    e.subjects_exist = false;
  else
    by_authority(*this, e, s.delegation.authority_named(rule->rule.authority));
  e.fits = !s.promulgated.contains(o.rule);
  return clauses(e);
}

Judgement Judge::operator()(const objects::Revocation& o) {
  Edict e;
  auto authority = s.delegation.find(o.authority);
  by_authority(*this, e, authority);
  auto target = s.delegation.find(o.target);
  if (!target || s.delegation.is_root(*target)) e.subjects_exist = false;
  if (e.subjects_exist) {
    auto path = s.delegation.to_root(*target);
    e.governs = *authority != *target && has(path.nodes, *authority);
  }
  return clauses(e);
}

}  // namespace capmarket::audit
