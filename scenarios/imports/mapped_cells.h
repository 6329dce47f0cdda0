// Cells of a foreign table as a mapping reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/csv.h"
#include "scenarios/imports/mapping.h"

namespace capmarket::imports {

inline constexpr std::int64_t kTenThousand = 10'000;  // four decimals
using CsvRow = std::vector<scenarios::TextCell>;

/// Without blanks at either end.
std::string_view trimmed(std::string_view text);
/// As a message shows it: printable and not too long.
std::string shown(std::string_view text);

/// Reads rows whose columns the mapping is bound to. What is wrong goes to `problems`, at most
/// kProblemsMax of them, and gives nothing. All three arguments must outlive it.
class MappedCells {
 public:
  MappedCells(const Mapping& mapping, const scenarios::CsvReader& reader, Problems& problems)
      : mapping_(mapping), reader_(reader), problems_(problems) {}

  bool holds(const Condition& condition, const CsvRow& row) const;
  /// The quantity by the first alternative whose condition holds; exact, 0 or more.
  std::optional<std::int64_t> amount(const Amount& amount, const CsvRow& row) const;
  /// In ten-thousandths.
  std::optional<std::int64_t> number(const scenarios::TextCell& cell) const;
  std::optional<Window> window(const CsvRow& row) const;
  const ImportTier* tier(const CsvRow& row) const;  // null where unknown
  void complain(const scenarios::TextCell& cell, std::string what, std::string expected) const;

 private:
  std::optional<std::int64_t> product(const Product& product, const CsvRow& row) const;
  std::optional<Instant> instant(const scenarios::TextCell& cell) const;

  const Mapping& mapping_;
  const scenarios::CsvReader& reader_;
  Problems& problems_;
};

}  // namespace capmarket::imports
