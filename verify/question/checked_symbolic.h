// The checker's domain: the solver's integers, with what `Concrete` adds to them. An integer knows
// bounds of its value and, where those do not exclude an overflow, the condition under which
// `Concrete` is poisoned. Source: docs/spec/rules.md#two-readings.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "model/base/integers.h"
#include "verify/smt/symbolic.h"

namespace capmarket::question {

/// A domain of expressions (not inline, as `Symbolic`): terms with the bounds that they keep and
/// the cases in which they overflow.
struct CheckedSymbolic {
  /// Absent: never poisoned.
  using Poison = std::optional<smt::Symbolic::Bool>;

  struct Bool {
    smt::Symbolic::Bool value;
    Poison poison;

    friend Bool operator!(const Bool& a);
    friend Bool operator&&(const Bool& a, const Bool& b);
    friend Bool operator||(const Bool& a, const Bool& b);
    friend Bool operator==(const Bool& a, const Bool& b);
    friend Bool operator!=(const Bool& a, const Bool& b);
  };

  /// Where it is not poisoned, low <= value <= high, inside 64 bits.
  struct Int {
    smt::Symbolic::Int value;
    Poison poison;
    Int128 low = 0, high = 0;

    friend Int operator+(const Int& a, const Int& b);
    friend Int operator-(const Int& a, const Int& b);
    friend Int operator-(const Int& a);
    friend Int operator*(const Int& a, const Int& b);
    friend Bool operator<(const Int& a, const Int& b);
    friend Bool operator<=(const Int& a, const Int& b);
    friend Bool operator>(const Int& a, const Int& b);
    friend Bool operator>=(const Int& a, const Int& b);
    friend Bool operator==(const Int& a, const Int& b);
    friend Bool operator!=(const Int& a, const Int& b);
  };

  static Bool boolean(bool v);
  static Int integer(std::int64_t v);
  /// A term that the premises of every query keep inside [low, high].
  static Int within(const smt::Symbolic::Int& term, std::int64_t low, std::int64_t high);
  static Int select(const Bool& c, const Int& a, const Int& b);
  static Bool select(const Bool& c, const Bool& a, const Bool& b);
  /// floor(a * num / den) toward minus infinity; precondition: den > 0.
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den);
  /// floor(a / den) toward minus infinity, and what is left; precondition: den > 0.
  static Int div_floor(const Int& a, std::int64_t den);
  static Int mod_floor(const Int& a, std::int64_t den);
  /// What the concrete domain decides: true and computed without overflow.
  static smt::Symbolic::Bool holds(const Bool& b);
  static smt::Symbolic::Bool poisoned(const Poison& p);

  static Poison either(const Poison& a, const Poison& b);

  static constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  static constexpr Int128 kLeast = std::numeric_limits<std::int64_t>::min();

  static Int ranged(smt::Symbolic::Int term, Poison poison, Int128 low, Int128 high);

 private:
  static Poison chosen(const Bool& c, const Poison& a, const Poison& b);
};

/// The same with ratios rounded up: what an amount would be, were it not rounded away.
struct CheckedSymbolicUp : CheckedSymbolic {
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den);
};

}  // namespace capmarket::question
