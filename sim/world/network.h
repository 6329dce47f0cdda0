// The network: latency, loss with another try after a timeout, duplicates, messages that are
// overtaken, partitions. Source: docs/spec/scenarios.md#network.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

/// How long a message is tried before its sender knows that it did not arrive.
Duration silence(const World& world);

/// True at `t` while no message passes between the zones (none: of nobody).
bool partitioned(const World& world, party::ZoneIndex a, party::ZoneIndex b, Instant t);

/// When a message sent now arrives; empty when every try was lost.
std::optional<Instant> arrival(const World& world, const party::Sender& from, party::ZoneIndex to);
/// When what the chain sends arrives: it is asked until it answers. `of`: what it answers, or whose
/// news it is.
Instant arrival_from_chain(const World& world, const party::Sender& of, party::ZoneIndex to, Instant sent);

/// When a message sent now arrives, and when its duplicate does.
struct Delivery {
  Instant first;
  std::optional<Instant> second;
};
/// Both of a message sent now; empty when it was lost. Draws are keyed by the sender's message.
std::optional<Delivery> deliver(const World& world, const party::Sender& from, party::ZoneIndex to);

/// Sends a message: the event happens at its arrival, twice when it is duplicated. False when it
/// was lost.
template <kernel::EventKind kKind>
bool post(World& world, const party::Sender& from, party::ZoneIndex to, SubjectOf<kKind> subject,
          std::uint32_t occurrence = 0) {
  std::optional<Delivery> at = deliver(world, from, to);
  if (!at) return false;
  world.schedule<kKind>(at->first, subject, from, occurrence);
  if (at->second) world.schedule<kKind>(*at->second, subject, from, occurrence);
  return true;
}

/// The zone of directories or of the chain; none without one.
party::ZoneIndex zone_of(const World& world, std::string_view name);
/// The zone of who belongs to a group and stands at a place, made where there is none yet.
party::ZoneIndex zone_at(World& world, const std::string& name,
                         const std::optional<location::Location>& place,
                         const std::vector<scenarios::Absence>* away);
/// Once all zones are made: which link leads from each to each.
void join_zones(World& world);
/// The latency that a link gives between the two; null: that of all.
const scenarios::Distribution* link_between(const World& world, party::ZoneIndex a,
                                            party::ZoneIndex b);

/// From when on somebody of the zone is there: `t`, or the end of the absence that `t` lies in.
Instant present(const World& world, party::ZoneIndex zone, Instant t);
/// When whoever planned something for `t` is there to do it: an entity of a group that is away acts
/// when it is back.
Instant attended(const World& world, const kernel::Entity& who, Instant t);

}  // namespace capmarket::world
