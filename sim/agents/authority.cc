#include "sim/agents/authority.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::agents {
namespace {

constexpr Duration kRuleAhead{10 * kNanosPerSecond};  // of the instant at which a rule takes effect

struct Revoked {
  ContentId credential;
  world::AuthorityIndex authority;
  bool* knows = nullptr;
};

template <class Party>
std::optional<Revoked> find(IndexedVector<Party>& all, const std::string& name) {
  for (Party& p : all) {
    if (p.name != name) continue;
    Revoked out{p.credential, p.authority, nullptr};
    if constexpr (requires { p.revoked; }) out.knows = &p.revoked;
    return out;
  }
  return std::nullopt;
}

std::optional<Revoked> target_of(world::World& w, world::RevocationIndex revocation) {
  const scenarios::RevocationSpec& spec = at(w.scenario->revocations, revocation);
  std::string name = fmt::format("{}.{}", spec.group, spec.number);
  switch (spec.owner) {
    case scenarios::CredentialOwner::holder:
      return find(w.holders, name);
    case scenarios::CredentialOwner::user:
      return find(w.users, name);
    case scenarios::CredentialOwner::coordinator:
      return find(w.coordinators, name);
  }
  return std::nullopt;
}

world::Draws& draws_of(world::World& w, world::AuthorityIndex authority) {
  return w.authority_draws[authority];
}

/// The sender of the authority's next message.
world::Sender next_of(world::World& w, world::AuthorityIndex authority) {
  world::Draws& draws = draws_of(w, authority);
  return {draws.who, draws.sent++, {}};
}

}  // namespace

void schedule_authorities(world::World& w) {
  for (world::RuleIndex i : indices(w.scenario->rules))
    if (const auto& at_instant = at(w.scenario->rules, i).at) {
      Instant from = w.scenario->start + *at_instant;
      w.plan(draws_of(w, w.authority_named(at(w.scenario->rules, i).rule.authority)),
             std::max(w.scenario->start, from - kRuleAhead), world::Promulgate{i});
    }
  for (world::RevocationIndex i : indices(w.scenario->revocations))
    if (auto target = target_of(w, i))
      w.plan(draws_of(w, target->authority), w.scenario->start + at(w.scenario->revocations, i).at,
             world::Revoke{i});
}

void promulgate(world::World& w, world::RuleIndex index) {
  const rules::Rule& rule = at(w.scenario->rules, index).rule;
  const world::AuthorityIndex authority = w.authority_named(rule.authority);
  w.submit(objects::Kind::rule, world::PromulgatedAs{index}, objects::encode_object(rule),
           {{objects::Role::authority, w.authority_keys[authority]}}, next_of(w, authority));
}

void revoke(world::World& w, world::RevocationIndex index) {
  const scenarios::RevocationSpec& spec = at(w.scenario->revocations, index);
  auto target = target_of(w, index);
  if (!target) return;
  objects::Revocation o{w.fresh_salt(draws_of(w, target->authority)),
                        w.authority_ids[target->authority], target->credential,
                        w.scenario->start + spec.effective, spec.reason};
  w.submit(objects::Kind::revocation, world::RevokedBy{index}, objects::encode_object(o),
           {{objects::Role::authority, w.authority_keys[target->authority]}},
           next_of(w, target->authority));
}

void on_revoked(world::World& w, world::RevocationIndex index) {
  auto target = target_of(w, index);
  if (target && target->knows != nullptr) *target->knows = true;
}

}  // namespace capmarket::agents
