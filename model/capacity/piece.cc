#include "model/capacity/piece.h"

#include <algorithm>

namespace capmarket::capacity {

std::vector<Instant> cuts(const std::vector<objects::Piece>& pieces, const Window& window) {
  std::vector<Instant> out{window.from};
  for (const objects::Piece& p : pieces)
    for (Instant t : {p.window.from, p.window.until})
      if (window.contains(t)) out.push_back(t);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Quantity value_at(const Pieces& pieces, Instant t) {
  Quantity sum;
  for (const objects::Piece& p : pieces)
    if (p.window.contains(t)) sum += p.quantity;
  return sum;
}

Pieces changed(const Pieces& pieces, const Window& window, Quantity quantity) {
  std::vector<objects::Piece> all = pieces;
  if (!window.empty() && quantity.value != 0) all.push_back({window, quantity});
  std::vector<Instant> bounds;
  for (const objects::Piece& p : all) {
    bounds.push_back(p.window.from);
    bounds.push_back(p.window.until);
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  Pieces out;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    Quantity q = value_at(all, bounds[i]);
    if (q.value == 0) continue;
    if (!out.empty() && out.back().window.until == bounds[i] && out.back().quantity == q)
      out.back().window.until = bounds[i + 1];
    else
      out.push_back({{bounds[i], bounds[i + 1]}, q});
  }
  return out;
}

Pieces inside(const Pieces& pieces, const Window& window) {
  Pieces out;
  for (const objects::Piece& p : pieces) {
    Window w{std::max(p.window.from, window.from), std::min(p.window.until, window.until)};
    if (!w.empty()) out = changed(out, w, p.quantity);
  }
  return out;
}

Quantity least(const Pieces& pieces, const Window& window) {
  if (window.empty()) return Quantity(0);
  std::optional<Quantity> out;
  for (Instant t : cuts(pieces, window)) {
    Quantity q = value_at(pieces, t);
    if (!out || q < *out) out = q;
  }
  return *out;
}

Pieces lesser(const Pieces& a, const Pieces& b) {
  Pieces out;
  for (const objects::Piece& p : a)
    for (const objects::Piece& q : b) {
      Window w{std::max(p.window.from, q.window.from), std::min(p.window.until, q.window.until)};
      if (!w.empty()) out = changed(out, w, std::min(p.quantity, q.quantity));
    }
  return out;
}

Volume volume_of(const Pieces& pieces) {
  Volume out;
  for (const objects::Piece& p : pieces) out += volume_of(p.quantity, p.window.length());
  return out;
}

Int128 max_with(const StepFunction& f, const Window& window, const std::vector<objects::Piece>& extras) {
  std::vector<Instant> bounds = cuts(extras, window);
  bounds.push_back(window.until);
  std::optional<Int128> best;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    Int128 sum = f.max({bounds[i], bounds[i + 1]}).value;
    for (const objects::Piece& p : extras)
      if (p.window.contains(bounds[i])) sum += p.quantity.value;
    if (!best || sum > *best) best = sum;
  }
  return *best;
}

}  // namespace capmarket::capacity
