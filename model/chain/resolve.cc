#include "model/chain/resolve.h"

#include <algorithm>

#include "model/chain/leaf.h"
#include "model/chain/resolve_internal.h"
#include "model/crypto/hash.h"
#include "model/log/merkle.h"
#include "model/rules/succession.h"
#include "model/rules/reach.h"

namespace capmarket::chain {
std::vector<admission::IntervalFacts<Concrete>> intervals(const std::vector<location::Location>& scope,
                                               const location::Location& location) {
  std::vector<admission::IntervalFacts<Concrete>> out;
  for (std::size_t i = 0; i < scope.size(); ++i)
    out.push_back(interval(location::interval_of(scope[i], location, static_cast<std::int64_t>(i))));
  return out;
}

/// Only admitted grants are in the delegation graph: their links were attested and narrow.
admission::LinkFacts<Concrete> link(const ChainState& s, const ContentId& id, const Window& valid) {
  return {yes(true), yes(true), num(valid.from), num(valid.until),
          num(s.delegation.revoked_from(id))};
}

std::vector<admission::LinkFacts<Concrete>> authority_links(const ChainState& s, const governance::AuthorityRecord& a) {
  std::vector<admission::LinkFacts<Concrete>> out;
  for (const governance::AuthorityRecord* x : s.delegation.below_root(a))
    out.push_back(link(s, x->id, x->valid));
  return out;
}

Int root_number(ChainState& s, const governance::AuthorityRecord& a) {
  return num(s.number(s.delegation.root_of(a).name));
}

bool authority_resolves(const ChainState& s, const governance::AuthorityRecord& a, Instant t) {
  bool all = true;
  for (const governance::AuthorityRecord* x : s.delegation.below_root(a))
    all = all && x->valid.contains(t) && t < s.delegation.revoked_from(x->id);
  return all;
}

admission::CredentialFacts<Concrete> credential_facts(ChainState& s, const ContentId& id, objects::Role role,
                                           const PublicKey* party, const location::Location* location) {
  admission::CredentialFacts<Concrete> out;
  const governance::CredentialRecord* c = s.delegation.credential(id);
  out.exists = yes(c != nullptr);
  if (c == nullptr) return out;
  const governance::AuthorityRecord& issuer = s.delegation.issuer_of(*c);
  out.role_fits = yes(c->grant.role == role);
  out.subject_fits = yes(party != nullptr && c->grant.subject == *party);
  out.rooted = yes(true);  // every admitted authority descends from a root
  out.links = authority_links(s, issuer);
  out.links.insert(out.links.begin(), link(s, c->id, c->grant.valid));
  out.root = root_number(s, issuer);
  if (location != nullptr) {
    out.scope = intervals(c->grant.scope, *location);
    out.issuer_scope = intervals(issuer.scope, *location);
  }
  return out;
}

namespace {

void fill_issuer(admission::GrantFacts<Concrete>& f, const ChainState& s, const objects::CheckedSubmission& sub,
                 const governance::AuthorityRecord* issuer, Instant at) {
  f.admission = num(at);
  f.issuer_exists = f.issuer_is_authority = yes(issuer != nullptr);
  if (issuer == nullptr) return;
  f.envelope_signed = yes(sub.signed_by(objects::Role::authority, issuer->key));
  f.links = authority_links(s, *issuer);
  // A credential below this grant adds one more link.
  f.links_bounded = yes(issuer->depth + 1 <= objects::kLinksMax);
}

void fill_standing(admission::PromulgationFacts<Concrete>& f, const ChainState& s,
                   const objects::CheckedSubmission& sub, const governance::AuthorityRecord* a, Instant at) {
  f.admission = num(at);
  f.authority_exists = yes(a != nullptr);
  if (a == nullptr) return;
  f.envelope_signed = yes(sub.signed_by(objects::Role::authority, a->key));
  bool resolves = authority_resolves(s, *a, at);
  f.governs_class = yes(resolves);
  f.governs_scope = yes(resolves);
}

/// Attaches the catalog; false where an entry is not admitted, or not the rule's authority's.
bool attach_catalog(const ChainState& s, rules::Rule& o) {
  return rules::attach_strategies(o, [&](const ContentId& id) -> const rules::FallbackStrategy* {
    auto it = s.strategies.find(id);
    return it == s.strategies.end() ? nullptr : &it->second.strategy;
  });
}

/// The first version of a new name, or the next of the authority's own rule: `old`, null where
/// none is named or it is not there.
bool succession_fits(const ChainState& s, const rules::Rule& o, const RuleRecord* old) {
  if (!o.supersedes) return o.version == 1 && !s.rules_named.contains(o.name);
  return old != nullptr && old->rule.name == o.name && old->rule.class_name == o.class_name &&
         old->rule.authority == o.authority && o.version == old->rule.version + 1 &&
         o.scope.contains(old->rule.scope) && old->successor_from == kDistantFuture;
}

/// An instant as a fact: one nanosecond beyond the end of time for all that lie there.
Int reached(Int128 latest) {
  return num(static_cast<std::int64_t>(std::min<Int128>(latest, Int128{kWireMax} + 1)));
}

/// Named, it is the holder's, there and of the class; not named, there is none that it must name.
bool infrastructure_fits(const ChainState& s, const objects::Declaration& o) {
  auto member = [&](const InfrastructureRecord& i) {
    const objects::SharedInfrastructure& x = i.infrastructure;
    return x.class_name == o.class_name && location::any_contains(x.locations, o.location) &&
           std::find(x.members.begin(), x.members.end(), o.holder) != x.members.end();
  };
  if (o.infrastructure) {
    const InfrastructureRecord* named = s.infrastructure(*o.infrastructure);
    return named != nullptr && member(*named);
  }
  return std::none_of(s.infrastructures.begin(), s.infrastructures.end(), member);
}

/// Quantities of one asset that a batch declares before an item.
struct Before {
  const std::vector<objects::Declaration>* items = nullptr;
  std::size_t count = 0;
};

Int asset_excess(const ChainState& s, const objects::Declaration& o, const objects::Asset& a, const Before& before) {
  if (o.window.empty()) return kNoLimit;
  std::vector<objects::Piece> extras;
  for (std::size_t i = 0; i < before.count; ++i) {
    const objects::Declaration& item = (*before.items)[i];
    if (item.asset_issuer == o.asset_issuer && item.asset_id == o.asset_id && !item.window.empty())
      extras.push_back({item.window, item.quantity});
  }
  static const capacity::StepFunction kNothing;
  auto declared = s.assets.find({o.asset_issuer, o.asset_id});
  const capacity::StepFunction& load = declared == s.assets.end() ? kNothing : declared->second;
  return num128(capacity::max_with(load, o.window, extras) - a.quantity.value);
}

/// What is declared on an infrastructure with the items before, over what a quantity can say.
Int declared_excess(const ChainState& s, const objects::Declaration& o, const Before& before) {
  const InfrastructureRecord* i = o.infrastructure ? s.infrastructure(*o.infrastructure) : nullptr;
  if (i == nullptr || o.window.empty()) return kNoLimit;
  std::vector<objects::Piece> extras;
  for (std::size_t k = 0; k < before.count; ++k) {
    const objects::Declaration& item = (*before.items)[k];
    if (item.infrastructure == o.infrastructure && !item.window.empty())
      extras.push_back({item.window, item.quantity});
  }
  return num128(capacity::max_with(i->declared, o.window, extras) - kWireMax);
}

admission::DeclarationFacts<Concrete> declaration_facts(ChainState& s, const objects::Declaration& o, Instant at,
                                             bool envelope_signed, const Before& before) {
  admission::DeclarationFacts<Concrete> f;
  f.admission = num(at);
  f.envelope_signed = yes(envelope_signed);
  f.asset_issuer_exists = yes(s.delegation.authority(o.asset_issuer) != nullptr);
  f.infrastructure_resolves =
      yes(!o.infrastructure || s.infrastructure(*o.infrastructure) != nullptr);
  f.intent_resolves = yes(!o.answers || s.intents.contains(*o.answers));
  f.infrastructure_fits = yes(infrastructure_fits(s, o));
  f.holder = credential_facts(s, o.credential, objects::Role::holder, &o.holder, &o.location);
  f.location = interval(location::interval_of(o.location));
  f.class_name = num(s.number(o.class_name));
  f.unit = num(s.number(o.unit));
  f.from = num(o.window.from), f.until = num(o.window.until);
  f.quantity = num(o.quantity);
  f.shared_excess = declared_excess(s, o, before);
  if (const ClassRecord* c = s.class_at(o.class_name, at)) {
    f.class_exists = yes(true);
    f.class_unit = num(s.number(c->declared.unit));
    std::int64_t g = c->declared.granularity.value;
    f.from_remainder = remainder(o.window.from.value, g);
    f.length_remainder = remainder(o.window.until.value - o.window.from.value, g);
  }
  const governance::CredentialRecord* c = s.delegation.credential(o.credential);
  if (c == nullptr) return f;
  std::int64_t ordinal = 0;
  for (const objects::Asset& a : c->grant.assets) {
    admission::AssetFacts<Concrete> fact;
    fact.key_matches = yes(c->grant.issuer == o.asset_issuer && a.id == o.asset_id);
    fact.class_name = num(s.number(a.class_name));
    fact.location = interval(location::interval_of(a.location, o.location, ordinal++));
    fact.excess = asset_excess(s, o, a, before);
    f.assets.push_back(fact);
  }
  return f;
}

}  // namespace

admission::DeclarationFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                   const objects::Declaration& o, Instant at) {
  return declaration_facts(s, o, at, sub.signed_by(objects::Role::holder, o.holder), {});
}

