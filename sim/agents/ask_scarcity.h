// Its cost, and more the more of its declaration is taken: granted as far as the chain has shown it,
// and promised or signed since.
#pragma once

#include <algorithm>

#include "sim/agents/asks.h"
#include "sim/agents/price_parts.h"

namespace capmarket::agents {

inline Money ask_scarcity(const party::HolderView& v, const AskedFor& asked, Parameters parameters) {
  const party::Listing& l = v.market.listing(asked.listing);
  const chain::DeclarationRecord* d = v.seen().declaration(l.declaration);
  if (d == nullptr || l.quantity.value <= 0) return v.me.ask;
  const Int128 taken =
      Int128{d->taken.max(asked.window).value} +
      v.me.book.committed(static_cast<std::uint32_t>(asked.listing.place()), asked.window, v.now)
          .value;
  const Int128 share = std::min<Int128>(taken * parameters[0] / l.quantity.value, parameters[0]);
  return with_markup(v.me.ask, static_cast<std::int64_t>(share));
}

}  // namespace capmarket::agents
