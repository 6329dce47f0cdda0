#include "verify/question/checked_symbolic.h"

namespace capmarket::question {

CheckedSymbolic::Bool operator!(const CheckedSymbolic::Bool& a) { return {!a.value, a.poison}; }
CheckedSymbolic::Bool operator&&(const CheckedSymbolic::Bool& a, const CheckedSymbolic::Bool& b) {
  return {a.value && b.value, CheckedSymbolic::either(a.poison, b.poison)};
}
CheckedSymbolic::Bool operator||(const CheckedSymbolic::Bool& a, const CheckedSymbolic::Bool& b) {
  return {a.value || b.value, CheckedSymbolic::either(a.poison, b.poison)};
}
CheckedSymbolic::Bool operator==(const CheckedSymbolic::Bool& a, const CheckedSymbolic::Bool& b) {
  return {a.value == b.value, CheckedSymbolic::either(a.poison, b.poison)};
}
CheckedSymbolic::Bool operator!=(const CheckedSymbolic::Bool& a, const CheckedSymbolic::Bool& b) {
  return !(a == b);
}
CheckedSymbolic::Int operator+(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return CheckedSymbolic::ranged(a.value + b.value, CheckedSymbolic::either(a.poison, b.poison),
                                 a.low + b.low, a.high + b.high);
}
CheckedSymbolic::Int operator-(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return CheckedSymbolic::ranged(a.value - b.value, CheckedSymbolic::either(a.poison, b.poison),
                                 a.low - b.high, a.high - b.low);
}
CheckedSymbolic::Int operator-(const CheckedSymbolic::Int& a) {
  return CheckedSymbolic::integer(0) - a;
}
CheckedSymbolic::Int operator*(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  auto [low, high] = std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return CheckedSymbolic::ranged(a.value * b.value, CheckedSymbolic::either(a.poison, b.poison),
                                 low, high);
}
CheckedSymbolic::Bool operator<(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return {a.value < b.value, CheckedSymbolic::either(a.poison, b.poison)};
}
CheckedSymbolic::Bool operator<=(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return {a.value <= b.value, CheckedSymbolic::either(a.poison, b.poison)};
}
CheckedSymbolic::Bool operator>(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return b < a;
}
CheckedSymbolic::Bool operator>=(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return b <= a;
}
CheckedSymbolic::Bool operator==(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return {a.value == b.value, CheckedSymbolic::either(a.poison, b.poison)};
}
CheckedSymbolic::Bool operator!=(const CheckedSymbolic::Int& a, const CheckedSymbolic::Int& b) {
  return !(a == b);
}
CheckedSymbolic::Bool CheckedSymbolic::boolean(bool v) {
  return {smt::Symbolic::boolean(v), std::nullopt};
}
CheckedSymbolic::Int CheckedSymbolic::integer(std::int64_t v) {
  return {smt::Symbolic::integer(v), std::nullopt, v, v};
}
CheckedSymbolic::Int CheckedSymbolic::within(const smt::Symbolic::Int& term, std::int64_t low,
                                             std::int64_t high) {
  return {term, std::nullopt, low, high};
}
CheckedSymbolic::Int CheckedSymbolic::select(const Bool& c, const Int& a, const Int& b) {
  return {smt::Symbolic::select(c.value, a.value, b.value),
          either(c.poison, chosen(c, a.poison, b.poison)), std::min(a.low, b.low),
          std::max(a.high, b.high)};
}
CheckedSymbolic::Bool CheckedSymbolic::select(const Bool& c, const Bool& a, const Bool& b) {
  return {smt::Symbolic::select(c.value, a.value, b.value),
          either(c.poison, chosen(c, a.poison, b.poison))};
}
CheckedSymbolic::Int CheckedSymbolic::mul_div_floor(const Int& a, std::int64_t num,
                                                    std::int64_t den) {
  // In braces: the other form returns references to these two, which are gone then.
  auto [low, high] = std::minmax({floor_div(a.low * num, den), floor_div(a.high * num, den)});
  return ranged(smt::Symbolic::mul_div_floor(a.value, num, den), a.poison, low, high);
}
CheckedSymbolic::Int CheckedSymbolic::div_floor(const Int& a, std::int64_t den) {
  return {smt::Symbolic::mul_div_floor(a.value, 1, den), a.poison, floor_div(a.low, den),
          floor_div(a.high, den)};
}
CheckedSymbolic::Int CheckedSymbolic::mod_floor(const Int& a, std::int64_t den) {
  smt::Symbolic::Int whole = smt::Symbolic::mul_div_floor(a.value, 1, den);
  return {a.value - whole * smt::Symbolic::integer(den), a.poison, 0, den - 1};
}
smt::Symbolic::Bool CheckedSymbolic::holds(const Bool& b) {
  return b.poison ? b.value && !*b.poison : b.value;
}
smt::Symbolic::Bool CheckedSymbolic::poisoned(const Poison& p) {
  return p ? *p : smt::Symbolic::boolean(false);
}
CheckedSymbolic::Poison CheckedSymbolic::either(const Poison& a, const Poison& b) {
  if (!a) return b;
  return b ? Poison(*a || *b) : a;
}
CheckedSymbolic::Int CheckedSymbolic::ranged(smt::Symbolic::Int term, Poison poison, Int128 low,
                                             Int128 high) {
  if (high > kMost)
    poison =
        either(poison, term > smt::Symbolic::integer(std::numeric_limits<std::int64_t>::max()));
  if (low < kLeast)
    poison =
        either(poison, term < smt::Symbolic::integer(std::numeric_limits<std::int64_t>::min()));
  return {std::move(term), std::move(poison), std::clamp(low, kLeast, kMost),
          std::clamp(high, kLeast, kMost)};
}
CheckedSymbolic::Poison CheckedSymbolic::chosen(const Bool& c, const Poison& a, const Poison& b) {
  if (!a && !b) return std::nullopt;
  return smt::Symbolic::select(c.value, poisoned(a), poisoned(b));
}
CheckedSymbolic::Int CheckedSymbolicUp::mul_div_floor(const Int& a, std::int64_t num,
                                                      std::int64_t den) {
  return -CheckedSymbolic::mul_div_floor(-a, num, den);
}

}  // namespace capmarket::question