admission::BatchFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::DeclarationBatch& o,
                             Instant at) {
  admission::BatchFacts<Concrete> f;
  bool is_signed = sub.signed_by(objects::Role::holder, o.holder);
  bool one_holder = true, distinct = true;
  std::set<ContentId> ids;
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < o.items.size(); ++i) {
    const objects::Declaration& item = o.items[i];
    one_holder = one_holder && item.holder == o.holder;
    ContentId id = crypto::content_id(objects::encode_object(objects::Object(item)));
    distinct = ids.insert(id).second && !s.objects.contains(id) && distinct;
    leaves.push_back(log::leaf_hash(id.view()));
    f.items.push_back(declaration_facts(s, item, at, is_signed, {&o.items, i}));
  }
  f.envelope_signed = yes(is_signed);
  f.one_holder = yes(one_holder);
  f.items_distinct = yes(distinct);
  f.root_matches = yes(!leaves.empty() && log::merkle_root(leaves) == o.root);
  return f;
}

admission::RequestFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Request& o,
                               Instant at) {
  admission::RequestFacts<Concrete> f;
  f.envelope_signed = yes(sub.signed_by(objects::Role::user, o.user));
  f.class_name = num(s.number(o.class_name));
  f.unit = num(s.number(o.unit));
  f.from = num(o.window.from), f.until = num(o.window.until), f.open_until = num(o.open_until);
  f.quantity = num(o.quantity);
  f.partial = yes(o.partial);
  f.names_something = yes(!o.declarations.empty() || o.intent);
  f.intent_named = yes(o.intent.has_value());
  f.intent_exists = f.intent_fits = yes(!o.intent);
  if (o.intent) {
    auto it = s.intents.find(*o.intent);
    f.intent_exists = yes(it != s.intents.end());
    if (it != s.intents.end()) {
      const objects::Intent& i = it->second;
      f.intent_fits = yes(i.user == o.user && i.class_name == o.class_name && i.unit == o.unit &&
                          i.tier == o.tier);
      f.intent_from = num(i.window.from), f.intent_until = num(i.window.until);
    }
  }
  if (const ClassRecord* c = s.class_at(o.class_name, at)) {
    f.class_exists = yes(true);
    f.class_unit = num(s.number(c->declared.unit));
  }
  for (const ContentId& id : o.declarations) {
    admission::NamedDeclarationFacts<Concrete> n;
    const DeclarationRecord* d = s.declaration(id);
    n.exists = yes(d != nullptr);
    if (d != nullptr) {
      n.class_name = num(s.number(d->declared.class_name));
      n.unit = num(s.number(d->declared.unit));
      n.from = num(d->declared.window.from), n.until = num(d->declared.window.until);
    }
    f.declarations.push_back(n);
  }
  return f;
}

