#include "verify/smt/symbolic.h"

#include <boost/multiprecision/cpp_int.hpp>

namespace capmarket::smt {
namespace {
thread_local SymbolicScope* current_scope = nullptr;

using Wide = boost::multiprecision::cpp_int;

std::optional<Wide> constant(const z3::expr& e) {
  if (!e.is_numeral()) return std::nullopt;
  return Wide(Z3_get_numeral_string(e.ctx(), e));
}

/// floor(times * of / by), with times and by positive.
struct Floor {
  z3::expr of;
  Wide times, by;
};

std::optional<Floor> floor_of(const z3::expr& e) {
  if (!e.is_app() || e.decl().decl_kind() != Z3_OP_IDIV) return std::nullopt;
  auto by = constant(e.arg(1));
  const z3::expr dividend = e.arg(0);
  if (!by || *by <= 0 || !dividend.is_app() || dividend.decl().decl_kind() != Z3_OP_MUL ||
      dividend.num_args() != 2)
    return std::nullopt;
  auto times = constant(dividend.arg(1));
  if (!times || *times <= 0) return std::nullopt;
  return Floor{dividend.arg(0), *times, *by};
}

/// Whether the floor is at most `c`.
Symbolic::Bool below(Floor floor, Wide c) {
  for (;;) {
    const Wide most = (c + 1) * floor.by - 1;  // of times * of
    c = most / floor.times;
    if (most < 0 && most % floor.times != 0) --c;
    auto inner = floor_of(floor.of);
    if (!inner) break;
    floor = *inner;
  }
  z3::context& context = SymbolicScope::context();
  return Symbolic::Bool(floor.of <= context.int_val(c.str().c_str()));
}

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
// A floor against a constant is the dividend against another one, so that no chain of floors is
// ever the solver's to undo: there its numbers grow with every link, in steps that it does not
// count.
Symbolic::Bool operator<(const Symbolic::Int& a, const Symbolic::Int& b) {
  if (auto floor = floor_of(a.term()))
    if (auto c = constant(b.term())) return below(*floor, *c - 1);
  if (auto floor = floor_of(b.term()))
    if (auto c = constant(a.term())) return !below(*floor, *c);
  return Symbolic::Bool(a.term() < b.term());
}
Symbolic::Bool operator<=(const Symbolic::Int& a, const Symbolic::Int& b) {
  if (auto floor = floor_of(a.term()))
    if (auto c = constant(b.term())) return below(*floor, *c);
  if (auto floor = floor_of(b.term()))
    if (auto c = constant(a.term())) return !below(*floor, *c - 1);
  return Symbolic::Bool(a.term() <= b.term());
}
Symbolic::Bool operator>(const Symbolic::Int& a, const Symbolic::Int& b) { return b < a; }
Symbolic::Bool operator>=(const Symbolic::Int& a, const Symbolic::Int& b) { return b <= a; }
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
