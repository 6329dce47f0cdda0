// Markets whose answers queueing theory knows: one place with `servers` units of capacity, requests
// of one unit that come as a Poisson process and are lost where nothing is free.
#pragma once

#include <string>
#include <vector>

namespace capmarket::run {

/// A loss system. Loads are in erlangs: arrivals per hour times the mean length, which is an hour.
struct LossSystem {
  int servers = 1;
  double first = 0, second = 0;           // offered load of each tier; `first` displaces `second`
  std::string length = "exponential(1h)";  // of a mean of one hour
  std::string when_displaced = "surrender";
  std::string start = "fixed";
};

/// What one replication counted after the warm-up.
struct LossCount {
  std::int64_t first = 0, first_lost = 0, second = 0, second_lost = 0, displaced = 0;
};
/// Runs the system for `hours` after a warm-up of 10, under a seed of the dynamics.
LossCount lost_in(const LossSystem& system, int hours, int seed);

/// Delay systems, M/M/c: users book the earliest free start. Waits beyond the lead, in hours, after a
/// warm-up of 10 hours.
struct DelaySystem {
  int servers = 1;
  double load = 0;  // in erlangs, below `servers`; lengths are exponential, of a mean of one hour
};
/// The mean wait of one replication.
double mean_wait_in(const DelaySystem& system, int hours, int seed);
/// Erlang's C: the mean wait in mean lengths, of all arrivals.
double erlang_c_wait(int servers, double load);

/// Erlang's B: the share that is lost of `load` erlangs offered to so many servers.
double erlang_b(int servers, double load);

/// Whether the mean of independent numbers lies where `level` of all intervals of Student's t hold
/// it. Precondition: at least two numbers.
bool holds(const std::vector<double>& numbers, double truth, double level);

}  // namespace capmarket::run
