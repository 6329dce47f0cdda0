#include "reports/spoken.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "model/base/text.h"

namespace capmarket::reports {
namespace {

struct SpokenUnit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr auto kSpokenUnits = std::to_array<SpokenUnit>({{"d", 24 * kNanosPerHour},
                                                         {"h", kNanosPerHour},
                                                         {"min", 60 * kNanosPerSecond},
                                                         {"s", kNanosPerSecond},
                                                         {"ms", 1'000'000},
                                                         {"us", 1'000},
                                                         {"ns", 1}});

/// What has at most this many digits is read at a glance.
constexpr std::size_t kDigitsAtAGlance = 4;
constexpr std::int64_t kFewMost = 999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// `15 min` of what its largest whole unit counts; nothing where that takes many digits.
std::optional<std::string> few(std::int64_t nanos, std::int64_t most) {
  for (const SpokenUnit& u : kSpokenUnits)
    if (nanos % u.nanos == 0)
      return nanos / u.nanos <= most ? std::optional(fmt::format("{} {}", nanos / u.nanos, u.name))
                                     : std::nullopt;
  return std::nullopt;
}

/// What lies just beside a round value: `15 min less 1 ns`.
std::optional<std::string> beside_round(std::int64_t nanos) {
  for (const SpokenUnit& u : kSpokenUnits) {
    std::int64_t round = (nanos / u.nanos + (nanos % u.nanos > u.nanos / 2 ? 1 : 0)) * u.nanos;
    if (round == 0) continue;
    auto base = few(round, kFewMost);
    auto rest = few(std::max(nanos, round) - std::min(nanos, round), kFewMost);
    if (base && rest && round != nanos)
      return fmt::format("{} {} {}", *base, nanos < round ? "less" : "and", *rest);
  }
  return std::nullopt;
}

/// `2 h 5 min 3.25 s`.
std::string in_parts(std::int64_t nanos) {
  std::string out;
  for (const SpokenUnit& u : kSpokenUnits) {
    if (u.nanos <= kNanosPerSecond) break;
    if (nanos >= u.nanos) out += fmt::format("{} {} ", nanos / u.nanos, u.name);
    nanos %= u.nanos;
  }
  if (nanos == 0 && !out.empty()) return out.substr(0, out.size() - 1);
  std::string fraction = fmt::format(".{:09}", nanos % kNanosPerSecond);
  fraction.resize(fraction.find_last_not_of("0.") + 1);
  return out + fmt::format("{}{} s", nanos / kNanosPerSecond, fraction);
}

/// The duration that `text` begins with and its length; only one with many digits.
std::optional<std::pair<std::string, std::size_t>> long_duration(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  std::size_t end = digits;
  while (end < text.size() && is_letter(text[end])) ++end;
  if (digits <= kDigitsAtAGlance || end == digits) return std::nullopt;
  if (end < text.size() && is_digit(text[end])) return std::nullopt;
  auto d = parse_duration(text.substr(0, end));
  if (!d) return std::nullopt;
  return std::pair(spoken(*d), end);
}

/// The same of a time with a fraction of a second that is just beside a whole one.
std::optional<std::pair<std::string, std::size_t>> time_beside(std::string_view text) {
  constexpr std::size_t kToSeconds = 19;  // 2026-01-15T16:00:00
  if (text.size() < kToSeconds + 2 || text[4] != '-' || text[10] != 'T' || text[kToSeconds] != '.')
    return std::nullopt;
  std::size_t end = text.find('Z');
  if (end == text.npos || end > kToSeconds + 10) return std::nullopt;
  auto t = parse_instant(text.substr(0, end + 1));
  if (!t) return std::nullopt;
  const auto second = static_cast<std::int64_t>(floor_div(t->value, kNanosPerSecond));
  const std::int64_t after = t->value - second * kNanosPerSecond;
  const std::int64_t before = kNanosPerSecond - after;
  if (std::min(after, before) > kFewMost) return std::nullopt;
  const bool less = before < after;
  return std::pair(
      fmt::format("{} {} {} ns", to_text(Instant((second + (less ? 1 : 0)) * kNanosPerSecond)),
                  less ? "less" : "and", std::min(after, before)),
      end + 1);
}

}  // namespace

std::string spoken(Duration d) {
  std::string plain = to_text(d);
  const auto digits = std::count_if(plain.begin(), plain.end(), is_digit);
  if (d.value < 0 || static_cast<std::size_t>(digits) <= kDigitsAtAGlance) return plain;
  auto round = beside_round(d.value);
  return round ? *round : in_parts(d.value);
}

std::string spoken(std::string_view text) {
  std::string out;
  bool quoted = false;
  char before = ' ';
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = !quoted && is_digit(text[at]) && !is_digit(before) && !is_letter(before) &&
                        before != '.' && before != '-';
    std::optional<std::pair<std::string, std::size_t>> said;
    if (begins) said = long_duration(text.substr(at));
    if (begins && !said) said = time_beside(text.substr(at));
    if (said) {
      out += said->first;
      at += said->second;
      before = text[at - 1];
      continue;
    }
    if (text[at] == '`') quoted = !quoted;
    before = text[at];
    out += text[at++];
  }
  return out;
}

std::string judged_words(std::string_view steps) {
  return steps.empty() ? "" : fmt::format(" (judged at {})", steps);
}

}  // namespace capmarket::reports
