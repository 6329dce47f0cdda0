#include "verify/smt/symbolic.h"

namespace capmarket::smt {
namespace {
thread_local SymbolicScope* current_scope = nullptr;
}  // namespace

SymbolicScope::SymbolicScope() : outer_(current_scope) { current_scope = this; }
SymbolicScope::~SymbolicScope() { current_scope = outer_; }

z3::context& SymbolicScope::context() {
  CHECK(current_scope != nullptr);
  return current_scope->context_;
}

Symbolic::Bool::Bool() = default;
Symbolic::Bool::Bool(z3::expr term) : term_(std::move(term)) {}
Symbolic::Bool::Bool(const Bool& other) = default;
Symbolic::Bool::Bool(Bool&& other) noexcept = default;
Symbolic::Bool& Symbolic::Bool::operator=(const Bool& other) = default;
Symbolic::Bool& Symbolic::Bool::operator=(Bool&& other) noexcept = default;
Symbolic::Bool::~Bool() = default;
const z3::expr& Symbolic::Bool::term() const {
  CHECK(term_.has_value());
  return *term_;
}

Symbolic::Int::Int() = default;
Symbolic::Int::Int(z3::expr term) : term_(std::move(term)) {}
Symbolic::Int::Int(const Int& other) = default;
Symbolic::Int::Int(Int&& other) noexcept = default;
Symbolic::Int& Symbolic::Int::operator=(const Int& other) = default;
Symbolic::Int& Symbolic::Int::operator=(Int&& other) noexcept = default;
Symbolic::Int::~Int() = default;
const z3::expr& Symbolic::Int::term() const {
  CHECK(term_.has_value());
  return *term_;
}

Symbolic::Bool operator!(const Symbolic::Bool& a) { return Symbolic::Bool(!a.term()); }
Symbolic::Bool operator&&(const Symbolic::Bool& a, const Symbolic::Bool& b) {
  return Symbolic::Bool(a.term() && b.term());
}
Symbolic::Bool operator||(const Symbolic::Bool& a, const Symbolic::Bool& b) {
  return Symbolic::Bool(a.term() || b.term());
}
Symbolic::Bool operator==(const Symbolic::Bool& a, const Symbolic::Bool& b) {
  return Symbolic::Bool(a.term() == b.term());
}
Symbolic::Bool operator!=(const Symbolic::Bool& a, const Symbolic::Bool& b) {
  return Symbolic::Bool(a.term() != b.term());
}
Symbolic::Int operator+(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Int(a.term() + b.term());
}
Symbolic::Int operator-(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Int(a.term() - b.term());
}
Symbolic::Int operator-(const Symbolic::Int& a) { return Symbolic::Int(-a.term()); }
Symbolic::Int operator*(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Int(a.term() * b.term());
}
Symbolic::Bool operator<(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Bool(a.term() < b.term());
}
Symbolic::Bool operator<=(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Bool(a.term() <= b.term());
}
Symbolic::Bool operator>(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Bool(a.term() > b.term());
}
Symbolic::Bool operator>=(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Bool(a.term() >= b.term());
}
Symbolic::Bool operator==(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Bool(a.term() == b.term());
}
Symbolic::Bool operator!=(const Symbolic::Int& a, const Symbolic::Int& b) {
  return Symbolic::Bool(a.term() != b.term());
}

Symbolic::Bool Symbolic::Bool::fresh(const std::string& name) {
  return Bool(SymbolicScope::context().bool_const(name.c_str()));
}

Symbolic::Int Symbolic::Int::fresh(const std::string& name) {
  return Int(SymbolicScope::context().int_const(name.c_str()));
}

Symbolic::Bool Symbolic::boolean(bool v) { return Bool(SymbolicScope::context().bool_val(v)); }

Symbolic::Int Symbolic::integer(std::int64_t v) { return Int(SymbolicScope::context().int_val(v)); }

Symbolic::Int Symbolic::select(const Bool& c, const Int& a, const Int& b) {
  return Int(z3::ite(c.term(), a.term(), b.term()));
}

Symbolic::Bool Symbolic::select(const Bool& c, const Bool& a, const Bool& b) {
  return Bool(z3::ite(c.term(), a.term(), b.term()));
}

Symbolic::Int Symbolic::mul_div_floor(const Int& a, std::int64_t num, std::int64_t den) {
  CHECK(den > 0, den);
  return Int(a.term() * integer(num).term() / integer(den).term());
}

}  // namespace capmarket::smt
