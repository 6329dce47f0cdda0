#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/imports/imported.h"

namespace capmarket::imports {
namespace {

constexpr std::int64_t kMinute = 60 * kNanosPerSecond;
constexpr std::int64_t kSetUp = 5 * kMinute;  // declarations are published before the first request
constexpr Money kUsualPriceMax{10'000};       // 1.00
constexpr Int128 kValueMax = (Int128{1} << 53) - 1;
constexpr std::size_t kNameMax = 52;  // and a number behind it: inside the 64 bytes of a name

/// The highest price at which no grant's value leaves 2^53.
Money highest_price(const Imported& imported) {
  std::int64_t quantity = 1, length = 1;
  for (const scenarios::TraceRequest& r : imported.requests) {
    quantity = std::max(quantity, r.quantity.value);
    length = std::max(length, r.window.length().value);
  }
  for (const scenarios::TraceHolder& h : imported.holders) quantity = std::max(quantity, h.quantity.value);
  Int128 bound = kValueMax * kNanosPerHour / (static_cast<Int128>(quantity) * length);
  return Money(static_cast<std::int64_t>(std::min<Int128>(bound, kWireMax)));
}

void set_prices(Imported& imported, Money wish) {
  Money bound = highest_price(imported);
  imported.tariff = std::min(wish, bound);
  imported.price_max = std::min(std::max(wish, kUsualPriceMax), bound);
  if (imported.tariff < wish)
    imported.notes.push_back(fmt::format(
        "the tariff is {} instead of {}: the largest amounts would be worth 2^53 or more",
        to_text(imported.tariff), to_text(wish)));
  for (scenarios::TraceRequest& r : imported.requests) r.max_price = imported.price_max;
  for (scenarios::TraceHolder& h : imported.holders) h.ask = imported.tariff;
}

/// Every holder has its capacity open as long as anything is asked for.
void set_holder_windows(Imported& imported) {
  Window open{imported.requests.front().window.from, imported.requests.front().window.until};
  for (const scenarios::TraceRequest& r : imported.requests) {
    open.from = std::min(open.from, r.window.from);
    open.until = std::max(open.until, r.window.until);
  }
  open.until = std::max(open.until, open.from + imported.granularity);
  for (scenarios::TraceHolder& h : imported.holders) h.window = open;
}

}  // namespace

Instant Imported::start() const {
  std::int64_t first = kWireMax;
  for (const scenarios::TraceRequest& r : requests) first = std::min(first, r.issue_at.value);
  return Instant(std::max<std::int64_t>(0, (first - kSetUp) / kMinute * kMinute));
}

Instant Imported::end() const {
  std::int64_t last = 0;
  for (const scenarios::TraceHolder& h : holders) last = std::max(last, h.window.until.value);
  return Instant((last / kMinute + 2) * kMinute);
}

Result<void> complete(Imported& imported, Money tariff_wish) {
  if (imported.requests.empty()) {
    std::string reasons;
    for (const auto& [reason, count] : imported.counts.skipped)
      reasons += fmt::format("{}{} {}", reasons.empty() ? ": " : ", ", count, reason);
    return fail(fmt::format("none of {} rows becomes a request{}", imported.counts.rows, reasons),
                "at least one");
  }
  if (imported.holders.empty()) return fail("there is no holder", "at least one with capacity");
  std::stable_sort(
      imported.requests.begin(), imported.requests.end(),
      [](const scenarios::TraceRequest& a, const scenarios::TraceRequest& b) { return a.issue_at < b.issue_at; });
  std::sort(imported.tiers.begin(), imported.tiers.end(),
            [](const ImportTier& a, const ImportTier& b) { return a.rank > b.rank; });
  imported.counts.requests = static_cast<std::int64_t>(imported.requests.size());
  set_holder_windows(imported);
  set_prices(imported, tariff_wish);
  return {};
}

const std::string& NameTable::name(std::string_view text) {
  auto [entry, is_new] = names_.try_emplace(std::string(text));
  if (!is_new) return entry->second;
  std::string name(text.substr(0, kNameMax));
  for (char& c : name) {
    bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '.' || c == '_' || c == '-';
    if (!good) c = '_';
  }
  if (name.empty()) name = fallback_;
  std::string unique = name;
  for (int i = 2; !used_.try_emplace(unique, text).second; ++i)
    unique = fmt::format("{}.{}", name, i);
  return entry->second = unique;
}

}  // namespace capmarket::imports
