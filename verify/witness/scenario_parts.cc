#include "verify/witness/scenario_parts.h"

#include <algorithm>

namespace capmarket::witness {

std::string scenario_name(const std::string& text) {
  std::string out;
  for (char c : text) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  out.resize(std::min<std::size_t>(out.size(), 64));
  return out.empty() ? "scene" : out;
}

std::string numbered(const std::string& name, std::size_t before) {
  return before == 0 ? name : name + "-" + std::to_string(before + 1);
}

Instant ceil_in(const rules::Rule& rule, Instant t) {
  Int128 origin = rule.origin.value_or(Instant(0)).value, g = rule.granularity.value;
  return Instant(
      static_cast<std::int64_t>(-floor_div(-(Int128{t.value} - origin), g) * g + origin));
}

Instant floor_to_grain(Instant t, Duration grain) {
  return Instant(static_cast<std::int64_t>(floor_div(t.value, grain.value) * grain.value));
}

Instant ceil_to_grain(Instant t, Duration grain) {
  return Instant(
      static_cast<std::int64_t>(-floor_div(-Int128{t.value}, grain.value) * grain.value));
}

Duration least_length(const rules::Rule& rule) {
  std::int64_t g = rule.granularity.value;
  Int128 least = std::max<Int128>(1, rule.limits.length_min.value);
  return Duration(static_cast<std::int64_t>(-floor_div(-least, g) * g));
}

Duration class_granularity(const rules::Rule& rule) {
  std::int64_t origin = rule.origin.value_or(Instant(0)).value;
  return origin % rule.granularity.value == 0 ? rule.granularity : Duration(1);
}

std::int64_t quota_of(const rules::Tier& tier, std::int64_t declared) {
  if (!tier.quota) return kWireMax;
  return static_cast<std::int64_t>(floor_div(Int128{declared} * tier.quota->value, kFullRatio));
}

std::optional<location::Location> desk_for(const rules::Rule& rule, const location::Location& place) {
  if (rule.coordination.mode == rules::CoordinationMode::single) return rule.scope;
  if (rule.coordination.mode != rules::CoordinationMode::sharded) return std::nullopt;
  const auto depth = static_cast<std::size_t>(rule.coordination.by);
  location::Location out = place;
  while (static_cast<std::size_t>(out.depth()) > depth) out.path.resize(out.path.find_last_of('/'));
  while (static_cast<std::size_t>(out.depth()) < depth) out.path += "/part";
  return out;
}

}  // namespace capmarket::witness
