// Credentials, policies, shared infrastructure and its agreements.
#include <fmt/format.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "sim/world/readers.h"
#include "sim/world/setup_internal.h"

namespace capmarket::world {
namespace {

objects::CredentialGrant credential(const World& w, party::AuthorityIndex authority, party::Draws& draws,
                                    const PublicKey& subject, objects::Role role,
                                    std::vector<location::Location> scope) {
  objects::CredentialGrant grant;
  grant.salt = w.fresh_salt(draws);
  grant.issuer = w.authority_ids[authority];
  grant.subject = subject;
  grant.role = role;
  grant.scope = std::move(scope);
  grant.valid = {w.set_up_at, kDistantFuture};
  return grant;
}

/// The same at every call: its salt is the holder's first.
objects::CredentialGrant credential_of(const World& w, const party::HolderState& h) {
  party::Draws first{h.draws.who};
  objects::CredentialGrant grant =
      credential(w, h.authority, first, h.key.pub, objects::Role::holder, {h.location});
  grant.kind = h.kind;
  grant.groups = h.groups;
  grant.weight = BasisPoints(h.weight);
  grant.assets = {{h.name, w.class_spec(h.class_index).name, h.location, h.quantity}};
  return grant;
}

void holders(SetUp& s) {
  for (party::HolderState& h : s.w.holders) {
    const bool now = s.part.holder(h);
    if (!now && !s.part.later(h)) continue;
    const objects::CredentialGrant grant = credential_of(s.w, h);
    h.draws.salts = 1;
    h.credentialed = now;
    h.credential =
        now ? s.send(grant, s.by_authority(h.authority), "the credential of holder " + h.name)
            : crypto::content_id(objects::encode_object(objects::Object(grant)));
  }
}

void users(SetUp& s) {
  for (party::UserState& u : s.w.users) {
    if (!s.part.user(u)) continue;
    objects::CredentialGrant grant =
        credential(s.w, u.authority, u.draws, u.key.pub, objects::Role::user, u.scope);
    grant.kind = u.kind;
    grant.groups = u.groups;
    grant.weight = BasisPoints(u.weight);
    grant.memberships = u.memberships;
    if (u.attack == scenarios::Attack::expired_credential)
      grant.valid.until = std::max(s.at, s.w.scenario->start) + Duration(1);
    u.credential = s.send(grant, s.by_authority(u.authority), "the credential of user " + u.name);
    for (const crypto::KeyPair& key : u.adaptations)
      u.adaptation_credentials.push_back(
          s.send(credential(s.w, u.authority, u.draws, key.pub, objects::Role::adaptation,
                            capmarket::at(s.w.scenario->authorities, u.authority).scope),
                 s.by_authority(u.authority), "the credential of an adaptation of " + u.name));
  }
}

void coordinators(SetUp& s) {
  for (party::CoordinatorState& c : s.w.coordinators)
    c.credential = s.send(
        credential(s.w, c.authority, c.draws, c.key.pub, objects::Role::coordinator, {c.scope}),
        s.by_authority(c.authority), "the credential of coordinator " + c.name);
}

void auditors(SetUp& s) {
  World& w = s.w;
  for (party::AuditorIndex i : w.auditors.indices()) {
    party::AuditorState& a = w.auditors[i];
    const std::string& name = w.scenario->auditors[i.place()].name;
    if (!s.part.auditor(a, name)) continue;
    a.credential = s.send(credential(w, a.authority, a.draws, a.key.pub, objects::Role::auditor,
                                     at(w.scenario->authorities, a.authority).scope),
                          s.by_authority(a.authority), "the credential of auditor " + name);
  }
}

void publishers(SetUp& s) {
  World& w = s.w;
  for (party::PublisherState& p : w.publishers) {
    const rules::Rule* rule = nullptr;
    for (const scenarios::ScenarioRule& r : w.scenario->rules)
      if (r.rule.name == p.rule && rule == nullptr) rule = &r.rule;
    CHECK(rule != nullptr, p.rule);
    const party::AuthorityIndex a = w.authority_named(rule->authority);
    p.credential =
        s.send(credential(w, a, p.draws, p.key.pub, objects::Role::publisher, {rule->scope}),
               s.by_authority(a), "the credential of a publisher of " + p.rule);
  }
}

void agreements(SetUp& s, const scenarios::SharedInfrastructureSpec& spec, const ContentId& id,
                const std::vector<party::HolderIndex>& members) {
  World& w = s.w;
  party::HolderState& first = w.holders[members[0]];
  const party::HolderState& second = w.holders[members[1]];
  for (std::size_t i = 0; i < spec.schedule.size(); ++i) {
    Instant until = i + 1 < spec.schedule.size() ? w.scenario->start + spec.schedule[i + 1].first
                                                 : kDistantFuture;
    Quantity whole = spec.schedule[i].second;
    Quantity part(static_cast<std::int64_t>(
        floor_div(static_cast<Int128>(whole.value) * spec.split, kFullRatio)));
    objects::PeerAgreement agreement{w.fresh_salt(first.draws),
                                     id,
                                     {w.scenario->start + spec.schedule[i].first, until},
                                     first.key.pub,
                                     second.key.pub,
                                     part,
                                     whole - part};
    s.send(agreement,
           {{objects::Role::submitter, first.key},
            {objects::Role::holder, first.key},
            {objects::Role::holder, second.key}},
           "the agreement on " + spec.name);
  }
}

}  // namespace

Result<void> credential_first(World& w, party::HolderIndex holder) {
  party::HolderState& h = w.holders[holder];
  if (h.credentialed) return {};
  h.credentialed = true;
  SigningJob job{objects::Kind::credential_grant,
                 objects::encode_object(objects::Object(credential_of(w, h))),
                 {},
                 {{objects::Role::authority, w.authority_keys[h.authority]}}};
  job.id = h.credential;
  // An authority that was revoked meanwhile issues nothing: the declaration is refused, too.
  auto receipt = admit(w, std::make_shared<const objects::CheckedSubmission>(
                              w.pool->join(*w.pool->start(std::move(job)))));
  if (!receipt) return tl::unexpected(receipt.error());
  return {};
}

Result<void> admit_strategies(World& w, const rules::Rule& rule) {
  const party::AuthorityIndex authority = w.authority_named(rule.authority);
  for (const rules::FallbackStrategy& f : rule.fallback) {
    SigningJob job{objects::Kind::fallback_strategy,
                   objects::encode_object(objects::Object(f)),
                   rules::strategy_id(f),
                   {{objects::Role::authority, w.authority_keys[authority]}}};
    if (w.state().strategies.contains(job.id)) continue;
    auto receipt = admit(w, std::make_shared<const objects::CheckedSubmission>(
                                w.pool->join(*w.pool->start(std::move(job)))));
    if (!receipt) return tl::unexpected(receipt.error());
  }
  return {};
}

void SetUp::policies() {
  for (const scenarios::ReconciliationSpec& spec : w.scenario->reconciliation) {
    objects::ReconciliationPolicy policy;
    policy.name = spec.name;
    auto named = [](const std::string& rule) {
      return rule.empty() ? std::nullopt : std::optional(rule);
    };
    policy.tiers = named(spec.tiers);
    policy.price = named(spec.price);
    policy.fallback = named(spec.fallback);
    std::vector<party::Signer> signers;
    for (const std::string& name : spec.authorities) {
      const party::AuthorityIndex i = w.roots[w.authority_named(name)];
      policy.authorities.push_back(w.authority_ids[i]);
      if (signers.empty()) {
        policy.salt = w.fresh_salt(w.authority_draws[i]);
        signers.push_back({objects::Role::submitter, w.authority_keys[i]});
      }
      signers.push_back({objects::Role::authority, w.authority_keys[i]});
    }
    w.policy_ids.push_back(send(policy, std::move(signers), "policy " + spec.name));
  }
}

void SetUp::credentials() {
  holders(*this);
  users(*this);
  coordinators(*this);
  auditors(*this);
  publishers(*this);
}

void SetUp::infrastructure() {
  for (party::InfrastructureIndex i : indices(w.scenario->infrastructure)) {
    const scenarios::SharedInfrastructureSpec& spec = capmarket::at(w.scenario->infrastructure, i);
    const party::AuthorityIndex authority = w.authority_named(spec.authority);
    std::vector<party::HolderIndex> members;
    for (party::HolderIndex h : w.holders.indices())
      if (w.holders[h].infrastructure == i &&
          (part.holder(w.holders[h]) || part.later(w.holders[h])))
        members.push_back(h);
    // The first of an edge is the one named first: the split is in that order.
    if (!spec.peer.empty() && members.size() == 2 && w.holders[members[0]].name != spec.peer[0])
      std::swap(members[0], members[1]);
    objects::SharedInfrastructure object;
    object.salt = w.fresh_salt(w.authority_draws[authority]);
    object.authority = w.authority_ids[authority];
    object.name = spec.name;
    object.class_name = spec.class_name;
    object.locations = spec.locations;
    object.peer = !spec.peer.empty();
    for (const auto& [from, quantity] : spec.schedule)
      object.schedule.push_back({w.scenario->start + from, quantity});
    for (party::HolderIndex h : members) {
      object.members.push_back(w.holders[h].key.pub);
      if (object.peer) object.locations.push_back(w.holders[h].location);
    }
    if (members.empty()) {  // nobody shares it: it would bind nobody
      w.infrastructures.push_back({});
      continue;
    }
    const ContentId id = send(object, by_authority(authority), "infrastructure " + spec.name,
                              fmt::format("infrastructure.{}", i.place()));
    w.infrastructures.push_back(id);
    if (object.peer) agreements(*this, spec, id, members);
  }
}

}  // namespace capmarket::world
