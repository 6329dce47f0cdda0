// The mapping file of `import csv`: which columns of foreign tables are holders and requests.
//
// ```yaml
// mapping: gpu-cluster-2023            # name of the scenario
// about: One line for `scenario list`.
// class: gpu                           # one class, counted in `unit`
// unit: milli-gpu
// place: cluster                       # location above the holders; default: cluster
// time: { unit: s, epoch: 2023-01-01T00:00:00Z, granularity: 1s }
//                                      # units: ns us ms s min h d, or rfc3339
// lead: 10s                            # from a request to its window's start; default 10s
// partial: true                        # requests accept part of what they ask; default true
// tariff: 0.10                         # money per unit and hour; default 0.10
// retention: 30d                       # default 30d
// holders:                             # one row a holder, or { count: 4, quantity: 8000 }
//   name: sn
//   quantity: { product: [gpu, 1000] }
//   where: [{ column: model, in: [G2] }]
//   take_until: { column: gpu, total: 32 }       # in file order; one that would exceed is passed
// requests:                            # one row a request
//   user: name
//   quantity:                          # the first alternative whose `when` holds
//     - { when: { column: num_gpu, above: 1 }, product: [num_gpu, 1000] }
//     - { product: [num_gpu, gpu_milli] }
//   from: creation_time
//   until: deletion_time               # or `length:`
//   tier: { column: qos, names: { LS: { name: best, rank: 20 }, BE: { name: rest, rank: 10 } } }
//                                      # or { name: batch, rank: 10 } for all
//   skip: [{ column: num_gpu, equals: 0, reason: no-gpu }]
// misbehaviour: { over_sell: 1, double_declare: 1, tier_inflation: 5 }
// ```
//
// A condition is a column with one of `equals: VALUE`, `in: [VALUES]`, `above: N`, `below: N`,
// `empty: true`. A product's factors are column names or numbers; numbers may have four decimals,
// the product is whole. `quantity: gpu` is short for `{ product: [gpu] }`. A section takes the
// first file whose header has all its columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "scenarios/imports/imported.h"

namespace capmarket::imports {

/// A column by name; `index` is set when the section is bound to a file.
struct MappedColumn {
  std::string name;
  std::size_t index = 0;
};

/// How a cell is compared.
enum class ConditionKind : std::uint8_t { among, above, below, empty };
struct Condition {
  MappedColumn column;
  ConditionKind kind = ConditionKind::among;
  std::vector<std::string> values;  // among
  std::int64_t bound = 0;           // above, below: ten-thousandths
};

/// A column, or a constant in ten-thousandths.
struct Factor {
  std::optional<MappedColumn> column;
  std::int64_t constant = 0;  // ten-thousandths, where there is no column
};
/// The product of all factors, of rows for which `when` holds (all rows without one).
struct Product {
  std::optional<Condition> when;
  std::vector<Factor> factors;
};
using Amount = std::vector<Product>;  // the first whose `when` holds

/// Rows of requests that are left out, and the reason that is counted.
struct SkipRule {
  Condition condition;
  std::string reason;
};

/// Rows of holders are taken until the column sums to `total` (units).
struct TakeUntil {
  MappedColumn column;
  std::int64_t total = 0;
};

/// How rows become holders.
struct HolderMapping {
  std::int64_t count = 0;  // without a table: so many of `each`; 0: a row a holder
  std::int64_t each = 0;
  MappedColumn name;
  Amount quantity;
  std::vector<Condition> where;  // all of them
  std::optional<TakeUntil> take_until;
};

/// A cell of the tier column, and the tier that it stands for.
struct TierName {
  std::string cell;
  ImportTier tier;
};

/// How rows become requests.
struct RequestMapping {
  MappedColumn user;
  Amount quantity;
  MappedColumn from;
  MappedColumn until;  // or the length
  bool until_is_length = false;
  std::optional<MappedColumn> tier;  // absent: all at the only one of `tiers`
  std::vector<TierName> tiers;
  std::vector<SkipRule> skip;
};

/// A mapping file: docs/spec/scenarios.md#csv-with-a-mapping.
struct Mapping {
  std::string file;
  std::string name;
  std::string about;
  std::string class_name;
  std::string unit;
  location::Location place{"cluster"};
  std::string time_unit;  // a unit of durations; empty: RFC 3339
  Instant epoch;
  Duration granularity{kNanosPerSecond};
  Duration lead = kImportLead;
  bool partial = true;
  Money tariff{1'000};
  Duration retention{30 * 24 * kNanosPerHour};
  HolderMapping holders;
  RequestMapping requests;
  std::int64_t over_sell = 0, double_declare = 0, tier_inflation = 0;
};

/// Reads the text of a mapping; `file` stands in messages. At most 20 problems, each with its line.
Result<Mapping> parse_mapping(const std::string& file, const std::string& text);

}  // namespace capmarket::imports
