// How a trader of Cliff's learns from a dealing: it moves its price towards a target a little beyond
// the price of the dealing, and keeps some of its last step. Here a trader hears its own dealings
// alone. Source: Cliff 1997 (HPL-97-91), section 4; docs/spec/scenarios.md#strategies.
#pragma once

#include <cstdint>
#include <span>

#include "sim/party/views.h"

namespace capmarket::agents {

/// In millionths of the trader's cost or value: fine enough that small steps are none of rounding.
inline constexpr std::int64_t kZipUnit = 1'000'000;
/// A margin stays below this, so that no product leaves 128 bits.
inline constexpr std::int64_t kZipMarginMax = 1'000 * kZipUnit;

/// The parameters of both sides, in the order of the table.
enum class ZipParameter : std::uint8_t { margin, rate, momentum, spread };
std::int64_t zip_parameter(std::span<const std::int64_t> parameters, ZipParameter which);

/// The margin on its limit, as it stands.
std::int64_t zip_margin(party::Lesson& lesson, std::span<const std::int64_t> parameters);

/// After a dealing at `price`, of a trader with that limit: it asks or bids more next time, or less.
/// `sign` is 1 of a seller, whose margin adds to its limit, and -1 of a buyer. Nothing where the
/// limit is 0.
void zip_learn(const party::View& v, party::Draws& draws, party::Lesson& lesson,
               std::span<const std::int64_t> parameters, Money limit, Money price, bool more,
               int sign);

}  // namespace capmarket::agents
