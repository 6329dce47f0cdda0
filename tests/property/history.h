// Random histories: small commands that are read against whatever market they meet, so that
// shrinking a history removes commands from it.
#pragma once

#include <rapidcheck.h>

#include <functional>
#include <iosfwd>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/property/world.h"

namespace capmarket::property {

/// What to do, and six small numbers that say to whom and how.
struct Command {
  int what = 0;
  int a = 0, b = 0, c = 0, d = 0, e = 0, f = 0;
};
std::ostream& operator<<(std::ostream& out, const Command& command);

/// About `size` commands at the most; shrinks by leaving commands out and numbers toward zero. The
/// commands of these names come often.
rc::Gen<std::vector<Command>> history(const std::set<std::string>& often = {});

/// How often what happened.
struct Statistics {
  std::map<std::string, std::int64_t> counts;
  void add(const std::string& name, std::int64_t n = 1) { counts[name] += n; }
};

/// The kinds of covers that are counted, as `cover: KIND`.
inline constexpr const char* kCoverKinds[] = {"of several victims",
                                              "of several pieces of one victim",
                                              "in two steps",
                                              "bounded by a set-aside",
                                              "odd units of shares",
                                              "elsewhere on the infrastructure",
                                              "elsewhere without coordinator",
                                              "of an older version",
                                              "spares a later version",
                                              "spared by when",
                                              "in a later leg",
                                              "nothing agreed",
                                              "above the ceiling of compensation",
                                              "above the ceiling of refunds",
                                              "above the genesis's limits",
                                              "too late to stop"};

/// What else is counted: of what was admitted, and of what was submitted at the ends of the range.
inline constexpr const char* kOtherKinds[] = {"displaced several: pieces of different lengths",
                                              "displaced several: on a scheduled infrastructure",
                                              "displaced several: beside set-asides",
                                              "displaced several: all three at once",
                                              "claim",
                                              "contest admitted",
                                              "witness admitted",
                                              "claim-closed admitted",
                                              "review admitted",
                                              "review-closed admitted",
                                              "split over time",
                                              "split over time, a further part",
                                              "retraction",
                                              "substitute",
                                              "settled again after displacement",
                                              "line filled",
                                              "line filled above what can be said",
                                              "rule to the end of time",
                                              "rule beyond the end of time"};

/// Prints how often each kind was drawn; the names of those that were drawn less often than that.
std::vector<std::string> too_rare(Statistics& statistics, std::int64_t at_least);

/// Runs a history in a world; stops at the first complaint of the slow market. The statistics
/// count leaves by kind and decision, and refused settlements by clause.
/// `observed`: what is disputed, every observer disputes again.
void run(World& world, const std::vector<Command>& history, Statistics& statistics,
         bool observed = false);

/// Every coordination with every pricing; orders, quotas, floors, leases and reviews in turn.
std::vector<MarketSetUp> all_setups();

/// What else must hold of a world after its history; a complaint where it does not.
using Afterwards = std::function<std::string(const World&)>;

/// `count` histories of one set-up against the slow market, its state and a replay. False, with the
/// shortest bad history printed, where one does not hold. Deterministic in `seed`.
bool histories_hold(const MarketSetUp& setup, int count, std::uint64_t seed, Statistics& statistics,
                    const Afterwards& afterwards = nullptr);

}  // namespace capmarket::property
