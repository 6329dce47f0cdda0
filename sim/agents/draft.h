// A settlement from the draft to all of its signatures: user, holders, coordinators.
#pragma once

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// The leg that would settle the offer to the request, without what it may displace, replaces or
/// must disclose.
objects::Leg leg_of(const world::World& world, world::RequestIndex request,
                    const world::Offer& offer, const DealRules& deal);
/// The user drafts and signs what the requests hold offers for, one leg each, and sends it to the
/// holders. An adversary spoils it here.
void draft_settlement(world::World& world, const std::vector<world::RequestIndex>& requests);
/// Sends a draft that is signed by all to the chain.
void submit_draft(world::World& world, world::DraftIndex draft);
/// Holder number `place` of the draft signs what it offered, and nothing else; the first one
/// collects all signatures, asks the coordinators, and submits.
void on_countersign(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// The signature of holder number `place` has reached the first.
void on_countersigned(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// The first holder waits no longer for signatures: what it signed binds it no more.
void on_unsigned_draft(world::World& world, world::DraftIndex draft);
/// Coordinator number `place` of the draft is asked: it answers after its delay, or not at all, as
/// where its book has no room.
void on_cosign(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// Coordinator number `place` has signed; the last one submits the draft.
void on_cosigned(world::World& world, world::DraftIndex draft, std::uint32_t place);
/// The user waits no longer for the chain to show the settlement: it asks the next holder.
void on_abandon(world::World& world, world::DraftIndex draft);
/// The readers learn how the settlement was decided: what its holders and coordinators among them
/// signed stands on the chain that they know, or never will.
void on_settlement_known(world::World& world, world::DraftIndex draft,
                         world::ReadersIndex readers);
/// The first holder notices that it never reached the chain.
void on_settlement_unsent(world::World& world, world::DraftIndex draft);
/// The user learns of it, a refusal in hand where there was one, and goes on.
void on_settlement_decided(world::World& world, world::DraftIndex draft,
                           const world::Answer& answer);

}  // namespace capmarket::agents
