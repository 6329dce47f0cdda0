#include "model/base/number.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/base/visible.h"

namespace capmarket {
namespace {

/// Decimal digits, none in front that says nothing, perhaps a minus.
bool has_form(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string expected_text(const NumberRange& range) {
  return fmt::format("a whole number from {} to {}, in decimal digits", range.least, range.most);
}

std::optional<std::int64_t> parse_decimal(std::string_view text) {
  if (!has_form(text)) return std::nullopt;
  std::int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string_view number_fault(std::string_view text, const NumberRange& range) {
  if (!has_form(text)) return "no whole number";
  auto value = parse_decimal(text);
  return value && *value >= range.least && *value <= range.most ? "" : "out of range";
}

Result<std::int64_t> read_number(std::string_view what, std::string_view text,
                                 const NumberRange& range) {
  if (auto fault = number_fault(text, range); !fault.empty())
    return fail(fmt::format("{} {}: {}", what, shown(text), fault), expected_text(range));
  return *parse_decimal(text);
}

}  // namespace capmarket
