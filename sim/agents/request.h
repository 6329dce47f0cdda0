// A user's request, from looking around to withdrawing it.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Finds what is listed for the request; asks around by an intent where that is the mode, or
/// nothing listed is free; else issues it. Its place among the requests.
world::RequestIndex look_for(world::World& world, world::RequestState request);
/// The answers to an admitted intent are awaited; without one the request is issued at once.
void on_intent_receipt(world::World& world, world::RequestIndex request,
                       const world::Answer& answer);
/// Sends the request with what was found so far.
void issue_request(world::World& world, world::RequestIndex request);
/// An admitted request is negotiated, alone or with its bundle, and may be withdrawn later.
void on_request_receipt(world::World& world, world::RequestIndex request,
                        const world::Answer& answer);
/// Withdraws a request that the chain holds open.
void withdraw(world::World& world, world::RequestIndex request);

}  // namespace capmarket::agents
