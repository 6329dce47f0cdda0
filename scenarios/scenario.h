// What is to be simulated, as plain data. Source: scenario-format.md; keys that are not here are
// refused as unknown until the step that gives them an effect.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/location/path.h"
#include "model/rules/rule.h"
#include "scenarios/distribution.h"

namespace capmarket {

struct ClassSpec {
  std::string name;
  std::string unit;
  Duration retention;
  Duration granularity;  // default 1s
};

struct AuthoritySpec {
  std::string name;
  std::vector<Location> scope;
  std::vector<std::string> classes;
};

/// A rule with the file that it came from.
struct ScenarioRule {
  std::string file;
  Rule rule;
};

/// A set of places. `leaves` are where holders stand: every node at the bottom of a tree, or every
/// path of a list. Sorted, without duplicates.
struct LocationSpec {
  std::vector<Location> leaves;

  /// `location` is a leaf or an ancestor of one. O(log n) comparisons.
  bool knows(const Location& location) const;
};

/// `prepublish` declares at the start and sells what is free. `over_sell` settles beyond what is
/// free as well; `double_declare` declares its asset twice.
enum class HolderStrategy : std::uint8_t { prepublish, over_sell, double_declare };
std::string_view to_text(HolderStrategy strategy);

struct HolderGroup {
  std::string name;
  std::int64_t count = 0;
  std::string kind;
  std::vector<std::string> groups;
  std::optional<Location> place;  // uniform over the leaves below it; absent: over all leaves
  std::string class_name;
  HolderStrategy strategy = HolderStrategy::prepublish;
  Distribution quantity;  // units
  Duration window;        // the declaration's length, from the start of the scenario
  Distribution ask;       // money per unit and hour
};

enum class ArrivalKind : std::uint8_t { poisson, burst };
struct Arrivals {
  ArrivalKind kind = ArrivalKind::poisson;
  std::int64_t rate_per_hour = 0;  // poisson: ten-thousandths of a request per user and hour
  Duration at;                     // burst: since the start of the scenario
  std::int64_t size = 0;           // burst: requests of the whole group
};

struct UserGroup {
  std::string name;
  std::int64_t count = 0;
  std::string kind;
  std::vector<std::string> groups;
  std::string tier;
  std::string class_name;
  Arrivals arrivals;
  Distribution quantity;     // units
  Distribution length;       // of the window
  Distribution lead;         // from the request to the window's start; default 10s
  Distribution value;        // money per unit and hour: the most that the user pays
  std::int64_t partial = 0;  // ten-thousandths of the requests that accept a partial settlement
  Duration patience;         // after it an unmet request is given up; default 10min
};

enum class Attack : std::uint8_t { tier_inflation };
std::string_view to_text(Attack attack);

/// `count` members of the user population (synthetic or of the trace) attack. tier_inflation: they
/// request at the best tier of the rule without holding its membership.
struct AdversarySpec {
  Attack attack = Attack::tier_inflation;
  std::int64_t count = 0;
};

struct TraceRequest {
  std::string user;
  std::string kind;
  std::string tier;
  std::string class_name;
  Quantity quantity;
  Window window;  // may be empty: admission refuses it by `window`
  Instant issue_at;
  Money max_price;
  bool partial = false;

  bool operator==(const TraceRequest&) const = default;
};

struct TraceHolder {
  std::string name;
  Location location;
  std::string class_name;
  Quantity quantity;
  Window window;
  HolderStrategy strategy = HolderStrategy::prepublish;
  Money ask;

  bool operator==(const TraceHolder&) const = default;
};

/// What an import counted: rows = requests + the sum of skipped.
struct ImportCounts {
  std::int64_t rows = 0;
  std::int64_t requests = 0;
  std::map<std::string, std::int64_t> skipped;  // by reason

  bool operator==(const ImportCounts&) const = default;
};

/// A recorded workload; the files are relative to the scenario file.
struct Trace {
  std::string requests_file;
  std::string holders_file;
  Digest requests_digest;    // SHA-256 of the files' bytes
  Digest holders_digest;
  std::vector<TraceRequest> requests;  // in file order
  std::vector<TraceHolder> holders;    // in file order; names are unique
  std::optional<ImportCounts> import;
};

struct Scenario {
  std::string file;
  std::string name;
  std::string about;
  Instant start;
  Duration duration;
  std::int64_t seed_population = 1;
  std::int64_t seed_dynamics = 1;
  Scheme signatures = Scheme::ed25519;
  LocationSpec locations;
  std::vector<AuthoritySpec> authorities;
  std::vector<ClassSpec> classes;
  std::vector<ScenarioRule> rules;
  std::int64_t directories = 1;  // discovery is prepublished
  Distribution directory_lag;
  Distribution latency;
  Duration chain_interval;  // how often checkpoints are signed; default 500ms
  Duration clock_error;     // how far parties' clocks are off, either way; default 0s
  std::vector<HolderGroup> holders;
  std::vector<UserGroup> users;
  std::vector<AdversarySpec> adversaries;
  std::optional<Trace> trace;

  Instant end() const { return start + duration; }
  const ClassSpec* find_class(std::string_view class_name) const;  // null where unknown
};

/// Reads, resolves and validates a scenario with its rules and trace. `sets` are `--set PATH=VALUE`
/// in order; each of `rule_files` (`--rule FILE`) replaces the rule of the same name. All problems
/// of all files in one go.
Result<Scenario> load_scenario(const std::string& file,
                               const std::vector<std::pair<std::string, std::string>>& sets,
                               const std::vector<std::string>& rule_files);

/// What `scenario validate` accepts and `run` cannot do yet: coordination, discovered prices.
Problems not_yet(const Scenario& scenario);

/// Every resolved field as JSON with sorted keys; rules by content id, trace files by digest. File
/// names are left out: two copies of one scenario are the same scenario.
std::string canonical_json(const Scenario& scenario);

}  // namespace capmarket
