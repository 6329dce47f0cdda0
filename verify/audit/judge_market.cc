// Declarations, batches of them, intents, requests.
#include "model/crypto/hash.h"
#include "verify/audit/effects.h"
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

/// Some asset of the holder's own credential holds it, beside what is declared of it already and
/// `before`, the items of a batch before this one.
bool asset_fits(const AuditState& s, const objects::Declaration& o, const objects::CredentialGrant& holder,
                const SlowLoad* before) {
  for (const objects::Asset& a : holder.assets) {
    if (holder.issuer != o.asset_issuer || a.id != o.asset_id || a.class_name != o.class_name ||
        !a.location.contains(o.location))
      continue;
    if (o.window.empty()) return true;
    SlowLoad declared;
    if (const SlowLoad* live = found(s.assets, std::pair(o.asset_issuer, o.asset_id)))
      declared.add(*live, o.window);
    if (before != nullptr) declared.add(*before, o.window);
    if (fits(declared.max(o.window) - a.quantity.value, o.quantity)) return true;
  }
  return false;
}

bool takes(const objects::SharedInfrastructure& i, const objects::Declaration& o) {
  return i.class_name == o.class_name && has(i.members, o.holder) &&
         location::any_contains(i.locations, o.location);
}

/// A member must name an infrastructure of the class around the location.
bool infrastructure_fits(const AuditState& s, const objects::Declaration& o) {
  if (o.infrastructure) {
    const AuditInfrastructure* i = found(s.infrastructures, *o.infrastructure);
    return i != nullptr && takes(i->infrastructure, o);
  }
  return std::none_of(s.infrastructures.begin(), s.infrastructures.end(),
                      [&](const auto& i) { return takes(i.second.infrastructure, o); });
}

/// What is declared on the infrastructure stays a quantity that can be said.
bool sum_fits(const AuditState& s, const objects::Declaration& o, const SlowLoad* before) {
  if (!o.infrastructure || o.window.empty()) return true;
  const AuditInfrastructure* i = found(s.infrastructures, *o.infrastructure);
  if (i == nullptr) return true;
  SlowLoad declared;
  declared.add(i->declared, o.window);
  if (before != nullptr) declared.add(*before, o.window);
  return declared.max(o.window) + o.quantity.value <= kWireMax;
}

Judgement declaration(const Judge& judge, const objects::Declaration& o, const SlowLoad* before,
                      const SlowLoad* shared_before) {
  const AuditState& s = judge.s;
  const objects::ClassDeclaration* c = s.class_at(o.class_name, judge.at);
  CredentialEvidence holder =
      credential_evidence(s, o.credential, objects::Role::holder, &o.holder, &o.location);
  auto issuer = s.delegation.find(o.asset_issuer);
  bool references = (!o.infrastructure || s.infrastructures.contains(*o.infrastructure)) &&
                    (!o.answers || s.intents.contains(*o.answers));
  Judgement j;
  note(j, kObjectsResolve,
       c != nullptr && holder.exists && issuer && s.delegation.is_authority(*issuer) && references,
       true);
  note(j, kSignatures, true, judge.sub.signed_by(objects::Role::holder, o.holder));
  note(j, kHolderScope, holder.exists,
       holder.resolves(judge.at) && holder.scope_reaches && holder.issuer_reaches &&
           infrastructure_fits(s, o));
  note(j, kAsset, holder.exists,
       holder.exists && asset_fits(s, o, *s.delegation.credential(o.credential), before));
  note(j, kClassUnit, c != nullptr, c != nullptr && o.unit == c->unit);
  note(j, kWindow, true, !o.window.empty());
  Int128 g = c == nullptr ? 0 : c->granularity.value;
  note(j, kGranularity, c != nullptr,
       multiple(o.window.from.value, g) &&
           multiple(Int128{o.window.until.value} - o.window.from.value, g));
  note(j, kQuantity, true, o.quantity.value > 0 && sum_fits(s, o, shared_before));
  return j;
}

}  // namespace

