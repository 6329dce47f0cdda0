// A user's side of a negotiation: ask one holder after the other, take or leave an offer.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Asks the next holder; once all were asked, again for displacing where the tier may; then turns
/// to the next loss to make up for, if any.
void ask_next(world::World& world, world::RequestIndex request);
/// Takes the offer by drafting the settlement, or lets it go and asks the next holder. One that
/// comes too late is let go; a second copy does nothing.
void on_offer(world::World& world, world::OfferIndex offer);
/// Nobody answered in time: asks the next.
void on_silence(world::World& world, world::ProposalIndex proposal);
/// Volume was lost: looks for it again, now or after what is under way.
void make_up_for(world::World& world, world::RequestIndex request,
                 const world::Shortfall& shortfall);

/// A request of the bundle was decided: once all are admitted, they are negotiated in turn.
void bundle_receipt(world::World& world, world::BundleIndex bundle, bool admitted);
/// The bundle's settlement was refused or given up: another round, at most three.
void retry_bundle(world::World& world, world::BundleIndex bundle);

/// Tells the holder that its offer is not taken; of one of nothing, nothing.
void let_go(world::World& world, world::RequestIndex request, const world::Offer& offer);

}  // namespace capmarket::agents
