// Text forms of times, durations, money and volumes, as files and outputs write them.
#pragma once

#include <string>
#include <string_view>

#include "model/base/integers.h"

namespace capmarket {

// These read the whole of a text or nothing. `beyond`, where given, becomes true where the text has
// the form, but its value leaves +-kWireMax of the base unit (an integer: 64 bits).

/// `500ms`, `1.5h`, `0s`, `7y`; units ns us ms s min h d (24 h) y (365 d); a decimal part where
/// the result is a whole number of nanoseconds. Empty on anything else, overflow included.
std::optional<Duration> parse_duration(std::string_view text, bool* beyond = nullptr);

/// RFC 3339 in UTC with `Z` or an offset, up to nanoseconds: `2026-01-15T16:00:00Z`.
std::optional<Instant> parse_instant(std::string_view text, bool* beyond = nullptr);

/// `12`, `10.00`, `-0.5`: at most four decimals. Empty on anything else, overflow included.
std::optional<Money> parse_money(std::string_view text, bool* beyond = nullptr);

/// Ten-thousandths of `35%`, `0.05%` or `0.35`: basis points; at most four decimals of the ratio.
std::optional<std::int64_t> parse_ratio(std::string_view text, bool* beyond = nullptr);

/// `12.50%` of 1250 ten-thousandths.
std::string percent_text(std::int64_t ten_thousandths);

/// A plain decimal integer with optional sign; empty on anything else, overflow included.
std::optional<std::int64_t> parse_integer(std::string_view text, bool* beyond = nullptr);

/// The largest unit that divides: `1500ms`, `2h`, `0s`.
std::string to_text(Duration d);
/// RFC 3339 with `Z`, without trailing zeros in the fraction.
std::string to_text(Instant t);
/// The same of nanoseconds since 1970 that may lie outside 64 bits: then their number.
std::string moment_text(Int128 nanos);
/// Four decimals: `12.5000`.
std::string to_text(Money m);
/// `[from, until)`, as instants.
std::string to_text(const Window& w);
/// Unit-seconds, exact, without trailing zeros: `63.5`.
std::string to_text(Volume v);
/// Decimal digits with an optional minus.
std::string to_text(Int128 v);

}  // namespace capmarket