admission::GrantFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::AuthorityGrant& o,
                             Instant at) {
  admission::GrantFacts<Concrete> f;
  const governance::AuthorityRecord* issuer = s.delegation.authority(o.parent);
  fill_issuer(f, s, sub, issuer, at);
  if (s.delegation.credential(o.parent) != nullptr) f.issuer_exists = yes(true);
  f.from = num(o.valid.from), f.until = num(o.valid.until);
  f.key_valid = yes(crypto::is_valid_public_key(o.key));
  f.key_unused = yes(s.delegation.key_unused(o.key));
  f.name_unused = yes(s.delegation.authority_named(o.name) == nullptr);
  f.weight = num(kFullRatio);
  f.assets_narrow = yes(true);
  if (issuer == nullptr) return f;
  // An authority needs room for a credential below it.
  f.links_bounded = yes(issuer->depth + 2 <= objects::kLinksMax);
  f.scope_narrows = yes(governance::scope_narrows(*issuer, o.scope));
  f.classes_narrow = yes(governance::classes_narrow(*issuer, o.classes));
  return f;
}

admission::GrantFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::CredentialGrant& o,
                             Instant at) {
  admission::GrantFacts<Concrete> f;
  const governance::AuthorityRecord* issuer = s.delegation.authority(o.issuer);
  fill_issuer(f, s, sub, issuer, at);
  if (s.delegation.credential(o.issuer) != nullptr) f.issuer_exists = yes(true);
  f.from = num(o.valid.from), f.until = num(o.valid.until);
  f.key_valid = yes(crypto::is_valid_public_key(o.subject));
  f.key_unused = yes(s.delegation.key_free(o.subject, o.issuer, o.role));
  f.name_unused = yes(true);
  f.weight = num(o.weight.value);
  if (issuer == nullptr) return f;
  f.scope_narrows = yes(governance::scope_narrows(*issuer, o.scope));
  f.classes_narrow = yes(governance::memberships_narrow(*issuer, o.memberships));
  f.assets_narrow = yes(governance::assets_narrow(*issuer, o.assets));
  return f;
}

