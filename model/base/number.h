// The one reader of whole numbers that a person wrote. Source: docs/spec/commands.md#numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/base/result.h"

namespace capmarket {

/// The numbers that are accepted, both ends included.
struct NumberRange {
  std::int64_t least = 0, most = 0;
};

/// `a whole number from 1 to 40, in decimal digits`.
std::string expected_text(const NumberRange& range);

/// Decimal digits without a leading zero, with a minus in front at most: the whole of `text`. Empty
/// on anything else (a plus, a space, `010`, `0x10`, `1e3`, `1,152`, `-0`), beyond 64 bits too.
std::optional<std::int64_t> parse_decimal(std::string_view text);

/// Why `text` is no number of the range: `no whole number` or `out of range`; empty where it is
/// one.
std::string_view number_fault(std::string_view text, const NumberRange& range);

/// A number of the range. The problem names `what` (an option, a header) and the text, escaped and
/// cut, and says what was expected.
Result<std::int64_t> read_number(std::string_view what, std::string_view text,
                                 const NumberRange& range);

}  // namespace capmarket
