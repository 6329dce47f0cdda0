// The facts of what authorities and members of an edge lay down, and of intents.
#include <algorithm>
#include <set>

#include "model/chain/resolve.h"
#include "model/chain/resolve_internal.h"

namespace capmarket::chain {
namespace {

/// A window that holds where the kind has none.
void no_window(admission::EdictFacts<Concrete>& f) { f.from = num(0), f.until = num(1); }

void fill_author(admission::EdictFacts<Concrete>& f, const ChainState& s, const objects::CheckedSubmission& sub,
                 const governance::AuthorityRecord* a, Instant at) {
  f.subjects_exist = yes(a != nullptr);
  if (a == nullptr) return;
  f.envelope_signed = f.all_signed = yes(sub.signed_by(objects::Role::authority, a->key));
  f.resolves = yes(authority_resolves(s, *a, at));
  f.governs = yes(true);
}

template <class T>
bool all_distinct(const std::vector<T>& list) {
  return std::set<T>(list.begin(), list.end()).size() == list.size();
}

std::int64_t least_of(std::initializer_list<std::int64_t> values) { return std::min(values); }

}  // namespace

admission::EdictFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const rules::FallbackStrategy& o,
                             Instant at) {
  admission::EdictFacts<Concrete> f;
  fill_author(f, s, sub, s.delegation.authority_named(o.authority), at);
  no_window(f);
  f.fits = yes(true);
  f.least = num(least_of({o.notify_within.value, o.refund.value, o.penalty.value}));
  return f;
}

admission::EdictFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                             const objects::ReconciliationPolicy& o, Instant at) {
  admission::EdictFacts<Concrete> f;
  no_window(f);
  bool exist = true, roots = true, all_signed = true, enveloped = false, resolve = true;
  for (const ContentId& id : o.authorities) {
    const governance::AuthorityRecord* a = s.delegation.authority(id);
    exist = exist && a != nullptr;
    if (a == nullptr) continue;
    roots = roots && a->parent < 0;
    all_signed = all_signed && sub.signed_by(objects::Role::authority, a->key);
    enveloped = enveloped || sub.signed_by(objects::Role::submitter, a->key);
    resolve = resolve && authority_resolves(s, *a, at);
  }
  for (const std::optional<std::string>* rule : {&o.tiers, &o.price, &o.fallback})
    exist = exist && (!*rule || s.rules_named.contains(**rule));
  bool fresh = std::none_of(s.policies.begin(), s.policies.end(),
                            [&](const auto& p) { return p.second.name == o.name; });
  f.subjects_exist = yes(exist);
  f.envelope_signed = yes(enveloped);
  f.all_signed = yes(all_signed);
  f.resolves = yes(resolve);
  f.governs = yes(roots);
  f.fits = yes(o.authorities.size() >= 2 && all_distinct(o.authorities) && fresh);
  return f;
}

admission::EdictFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                             const objects::SharedInfrastructure& o, Instant at) {
  admission::EdictFacts<Concrete> f;
  const governance::AuthorityRecord* a = s.delegation.authority(o.authority);
  fill_author(f, s, sub, a, at);
  no_window(f);
  f.subjects_exist = yes(a != nullptr && s.class_at(o.class_name, at) != nullptr);
  bool governed = !o.locations.empty() && a != nullptr;
  for (const location::Location& l : o.locations) governed = governed && governance::governs(*a, o.class_name, l);
  f.governs = yes(governed);
  bool ascending = !o.schedule.empty();
  std::int64_t least = 0;
  for (std::size_t i = 0; i < o.schedule.size(); ++i) {
    ascending = ascending && (i == 0 || o.schedule[i - 1].from < o.schedule[i].from);
    least = std::min(least, o.schedule[i].quantity.value);
  }
  bool fresh =
      std::none_of(s.infrastructures.begin(), s.infrastructures.end(),
                   [&](const InfrastructureRecord& i) { return i.infrastructure.name == o.name; });
  f.fits = yes(ascending && fresh && !o.members.empty() && all_distinct(o.members) &&
               all_distinct(o.coordinators) && (!o.peer || o.members.size() == 2));
  f.least = num(least);
  return f;
}

admission::EdictFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::PeerAgreement& o,
                             Instant) {
  admission::EdictFacts<Concrete> f;
  const InfrastructureRecord* i = s.infrastructure(o.infrastructure);
  f.subjects_exist = yes(i != nullptr && i->infrastructure.peer);
  f.envelope_signed =
      yes(sub.signed_by(objects::Role::submitter, o.first) || sub.signed_by(objects::Role::submitter, o.second));
  f.all_signed = yes(sub.signed_by(objects::Role::holder, o.first) && sub.signed_by(objects::Role::holder, o.second));
  f.resolves = yes(true);  // members are keys, not credentials
  f.from = num(o.window.from), f.until = num(o.window.until);
  f.least = num(least_of({o.first_quantity.value, o.second_quantity.value}));
  if (i == nullptr) return f;
  const std::vector<PublicKey>& members = i->infrastructure.members;
  auto is_member = [&](const PublicKey& key) {
    return std::find(members.begin(), members.end(), key) != members.end();
  };
  f.governs = yes(is_member(o.first) && is_member(o.second) && o.first != o.second);
  f.fits = yes(std::none_of(i->agreements.begin(), i->agreements.end(), [&](AgreementIndex a) {
    return s.agreements[a].window.meets(o.window);
  }));
  return f;
}

admission::EdictFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Promulgation& o,
                             Instant at) {
  admission::EdictFacts<Concrete> f;
  const RuleRecord* rule = s.rule(o.rule);
  const governance::AuthorityRecord* a =
      rule == nullptr ? nullptr : s.delegation.authority_named(rule->rule.authority);
  fill_author(f, s, sub, a, at);
  no_window(f);
  f.fits = yes(!s.promulgated.contains(o.rule));
  return f;
}

admission::EdictFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Revocation& o,
                             Instant at) {
  admission::EdictFacts<Concrete> f;
  const governance::AuthorityRecord* a = s.delegation.authority(o.authority);
  fill_author(f, s, sub, a, at);
  no_window(f);
  const governance::CredentialRecord* credential = s.delegation.credential(o.target);
  const governance::AuthorityRecord* authority = s.delegation.authority(o.target);
  bool exists = credential != nullptr || (authority != nullptr && authority->parent >= 0);
  f.subjects_exist = yes(a != nullptr && exists);
  f.fits = yes(true);
  f.governs = yes(a != nullptr && exists && s.delegation.is_above(*a, o.target));
  return f;
}

admission::IntentFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Intent& o,
                              Instant at) {
  admission::IntentFacts<Concrete> f;
  f.envelope_signed = yes(sub.signed_by(objects::Role::user, o.user));
  f.unit = num(s.number(o.unit));
  f.from = num(o.window.from), f.until = num(o.window.until);
  f.quantity = num(o.quantity);
  if (const ClassRecord* c = s.class_at(o.class_name, at)) {
    f.class_exists = yes(true);
    f.class_unit = num(s.number(c->declared.unit));
  }
  return f;
}

}  // namespace capmarket::chain
