// The mathematical step function at one arbitrary instant, over a domain, for INV-1.
// The real one is model/capacity/step_function.h; counterexamples are replayed on it.
#pragma once

#include <vector>

#include "model/base/concrete.h"

namespace capmarket::theorems {

/// A quantity over [from, until).
template <class D>
struct LoadPiece {
  typename D::Int from, until, quantity;
};

/// What a mutation turns round in the guard's reading of a piece.
enum class PieceEnds { half_open, start_excluded, ends_early };

/// Whether the instant lies in the piece.
template <class D>
typename D::Bool covers(const LoadPiece<D>& p, const typename D::Int& x,
                        PieceEnds ends = PieceEnds::half_open) {
  switch (ends) {
    case PieceEnds::half_open:
      return p.from <= x && x < p.until;
    case PieceEnds::start_excluded:
      return p.from < x && x < p.until;
    case PieceEnds::ends_early:
      return p.from <= x && x + D::integer(1) < p.until;
  }
  return D::boolean(false);
}

/// The quantity of the piece at the instant; zero outside.
template <class D>
typename D::Int value_at(const LoadPiece<D>& p, const typename D::Int& x,
                         PieceEnds ends = PieceEnds::half_open) {
  return D::select(covers<D>(p, x, ends), p.quantity, D::integer(0));
}

/// The sum over all pieces at the instant.
template <class D>
typename D::Int load_at(const std::vector<LoadPiece<D>>& pieces, const typename D::Int& x,
                        PieceEnds ends = PieceEnds::half_open) {
  auto sum = D::integer(0);
  for (const auto& p : pieces) sum = sum + value_at<D>(p, x, ends);
  return sum;
}

}  // namespace capmarket::theorems