admission::PromulgationFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                    const objects::ClassDeclaration& o, Instant at) {
  admission::PromulgationFacts<Concrete> f;
  const governance::AuthorityRecord* a = s.delegation.authority_named(o.authority);
  fill_standing(f, s, sub, a, at);
  f.class_exists = yes(true);  // it is what is being declared
  f.predecessor_exists = f.strategies_exist = yes(true);
  f.unit_matches = yes(true);
  auto versions = s.classes.find(o.class_name);
  std::int64_t last = versions == s.classes.end() ? 0 : versions->second.back().declared.version;
  bool same_unit = last == 0 || versions->second.back().declared.unit == o.unit;
  f.succession_fits = yes(o.version == last + 1);
  f.terms_kept = yes(same_unit);
  f.from = num(at), f.until = num(kDistantFuture);  // in force from its admission on
  f.granularity = num(o.granularity), f.retention = num(o.retention);
  Int128 latest = Int128{at.value} + o.retention.value;
  for (const RuleRecord& r : s.rules)
    if (r.rule.class_name == o.class_name)
      latest = std::max(latest, rules::latest_of(r.rule, o.retention));
  f.latest = reached(latest);
  if (a != nullptr) f.governs_class = f.governs_class && yes(governance::classes_narrow(*a, {o.class_name}));
  return f;
}

admission::PromulgationFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const rules::Rule& o,
                                    Instant at) {
  admission::PromulgationFacts<Concrete> f;
  const governance::AuthorityRecord* a = s.delegation.authority_named(o.authority);
  fill_standing(f, s, sub, a, at);
  if (a != nullptr) {
    f.governs_class = f.governs_class && yes(governance::classes_narrow(*a, {o.class_name}));
    f.governs_scope = f.governs_scope && yes(location::any_contains(a->scope, o.scope));
  }
  const ClassRecord* c = s.class_at(o.class_name, at);
  f.class_exists = yes(c != nullptr);
  f.unit_matches = yes(c != nullptr && c->declared.unit == o.unit);
  f.from = num(o.effective.from), f.until = num(o.effective.until);
  f.granularity = num(o.granularity), f.retention = num(o.retention);
  rules::Rule whole = o;
  f.strategies_exist = yes(attach_catalog(s, whole));
  f.latest = reached(rules::latest_of(whole, c == nullptr ? Duration(0) : c->declared.retention));

  const RuleRecord* old = o.supersedes ? s.rule(*o.supersedes) : nullptr;
  f.predecessor_exists = yes(!o.supersedes || old != nullptr);
  f.succession_fits = yes(succession_fits(s, o, old));
  f.terms_kept = yes(old == nullptr || rules::changed_terms(old->rule, o).empty());
  for (const RuleRecord& r : s.rules) {
    if (&r == old || r.rule.class_name != o.class_name) continue;
    Window in_force{r.rule.effective.from, std::min(r.rule.effective.until, r.successor_from)};
    bool places = r.rule.scope.contains(o.scope) || o.scope.contains(r.rule.scope);
    if (places && in_force.meets(o.effective)) f.meets_other_rule = yes(true);
  }
  return f;
}

}  // namespace capmarket::chain
