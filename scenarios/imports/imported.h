// What an import makes of foreign files: a workload in our own terms, ready to be written.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/base/result.h"
#include "scenarios/scenario.h"

namespace capmarket::imports {

/// How long before its window a request is issued where nothing says so.
inline constexpr Duration kImportLead{10 * kNanosPerSecond};
/// Largest quantity that is imported: with any price and length, volumes stay inside 128 bits.
inline constexpr std::int64_t kImportQuantityMax = std::int64_t{1} << 40;
/// Longest lead; leaves room below the first window of a log that starts in 1970.
inline constexpr Duration kImportLeadMax{365 * 24 * kNanosPerHour};

/// A tier that imported requests are at; the higher rank is served first.
struct ImportTier {
  std::string name;
  std::int64_t rank = 0;

  bool operator==(const ImportTier&) const = default;
};

/// What an importer made of a log: the parts of a scenario, still without its files.
struct Imported {
  std::string name;
  std::string about;
  std::string class_name;
  std::string unit;
  std::string authority;
  location::Location place;  // above every holder
  Duration granularity{kNanosPerSecond};
  Duration lead = kImportLead;
  Duration retention;
  Money tariff;                   // per unit and hour, what every grant costs
  Money price_max;                // upper limit of prices, and what every user would pay
  std::vector<ImportTier> tiers;  // highest rank first; those that requests are at
  scenarios::ImportCounts counts;
  std::vector<scenarios::TraceRequest> requests;  // by (issue_at, row)
  std::vector<scenarios::TraceHolder> holders;
  std::int64_t tier_inflation = 0;  // users who will forge a tier
  std::vector<std::string> notes;   // oddities that were tolerated, printable

  Instant start() const;  // some minutes before the first request, on a full minute
  Instant end() const;    // after the last window, on a full minute
};

/// The wish for a tariff, where the amounts of the trace let it be: `V` must stay below 2^53.
/// Sets prices, the holders' windows and the order of requests and tiers. A problem where there is
/// nothing to simulate. Source: docs/spec/rules.md#limits.
Result<void> complete(Imported& imported, Money tariff_wish);

/// Turns any text into a name of the model: other bytes than letters, digits, `.`, `_`, `-` become
/// `_`, and then a number makes it unique. The same text gives the same name.
class NameTable {
 public:
  explicit NameTable(std::string fallback) : fallback_(std::move(fallback)) {}
  const std::string& name(std::string_view text);

 private:
  std::string fallback_;                                // what an empty text is called
  std::unordered_map<std::string, std::string> names_;  // looked up only
  std::unordered_map<std::string, std::string> used_;   // name to the text that has it
};

/// The four files of an import: `base`.yaml, .rule.yaml, .requests.csv, .holders.csv.
struct ImportFiles {
  std::string scenario, rule, requests, holders;  // paths in write_import; texts in render_import
};

/// `out` without its ending `.yaml` (or `.yml`) names the files. A problem for another ending.
Result<ImportFiles> import_paths(const std::string& out);
ImportFiles render_import(const Imported& imported, const ImportFiles& paths);
/// All four or none: temporary files beside, renamed at the end. Existing files are refused without
/// `force`.
Result<ImportFiles> write_import(const Imported& imported, const std::string& out, bool force);

}  // namespace capmarket::imports
