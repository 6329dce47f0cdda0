// What the slow market thinks of a settlement, clause by clause.
#include <algorithm>

#include "tests/property/slow_market.h"
#include "tests/property/slow_parts.h"
#include "tests/property/tier_terms.h"
#include "tests/support/times.h"

namespace capmarket::property {
namespace {

/// The first two names of a path.
location::Location shard_of(const location::Location& place) {
  std::size_t first = place.path.find('/');
  return {place.path.substr(0, place.path.find('/', first + 1))};
}

}  // namespace

// ---- Delegation

std::vector<ContentId> SlowMarket::links(const ContentId& credential) const {
  std::vector<ContentId> out{credential};
  ContentId a = credentials.at(credential).issuer;
  for (; authorities.contains(a); a = authorities.at(a).parent) out.push_back(a);
  return out;
}

int SlowMarket::root_of(ContentId authority) const {
  while (authorities.contains(authority)) authority = authorities.at(authority).parent;
  for (std::size_t i = 0; i < genesis.roots.size(); ++i)
    if (objects::root_id(chain, i) == authority) return static_cast<int>(i);
  return -1;
}

const std::vector<location::Location>& SlowMarket::issuer_scope(const ContentId& credential) const {
  const ContentId& issuer = credentials.at(credential).issuer;
  auto it = authorities.find(issuer);
  return it != authorities.end() ? it->second.scope
                                 : genesis.roots[static_cast<std::size_t>(root_of(issuer))].scope;
}

bool SlowMarket::resolves(const ContentId& credential, objects::Role role, const PublicKey& subject,
                          Instant t) const {
  const objects::CredentialGrant& c = credentials.at(credential);
  if (c.role != role || c.subject != subject || !c.valid.contains(t)) return false;
  for (const ContentId& link : links(credential)) {
    if (revoked.contains(link) && revoked.at(link) <= t) return false;
    if (authorities.contains(link) && !authorities.at(link).valid.contains(t)) return false;
  }
  return true;
}

// ---- Judging

const SlowRule& SlowMarket::judging(
    const objects::Settlement& o, const objects::Leg& leg,
    std::optional<std::string> objects::ReconciliationPolicy::*by) const {
  if (o.policy && policies.contains(*o.policy))
    if (const auto& name = policies.at(*o.policy).*by)
      if (const SlowRule* r = in_force(*name, o.signed_at)) return *r;
  return rules.at(leg.rule);
}

std::int64_t SlowMarket::rank_of(const objects::Settlement& o, const objects::Leg& leg) const {
  const rules::Tier* tier =
      judging(o, leg, &objects::ReconciliationPolicy::tiers).rule.tier(leg.tier);
  return tier == nullptr ? 0 : tier->rank;
}

bool SlowMarket::coordinated(const objects::Settlement& o, const rules::Rule& r,
                             const objects::Declaration& d) const {
  if (r.coordination.mode != rules::CoordinationMode::single &&
      r.coordination.mode != rules::CoordinationMode::sharded)
    return true;
  // Declarations of the histories lie at depth two or below.
  location::Location region =
      r.coordination.mode == rules::CoordinationMode::single ? d.location : shard_of(d.location);
  std::vector<PublicKey> listed;
  if (d.infrastructure) listed = infrastructures.at(*d.infrastructure).coordinators;
  ContentId rule_authority;
  for (const auto& [id, a] : authorities)
    if (a.name == r.authority) rule_authority = id;
  auto reaches = [&](const ContentId& c) {
    return credentials.contains(c) && credentials.at(c).role == objects::Role::coordinator &&
           within(credentials.at(c).scope, region);
  };
  auto signer = std::find_if(o.coordinators.begin(), o.coordinators.end(), reaches);
  if (signer == o.coordinators.end()) return false;
  const objects::CredentialGrant& c = credentials.at(*signer);
  return resolves(*signer, objects::Role::coordinator, c.subject, o.signed_at) &&
         (listed.empty() || has(listed, c.subject)) &&
         root_of(c.issuer) == root_of(rule_authority) &&
         submission_->signed_by(objects::Role::coordinator, c.subject);
}

// ---- Other clauses

bool SlowMarket::price(const objects::Settlement& o, const objects::Leg& leg) const {
  const rules::Rule& own = rules.at(leg.rule).rule;
  const rules::Rule& r = judging(o, leg, &objects::ReconciliationPolicy::price).rule;
  const rules::Pricing& p = r.pricing;
  if (leg.price < own.limits.price_min || leg.price > own.limits.price_max ||
      leg.price > requests.at(leg.request).o.max_price)
    return false;
  bool bounds = p.floor <= leg.price && leg.price <= p.cap;
  if (p.mode == rules::PricingMode::fixed) return leg.price == p.tariff;
  if (p.mode == rules::PricingMode::negotiated) return bounds;
  auto young = [&](const objects::PriceIndex& i) {
    return i.rule == r.name && i.class_name == r.class_name && i.scope == r.scope &&
           i.currency == r.currency && i.at <= o.signed_at && o.signed_at - i.at <= p.max_age;
  };
  if (!leg.price_index)
    return bounds && std::none_of(indices.begin(), indices.end(),
                                  [&](const auto& i) { return young(i.second.first); });
  const objects::PriceIndex& index = indices.at(*leg.price_index).first;
  Money band(index.value.value * p.band.value / 10'000);
  return young(index) && index.value - band <= leg.price && leg.price <= index.value + band;
}

bool SlowMarket::sequence(const objects::Settlement& o, std::size_t index) const {
  const objects::Leg& leg = o.legs[index];
  const SlowRequest& r = requests.at(leg.request);
  std::int64_t number = -1;
  for (const objects::SequenceIndex& i : o.indices)
    if (i.request == leg.request) number = i.index;
  std::set<std::pair<ContentId, ContentId>> pairs;
  for (const objects::Leg& l : o.legs) pairs.insert({l.declaration, l.request});
  if (pairs.size() != o.legs.size() || number != r.next_index || r.closed) return false;
  for (int h = 0; h < kHalves; ++h) {
    if (!leg.window.contains(at_half(h))) continue;
    std::int64_t sum = h < kBefore ? 0 : request_live(leg.request, second_of_half(h));
    for (const objects::Leg& l : o.legs)
      if (l.request == leg.request && l.window.contains(at_half(h))) sum += l.quantity.value;
    if (sum > r.o.quantity.value) return false;
  }
  if (!leg.replaces) {
    bool whole = leg.quantity == r.o.quantity && leg.window == r.o.window;
    return (whole || r.o.partial) && !r.withdrawn && o.signed_at < r.o.open_until;
  }
  for (const SlowLoss& loss : r.losses) {
    if (loss.id != *leg.replaces) continue;
    bool covers = !leg.window.empty() && loss.reason != 'r';
    for (int h = 0; h < kHalves; ++h)
      if (leg.window.contains(at_half(h)))
        covers = covers && h >= kBefore && loss.lost[second_of_half(h)] >= leg.quantity.value;
    return covers && rank_of(o, leg) >= grants.at(loss.grant).rank;
  }
  return false;
}

bool SlowMarket::jurisdictions(const objects::Settlement& o) const {
  std::set<int> roots, named;
  for (const objects::Leg& leg : o.legs) {
    for (const auto& [id, a] : authorities)
      if (a.name == rules.at(leg.rule).rule.authority) roots.insert(root_of(id));
    roots.insert(root_of(credentials.at(leg.holder_credential).issuer));
    roots.insert(root_of(credentials.at(leg.user_credential).issuer));
  }
  for (const ContentId& c : o.coordinators) roots.insert(root_of(credentials.at(c).issuer));
  if (roots.size() == 1) return true;
  if (!o.policy) return false;
  const objects::ReconciliationPolicy& p = policies.at(*o.policy);
  for (const ContentId& a : p.authorities) named.insert(root_of(a));
  for (const auto* name : {&p.tiers, &p.price, &p.fallback})
    if (*name && in_force(**name, o.signed_at) == nullptr) return false;
  return std::includes(named.begin(), named.end(), roots.begin(), roots.end());
}

void SlowMarket::leg_verdicts(Verdicts& v, const objects::Settlement& o, std::size_t index,
                              Instant at) const {
  const objects::Leg& leg = o.legs[index];
  const objects::Declaration& d = declarations.at(leg.declaration).o;
  const objects::Request& q = requests.at(leg.request).o;
  const SlowRule& record = rules.at(leg.rule);
  const rules::Rule& r = record.rule;
  const objects::CredentialGrant& user = credentials.at(leg.user_credential);
  auto say = [&](admission::ClauseId id, bool holds) {
    auto [it, fresh] = v.emplace(id, holds);
    it->second = it->second && holds;
  };
  const objects::ClassDeclaration* c = nullptr;
  for (const auto& [since, version] : classes.at(d.class_name))
    if (since <= o.signed_at) c = &version;

  say(admission::ClauseId::objects_resolve, c != nullptr && (has(q.declarations, leg.declaration) ||
                                                             (q.intent && d.answers == q.intent)));
  say(admission::ClauseId::signatures, submission_->signed_by(objects::Role::holder, d.holder) &&
                                           submission_->signed_by(objects::Role::user, q.user));
  say(admission::ClauseId::holder_scope,
      resolves(leg.holder_credential, objects::Role::holder, d.holder, o.signed_at) &&
          within(credentials.at(leg.holder_credential).scope, d.location) &&
          within(issuer_scope(leg.holder_credential), d.location));
  ContentId authority;
  for (const auto& [id, a] : authorities)
    if (a.name == r.authority) authority = id;
  bool waived = false;
  if (o.policy) {
    std::set<int> named;
    for (const ContentId& a : policies.at(*o.policy).authorities) named.insert(root_of(a));
    waived = named.contains(root_of(user.issuer)) && named.contains(root_of(authority));
  }
  say(admission::ClauseId::user_membership,
      resolves(leg.user_credential, objects::Role::user, q.user, o.signed_at) &&
          has(user.memberships, objects::Membership{d.class_name, r.name, leg.tier}) &&
          (within(user.scope, d.location) || waived));
  const rules::Rule& tiers = judging(o, leg, &objects::ReconciliationPolicy::tiers).rule;
  say(admission::ClauseId::tier_eligible,
      leg.tier == q.tier && tiers.tier(leg.tier) != nullptr && slow_eligible(leg.tier, user));
  say(admission::ClauseId::rule_in_force,
      r.class_name == d.class_name && within({r.scope}, d.location) &&
          r.effective.contains(o.signed_at) && o.signed_at < record.successor_from &&
          o.signed_at <= at && at - o.signed_at <= r.limits.skew);
  say(admission::ClauseId::class_unit, d.class_name == q.class_name &&
                                           d.class_name == r.class_name && d.unit == q.unit &&
                                           d.unit == r.unit && c != nullptr && d.unit == c->unit);
  Duration length = leg.window.until - leg.window.from, lead = leg.window.from - o.signed_at;
  const rules::Limits& limits = r.limits;
  say(admission::ClauseId::window,
      !leg.window.empty() && q.window.contains(leg.window) && d.window.contains(leg.window) &&
          limits.length_min <= length && length <= limits.length_max && limits.lead_min <= lead &&
          lead <= limits.lead_max && whole_second(o.signed_at) <= leg.window.from);
  say(admission::ClauseId::granularity,
      whole_second(leg.window.from) == leg.window.from && length.value % kNanosPerSecond == 0);
  say(admission::ClauseId::quantity, leg.quantity.value > 0 &&
                                         limits.quantity_min <= leg.quantity &&
                                         leg.quantity <= limits.quantity_max);
  load_verdicts(v, o, index);
  say(admission::ClauseId::coordination, coordinated(o, r, d));
  say(admission::ClauseId::displacement, displacement(o, index, at));
  say(admission::ClauseId::price, price(o, leg));
  say(admission::ClauseId::fallback,
      has(judging(o, leg, &objects::ReconciliationPolicy::fallback).rule.fallback_ids,
          leg.strategy) &&
          strategies.at(leg.strategy).second <= o.signed_at);
  say(admission::ClauseId::sequence, sequence(o, index));
  std::optional<ContentId> refusal = duty(leg, o.signed_at);
  say(admission::ClauseId::disclosure, !refusal || has(leg.predecessors, *refusal));
  say(admission::ClauseId::retention,
      c != nullptr && leg.window.until + std::max(c->retention, r.retention) <= leg.retain_until);
}

std::optional<SlowMarket::Verdicts> SlowMarket::settlement(const objects::Settlement& o,
                                                           Instant at) const {
  auto loss_exists = [&](const ContentId& id) {
    return std::any_of(requests.begin(), requests.end(), [&](const auto& r) {
      return std::any_of(r.second.losses.begin(), r.second.losses.end(),
                         [&](const SlowLoss& l) { return l.id == id; });
    });
  };
  bool exist = !o.policy || policies.contains(*o.policy);
  for (const ContentId& c : o.coordinators) exist = exist && credentials.contains(c);
  for (const objects::Leg& leg : o.legs) {
    exist = exist && declarations.contains(leg.declaration) && requests.contains(leg.request) &&
            credentials.contains(leg.holder_credential) &&
            credentials.contains(leg.user_credential) && rules.contains(leg.rule) &&
            strategies.contains(leg.strategy) && (!leg.replaces || loss_exists(*leg.replaces));
  }
  if (!exist) return std::nullopt;
  for (const objects::Leg& leg : o.legs)
    if (leg.price_index && !indices.contains(*leg.price_index)) return Verdicts{};
  Verdicts v;
  for (std::size_t i = 0; i < o.legs.size(); ++i) leg_verdicts(v, o, i, at);
  std::set<PublicKey> users, holders;
  std::map<std::string, std::set<PublicKey>> by_class;
  bool enveloped = false;
  for (const objects::Leg& leg : o.legs) {
    const objects::Declaration& d = declarations.at(leg.declaration).o;
    const PublicKey& user = requests.at(leg.request).o.user;
    users.insert(user);
    by_class[d.class_name].insert(d.holder);
    enveloped = enveloped || submission_->signed_by(objects::Role::submitter, d.holder) ||
                submission_->signed_by(objects::Role::submitter, user);
  }
  bool& signatures = v[admission::ClauseId::signatures];
  signatures = signatures && enveloped && users.size() == 1;
  for (const auto& [name, keys] : by_class) signatures = signatures && keys.size() == 1;
  v[admission::ClauseId::jurisdictions] = jurisdictions(o);
  return v;
}

}  // namespace capmarket::property
