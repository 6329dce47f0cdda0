// How long users wait for what they want. Source: docs/spec/statistics.md#waiting.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/chain/chain.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// The least of the values that at least `percent` % of them do not exceed: the
/// ceil(percent x n / 100)-th smallest, by nearest rank. Zero where there is none. Precondition:
/// `sorted` ascends, 1 <= percent <= 100. O(1).
std::int64_t quantile(const std::vector<std::int64_t>& sorted, std::int64_t percent);

/// Order statistics of durations, in nanoseconds.
struct DurationQuantiles {
  std::int64_t count = 0;
  Duration p50, p95, p99;
};
DurationQuantiles quantiles_of(std::vector<std::int64_t> nanoseconds);

/// Of the requests that users made by themselves.
struct Waiting {
  std::int64_t requests = 0;  // that arose
  std::int64_t settled = 0;   // of them, those of which something was settled
  Volume negotiating;         // request-nanoseconds from arising until served or given up
  /// Of those settled, from the request's admission: until its first settlement is admitted, and
  /// until the earliest window of that one starts.
  Volume to_settlement, to_window;
  DurationQuantiles settle_time;  // of those settled, from arising to the first settlement
  std::map<std::string, DurationQuantiles> settle_time_by_tier;
};

/// Listens to a chain while it runs: when a request is closed stands in no record.
class WaitingCollector {
 public:
  void on_event(const chain::Event& event);
  /// Once, at the end. O(n log n) in requests, O(grants).
  Waiting finish(const world::World& world) const;

 private:
  std::map<ContentId, Instant> closed_;  // by request
};

}  // namespace capmarket::run
