// Directory peers: they list declarations late, and have no authority; and the medium that brings an
// intent to holders. Both are no party: they know what there is, and nobody knows what they know.
// Source: docs/spec/semantics.md#modes.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

/// Declarations of a class whose window contains `window`, where the user may settle, as its
/// directory lists them now, in an order keyed by the request. At most `discovery.named`. None without a
/// directory, or cut off from it. `in_parts`: those whose window meets it, and behind them the
/// other such declarations of their holders; at most `discovery.named_in_parts`.
std::vector<party::ListingIndex> find_declarations(const World& world, party::UserIndex user,
                                                   const kernel::Entity& request,
                                                   party::ClassIndex class_index,
                                                   const Window& window, bool in_parts);

/// Holders of its class whom the intent of a request reaches, in an order keyed by the request; at
/// most `discovery.answers`.
std::vector<party::HolderIndex> reached_by(const World& world, party::RequestIndex request);

}  // namespace capmarket::world
