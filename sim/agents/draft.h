// A settlement from the draft to all of its signatures: user, holders, coordinators.
#pragma once

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// The leg that would settle the offer to the request, without what it may displace.
objects::Leg leg_of(const world::World& world, world::RequestIndex request,
                    const world::Offer& offer, const DealRules& deal, Instant signed_at);
/// The user drafts and signs what the requests hold offers for, one leg each, and sends it to the
/// holders. An adversary spoils it here.
void draft_settlement(world::World& world, const std::vector<world::RequestIndex>& requests);
/// Sends a draft that is signed by all to the chain.
void submit_draft(world::World& world, world::DraftIndex draft);
/// Holder number `place` of the draft signs; the last one asks the coordinators, or submits.
void on_countersign(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// Coordinator number `place` of the draft is asked: it answers after its delay, or not at all.
void on_cosign(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// Coordinator number `place` has signed; the last one submits the draft.
void on_cosigned(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// Gives up a draft that is not signed by all.
void on_abandon(world::World& world, world::DraftIndex draft);
/// What the holders promised stands on the chain now, or never will.
void clear_promises(world::World& world, world::DraftIndex draft);
/// The user goes on after a decision, a refusal in hand where there was one.
void on_settlement_receipt(world::World& world, world::DraftIndex draft,
                           const world::Answer& answer);

}  // namespace capmarket::agents
