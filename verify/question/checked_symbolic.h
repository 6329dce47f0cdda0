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

/// A domain of expressions: terms with the bounds that they keep and the cases in which they
/// overflow.
struct CheckedSymbolic {
  /// Absent: never poisoned.
  using Poison = std::optional<smt::Symbolic::Bool>;

  struct Bool {
    smt::Symbolic::Bool value;
    Poison poison;

    friend Bool operator!(const Bool& a) { return {!a.value, a.poison}; }
    friend Bool operator&&(const Bool& a, const Bool& b) {
      return {a.value && b.value, either(a.poison, b.poison)};
    }
    friend Bool operator||(const Bool& a, const Bool& b) {
      return {a.value || b.value, either(a.poison, b.poison)};
    }
    friend Bool operator==(const Bool& a, const Bool& b) {
      return {a.value == b.value, either(a.poison, b.poison)};
    }
    friend Bool operator!=(const Bool& a, const Bool& b) { return !(a == b); }
  };

  /// Where it is not poisoned, low <= value <= high, inside 64 bits.
  struct Int {
    smt::Symbolic::Int value;
    Poison poison;
    Int128 low = 0, high = 0;

    friend Int operator+(const Int& a, const Int& b) {
      return ranged(a.value + b.value, either(a.poison, b.poison), a.low + b.low, a.high + b.high);
    }
    friend Int operator-(const Int& a, const Int& b) {
      return ranged(a.value - b.value, either(a.poison, b.poison), a.low - b.high, a.high - b.low);
    }
    friend Int operator-(const Int& a) { return integer(0) - a; }
    friend Int operator*(const Int& a, const Int& b) {
      auto [low, high] =
          std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
      return ranged(a.value * b.value, either(a.poison, b.poison), low, high);
    }
    friend Bool operator<(const Int& a, const Int& b) {
      return {a.value < b.value, either(a.poison, b.poison)};
    }
    friend Bool operator<=(const Int& a, const Int& b) {
      return {a.value <= b.value, either(a.poison, b.poison)};
    }
    friend Bool operator>(const Int& a, const Int& b) { return b < a; }
    friend Bool operator>=(const Int& a, const Int& b) { return b <= a; }
    friend Bool operator==(const Int& a, const Int& b) {
      return {a.value == b.value, either(a.poison, b.poison)};
    }
    friend Bool operator!=(const Int& a, const Int& b) { return !(a == b); }
  };

  static Bool boolean(bool v) { return {smt::Symbolic::boolean(v), std::nullopt}; }
  static Int integer(std::int64_t v) { return {smt::Symbolic::integer(v), std::nullopt, v, v}; }
  /// A term that the premises of every query keep inside [low, high].
  static Int within(const smt::Symbolic::Int& term, std::int64_t low, std::int64_t high) {
    return {term, std::nullopt, low, high};
  }
  static Int select(const Bool& c, const Int& a, const Int& b) {
    return {smt::Symbolic::select(c.value, a.value, b.value),
            either(c.poison, chosen(c, a.poison, b.poison)), std::min(a.low, b.low),
            std::max(a.high, b.high)};
  }
  static Bool select(const Bool& c, const Bool& a, const Bool& b) {
    return {smt::Symbolic::select(c.value, a.value, b.value),
            either(c.poison, chosen(c, a.poison, b.poison))};
  }
  /// floor(a * num / den) toward minus infinity; precondition: den > 0.
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den) {
    // In braces: the other form returns references to these two, which are gone then.
    auto [low, high] = std::minmax({floor_div(a.low * num, den), floor_div(a.high * num, den)});
    return ranged(smt::Symbolic::mul_div_floor(a.value, num, den), a.poison, low, high);
  }
  /// What the concrete domain decides: true and computed without overflow.
  static smt::Symbolic::Bool holds(const Bool& b) {
    return b.poison ? b.value && !*b.poison : b.value;
  }
  static smt::Symbolic::Bool poisoned(const Poison& p) {
    return p ? *p : smt::Symbolic::boolean(false);
  }

  static Poison either(const Poison& a, const Poison& b) {
    if (!a) return b;
    return b ? Poison(*a || *b) : a;
  }

  static constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  static constexpr Int128 kLeast = std::numeric_limits<std::int64_t>::min();

  static Int ranged(smt::Symbolic::Int term, Poison poison, Int128 low, Int128 high) {
    if (high > kMost)
      poison =
          either(poison, term > smt::Symbolic::integer(std::numeric_limits<std::int64_t>::max()));
    if (low < kLeast)
      poison =
          either(poison, term < smt::Symbolic::integer(std::numeric_limits<std::int64_t>::min()));
    return {std::move(term), std::move(poison), std::clamp(low, kLeast, kMost),
            std::clamp(high, kLeast, kMost)};
  }

 private:
  static Poison chosen(const Bool& c, const Poison& a, const Poison& b) {
    if (!a && !b) return std::nullopt;
    return smt::Symbolic::select(c.value, poisoned(a), poisoned(b));
  }
};

/// The same with ratios rounded up: what an amount would be, were it not rounded away.
struct CheckedSymbolicUp : CheckedSymbolic {
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den) {
    return -CheckedSymbolic::mul_div_floor(-a, num, den);
  }
};

}  // namespace capmarket::question
