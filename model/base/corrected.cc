#include "model/base/corrected.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "model/base/text.h"

namespace capmarket {
namespace {

struct UnitWord {
  std::string_view word, unit;
};
// A month has no length: a lone `m` is minutes.
constexpr auto kUnitWords = std::to_array<UnitWord>({{"nanosecond", "ns"},
                                                     {"nanoseconds", "ns"},
                                                     {"microsecond", "us"},
                                                     {"microseconds", "us"},
                                                     {"µs", "us"},
                                                     {"msec", "ms"},
                                                     {"millisecond", "ms"},
                                                     {"milliseconds", "ms"},
                                                     {"sec", "s"},
                                                     {"secs", "s"},
                                                     {"second", "s"},
                                                     {"seconds", "s"},
                                                     {"m", "min"},
                                                     {"mins", "min"},
                                                     {"minute", "min"},
                                                     {"minutes", "min"},
                                                     {"hr", "h"},
                                                     {"hrs", "h"},
                                                     {"hour", "h"},
                                                     {"hours", "h"},
                                                     {"day", "d"},
                                                     {"days", "d"},
                                                     {"yr", "y"},
                                                     {"yrs", "y"},
                                                     {"year", "y"},
                                                     {"years", "y"},
                                                     {"ns", "ns"},
                                                     {"us", "us"},
                                                     {"ms", "ms"},
                                                     {"s", "s"},
                                                     {"min", "min"},
                                                     {"h", "h"},
                                                     {"d", "d"},
                                                     {"y", "y"}});

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Digits in groups of three: `100,000`, `1 000 000`. Nothing where the groups are others.
std::optional<std::string> without_groups(std::string_view text) {
  std::string out;
  std::size_t group = 0, groups = 0;
  for (char c : text) {
    if (is_digit(c)) {
      out += c;
      ++group;
      continue;
    }
    if ((c != ',' && c != '_' && c != ' ' && c != '\'') || group == 0 || group > 3 ||
        (groups > 0 && group != 3))
      return std::nullopt;
    group = 0;
    ++groups;
  }
  if (groups == 0 || group != 3) return std::nullopt;
  return out;
}

/// A number with a comma for its point, or with groups.
std::string plain_number(std::string_view text) {
  std::size_t point = text.find('.');
  if (auto whole = without_groups(text.substr(0, point)))
    return *whole + std::string(point == text.npos ? "" : text.substr(point));
  std::string out(text);
  if (std::count(out.begin(), out.end(), ',') == 1 && point == text.npos)
    std::replace(out.begin(), out.end(), ',', '.');
  return out;
}

/// `EUR`, `€`, `euro`: the whole unit of a currency. A word that is not known is none: it may be a
/// part or a multiple.
bool names_currency(std::string_view word) {
  static constexpr std::string_view kSigns[] = {
      "€",   "$",   "£",   "¥",   "₹",    "aed",   "aud",    "brl",     "cad",   "chf",   "clp",
      "cny", "cop", "czk", "dkk", "eur",  "gbp",   "hkd",    "huf",     "idr",   "ils",   "inr",
      "isk", "jpy", "kes", "krw", "mxn",  "myr",   "ngn",    "nok",     "nzd",   "php",   "pln",
      "ron", "sar", "sek", "sgd", "thb",  "try",   "twd",    "uah",     "usd",   "zar",   "fr",
      "kr",  "kn",  "zł",  "kč",  "euro", "euros", "dollar", "dollars", "pound", "pounds"};
  const std::string lowered = lower(word);
  // `GBp` and `ZAc` are parts.
  if (word.size() == 3 && lower(word.substr(0, 2)) != word.substr(0, 2) && lowered[2] == word[2])
    return false;
  return std::find(std::begin(kSigns), std::end(kSigns), lowered) != std::end(kSigns);
}

/// `ct`, `cents`, `p`: a hundredth of a currency's unit.
bool names_hundredth(std::string_view word) {
  static constexpr std::string_view kParts[] = {
      "ct",     "cts",     "c",        "cent", "cents", "p",  "pf",    "penny", "pence", "rp",
      "rappen", "centime", "centimes", "øre",  "öre",   "gr", "grosz", "gbx",   "zac"};
  if (word == "¢" || word == "GBp" || word == "ZAc") return true;
  const std::string lowered = lower(word);
  return std::find(std::begin(kParts), std::end(kParts), lowered) != std::end(kParts);
}

/// A hundredth of an amount, with two decimals at least; nothing where that is none.
std::optional<std::string> hundredth_of(const std::string& amount) {
  auto whole = parse_money(amount);
  if (!whole || whole->value % 100 != 0) return std::nullopt;
  std::string out = to_text(Money(whole->value / 100));
  const std::size_t least = out.find('.') + 3;
  while (out.size() > least && out.back() == '0') out.pop_back();
  return out;
}

/// `44` of `44 kW`, where the word behind it is no time, no currency, no multiple and no share.
std::optional<std::string> without_unit(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789,_"), text.size());
  const std::string_view word = trimmed(text.substr(end));
  if (end == 0 || word.size() < 2 || names_currency(word) || names_hundredth(word))
    return std::nullopt;
  for (const UnitWord& u : kUnitWords)
    if (u.word == lower(word)) return std::nullopt;
  const bool letters = std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/';
  });
  return letters ? std::optional(std::string(trimmed(text.substr(0, end)))) : std::nullopt;
}

