// The concrete domain: what decides in the simulator and on the chain. Checked 64-bit integers and
// booleans that remember an overflow: a poisoned result never holds
// (docs/spec/semantics.md#overflow).
//
// A domain D has D::Bool, D::Int, the operators below and the functions of `D`. Code written over a
// domain never branches on a domain value: it uses select(). `&&` and `||` do not short-circuit.
// The other domain is verify/smt/symbolic.h.
#pragma once

#include <cstdint>

#include "model/base/integers.h"

namespace capmarket {

/// The domain of 64-bit integers and booleans that remember an overflow.
struct Concrete {
  /// A truth value; where it is poisoned, `value` means nothing.
  struct Bool {
    bool value = false;
    bool poisoned = false;  // an overflow went into it

    friend Bool operator!(Bool a) { return {!a.value, a.poisoned}; }
    friend Bool operator&&(Bool a, Bool b) {
      return {a.value && b.value, a.poisoned || b.poisoned};
    }
    friend Bool operator||(Bool a, Bool b) {
      return {a.value || b.value, a.poisoned || b.poisoned};
    }
    friend Bool operator==(Bool a, Bool b) {
      return {a.value == b.value, a.poisoned || b.poisoned};
    }
    friend Bool operator!=(Bool a, Bool b) { return !(a == b); }
  };

  /// A 64-bit integer; where it is poisoned, `value` means nothing.
  struct Int {
    std::int64_t value = 0;
    bool poisoned = false;

    friend Int operator+(Int a, Int b) {
      Int r{0, a.poisoned || b.poisoned};
      r.poisoned |= __builtin_add_overflow(a.value, b.value, &r.value);
      return r;
    }
    friend Int operator-(Int a, Int b) {
      Int r{0, a.poisoned || b.poisoned};
      r.poisoned |= __builtin_sub_overflow(a.value, b.value, &r.value);
      return r;
    }
    friend Int operator-(Int a) { return Int{0, false} - a; }
    friend Int operator*(Int a, Int b) {
      Int r{0, a.poisoned || b.poisoned};
      r.poisoned |= __builtin_mul_overflow(a.value, b.value, &r.value);
      return r;
    }
    friend Bool operator<(Int a, Int b) { return {a.value < b.value, a.poisoned || b.poisoned}; }
    friend Bool operator<=(Int a, Int b) { return {a.value <= b.value, a.poisoned || b.poisoned}; }
    friend Bool operator>(Int a, Int b) { return b < a; }
    friend Bool operator>=(Int a, Int b) { return b <= a; }
    friend Bool operator==(Int a, Int b) { return {a.value == b.value, a.poisoned || b.poisoned}; }
    friend Bool operator!=(Int a, Int b) { return !(a == b); }
  };

  /// A constant truth value.
  static Bool boolean(bool v) { return {v, false}; }
  /// A constant integer.
  static Int integer(std::int64_t v) { return {v, false}; }
  /// `a` where `c` holds, else `b`; poisoned by `c` and by the chosen one.
  static Int select(Bool c, Int a, Int b) {
    Int r = c.value ? a : b;
    r.poisoned |= c.poisoned;
    return r;
  }
  /// The same of truth values.
  static Bool select(Bool c, Bool a, Bool b) {
    Bool r = c.value ? a : b;
    r.poisoned |= c.poisoned;
    return r;
  }
  /// floor(a * num / den) toward minus infinity; precondition: den > 0.
  static Int mul_div_floor(Int a, std::int64_t num, std::int64_t den) {
    auto r = ::capmarket::mul_div_floor(a.value, num, den);
    return {r.value_or(0), a.poisoned || !r.has_value()};
  }
  /// floor(a / den) toward minus infinity; precondition: den > 0.
  static Int div_floor(Int a, std::int64_t den) {
    return {static_cast<std::int64_t>(floor_div(a.value, den)), a.poisoned};
  }
  /// a - den * floor(a / den), from 0 to den - 1; precondition: den > 0.
  static Int mod_floor(Int a, std::int64_t den) {
    return {static_cast<std::int64_t>(a.value - floor_div(a.value, den) * den), a.poisoned};
  }
  /// What the concrete domain decides: true and computed without overflow.
  static bool holds(Bool b) { return b.value && !b.poisoned; }
};

/// Where `a` holds, so does `b`.
template <class D>
typename D::Bool implies(typename D::Bool a, typename D::Bool b) {
  return !a || b;
}
/// The lesser of two.
template <class D>
typename D::Int min_of(typename D::Int a, typename D::Int b) {
  return D::select(a < b, a, b);
}
/// The greater of two.
template <class D>
typename D::Int max_of(typename D::Int a, typename D::Int b) {
  return D::select(a < b, b, a);
}

}  // namespace capmarket
