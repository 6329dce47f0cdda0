// What a run counts, from the chain's own events. Ids of metrics: docs/spec/statistics.md#metrics.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "scenarios/scenario.h"
#include "sim/run/cascades.h"
#include "sim/run/efficiency.h"
#include "sim/run/fairness.h"
#include "sim/run/optimum.h"
#include "sim/run/prices.h"
#include "sim/run/waiting.h"

namespace capmarket::run {

/// Volumes of a part of the requests: requested = granted + all that follows, at every moment.
struct VolumeCount {
  std::int64_t requests = 0;  // submitted, refused included
  std::int64_t grants = 0;
  std::int64_t whole = 0;     // admitted requests of which all is live
  Volume requested;  // of admitted requests
  Volume granted;    // live
  Volume displaced;
  Volume failed;
  Volume released;
  Volume unmet;  // of closed requests
  Volume open;   // of requests still open
};

/// Submissions of one attack, those that its own clause refused, and those admitted to no effect.
struct AttackMetric {
  std::int64_t attempts = 0;
  std::int64_t refused = 0;
  std::int64_t no_effect = 0;
};

/// By currency.
struct MoneyMetric {
  std::map<std::string, Money> owed, paid;
};

/// Obligations of which something was still outstanding after their deadline.
struct Defaults {
  std::int64_t count = 0;
  std::map<std::string, Money> outstanding;  // by currency
};

/// What users wanted and did not get: demanded = served + all that was lost.
struct Losses {
  Volume demanded;  // by users, when it arose: what scripts ask for is not in it
  Volume served;    // live of it at the end
  std::map<std::string, Volume> by_reason;  // ids of losses.h; `refused: CLAUSE` with the clause
};

/// What came out for parties together, users and holders.
struct Outcome {
  std::int64_t users = 0, holders = 0;
  // As users.
  VolumeCount wanted;    // of their requests on the chain
  Losses losses;         // of what they wanted by themselves
  Volume granted_gross;  // as granted, whatever came of it
  Volume used;           // of what is live of their own wants, what they need
  Int128 value = 0;      // of that, beyond the simulated time too: money x unit-ns an hour
  // As holders.
  Volume declared;  // less what was retracted
  std::int64_t sold = 0;
  Volume sold_gross, sold_live;
  Int128 cost = 0;  // likewise
  // As both.
  MoneyMetric owes, is_owed;
  Defaults defaults;  // of what they owe
};

/// What came out for a ring and for all others in one run, and the entries of its chain.
struct RingOutcome {
  Outcome ring, others;
  std::int64_t entries = 0;
};

/// A fraud, and its honest twin.
struct FraudMetric {
  std::size_t entry = 0;  // of the scenario's adversaries
  scenarios::Attack attack = scenarios::Attack::hoarding;
  std::int64_t turned = 0;
  RingOutcome with;
  std::optional<RingOutcome> without;  // empty: the twin's run was interrupted
};

/// What the grants are worth less what they cost, and the best that could have been.
struct WelfareMetric {
  std::set<std::string> currencies;  // of the rules: of several nothing is added up
  std::optional<Welfare> welfare;    // empty: several currencies, or sums that leave 128 bits
  OptimumMethod method = OptimumMethod::none;  // that was asked for, or done in its place
  std::optional<Optimum> optimum;    // empty: of these three reasons one
};

/// One row of series.csv: counts up to `time`.
struct SeriesRow {
  Instant time;
  std::int64_t entries = 0;
  std::int64_t requests = 0;
  std::int64_t settlements = 0;
  std::int64_t refusals = 0;
  Volume granted;
  std::int64_t displacements = 0;
  Volume displaced;
};

/// What a run counts of the time behind its warm-up: volumes of what lies in [from, until), and the
/// events of that time.
struct SteadyCount {
  Instant from, until;
  std::int64_t requests = 0;     // submitted
  std::int64_t settlements = 0;  // admitted
  std::int64_t refusals = 0;
  std::int64_t displacements = 0;
  VolumeCount volumes;  // its `requests` and `grants` are 0: one request may lie on both sides
  Volume declared;
};

/// What a run measures; the rows of reports/run_metrics.cc give each its id, unit and meaning.
struct RunMetrics {
  std::map<std::string, std::int64_t> objects;  // entries by kind, refused included
  std::map<std::string, std::int64_t>
      rejections;  // refusals by clause that failed or is unresolved
  std::int64_t refused = 0;
  std::int64_t settlements = 0;  // admitted
  std::int64_t residuals = 0;
  std::int64_t displacements = 0;
  std::int64_t failures = 0;
  std::int64_t fallbacks = 0;                      // records of holders
  std::int64_t claims = 0;                         // of non-delivery, that came to their end
  std::int64_t claims_stood = 0;                   // of them
  std::int64_t disputes = 0;                       // admitted
  std::int64_t founded = 0;                        // of them
  std::int64_t reviews = 0;                        // opened by revocations
  std::int64_t activities = 0;                     // admitted
  std::int64_t payments = 0;                       // admitted
  Volume displaced_gross;                          // of all displacements, made up for or not
  MoneyMetric compensation;                        // what displacing users owe the displaced
  std::map<std::string, MoneyMetric> obligations;  // by kind, all of them
  VolumeCount total;
  std::map<std::string, VolumeCount> by_tier;
  std::map<std::string, VolumeCount> by_class;
  std::map<std::string, Outcome> by_group;
  Defaults defaults;
  Volume declared;
  std::optional<Efficiency> efficiency;
  WelfareMetric welfare;
  std::int64_t adversaries = 0;  // users and publishers
  std::map<std::string, AttackMetric> attacks;
  std::vector<FraudMetric> frauds;  // those that are held against a twin
  std::map<std::string, std::int64_t> untried;  // settlements that users did not sign, by reason
  Losses losses;
  std::int64_t repeated = 0;    // submissions that reached the chain twice, to no effect
  std::int64_t not_issued = 0;  // rows of the trace at or after the scenario's end
  std::vector<SeriesRow> series;
  std::optional<SteadyCount> steady;  // where it was asked for and found
  // How long, how dear, how evenly, and at what cost to others.
  Waiting waiting;
  Prices prices;
  Fairness fairness;
  Cascades cascades;
};

/// Listens to a chain while it runs; `finish` adds what follows from the final state.
class MetricsCollector {
 public:
  /// `start` and `end` of the scenario: the series has a row for each 200th between them.
  MetricsCollector(Instant start, Instant end);
  void on_event(const chain::Event& event);
  /// Once, at the end: the metrics with volumes, money and grants of the final state.
  RunMetrics finish(const chain::ChainState& state);

 private:
  void sample_until(Instant t);
  void count_kind(const chain::Event& event);  // admitted or derived
  RunMetrics metrics_;
  CascadeCollector cascades_;
  SeriesRow row_;
  Duration step_;
  Instant next_;
};

}  // namespace capmarket::run
