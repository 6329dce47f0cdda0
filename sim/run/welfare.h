// What a run's grants are worth to those who use them, less what they cost those who deliver them:
// what it wanted, declared and served, as plain data. Source: docs/spec/statistics.md#welfare.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// What a user wanted, from its arising on, whether or not it ever asked on the chain.
struct Wish {
  std::size_t class_index = 0;
  std::size_t reach = 0;  // in Worth::reaches
  Money value;            // of a unit for an hour, to the user: private, may be negative
  Quantity quantity;      // positive
  Window window;
  bool partial = false;  // less of the quantity and of the time is welcome
  bool bundled = false;  // all or none with wishes of other classes
};

/// What a holder declared less what it retracted. Curtailments are not taken off.
struct Supply {
  std::size_t class_index = 0;
  std::size_t place = 0;  // that reaches name
  Money cost;             // of a unit for an hour, to the holder: private
  bool shared = false;    // of an infrastructure that bounds it further
  /// From each instant on, until the next; ascending, the last of quantity 0.
  std::vector<std::pair<Instant, Quantity>> steps;
};

/// What is live of a grant inside the horizon; with a negative volume what of it nobody needs.
struct Service {
  Money value, cost;
  Volume volume;
};

/// Prices lie inside +-kWireMax.
struct Worth {
  Window horizon;                                 // what lies outside it does not count
  std::vector<std::vector<std::size_t>> reaches;  // places, ascending
  std::vector<Wish> wishes;
  std::vector<Supply> supplies;
  std::vector<Service> services;
};

enum class Places : std::uint8_t { kept, left_out };

/// Of all that users wanted and holders declared until now, and what is live of it. What a script
/// asks for has no private value and is in none of it. Under `left_out` everybody reaches all, else
/// whom what reaches is found out for each two of credentials and places. O(requests +
/// declarations' breakpoints + grants' pieces), and O(kinds of credentials x places) under `kept`.
Worth worth_of(const world::World& world, Places places);

/// In money times unit-nanoseconds per hour.
struct Welfare {
  Int128 value = 0, cost = 0;
  Int128 achieved() const { return value - cost; }
};

/// Of the services; empty where the sums could leave 128 bits: where the largest of the prices x
/// the sum of the volumes leaves 2^126. O(services).
std::optional<Welfare> welfare_of(const Worth& worth);

/// `sum`, of the form of Welfare, in ten-thousandths of money: rounded toward minus infinity, or
/// up.
Int128 money_down(Int128 sum);
Int128 money_up(Int128 sum);

}  // namespace capmarket::run
