// What a deal between a user and a holder stands under, as both read it on the chain: the rule, the
// reconciliation policy, the coordinators, the room that is left.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Pointers are into the chain's state: they die with the next entry.
struct DealRules {
  world::RuleIndex rule_index;
  const rules::Rule* rule = nullptr;  // the leg's, with its catalog; the others by the policy
  const rules::Rule* tiers = nullptr;
  const rules::Rule* price = nullptr;
  const rules::Rule* fallback = nullptr;
  std::optional<ContentId> policy;
  std::vector<world::CoordinatorIndex> coordinators;  // whose signatures the rule asks for
};

/// The rules of a leg signed at `t`; empty where there is no rule, no strategy, no coordinator or
/// no policy between the jurisdictions, or the place is outside the user's scope (an adversary that
/// escapes its scope does not care).
std::optional<DealRules> deal_rules_for(const world::World& world, world::UserIndex user,
                                        const world::Listing& listing,
                                        world::ClassIndex class_index, Instant t);

/// The user may settle with the holder at all: its scope or a policy reaches there.
bool reaches(const world::World& world, const world::UserState& user,
             const world::HolderState& holder);

/// Quantity that is free over the whole window under all limits that the chain enforces, less what
/// the holder has promised; under peer coordination also the agreed share.
Quantity room_for(const world::World& world, world::ListingIndex listing, const DealRules& deal,
                  const std::string& tier, const Window& window);

/// What a quota of a user leaves that user of the tier over the whole window, beside `others`,
/// which it is offered as well; the largest quantity without such a quota.
Quantity left_of_user(const world::World& world, const PublicKey& user, const DealRules& deal,
                      const std::string& tier, const Window& window,
                      std::vector<objects::Piece> others);

/// Latest refusal with a declaration that the user knows to be admitted before `t`; null without.
const world::KnownRefusal* latest_refusal(const world::UserState& user,
                                          const ContentId& declaration, Instant t);

/// The user has an obligation past its deadline.
bool overdue(const world::World& world, const PublicKey& user);

}  // namespace capmarket::agents
