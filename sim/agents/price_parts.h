// Arithmetic of prices: parts of money in ten-thousandths, and draws between two bounds.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// `money` and that share of it, at most what the wire takes.
Money with_markup(Money money, std::int64_t share);
/// `money` less that share of it.
Money less_share(Money money, std::int64_t share);
/// The point between: `from` where share is 0, `to` where it is whole.
Money between(Money from, Money to, std::int64_t share);
/// Uniform over all amounts from `low` to `high`, both included; `low` where it is the higher one.
Money any_between(kernel::Stream& stream, Money low, Money high);

}  // namespace capmarket::agents
