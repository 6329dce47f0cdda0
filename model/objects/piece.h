// A quantity over a window.
#pragma once

#include "model/base/integers.h"
#include "model/codec/schema.h"

namespace capmarket {

/// `quantity` over `window`.
struct Piece {
  Window window;
  Quantity quantity;
  auto operator<=>(const Piece&) const = default;
  static constexpr auto fields() {
    using S = Piece;
    return std::tuple{field(1, "window", &S::window), field(2, "quantity", &S::quantity)};
  }
};

}  // namespace capmarket
