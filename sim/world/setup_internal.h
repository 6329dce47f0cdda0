// Shared between the sources of the set-up.
#pragma once

#include <string>
#include <vector>

#include "sim/world/taking_part.h"
#include "sim/world/world.h"

namespace capmarket::world {

/// Sends the set-up objects in order; admit_sent admits them.
struct SetUp {
  World& w;
  Instant at;
  TakingPart part;
  struct Sent {
    std::shared_ptr<SigningPool::Ticket> ticket;
    std::string what;
  };
  std::vector<Sent> sent{};
  Problems too_large{};

  /// `place`: what of the scenario's file makes it as large as it is.
  ContentId send(const objects::Object& object, std::vector<party::Signer> signers,
                 std::string what, const std::string& place = {});
  Result<void> admit_sent();
  std::vector<party::Signer> by_authority(party::AuthorityIndex i) const {
    return {{objects::Role::authority, w.authority_keys[i]}};
  }

  void authorities(const ContentId& market);
  void classes();
  void rules();
  void policies();
  void credentials();
  void infrastructure();
};

}  // namespace capmarket::world
