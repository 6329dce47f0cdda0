#include "sim/agents/authority.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket {
namespace {

constexpr Duration kAhead{10 * kNanosPerSecond};  // of the instant at which a rule takes effect

struct Revoked {
  ContentId credential;
  std::size_t authority = 0;
  bool* knows = nullptr;
};

template <class Party>
std::optional<Revoked> find(std::vector<Party>& all, const std::string& name) {
  for (Party& p : all) {
    if (p.name != name) continue;
    Revoked out{p.credential, p.authority, nullptr};
    if constexpr (requires { p.revoked; }) out.knows = &p.revoked;
    return out;
  }
  return std::nullopt;
}

std::optional<Revoked> target_of(World& w, std::uint32_t revocation) {
  const RevocationSpec& spec = w.scenario->revocations[revocation];
  std::string name = fmt::format("{}.{}", spec.group, spec.number);
  switch (spec.owner) {
    case CredentialOwner::holder:
      return find(w.holders, name);
    case CredentialOwner::user:
      return find(w.users, name);
    case CredentialOwner::coordinator:
      return find(w.coordinators, name);
  }
  return std::nullopt;
}

}  // namespace

void schedule_authorities(World& w) {
  for (std::uint32_t i = 0; i < w.scenario->rules.size(); ++i)
    if (w.scenario->rules[i].at) {
      Instant from = w.scenario->start + *w.scenario->rules[i].at;
      w.plan(std::max(w.scenario->start, from - kAhead), {ActionKind::promulgate, i, 0, {}});
    }
  for (std::uint32_t i = 0; i < w.scenario->revocations.size(); ++i)
    w.plan(w.scenario->start + w.scenario->revocations[i].at, {ActionKind::revoke, i, 0, {}});
}

void promulgate(World& w, std::uint32_t index) {
  const Rule& rule = w.scenario->rules[index].rule;
  const AuthoritySpec* a = w.scenario->find_authority(rule.authority);
  auto authority = static_cast<std::size_t>(a - w.scenario->authorities.data());
  w.submit(Kind::rule, index, encode_object(rule), {{Role::authority, w.authority_keys[authority]}},
           {EntityKind::authority, authority, std::uint64_t{1} << 32 | index, -1});
}

void revoke(World& w, std::uint32_t index) {
  const RevocationSpec& spec = w.scenario->revocations[index];
  auto target = target_of(w, index);
  if (!target) return;
  Revocation o{w.fresh_salt(), w.authority_ids[target->authority], target->credential,
               w.scenario->start + spec.effective, spec.reason};
  w.submit(Kind::revocation, index, encode_object(o),
           {{Role::authority, w.authority_keys[target->authority]}},
           {EntityKind::authority, target->authority, std::uint64_t{2} << 32 | index, -1});
}

void on_revoked(World& w, std::uint32_t index) {
  auto target = target_of(w, index);
  if (target && target->knows != nullptr) *target->knows = true;
}

}  // namespace capmarket