Judgement Judge::operator()(const objects::Declaration& o) {
  return declaration(*this, o, nullptr, nullptr);
}

Judgement Judge::operator()(const objects::DeclarationBatch& o) {
  std::map<std::int64_t, std::pair<bool, bool>> clauses;  // resolved, holds
  for (Number n :
       {kObjectsResolve, kHolderScope, kAsset, kClassUnit, kWindow, kGranularity, kQuantity})
    clauses[n] = {true, !o.items.empty()};
  std::map<std::pair<ContentId, std::string>, SlowLoad> before;
  std::map<ContentId, SlowLoad> shared;
  std::vector<ContentId> ids;
  bool one_holder = true;
  for (const objects::Declaration& item : o.items) {
    auto& asset = before[{item.asset_issuer, item.asset_id}];
    SlowLoad& on = shared[item.infrastructure.value_or(ContentId{})];
    Judgement j = declaration(*this, item, &asset, &on);
    asset.add(item.window, item.quantity.value);
    on.add(item.window, item.quantity.value);
    for (std::int64_t n : j.unresolved) clauses[n].first = false;
    for (std::int64_t n : j.failed) clauses[n].second = false;
    ids.push_back(crypto::content_id(objects::encode_object(item)));
    one_holder = one_holder && item.holder == o.holder;
  }
  clauses[kObjectsResolve].second =
      clauses[kObjectsResolve].second && distinct(ids) && ids_root(ids) == o.root &&
      std::none_of(ids.begin(), ids.end(),
                   [&](const ContentId& id) { return s.objects.contains(id); });
  clauses[kSignatures] = {true, sub.signed_by(objects::Role::holder, o.holder) && one_holder};
  Judgement j;
  for (const auto& [n, c] : clauses) note(j, static_cast<Number>(n), c.first, c.second);
  return j;
}

Judgement Judge::operator()(const objects::Intent& o) {
  const objects::ClassDeclaration* c = s.class_at(o.class_name, at);
  Judgement j;
  note(j, kObjectsResolve, c != nullptr, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::user, o.user));
  note(j, kClassUnit, c != nullptr, c != nullptr && o.unit == c->unit);
  note(j, kWindow, true, !o.window.empty());
  note(j, kQuantity, true, o.quantity.value > 0);
  return j;
}

Judgement Judge::operator()(const objects::Request& o) {
  const objects::ClassDeclaration* c = s.class_at(o.class_name, at);
  const objects::Intent* intent = o.intent ? found(s.intents, *o.intent) : nullptr;
  bool all_exist = !o.intent || intent != nullptr;
  bool agree = c != nullptr && o.unit == c->unit;
  bool inside = intent != nullptr && intent->window.contains(o.window), meets_all = true;
  bool fits = !o.intent ||
              (intent != nullptr && intent->user == o.user && intent->class_name == o.class_name &&
               intent->unit == o.unit && intent->tier == o.tier);
  for (const ContentId& id : o.declarations) {
    const AuditDeclaration* d = found(s.declarations, id);
    if (d == nullptr) {
      all_exist = false;
      continue;
    }
    agree = agree && d->declared.class_name == o.class_name && d->declared.unit == o.unit;
    inside = inside || d->declared.window.contains(o.window);
    meets_all = meets_all && d->declared.window.meets(o.window);
  }
  // In parts a request may lie across what it names; without a name there is the intent's window.
  if (o.partial) inside = meets_all && (!o.declarations.empty() || inside);
  Judgement j;
  note(j, kObjectsResolve, c != nullptr && all_exist,
       (o.intent || !o.declarations.empty()) && fits);
  note(j, kSignatures, true, sub.signed_by(objects::Role::user, o.user));
  note(j, kClassUnit, c != nullptr, agree);
  note(j, kWindow, true, !o.window.empty() && inside && o.open_until <= o.window.until);
  note(j, kQuantity, true, o.quantity.value > 0);
  return j;
}

}  // namespace capmarket::audit
