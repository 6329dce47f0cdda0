// Whose credential a revocation of the scenario is about. Source:
// docs/spec/scenarios.md#revocations.
#pragma once

#include "sim/world/world.h"

namespace capmarket::run {

/// A credential, and who issued it.
struct Revoked {
  ContentId credential;
  party::AuthorityIndex authority;
  bool* knows = nullptr;  // its owner, that it is revoked; null: it does not stop
};
/// Empty where nobody has that name.
std::optional<Revoked> target_of(world::World& world, party::RevocationIndex revocation);

/// The party whose credential is revoked learns of it, and stops.
void on_revoked(world::World& world, party::RevocationIndex revocation);

}  // namespace capmarket::run
