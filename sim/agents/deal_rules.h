// What a deal between a user and a holder stands under, as somebody reads it on the chain that
// reached him: the rule, the reconciliation policy, the coordinators, the room that is left.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Pointers are into the state that was read: they die when more of the chain reaches it.
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
std::optional<DealRules> deal_rules_for(const world::World& world, const chain::ChainState& seen,
                                        world::UserIndex user, const world::Listing& listing,
                                        world::ClassIndex class_index, Instant t);

/// The user may settle with the holder at all: its scope or a policy reaches there.
bool reaches(const world::World& world, const world::UserState& user,
             const world::HolderState& holder);

/// Quantity that is free over the whole window under all limits that the chain enforces, as far as
/// it was seen; under peer coordination also the agreed share.
Quantity free_of(const world::World& world, const chain::ChainState& seen,
                 world::ListingIndex listing, const DealRules& deal, const std::string& tier,
                 const Window& window);
/// The same as its holder knows it: less what it promised and signed, and has not seen published.
Quantity room_for(const world::World& world, world::ListingIndex listing, const DealRules& deal,
                  const std::string& tier, const Window& window);

/// What a quota of a user leaves that user of the tier over the whole window, beside `others`,
/// which it is offered as well; the largest quantity without such a quota.
Quantity left_of_user(const chain::ChainState& seen, const PublicKey& user, const DealRules& deal,
                      const std::string& tier, const Window& window,
                      std::vector<objects::Piece> others);

/// Latest refusal with a declaration that the user knows to be admitted before `t`; null without.
const world::KnownRefusal* latest_refusal(const world::UserState& user,
                                          const ContentId& declaration, Instant t);

/// The user has an obligation past its deadline.
bool overdue(const chain::ChainState& seen, const PublicKey& user, Instant now);

}  // namespace capmarket::agents
