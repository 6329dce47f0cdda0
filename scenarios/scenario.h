// What is to be simulated, as plain data. Source: docs/spec/scenarios.md#keys; keys that are not
// there are refused as unknown. The market's parts are in market.h, those who take part in
// parties.h.
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
#include "scenarios/market.h"
#include "scenarios/parties.h"
#include "scenarios/script.h"

namespace capmarket::scenarios {

/// What a run measures: from a start to an end, or what it settles to.
enum class Study : std::uint8_t { terminating, steady_state };
inline constexpr std::string_view kStudies[] = {"terminating", "steady-state"};

/// How users and holders meet: holders publish declarations, answer intents with them, or do both.
enum class DiscoveryMode : std::uint8_t { prepublished, reactive, hybrid };
inline constexpr std::string_view kDiscoveryModes[] = {"prepublished", "reactive", "hybrid"};

/// In [from, until) no message passes between members of different names of `between`: groups of
/// holders and users, coordinators, `directories`, `chain`.
struct PartitionSpec {
  Duration from, until;              // since the start
  std::vector<std::string> between;  // at least two, sorted, unique
};
inline constexpr std::string_view kPartitionDirectories = "directories";
inline constexpr std::string_view kPartitionChain = "chain";

/// How long messages take between two places, either way.
struct LinkSpec {
  location::Location a, b;
  Distribution latency;
};

/// A row of the requests' file. Times are absolute, the price is per unit and hour.
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

/// A row of the holders' file: one holder with one asset. The ask is per unit and hour.
struct TraceHolder {
  std::string name;
  location::Location location;
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
  Digest requests_digest;  // SHA-256 of the files' bytes
  Digest holders_digest;
  std::vector<TraceRequest> requests;  // in file order
  std::vector<TraceHolder> holders;    // in file order; names are unique
  std::optional<ImportCounts> import;
};

/// A scenario file, resolved: defaults filled in, names known, rules and traces read. Durations
/// count from `start`.
struct Scenario {
  std::string file;
  std::string name;
  std::string about;
  Study study = Study::terminating;
  Instant start;
  Duration duration;
  std::int64_t seed_population = 1;
  std::int64_t seed_dynamics = 1;
  crypto::Scheme signatures = crypto::Scheme::ed25519;
  LocationSpec locations;
  std::vector<AuthoritySpec> authorities;
  std::vector<ClassSpec> classes;
  /// A predecessor stands before its successor; those with `at` come last, by time.
  std::vector<ScenarioRule> rules;
  std::vector<SharedInfrastructureSpec> infrastructure;
  std::vector<ReconciliationSpec> reconciliation;
  DiscoveryMode discovery = DiscoveryMode::prepublished;
  std::int64_t directories = 1;  // 0: nothing is listed anywhere
  Distribution directory_lag;
  std::int64_t named = 24;             // declarations that a directory names for a request, at most
  std::int64_t named_in_parts = 128;   // likewise, where the request takes parts
  std::int64_t many = 4;               // a class with more than `many` x `named` listings is sampled:
  std::int64_t named_of_many = 5'000;  // share of `named` that is named of it, basis points
  std::int64_t samples = 8;            // tries for each that may be named
  std::int64_t answers = 2;            // holders whom an intent reaches, at most
  Distribution latency;
  std::int64_t loss = 0;       // ten-thousandths of the messages that do not arrive,
  std::int64_t duplicate = 0;  // that arrive twice,
  std::int64_t reorder = 0;    // that are overtaken by later ones
  std::int64_t tries = 5;      // of a message before it is given up
  Duration retry_after;        // between two of them; default 1s
  std::vector<PartitionSpec> partitions;
  std::vector<LinkSpec> links;  // instead of `latency`: those of the deepest places win
  std::optional<location::Location> chain_place;  // where the chain stands
  Duration chain_interval;  // how often checkpoints are signed; default 500ms
  Duration follow_lag;      // from a checkpoint's arrival to its being read; default 0s
  Duration clock_error;     // how far parties' clocks are off, either way; default 0s
  Duration rule_ahead{10 * kNanosPerSecond};  // a rule is submitted so long before it takes effect
  bool promises = false;    // a note an interval over what arrived in it
  Duration merge_delay;     // of promises: from the note to the latest time of an entry
  std::optional<Duration> tick_ahead;  // the genesis's; absent: no bound
  objects::RefusalQuota quota;         // the genesis's: of refusals of one submitter
  std::vector<HolderGroup> holders;
  std::vector<UserGroup> users;
  std::vector<CoordinatorSpec> coordinators;
  std::vector<AuditorSpec> auditors;
  std::vector<PublisherSpec> publishers;
  std::vector<AdversarySpec> adversaries;
  std::vector<RevocationSpec> revocations;
  std::optional<Trace> trace;
  Script script;
  /// What is right and perhaps not meant: docs/spec/scenarios.md#warnings.
  Problems warnings;

  Instant end() const { return start + duration; }
  const ClassSpec* find_class(std::string_view class_name) const;              // null where unknown
  const AuthoritySpec* find_authority(std::string_view authority_name) const;  // likewise
  /// The first authority that governs the class there; null where none does.
  const AuthoritySpec* authority_for(std::string_view class_name, const location::Location& location) const;
};

/// Reads, resolves and validates a scenario with its rules and trace. `sets` are `--set PATH=VALUE`
/// in order; each of `rule_files` (`--rule FILE`) replaces the rule of the same name. All problems
/// of all files in one go.
Result<Scenario> load_scenario(const std::string& file,
                               const std::vector<std::pair<std::string, std::string>>& sets,
                               const std::vector<std::string>& rule_files);

/// A problem at what stands at `path` (`infrastructure.2`) in the scenario's file, as far as the file
/// is still what was read.
Problem problem_in(const Scenario& scenario, const std::string& path, std::string what,
                   std::string expected);

/// Every resolved field as JSON with sorted keys; rules by content id, trace files by digest. File
/// names are left out: two copies of one scenario are the same scenario.
std::string canonical_json(const Scenario& scenario);

}  // namespace capmarket::scenarios
