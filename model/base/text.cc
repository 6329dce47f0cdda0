#include "model/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace capmarket {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr std::int64_t kDay = 24 * kNanosPerHour;
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", kNanosPerSecond},
                                      {"min", 60 * kNanosPerSecond},
                                      {"h", kNanosPerHour},
                                      {"d", kDay},
                                      {"y", 365 * kDay}}};

/// A decimal number times `scale`, exact or nothing. `beyond`, where given, becomes true where it has
/// the form, but leaves +-kWireMax.
std::optional<std::int64_t> parse_scaled(std::string_view text, std::int64_t scale,
                                         bool* beyond = nullptr) {
  bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  std::size_t dot = text.find('.');
  std::string_view whole = text.substr(0, dot);
  std::string_view fraction = dot == text.npos ? std::string_view{} : text.substr(dot + 1);
  if (whole.empty() || (dot != text.npos && fraction.empty())) return std::nullopt;
  auto digits = [](std::string_view s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  auto leaves = [&] {
    if (beyond != nullptr) *beyond = true;
    return std::nullopt;
  };
  if (!digits(whole) || !digits(fraction)) return std::nullopt;
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > 18) return std::nullopt;
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  if (whole.size() > 19) return leaves();
  Int128 total = 0;
  for (char c : whole) total = total * 10 + (c - '0');
  total *= scale;
  Int128 numerator = 0;
  Int128 denominator = 1;
  for (char c : fraction) {
    numerator = numerator * 10 + (c - '0');
    denominator *= 10;
  }
  if (numerator * scale % denominator != 0) return std::nullopt;
  total += numerator * scale / denominator;
  if (total > kWireMax) return leaves();
  return static_cast<std::int64_t>(negative ? -total : total);
}

bool number(std::string_view text, int& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && text[0] != '-' &&
         text[0] != '+';
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text, bool* beyond) {
  std::int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc{}) return out;
  if (beyond != nullptr) *beyond = error == std::errc::result_out_of_range;
  return std::nullopt;
}

std::optional<Duration> parse_duration(std::string_view text, bool* beyond) {
  std::size_t split = text.find_first_not_of("0123456789.-");
  if (split == text.npos || split == 0) return std::nullopt;
  for (const Unit& unit : kUnits)
    if (unit.name == text.substr(split))
      if (auto n = parse_scaled(text.substr(0, split), unit.nanos, beyond)) return Duration(*n);
  return std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text, bool* beyond) {
  // 0123-56-89T12:45:78
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!number(text.substr(0, 4), year) || !number(text.substr(5, 2), month) ||
      !number(text.substr(8, 2), day) || !number(text.substr(11, 2), hour) ||
      !number(text.substr(14, 2), minute) || !number(text.substr(17, 2), second))
    return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                   std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  std::string_view rest = text.substr(19);
  std::int64_t nanos = 0;
  if (rest[0] == '.') {
    std::size_t end = rest.find_first_not_of("0123456789", 1);
    if (end == rest.npos || end < 2 || end > 10) return std::nullopt;
    std::int64_t scale = kNanosPerSecond;
    for (char c : rest.substr(1, end - 1)) nanos += (c - '0') * (scale /= 10);
    rest.remove_prefix(end);
  }
  std::int64_t offset = 0;
  if (rest != "Z" && rest != "z") {
    int h = 0, m = 0;
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' ||
        !number(rest.substr(1, 2), h) || !number(rest.substr(4, 2), m) || h > 23 || m > 59)
      return std::nullopt;
    offset = (h * 3600 + m * 60) * (rest[0] == '-' ? -1 : 1);
  }
  std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  Int128 total = (static_cast<Int128>(days) * 86400 + hour * 3600 + minute * 60 + second - offset) *
                     kNanosPerSecond +
                 nanos;
  if (total <= kWireMax && total >= -kWireMax) return Instant(static_cast<std::int64_t>(total));
  if (beyond != nullptr) *beyond = true;
  return std::nullopt;
}

std::optional<Money> parse_money(std::string_view text, bool* beyond) {
  auto n = parse_scaled(text, 10'000, beyond);
  return n ? std::optional(Money(*n)) : std::nullopt;
}

std::optional<std::int64_t> parse_ratio(std::string_view text, bool* beyond) {
  if (!text.empty() && text.back() == '%')
    return parse_scaled(text.substr(0, text.size() - 1), 100, beyond);
  return parse_scaled(text, 10'000, beyond);
}

std::string moment_text(Int128 nanos) {
  if (nanos <= std::numeric_limits<std::int64_t>::max() &&
      nanos >= std::numeric_limits<std::int64_t>::min())
    return to_text(Instant(static_cast<std::int64_t>(nanos)));
  return to_text(nanos) + " ns after 1970";
}

std::string to_text(Duration d) {
  if (d.value == 0) return "0s";
  std::string_view name = "ns";
  std::int64_t nanos = 1;
  for (const Unit& unit : kUnits)
    if (unit.nanos <= kDay && d.value % unit.nanos == 0) {
      name = unit.name;
      nanos = unit.nanos;
    }
  return fmt::format("{}{}", d.value / nanos, name);
}

std::string to_text(Instant t) {
  std::int64_t seconds = static_cast<std::int64_t>(floor_div(t.value, kNanosPerSecond));
  std::int64_t nanos = t.value - seconds * kNanosPerSecond;
  std::int64_t days = static_cast<std::int64_t>(floor_div(seconds, 86400));
  std::int64_t second_of_day = seconds - days * 86400;
  std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
  if (nanos != 0) {
    std::string fraction = fmt::format("{:09}", nanos);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out + "Z";
}

std::string to_text(Money m) {
  Int128 v = m.value;
  bool negative = v < 0;
  if (negative) v = -v;
  return fmt::format("{}{}.{:04}", negative ? "-" : "", static_cast<std::int64_t>(v / 10'000),
                     static_cast<int>(v % 10'000));
}

std::string to_text(const Window& w) {
  return fmt::format("[{}, {})", to_text(w.from), to_text(w.until));
}

std::string to_text(Int128 v) {
  if (v == 0) return "0";
  bool negative = v < 0;
  std::string out;
  while (v != 0) {
    int digit = static_cast<int>(v % 10);
    out += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    v /= 10;
  }
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  return out;
}

std::string to_text(Volume v) {
  bool negative = v.value < 0;
  Int128 magnitude = negative ? -v.value : v.value;
  std::string out = (negative ? "-" : "") + to_text(magnitude / kNanosPerSecond);
  int nanos = static_cast<int>(magnitude % kNanosPerSecond);
  if (nanos != 0) {
    std::string fraction = fmt::format("{:09}", nanos);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out;
}

std::string percent_text(std::int64_t ten_thousandths) {
  return fmt::format("{}.{:02}%", ten_thousandths / 100, ten_thousandths % 100);
}

}  // namespace capmarket
