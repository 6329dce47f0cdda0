// What a deal between a user and a holder stands under, as both read it on the chain: the rule, the
// reconciliation policy, the coordinators, the room that is left.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

struct Terms {
  std::size_t rule_index = 0;
  const Rule* rule = nullptr;  // the leg's, with its catalog; the others by the policy
  const Rule* tiers = nullptr;
  const Rule* price = nullptr;
  const Rule* fallback = nullptr;
  std::optional<ContentId> policy;
  std::vector<std::uint32_t> coordinators;  // whose signatures the rule asks for
};

/// Terms of a leg signed at `t`; empty where there is no rule, no strategy, no coordinator or no
/// policy between the jurisdictions, or the place is outside the user's scope (an adversary that
/// escapes its scope does not care).
std::optional<Terms> terms_for(const World& world, std::uint32_t user, const Listing& listing,
                               std::int32_t class_index, Instant t);

/// The user may settle with the holder at all: its scope or a policy reaches there.
bool reaches(const World& world, const UserState& user, const HolderState& holder);

/// Quantity that is free over the whole window under all limits that the chain enforces, less what
/// the holder has promised; under peer coordination also the agreed share.
Quantity room_for(const World& world, std::uint32_t listing, const Terms& terms,
                  const std::string& tier, const Window& window);

/// Latest refusal with a declaration that the user knows to be admitted before `t`; null without.
const KnownRefusal* latest_refusal(const UserState& user, const ContentId& declaration, Instant t);

/// The user has an obligation past its deadline.
bool overdue(const World& world, const PublicKey& user);

}  // namespace capmarket
