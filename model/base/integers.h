// Integers with meaning: mixing them does not compile. Every operator checks for overflow.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "model/base/check.h"

namespace capmarket {

/// A signed integer of 128 bits, for sums and products of 64-bit ones.
__extension__ using Int128 = __int128;

/// A 64-bit integer of one meaning. Sums and differences of the same meaning are checked: a value
/// that would leave 64 bits is our mistake (inputs are bounded when they are read), so it CHECKs;
/// the predicate, which must be total, computes in `Concrete` instead.
template <class Tag>
struct Strong {
  std::int64_t value = 0;

  constexpr Strong() = default;
  constexpr explicit Strong(std::int64_t v) : value(v) {}
  constexpr auto operator<=>(const Strong&) const = default;

  friend constexpr Strong operator+(Strong a, Strong b) {
    std::int64_t out = 0;
    CHECK(!__builtin_add_overflow(a.value, b.value, &out), a.value, b.value);
    return Strong(out);
  }
  friend constexpr Strong operator-(Strong a, Strong b) {
    std::int64_t out = 0;
    CHECK(!__builtin_sub_overflow(a.value, b.value, &out), a.value, b.value);
    return Strong(out);
  }
  constexpr Strong& operator+=(Strong b) { return *this = *this + b; }
  constexpr Strong& operator-=(Strong b) { return *this = *this - b; }
};

/// Nanoseconds.
struct DurationTag {};
using Duration = Strong<DurationTag>;

/// The class's smallest unit.
struct QuantityTag {};
using Quantity = Strong<QuantityTag>;

/// Ten-thousandths of the currency; a price is money per unit and hour.
struct MoneyTag {};
using Money = Strong<MoneyTag>;

/// Position on the chain, from 0 (the genesis).
struct SequenceTag {};
using Sequence = Strong<SequenceTag>;

/// A ratio, share, rate or weight in ten-thousandths of the whole.
struct BasisPointsTag {};
using BasisPoints = Strong<BasisPointsTag>;

/// Nanoseconds since the Unix epoch, UTC. Instants differ by durations and are never added.
struct Instant {
  std::int64_t value = 0;

  constexpr Instant() = default;
  constexpr explicit Instant(std::int64_t v) : value(v) {}
  constexpr auto operator<=>(const Instant&) const = default;

  friend constexpr Duration operator-(Instant a, Instant b) {
    return Duration(a.value) - Duration(b.value);
  }
  friend constexpr Instant operator+(Instant a, Duration d) {
    return Instant((Duration(a.value) + d).value);
  }
  friend constexpr Instant operator-(Instant a, Duration d) {
    return Instant((Duration(a.value) - d).value);
  }
};

/// The whole, in BasisPoints: what a product with a ratio is divided by.
inline constexpr std::int64_t kFullRatio = 10'000;

/// Nanoseconds of a second and of an hour.
inline constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr std::int64_t kNanosPerHour = 3600 * kNanosPerSecond;

/// Bound of every integer that is read from outside: two of them add up inside 64 bits.
inline constexpr std::int64_t kWireMax = (std::int64_t{1} << 62) - 1;
/// Later than every instant that is read from outside but itself: "never".
inline constexpr Instant kDistantFuture{kWireMax};

/// Half-open `[from, until)`; empty when until <= from.
struct Window {
  Instant from;
  Instant until;

  constexpr auto operator<=>(const Window&) const = default;
  constexpr bool empty() const { return until <= from; }
  constexpr Duration length() const { return until - from; }
  constexpr bool contains(Instant t) const { return from <= t && t < until; }
  constexpr bool contains(const Window& w) const { return from <= w.from && w.until <= until; }
  constexpr bool meets(const Window& w) const { return from < w.until && w.from < until; }
};

/// Quantity x time in unit-nanoseconds, 128 bit.
struct Volume {
  Int128 value = 0;

  constexpr auto operator<=>(const Volume&) const = default;
  constexpr Volume& operator+=(Volume b) {
    CHECK(!__builtin_add_overflow(value, b.value, &value));
    return *this;
  }
  constexpr Volume& operator-=(Volume b) {
    CHECK(!__builtin_sub_overflow(value, b.value, &value));
    return *this;
  }
  friend constexpr Volume operator+(Volume a, Volume b) { return a += b; }
  friend constexpr Volume operator-(Volume a, Volume b) { return a -= b; }
};

/// Quantity x duration in unit-nanoseconds; exact.
constexpr Volume volume_of(Quantity q, Duration d) {
  return Volume{static_cast<Int128>(q.value) * d.value};
}

/// Quotient of 128-bit integers rounded toward minus infinity. Precondition: `d` > 0.
constexpr Int128 floor_div(Int128 n, Int128 d) {
  Int128 q = n / d;
  return n % d != 0 && n < 0 ? q - 1 : q;
}

/// floor(a * num / den) toward minus infinity; empty where the result leaves 64 bits.
/// Precondition: `den` > 0. Source: docs/spec/semantics.md#value.
constexpr std::optional<std::int64_t> mul_div_floor(std::int64_t a, std::int64_t num,
                                                    std::int64_t den) {
  Int128 q = floor_div(static_cast<Int128>(a) * num, den);
  if (q > std::numeric_limits<std::int64_t>::max() || q < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return static_cast<std::int64_t>(q);
}

/// V(price, volume) = floor(price x volume / 3.6e12); empty where a product leaves 128 bits or the
/// result 64. `price` is money per unit and hour. Source: docs/spec/semantics.md#value.
std::optional<Money> value_of(Money price, Volume volume);

}  // namespace capmarket

template <class Tag>
struct std::hash<capmarket::Strong<Tag>> {
  std::size_t operator()(capmarket::Strong<Tag> s) const noexcept {
    return std::hash<std::int64_t>()(s.value);
  }
};
template <>
struct std::hash<capmarket::Instant> {
  std::size_t operator()(capmarket::Instant s) const noexcept {
    return std::hash<std::int64_t>()(s.value);
  }
};
