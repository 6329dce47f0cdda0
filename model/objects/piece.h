// A quantity over a window.
#pragma once

#include "model/base/integers.h"
#include "model/codec/fields.h"

namespace capmarket::objects {

/// `quantity` over `window`.
struct Piece {
  Window window;
  Quantity quantity;
  auto operator<=>(const Piece&) const = default;
  static constexpr auto fields() {
    using S = Piece;
    return std::tuple{codec::field(1, "window", &S::window), codec::field(2, "quantity", &S::quantity)};
  }
};

}  // namespace capmarket::objects
