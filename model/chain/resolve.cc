#include "model/chain/resolve.h"

#include <algorithm>

#include "model/chain/bindings.h"

namespace capmarket {
namespace {

using Bool = Concrete::Bool;
using Int = Concrete::Int;

Bool yes(bool v) { return Concrete::boolean(v); }
Int num(std::int64_t v) { return Concrete::integer(v); }
template <class Tag>
Int num(Strong<Tag> v) {
  return Concrete::integer(v.value);
}
Int num(Instant v) { return Concrete::integer(v.value); }

/// The excess over an empty window: whatever is asked of every instant of it holds.
const Int kNoInstant = num(-kWireMax);

IntervalFacts<Concrete> interval(const Interval& i) { return {num(i.enter), num(i.exit)}; }

std::vector<IntervalFacts<Concrete>> intervals(const std::vector<Location>& scope,
                                               const Location& location) {
  std::vector<IntervalFacts<Concrete>> out;
  for (std::size_t i = 0; i < scope.size(); ++i)
    out.push_back(interval(interval_of(scope[i], location, static_cast<std::int64_t>(i))));
  return out;
}

/// Only admitted grants are in the delegation graph: their links were attested and narrow.
LinkFacts<Concrete> link(const Window& valid) {
  return {yes(true), yes(true), num(valid.from), num(valid.until)};
}

std::vector<LinkFacts<Concrete>> authority_links(const Delegation& d, const AuthorityRecord& a) {
  std::vector<LinkFacts<Concrete>> out;
  for (const AuthorityRecord* x : d.below_root(a)) out.push_back(link(x->valid));
  return out;
}

CredentialFacts<Concrete> credential_facts(const ChainState& s, const ContentId& id, Role role,
                                           const PublicKey* party, const Location* location) {
  CredentialFacts<Concrete> out;
  const CredentialRecord* c = s.delegation.credential(id);
  out.exists = yes(c != nullptr);
  if (c == nullptr) return out;
  const AuthorityRecord& issuer = s.delegation.issuer_of(*c);
  out.role_fits = yes(c->grant.role == role);
  out.subject_fits = yes(party != nullptr && c->grant.subject == *party);
  out.rooted = yes(true);  // every admitted authority descends from a root
  out.links = authority_links(s.delegation, issuer);
  out.links.insert(out.links.begin(), link(c->grant.valid));
  if (location != nullptr) {
    out.scope = intervals(c->grant.scope, *location);
    out.issuer_scope = intervals(issuer.scope, *location);
  }
  return out;
}

/// Nonnegative remainder. Precondition: g > 0.
Int remainder(std::int64_t value, std::int64_t g) {
  return num(value - static_cast<std::int64_t>(floor_div(value, g) * g));
}

void fill_declaration(LegFacts<Concrete>& f, ChainState& s, const Leg& leg,
                      const DeclarationRecord& d) {
  f.location = interval(interval_of(d.declared.location));
  f.declaration_class = num(s.number(d.declared.class_name));
  f.declaration_unit = num(s.number(d.declared.unit));
  f.declaration_from = num(d.declared.window.from);
  f.declaration_until = num(d.declared.window.until);
  f.excess = leg.window.empty() ? kNoInstant : num(d.load.max(leg.window) - d.declared.quantity);
}

void fill_request(LegFacts<Concrete>& f, ChainState& s, const Leg& leg, const RequestRecord& r) {
  const Request& q = r.request;
  f.declaration_named = yes(std::find(q.declarations.begin(), q.declarations.end(),
                                      leg.declaration) != q.declarations.end());
  f.request_tier = num(s.number(q.tier));
  f.request_class = num(s.number(q.class_name));
  f.request_unit = num(s.number(q.unit));
  f.request_from = num(q.window.from);
  f.request_until = num(q.window.until);
  f.max_price = num(q.max_price);
  f.request_quantity = num(q.quantity);
  f.request_excess = leg.window.empty() ? kNoInstant : num(r.live.max(leg.window) - q.quantity);
  f.partial = yes(q.partial);
  f.request_closed = yes(r.closed);
  f.open_until = num(q.open_until);
}

void fill_rule(LegFacts<Concrete>& f, ChainState& s, const Leg& leg, const RuleRecord& r,
               Instant signed_at) {
  const Rule& rule = r.rule;
  f.rule_name = num(s.number(rule.name));
  f.rule_class = num(s.number(rule.class_name));
  f.rule_unit = num(s.number(rule.unit));
  f.tier_in_rule = yes(rule.tier(leg.tier) != nullptr);
  f.authority_governs = yes(true);  // `standing` was a condition of its admission
  f.effective_from = num(rule.effective.from);
  f.effective_until = num(rule.effective.until);
  f.successor_from = num(r.successor_from);
  const Limits& l = rule.limits;
  f.skew = num(l.skew);
  f.length_min = num(l.length_min), f.length_max = num(l.length_max);
  f.lead_min = num(l.lead_min), f.lead_max = num(l.lead_max);
  f.granularity = num(rule.granularity);
  std::int64_t g = rule.granularity.value;
  f.signed_remainder = remainder(signed_at.value, g);
  f.from_remainder = remainder(leg.window.from.value, g);
  // Bounded on the wire to 62 bits each: the difference stays in 64.
  f.length_remainder = remainder(leg.window.until.value - leg.window.from.value, g);
  f.quantity_min = num(l.quantity_min), f.quantity_max = num(l.quantity_max);
  f.price_min = num(l.price_min), f.price_max = num(l.price_max);
  f.pricing_fixed = yes(rule.pricing.mode == PricingMode::fixed);
  f.pricing_negotiated = yes(rule.pricing.mode == PricingMode::negotiated);
  f.tariff = num(rule.pricing.tariff);
  f.floor = num(rule.pricing.floor), f.cap = num(rule.pricing.cap);
  f.rule_retention = num(rule.retention);
}

void fill_disclosure(LegFacts<Concrete>& f, const ChainState& s, const Leg& leg,
                     const DeclarationRecord& d, const RequestRecord& r, Instant signed_at) {
  auto duty = s.undischarged.find({d.declared.holder, r.request.user, leg.declaration});
  if (duty == s.undischarged.end()) return;
  const RefusalRecord* latest = nullptr;
  for (const RefusalRecord& refusal : duty->second)
    if (refusal.admitted < signed_at) latest = &refusal;
  if (latest == nullptr) return;
  f.disclosure_due = yes(true);
  f.names_latest = yes(std::find(leg.predecessors.begin(), leg.predecessors.end(), latest->id) !=
                       leg.predecessors.end());
}

LegFacts<Concrete> leg_facts(ChainState& s, const CheckedSubmission& sub, const Settlement& o,
                             const Leg& leg) {
  LegFacts<Concrete> f;
  const DeclarationRecord* d = s.declaration(leg.declaration);
  const RequestRecord* r = s.request(leg.request);
  const RuleRecord* rule = s.rule(leg.rule);
  f.declaration_exists = yes(d != nullptr);
  f.request_exists = yes(r != nullptr);
  f.rule_exists = yes(rule != nullptr);
  f.leg_tier = num(s.number(leg.tier));
  f.from = num(leg.window.from), f.until = num(leg.window.until);
  f.quantity = num(leg.quantity);
  f.price = num(leg.price);
  f.retain_until = num(leg.retain_until);
  const Location* location = d == nullptr ? nullptr : &d->declared.location;
  f.holder = credential_facts(s, leg.holder_credential, Role::holder,
                              d == nullptr ? nullptr : &d->declared.holder, location);
  f.user = credential_facts(s, leg.user_credential, Role::user,
                            r == nullptr ? nullptr : &r->request.user, location);
  if (d != nullptr) {
    f.holder_signed = yes(sub.signed_by(Role::holder, d->declared.holder));
    fill_declaration(f, s, leg, *d);
    if (const ClassRecord* c = s.class_at(d->declared.class_name, o.signed_at)) {
      f.class_exists = yes(true);
      f.class_unit = num(s.number(c->declared.unit));
      f.class_retention = num(c->declared.retention);
    }
  }
  if (r != nullptr) {
    f.user_signed = yes(sub.signed_by(Role::user, r->request.user));
    fill_request(f, s, leg, *r);
  }
  const CredentialRecord* user = s.delegation.credential(leg.user_credential);
  if (user != nullptr)
    for (const Membership& m : user->grant.memberships)
      f.memberships.push_back(
          {num(s.number(m.class_name)), num(s.number(m.rule)), num(s.number(m.tier))});
  if (rule != nullptr) {
    fill_rule(f, s, leg, *rule, o.signed_at);
    if (d != nullptr) f.rule_scope = interval(interval_of(rule->rule.scope, *location, 0));
    f.eligible = eligible(s, rule->rule, leg, o.signed_at, d, r);
  }
  if (d != nullptr && r != nullptr) fill_disclosure(f, s, leg, *d, *r, o.signed_at);
  return f;
}

void fill_issuer(GrantFacts<Concrete>& f, const ChainState& s, const CheckedSubmission& sub,
                 const AuthorityRecord* issuer, Instant at) {
  f.admission = num(at);
  f.issuer_exists = f.issuer_is_authority = yes(issuer != nullptr);
  if (issuer == nullptr) return;
  f.envelope_signed = yes(sub.signed_by(Role::authority, issuer->key));
  f.links = authority_links(s.delegation, *issuer);
  // A credential below this grant adds one more link.
  f.links_bounded = yes(issuer->depth + 1 <= kLinksMax);
}

void fill_standing(PromulgationFacts<Concrete>& f, const ChainState& s,
                   const CheckedSubmission& sub, const AuthorityRecord* a, Instant at) {
  f.admission = num(at);
  f.authority_exists = yes(a != nullptr);
  if (a == nullptr) return;
  f.envelope_signed = yes(sub.signed_by(Role::authority, a->key));
  bool resolves = true;
  for (const AuthorityRecord* x : s.delegation.below_root(*a)) resolves &= x->valid.contains(at);
  f.governs_class = yes(resolves);
  f.governs_scope = yes(resolves);
}

}  // namespace

SettlementFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub, const Settlement& o,
                                  Instant at) {
  SettlementFacts<Concrete> f;
  f.signed_at = num(o.signed_at);
  f.admission = num(at);
  f.index = num(o.index);
  bool party = false;
  for (const Leg& leg : o.legs) {
    f.legs.push_back(leg_facts(s, sub, o, leg));
    const DeclarationRecord* d = s.declaration(leg.declaration);
    const RequestRecord* r = s.request(leg.request);
    if (r != nullptr) f.next_index = num(r->next_index);
    party = party || (d != nullptr && sub.signed_by(Role::submitter, d->declared.holder)) ||
            (r != nullptr && sub.signed_by(Role::submitter, r->request.user));
  }
  f.envelope_signed = yes(party);
  return f;
}

DeclarationFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub,
                                   const Declaration& o, Instant at) {
  DeclarationFacts<Concrete> f;
  f.admission = num(at);
  f.envelope_signed = yes(sub.signed_by(Role::holder, o.holder));
  f.asset_issuer_exists = yes(s.delegation.authority(o.asset_issuer) != nullptr);
  f.holder = credential_facts(s, o.credential, Role::holder, &o.holder, &o.location);
  f.location = interval(interval_of(o.location));
  f.class_name = num(s.number(o.class_name));
  f.unit = num(s.number(o.unit));
  f.from = num(o.window.from), f.until = num(o.window.until);
  f.quantity = num(o.quantity);
  if (const ClassRecord* c = s.class_at(o.class_name, at)) {
    f.class_exists = yes(true);
    f.class_unit = num(s.number(c->declared.unit));
    std::int64_t g = c->declared.granularity.value;
    f.from_remainder = remainder(o.window.from.value, g);
    f.length_remainder = remainder(o.window.until.value - o.window.from.value, g);
  }
  const CredentialRecord* c = s.delegation.credential(o.credential);
  if (c == nullptr) return f;
  std::int64_t ordinal = 0;
  for (const Asset& a : c->grant.assets) {
    AssetFacts<Concrete> fact;
    fact.key_matches = yes(c->grant.issuer == o.asset_issuer && a.id == o.asset_id);
    fact.class_name = num(s.number(a.class_name));
    fact.location = interval(interval_of(a.location, o.location, ordinal++));
    auto declared = s.assets.find({o.asset_issuer, o.asset_id});
    bool none = declared == s.assets.end();
    fact.excess = o.window.empty()
                      ? kNoInstant
                      : num((none ? Quantity(0) : declared->second.max(o.window)) - a.quantity);
    f.assets.push_back(fact);
  }
  return f;
}

RequestFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub, const Request& o,
                               Instant at) {
  RequestFacts<Concrete> f;
  f.envelope_signed = yes(sub.signed_by(Role::user, o.user));
  f.class_name = num(s.number(o.class_name));
  f.unit = num(s.number(o.unit));
  f.from = num(o.window.from), f.until = num(o.window.until), f.open_until = num(o.open_until);
  f.quantity = num(o.quantity);
  if (const ClassRecord* c = s.class_at(o.class_name, at)) {
    f.class_exists = yes(true);
    f.class_unit = num(s.number(c->declared.unit));
  }
  for (const ContentId& id : o.declarations) {
    NamedDeclarationFacts<Concrete> n;
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

GrantFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub, const AuthorityGrant& o,
                             Instant at) {
  GrantFacts<Concrete> f;
  const AuthorityRecord* issuer = s.delegation.authority(o.parent);
  fill_issuer(f, s, sub, issuer, at);
  if (s.delegation.credential(o.parent) != nullptr) f.issuer_exists = yes(true);
  f.from = num(o.valid.from), f.until = num(o.valid.until);
  f.key_valid = yes(is_valid_public_key(o.key));
  f.key_unused = yes(!s.delegation.key_used(o.key));
  f.name_unused = yes(s.delegation.authority_named(o.name) == nullptr);
  f.weight = num(kFullWeight);
  f.assets_narrow = yes(true);
  if (issuer == nullptr) return f;
  // An authority needs room for a credential below it.
  f.links_bounded = yes(issuer->depth + 2 <= kLinksMax);
  f.scope_narrows = yes(scope_narrows(*issuer, o.scope));
  f.classes_narrow = yes(classes_narrow(*issuer, o.classes));
  return f;
}

GrantFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub, const CredentialGrant& o,
                             Instant at) {
  GrantFacts<Concrete> f;
  const AuthorityRecord* issuer = s.delegation.authority(o.issuer);
  fill_issuer(f, s, sub, issuer, at);
  if (s.delegation.credential(o.issuer) != nullptr) f.issuer_exists = yes(true);
  f.from = num(o.valid.from), f.until = num(o.valid.until);
  f.key_valid = yes(is_valid_public_key(o.subject));
  f.key_unused = yes(!s.delegation.key_used(o.subject));
  f.name_unused = yes(true);
  f.weight = num(o.weight);
  if (issuer == nullptr) return f;
  f.scope_narrows = yes(scope_narrows(*issuer, o.scope));
  f.classes_narrow = yes(memberships_narrow(*issuer, o.memberships));
  f.assets_narrow = yes(assets_narrow(*issuer, o.assets));
  return f;
}

PromulgationFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub,
                                    const ClassDeclaration& o, Instant at) {
  PromulgationFacts<Concrete> f;
  const AuthorityRecord* a = s.delegation.authority_named(o.authority);
  fill_standing(f, s, sub, a, at);
  f.class_exists = yes(true);  // it is what is being declared
  f.predecessor_exists = yes(true);
  f.unit_matches = yes(true);
  auto versions = s.classes.find(o.class_name);
  std::int64_t last = versions == s.classes.end() ? 0 : versions->second.back().declared.version;
  bool same_unit = last == 0 || versions->second.back().declared.unit == o.unit;
  f.succession_fits = yes(o.version == last + 1 && same_unit);
  f.from = num(at), f.until = num(kDistantFuture);  // in force from its admission on
  f.granularity = num(o.granularity), f.retention = num(o.retention);
  if (a != nullptr) f.governs_class = f.governs_class && yes(classes_narrow(*a, {o.class_name}));
  return f;
}

PromulgationFacts<Concrete> resolve(ChainState& s, const CheckedSubmission& sub, const Rule& o,
                                    Instant at) {
  PromulgationFacts<Concrete> f;
  const AuthorityRecord* a = s.delegation.authority_named(o.authority);
  fill_standing(f, s, sub, a, at);
  if (a != nullptr) {
    f.governs_class = f.governs_class && yes(classes_narrow(*a, {o.class_name}));
    f.governs_scope = f.governs_scope && yes(any_contains(a->scope, o.scope));
  }
  const ClassRecord* c = s.class_at(o.class_name, at);
  f.class_exists = yes(c != nullptr);
  f.unit_matches = yes(c != nullptr && c->declared.unit == o.unit);
  f.from = num(o.effective.from), f.until = num(o.effective.until);
  f.granularity = num(o.granularity), f.retention = num(o.retention);

  const RuleRecord* old = o.supersedes ? s.rule(*o.supersedes) : nullptr;
  bool fits = old == nullptr
                  ? !o.supersedes
                  : old->rule.name == o.name && old->rule.class_name == o.class_name &&
                        o.version == old->rule.version + 1 && o.scope.contains(old->rule.scope) &&
                        old->successor_from == kDistantFuture;
  f.predecessor_exists = yes(!o.supersedes || old != nullptr);
  f.succession_fits = yes(fits);
  for (const RuleRecord& r : s.rules) {
    if (&r == old || r.rule.class_name != o.class_name) continue;
    Window in_force{r.rule.effective.from, std::min(r.rule.effective.until, r.successor_from)};
    bool places = r.rule.scope.contains(o.scope) || o.scope.contains(r.rule.scope);
    if (places && in_force.meets(o.effective)) f.meets_other_rule = yes(true);
  }
  return f;
}

}  // namespace capmarket
