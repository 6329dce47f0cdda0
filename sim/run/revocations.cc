#include "sim/run/revocations.h"

#include <fmt/format.h>

namespace capmarket::run {
namespace {

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

}  // namespace

std::optional<Revoked> target_of(world::World& w, party::RevocationIndex revocation) {
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

void on_revoked(world::World& w, party::RevocationIndex index) {
  auto target = target_of(w, index);
  if (target && target->knows != nullptr) *target->knows = true;
}

}  // namespace capmarket::run
