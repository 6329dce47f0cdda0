// Directory peers: they list declarations late, and have no authority.
// Source: docs/spec/semantics.md#modes.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// At most so many are named in a request: a user does not read the whole market.
inline constexpr std::size_t kNamedMax = 24;

/// At most so many where it takes parts: those it finds, with what else their holders declared.
inline constexpr std::size_t kNamedInPartsMax = 128;

/// Declarations of a class whose window contains `window`, where the user may settle, as its
/// directory lists them now, in an order keyed by the request. At most kNamedMax. None without a
/// directory, or cut off from it. `in_parts`: those whose window meets it, and behind them the
/// other such declarations of their holders; at most kNamedInPartsMax.
std::vector<world::ListingIndex> find_declarations(const world::World& world, world::UserIndex user,
                                                   const kernel::Entity& request,
                                                   world::ClassIndex class_index,
                                                   const Window& window, bool in_parts);

}  // namespace capmarket::agents
