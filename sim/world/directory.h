// Directory peers: they list declarations late, and have no authority; and the medium that brings an
// intent to holders. Both are no party: they know what there is, and nobody knows what they know.
// Source: docs/spec/semantics.md#modes.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

/// At most so many are named in a request: a user does not read the whole market.
inline constexpr std::size_t kNamedMax = 24;

/// At most so many where it takes parts: those it finds, with what else their holders declared.
inline constexpr std::size_t kNamedInPartsMax = 128;

/// Holders that an intent reaches: an answer takes its part of the asset whether it is used or not.
inline constexpr std::size_t kAnswersMax = 2;

/// Declarations of a class whose window contains `window`, where the user may settle, as its
/// directory lists them now, in an order keyed by the request. At most kNamedMax. None without a
/// directory, or cut off from it. `in_parts`: those whose window meets it, and behind them the
/// other such declarations of their holders; at most kNamedInPartsMax.
std::vector<party::ListingIndex> find_declarations(const World& world, party::UserIndex user,
                                                   const kernel::Entity& request,
                                                   party::ClassIndex class_index,
                                                   const Window& window, bool in_parts);

/// Holders of its class whom the intent of a request reaches, in an order keyed by the request; at
/// most kAnswersMax.
std::vector<party::HolderIndex> reached_by(const World& world, party::RequestIndex request);

}  // namespace capmarket::world
