// A market in which a price decides: holders who cost differently, users to whom a unit is worth
// differently, and no more of it than is wanted.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/scenario.h"

namespace capmarket::run {

struct BargainingMarket {
  std::string pricing = "cost-plus", bid = "truthful", protocol = "take-it-or-leave-it";
  std::string holder_concedes = "linear", user_concedes = "linear";
  std::string rule_pricing = "{ mode: negotiated, floor: 0.00, cap: 20.00 }";
  std::string arrivals = "poisson(1/h)";
  int holders = 100, users = 400, minutes = 180;
};

struct Bargained {
  double welfare = 0;            // value less cost of what was live, over the optimum
  std::int64_t grants = 0;
  std::int64_t below_cost = 0;   // grants at less than their holder's cost
  std::int64_t above_value = 0;  // grants at more than they were worth to their user
  std::int64_t above_bid = 0;    // or than its request said
  std::int64_t refused = 0;      // settlements
};
scenarios::Scenario bargaining_scenario(const BargainingMarket& market);
/// One holder of a hundred racks at 2.00 an hour, and one user to whom one is worth 5.00, who asks for
/// one for an hour every ten minutes of two hours, two minutes ahead.
scenarios::Scenario regular_customer();
/// One run of a market, under a seed of the dynamics.
Bargained bargain_in(const BargainingMarket& market, int seed);

}  // namespace capmarket::run
