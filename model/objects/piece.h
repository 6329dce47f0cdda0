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
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "window", s.window);
    v(2, "quantity", s.quantity);
  }
};

}  // namespace capmarket::objects
