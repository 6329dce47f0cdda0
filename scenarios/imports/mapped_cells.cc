#include "scenarios/imports/mapped_cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/nearest.h"
#include "model/base/text.h"

namespace capmarket::imports {
namespace {

constexpr std::size_t kShownMax = 60;
// Windows end before 2115: what is added to them stays inside the wire's bound.
constexpr Duration kRoom{2 * 24 * kNanosPerHour};

}  // namespace

std::string_view trimmed(std::string_view text) {
  std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string shown(std::string_view text) {
  return fmt::format("`{}`", scenarios::printable(text.substr(0, kShownMax)));
}

void MappedCells::complain(const scenarios::TextCell& cell, std::string what, std::string expected) const {
  if (problems_.size() < scenarios::kProblemsMax)
    problems_.push_back(reader_.problem(cell, std::move(what), std::move(expected)));
}

std::optional<std::int64_t> MappedCells::number(const scenarios::TextCell& cell) const {
  bool beyond = false;
  auto value = parse_money(trimmed(cell.text), &beyond);
  if (value) return value->value;
  if (beyond)
    complain(cell, fmt::format("{} is out of range", shown(cell.text)),
             fmt::format("a number that makes a quantity of at most {}", kImportQuantityMax));
  else
    complain(cell, fmt::format("{} is no number", shown(cell.text)),
             "a number with at most four decimals");
  return std::nullopt;
}

bool MappedCells::holds(const Condition& condition, const CsvRow& row) const {
  const scenarios::TextCell& cell = row[condition.column.index];
  std::string_view text = trimmed(cell.text);
  switch (condition.kind) {
    case ConditionKind::empty:
      return text.empty();
    case ConditionKind::among: {
      auto value = parse_money(text);
      return std::any_of(condition.values.begin(), condition.values.end(), [&](const auto& v) {
        return v == text || (value && value == parse_money(v));
      });
    }
    case ConditionKind::above:
    case ConditionKind::below: {
      auto value = number(cell);
      if (!value) return false;
      return condition.kind == ConditionKind::above ? *value > condition.bound
                                                    : *value < condition.bound;
    }
  }
  CHECK(false);
  return false;
}

/// The exact product, which must be whole.
std::optional<std::int64_t> MappedCells::product(const Product& product, const CsvRow& row) const {
  const scenarios::TextCell* at = &row.front();
  Int128 numerator = 1, denominator = 1;
  bool overflow = false;
  for (const Factor& f : product.factors) {
    std::int64_t value = f.constant;
    if (f.column) {
      at = &row[f.column->index];
      auto read = number(*at);
      if (!read) return std::nullopt;
      value = *read;
    }
    bool whole = value % kTenThousand == 0;
    overflow |= __builtin_mul_overflow(numerator, whole ? value / kTenThousand : value, &numerator);
    denominator *= whole ? 1 : kTenThousand;
  }
  if (overflow || numerator % denominator != 0 || numerator < 0 ||
      numerator / denominator > kImportQuantityMax) {
    complain(*at, fmt::format("{} makes no quantity", shown(at->text)),
             fmt::format("a whole number of {}, 0 to {}", mapping_.unit, kImportQuantityMax));
    return std::nullopt;
  }
  return static_cast<std::int64_t>(numerator / denominator);
}

std::optional<std::int64_t> MappedCells::amount(const Amount& amount, const CsvRow& row) const {
  for (const Product& p : amount)
    if (!p.when || holds(*p.when, row)) return product(p, row);
  complain(row.front(), "no alternative of `quantity` holds for this row",
           "a last alternative without `when`");
  return std::nullopt;
}

std::optional<Instant> MappedCells::instant(const scenarios::TextCell& cell) const {
  std::string text(trimmed(cell.text));
  std::optional<Instant> out;
  bool beyond = false;
  if (mapping_.time_unit.empty()) {
    out = parse_instant(text);
    if (!out) out = parse_instant(text + "Z");
  } else if (auto since = parse_duration(text + mapping_.time_unit, &beyond)) {
    beyond = since->value > kWireMax - mapping_.epoch.value;
    if (!beyond) out = mapping_.epoch + *since;
  }
  if (!out && !beyond) {
    complain(cell, fmt::format("{} is no time", shown(cell.text)),
             mapping_.time_unit.empty()
                 ? "a time like 2026-01-15T16:00:00Z"
                 : fmt::format("a number of {} since the epoch", mapping_.time_unit));
  } else if (!out || out->value < 0 || *out > kDistantFuture - kRoom) {
    complain(cell, fmt::format("{} is out of range", shown(cell.text)),
             "a time between 1970 and 2115");
    out.reset();
  } else if (out->value % mapping_.granularity.value != 0) {
    complain(cell, fmt::format("{} is no multiple of the granularity", shown(cell.text)),
             fmt::format("multiples of {} since 1970, or another `granularity` in the mapping",
                         to_text(mapping_.granularity)));
    out.reset();
  }
  return out;
}

std::optional<Window> MappedCells::window(const CsvRow& row) const {
  const RequestMapping& m = mapping_.requests;
  const scenarios::TextCell& end = row[m.until.index];
  auto from = instant(row[m.from.index]);
  if (!m.until_is_length) {
    auto until = instant(end);
    if (from && until && *until < *from)
      complain(end, fmt::format("{} is before the start of the window", shown(end.text)),
               fmt::format("an end not before {}", shown(row[m.from.index].text)));
    return from && until ? std::optional(Window{*from, *until}) : std::nullopt;
  }
  std::string unit = mapping_.time_unit.empty() ? "" : mapping_.time_unit;
  bool beyond = false;
  auto length = parse_duration(std::string(trimmed(end.text)) + unit, &beyond);
  bool good = length && length->value >= 0 && length->value % mapping_.granularity.value == 0;
  if (beyond)
    complain(end, fmt::format("{} is out of range", shown(end.text)), "an end before 2115");
  else if (!good)
    complain(
        end, fmt::format("{} is no length of a window", shown(end.text)),
        fmt::format("a duration{}, a multiple of {}", unit.empty() ? " like 15min" : " in " + unit,
                    to_text(mapping_.granularity)));
  if (!from || !good) return std::nullopt;
  if (length->value <= kWireMax - kRoom.value - from->value) return Window{*from, *from + *length};
  complain(end, fmt::format("{} is out of range", shown(end.text)), "an end before 2115");
  return std::nullopt;
}

const ImportTier* MappedCells::tier(const CsvRow& row) const {
  const RequestMapping& m = mapping_.requests;
  if (!m.tier) return &m.tiers.front().tier;
  const scenarios::TextCell& cell = row[m.tier->index];
  std::string_view text = trimmed(cell.text);
  for (const TierName& t : m.tiers)
    if (t.cell == text) return &t.tier;
  std::vector<std::string_view> names;
  for (const TierName& t : m.tiers) names.push_back(t.cell);
  complain(cell, fmt::format("{} is no tier of the mapping", shown(cell.text)),
           scenarios::printable(expected_one_of(text, names)));
  return nullptr;
}

}  // namespace capmarket::imports
