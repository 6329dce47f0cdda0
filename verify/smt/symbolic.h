// The solver's domain: the same predicate that decides over `Concrete` becomes a formula over it.
//
// z3::expr converts to `bool` silently ("the handle is not null"), so `if (e > 0)` compiles and is
// wrong; the wrappers here have no such conversion.
// Source: docs/explanation/architecture.md#the-predicate-over-a-domain.
#pragma once

#include <z3++.h>

#include <cstdint>
#include <optional>
#include <string>

#include "model/base/check.h"

namespace capmarket::smt {

/// The solver context of this thread while it lives; scopes nest. Terms must die before their
/// scope.
class SymbolicScope {
 public:
  SymbolicScope();
  ~SymbolicScope();
  SymbolicScope(const SymbolicScope&) = delete;
  SymbolicScope& operator=(const SymbolicScope&) = delete;
  /// The innermost scope's context. CHECKs that there is one.
  static z3::context& context();

 private:
  z3::context context_;
  SymbolicScope* outer_;
};

/// A domain of the clauses: booleans and integers are terms of the solver. Nothing of it is inline:
/// the formulas of one clause call it thousands of times, and inlined they took the compiler minutes.
struct Symbolic {
  class Int;

  /// A boolean term; null by default, as the structs of facts begin.
  class Bool {
   public:
    Bool();
    explicit Bool(z3::expr term);
    Bool(const Bool& other);
    Bool(Bool&& other) noexcept;
    Bool& operator=(const Bool& other);
    Bool& operator=(Bool&& other) noexcept;
    ~Bool();
    static Bool fresh(const std::string& name);
    explicit operator bool() const = delete;
    const z3::expr& term() const;
    friend Bool operator!(const Bool& a);
    friend Bool operator&&(const Bool& a, const Bool& b);
    friend Bool operator||(const Bool& a, const Bool& b);
    friend Bool operator==(const Bool& a, const Bool& b);
    friend Bool operator!=(const Bool& a, const Bool& b);

   private:
    std::optional<z3::expr> term_;
  };

  /// A term over the mathematical integers: it neither overflows nor truncates (theorem
  /// `no-overflow` closes that gap).
  class Int {
   public:
    Int();
    explicit Int(z3::expr term);
    Int(const Int& other);
    Int(Int&& other) noexcept;
    Int& operator=(const Int& other);
    Int& operator=(Int&& other) noexcept;
    ~Int();
    static Int fresh(const std::string& name);
    const z3::expr& term() const;
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

   private:
    std::optional<z3::expr> term_;
  };

  static Bool boolean(bool v);
  static Int integer(std::int64_t v);
  static Int select(const Bool& c, const Int& a, const Int& b);
  static Bool select(const Bool& c, const Bool& a, const Bool& b);
  /// floor(a * num / den) toward minus infinity; precondition: den > 0. SMT-LIB's Euclidean `div`
  /// by a positive constant is the floor.
  static Int mul_div_floor(const Int& a, std::int64_t num, std::int64_t den);
};

/// A constant of the solver.
inline Symbolic::Int num(std::int64_t v) { return Symbolic::integer(v); }

}  // namespace capmarket::smt