template <class Parse>
std::optional<std::string> if_it_parses(std::string candidate, std::string_view text, Parse parse) {
  if (candidate == text || !parse(candidate, nullptr)) return std::nullopt;
  return candidate;
}

}  // namespace

std::optional<std::string> corrected_duration(std::string_view text) {
  text = trimmed(text);
  std::size_t end = std::min(text.find_first_not_of("0123456789.,_"), text.size());
  std::string word = lower(trimmed(text.substr(end)));
  for (const UnitWord& u : kUnitWords)
    if (u.word == word)
      return if_it_parses(plain_number(text.substr(0, end)) + std::string(u.unit), text,
                          parse_duration);
  return std::nullopt;
}

std::optional<std::string> corrected_money(std::string_view text) {
  std::string_view number = trimmed(text);
  auto is_amount = [](char c) {
    return is_digit(c) || c == '.' || c == ',' || c == '_' || c == '-';
  };
  auto first = std::find_if(number.begin(), number.end(), is_amount);
  auto last = std::find_if(number.rbegin(), number.rend(), is_amount).base();
  if (first >= last) return std::nullopt;
  const auto begin = static_cast<std::size_t>(first - number.begin());
  const auto end = static_cast<std::size_t>(last - number.begin());
  const std::string_view before = trimmed(number.substr(0, begin));
  const std::string_view after = trimmed(number.substr(end));
  const std::string amount = plain_number(number.substr(begin, end - begin));
  if (!before.empty() && !after.empty()) return std::nullopt;
  const std::string_view unit = before.empty() ? after : before;
  if (names_hundredth(unit)) return hundredth_of(amount);
  if (!unit.empty() && !names_currency(unit)) return std::nullopt;
  return if_it_parses(amount, text, parse_money);
}

std::optional<std::string> corrected_ratio(std::string_view text) {
  std::string_view number = trimmed(text);
  const bool percent = number.ends_with('%');
  if (percent) number = trimmed(number.substr(0, number.size() - 1));
  return if_it_parses(plain_number(number) + (percent ? "%" : ""), text, parse_ratio);
}

std::optional<std::string> corrected_instant(std::string_view text) {
  std::string at(trimmed(text));
  auto has_form = [&](std::string_view form) {
    return at.size() == form.size() &&
           std::equal(at.begin(), at.end(), form.begin(),
                      [](char c, char f) { return f == '0' ? is_digit(c) : c == f; });
  };
  if (has_form("00.00.0000"))
    at = fmt::format("{}-{}-{}", at.substr(6), at.substr(3, 2), at.substr(0, 2));
  if (has_form("0000-00-00")) at += "T00:00:00Z";
  if (at.size() > 10 && at[10] == ' ') at[10] = 'T';
  if (has_form("0000-00-00T00:00")) at += ":00Z";
  if (has_form("0000-00-00T00:00Z")) at.insert(at.size() - 1, ":00");
  if (has_form("0000-00-00T00:00:00")) at += "Z";
  return if_it_parses(std::move(at), text, parse_instant);
}

std::optional<std::string> corrected_boolean(std::string_view text) {
  const std::string word = lower(trimmed(text));
  if (word == text && (word == "true" || word == "false")) return std::nullopt;
  for (std::string_view w : {"yes", "on", "true", "y"})
    if (word == w) return "true";
  for (std::string_view w : {"no", "off", "false", "n"})
    if (word == w) return "false";
  return std::nullopt;
}

std::optional<std::string> corrected_integer(std::string_view text) {
  std::string number(trimmed(text));
  if (auto bare = without_unit(number)) number = *bare;
  if (auto whole = without_groups(number)) number = *whole;
  std::size_t point = number.find('.');
  if (point != number.npos && number.find_first_not_of('0', point + 1) == number.npos)
    number.resize(point);
  return if_it_parses(std::move(number), text,
                      [](std::string_view s, bool*) { return parse_integer(s); });
}

std::optional<std::pair<std::string, std::string>> sides_of(std::string_view text) {
  for (std::string_view between : {"...", "…", " to ", " bis ", "–", "—", " . ", " - ", "-"}) {
    std::size_t at = text.find(between);
    if (at == text.npos || at == 0) continue;
    std::string left(trimmed(text.substr(0, at)));
    std::string right(trimmed(text.substr(at + between.size())));
    if (left.empty() || right.empty()) continue;
    return std::pair(std::move(left), std::move(right));
  }
  return std::nullopt;
}

}  // namespace capmarket
