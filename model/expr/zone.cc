#include "model/expr/zone.h"

#include <fmt/format.h>

#include "model/base/text.h"

namespace capmarket::expr {

std::optional<Duration> parse_offset(std::string_view text) {
  auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  if (!digit(1) || !digit(2) || !digit(4) || !digit(5)) return std::nullopt;
  auto number = [&](std::size_t i) { return (text[i] - '0') * 10 + (text[i + 1] - '0'); };
  const int hours = number(1), minutes = number(4);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::int64_t size = (hours * 60 + minutes) * kNanosPerMinute;
  return Duration(text[0] == '-' ? -size : size);
}

std::string offset_text(Duration offset) {
  const std::int64_t minutes = (offset.value < 0 ? -offset.value : offset.value) / kNanosPerMinute;
  return fmt::format("{}{:02}:{:02}", offset.value < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string to_text(const Zone& zone) {
  std::string out = zone.name + " " + offset_text(zone.offset);
  for (const ZoneChange& c : zone.changes)
    out += fmt::format(", {} from {}", offset_text(c.offset), capmarket::to_text(c.from));
  return out;
}

}  // namespace capmarket::expr
