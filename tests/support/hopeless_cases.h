// A change that leaves a group of users of tests/scenarios/hopeless/market.yaml without hope, what
// is said of it, and a change like it that leaves hope. Two rooms look at them: what is said, and
// whether it is so.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/source_text.h"

namespace capmarket::testing {

/// `--set` of the scenario, and a piece of its rule with what stands in its place.
struct MarketChange {
  std::vector<std::pair<std::string, std::string>> sets;
  std::string piece = {}, by = {};
};

struct HopelessCase {
  std::string name;
  MarketChange hopeless;
  std::string sentence;  // a part of it
  MarketChange near_miss;
};

/// Writes the changed market; the scenario's file. Its sets are the caller's to give.
inline std::string write_market(const ScratchFolder& folder, const MarketChange& change) {
  const std::string from = "tests/scenarios/hopeless/";
  folder.write("rule.yaml", edited(source_text(from + "rule.yaml"), change.piece, change.by));
  folder.write("link.yaml", source_text(from + "link.yaml"));
  return folder.write("market.yaml", source_text(from + "market.yaml"));
}

/// Nobody is there.
inline std::vector<HopelessCase> cases_of_absences() {
  return {
      {"holders_away",
       {{{"holders.sites.away", "[{ from: 0s, until: 30min }, { from: 30min, until: 1h }]"}}},
       "no holder of class `compute` declares anything by itself",
       {{{"holders.sites.away", "[{ from: 0s, until: 20s }, { from: 40min, until: 1h }]"}}}},
      {"all_out_of_order",
       {{{"holders.sites.outages", "[{ from: 0s, until: 3h }]"}}},
       "no holder of class `compute` declares anything by itself",
       {{{"holders.sites.outages", "[{ from: 0s, until: 3h, share: 50% }]"}}}},
      {"users_away",
       {{{"users.firms.away", "[{ from: 0s, until: 2h }]"}}},
       "it is `away` from the start to the end (`duration` 1h)",
       {{{"users.firms.away", "[{ from: 0s, until: 10min }]"}}}},
  };
}

/// When: arrivals, windows, leads, lengths.
inline std::vector<HopelessCase> cases_of_windows() {
  return {
      {"no_supply",
       {{{"holders.sites.count", "0"}}},
       "no holder of class `compute` declares anything by itself",
       {{{"holders.sites.count", "1"}}}},
      {"asks_too_late",
       {{{"users.firms.arrivals.burst.at", "3599760ms"}}},
       "it asks 3599760ms after the start at the earliest (`arrivals.burst.at`), a settlement "
       "takes 240ms more, and `duration` is 1h",
       {{{"users.firms.arrivals.burst.at", "3590s"}}}},
      {"asks_after_the_end",
       {{{"users.firms.arrivals.burst.at", "2h"}}},
       "and `duration` is 1h",
       {{{"users.firms.arrivals.burst.at", "59min"}}}},
      {"windows_end_too_soon",
       {{{"holders.sites.window", "20min"}, {"users.firms.lead", "10min"}}},
       "its windows start 11min to 11min after the start (`lead`) and last 10min or more "
       "(`length`); of class `compute` nothing that is declared holds one: `holders.sites.window` "
       "ends 20min after it, in 1 piece",
       {{{"holders.sites.window", "21min"}, {"users.firms.lead", "10min"}}}},
      {"horizon_too_short",
       {{{"holders.sites.rolling", "{ horizon: 11min, every: 1min }"}}},
       "its windows end 13min or more after it gives up (`lead`, `length`, `patience`), and "
       "`holders.sites.rolling.horizon` reaches 12min with the class's granularity",
       {{{"holders.sites.rolling", "{ horizon: 17min, every: 1min }"}}}},
      {"pieces_too_short",
       {{{"holders.sites.pieces", "36"}}},
       "ends 3h after it, in 36 pieces",
       {{{"holders.sites.pieces", "36"}, {"users.firms.partial", "100%"}}}},
      {"windows_end_too_soon_for_a_part",
       {{{"holders.sites.window", "10min"},
         {"users.firms.lead", "10min"},
         {"users.firms.partial", "100%"}}},
       "nothing that is declared holds one",
       {{{"holders.sites.window", "12min"},
         {"users.firms.lead", "10min"},
         {"users.firms.partial", "100%"}}}},
      {"lead_too_short",
       {{}, "lead: 0s ..", "lead: 30min .."},
       "`lead` is 5min at most, it signs 160ms after it asks at the earliest (`network.latency`, "
       "`follow.lag`), and `limits.lead` of rule `eu/compute` is 30min or more",
       {{{"users.firms.lead", "31min"}}, "lead: 0s ..", "lead: 30min .."}},
      {"lag_longer_than_lead",
       {{{"users.firms.follow.lag", "7min"}, {"users.firms.patience", "1h"}}},
       "it signs 420160ms after it asks at the earliest",
       {{{"users.firms.follow.lag", "4min"},
         {"users.firms.patience", "1h"},
         {"discovery.lag", "0s"},
         {"users.firms.arrivals.burst.at", "5min"}}}},
      {"lead_too_long",
       {{{"users.firms.lead", "6min"}}, "lead: 0s .. 1d", "lead: 0s .. 4min"},
       "`lead` is 6min or more, and with `patience` 2min its windows still start later after the "
       "signing than `limits.lead` of rule `eu/compute` allows, 4min",
       {{{"users.firms.lead", "3min"}}, "lead: 0s .. 1d", "lead: 0s .. 4min"}},
      {"length_rounded_away",
       {{}, "length: 1min .. 4h", "length: 90s .. 119s"},
       "its windows, clamped to `limits.length` of rule `eu/compute` and rounded down to its "
       "`granularity` 1min, last 1min to 1min; rule `eu/compute` takes 90s to 119s",
       {{}, "length: 1min .. 4h", "length: 90s .. 120s"}},
  };
}

/// What, for how much, and with what else.
inline std::vector<HopelessCase> cases_of_terms() {
  const std::string bundle = "[{ class: link, tier: wire, quantity: 100%, value: ";
  return {
      {"quantity_beyond_holders",
       {{{"users.firms.quantity", "41"}}},
       "it takes 41 or more (`quantity`, without `partial`) of class `compute`, and the largest "
       "declaration has 40 (`holders.sites.quantity`)",
       {{{"users.firms.quantity", "41"}, {"users.firms.partial", "100%"}}}},
      {"least_quantity_beyond_holders",
       {{{"users.firms.partial", "100%"}}, "quantity: 1 .. 100", "quantity: 50 .. 100"},
       "it takes 50 or more (`limits.quantity` of rule `eu/compute`)",
       {{{"users.firms.partial", "100%"}}, "quantity: 1 .. 100", "quantity: 10 .. 100"}},
      {"value_below_asks",
       {{{"users.firms.value", "uniform(0.10, 0.99)"}}},
       "it pays 0.9900 at most (`value`, clamped to `limits.price`), and `holders.sites.ask` is "
       "1.0000 or more",
       {{{"users.firms.value", "2.50"}}}},
      {"value_below_floor",
       {{}, "floor: 0.50", "floor: 6.00"},
       "and `pricing.floor` of rule `eu/compute` is 6.0000 or more",
       {{}, "floor: 0.50", "floor: 2.50"}},
      {"tariff_below_every_ask",
       {{{"holders.sites.ask", "2.60"}}, "mode: negotiated, floor: 0.50, cap: 10.00", "mode: fixed, tariff: 2.50"},
       "the tariff is 2.5000 at most, and `holders.sites.ask` is 2.6000 or more",
       {{{"holders.sites.ask", "2.50"}}, "mode: negotiated, floor: 0.50, cap: 10.00", "mode: fixed, tariff: 2.50"}},
      {"value_below_tariff",
       {{}, "mode: negotiated, floor: 0.50, cap: 10.00", "mode: fixed, tariff: 6.00"},
       "and the tariff of rule `eu/compute` is 6.0000 or more",
       {{}, "mode: negotiated, floor: 0.50, cap: 10.00", "mode: fixed, tariff: 2.50"}},
      {"too_poor",
       {{{"users.firms.budget", "0.30"}, {"users.firms.credit", "0.03"}}},
       "it can spend 0.3300 (`budget`, `credit`), and the least that it takes, for the shortest "
       "time, costs 0.3333 or more by `holders.sites.ask`",
       {{{"users.firms.budget", "2.00"}}}},
      {"part_nobody_is_eligible_for",
       {{{"users.firms.bundle", bundle + "1.00 }]"}, {"users.firms.kind", "firm"}}},
       "nobody of `users.firms` is eligible for tier `wire`",
       {{{"users.firms.bundle", bundle + "1.00 }]"}}}},
      {"part_below_asks",
       {{{"users.firms.bundle", bundle + "0.10 }]"}}},
       "and `pricing.floor` of rule `eu/link` is 0.5000 or more",
       {{{"users.firms.bundle", bundle + "1.00 }]"}}}},
  };
}

/// What comes too late.
inline std::vector<HopelessCase> cases_of_waiting() {
  return {
      {"no_directory",
       {{{"discovery.directories", "0"}}},
       "`discovery.directories` is 0, and under `discovery.mode` `prepublished` nobody answers",
       {{{"discovery.directories", "0"}, {"discovery.mode", "reactive"}}}},
      {"listed_too_late",
       {{{"discovery.lag", "30s"}}},
       "no directory names anything before 30080ms after the start (`discovery.lag`, `follow.lag`, "
       "`network.latency`); its last request arises at 30s",
       {{{"discovery.lag", "29s"}}}},
      {"listed_after_every_window",
       {{{"discovery.lag", "50min"},
         {"holders.sites.window", "40min"},
         {"users.firms.arrivals", "poisson(30/h)"}}},
       "and the last declaration ends at 40min (`holders[].window`)",
       {{{"discovery.lag", "10min"},
         {"holders.sites.window", "40min"},
         {"users.firms.arrivals", "poisson(30/h)"}}}},
      {"impatient",
       {{{"users.firms.patience", "240ms"}}},
       "`patience` is 240ms, and the first settlement reaches the chain 240ms after it asks",
       {{{"users.firms.patience", "2s"}}}},
      {"answers_too_late",
       {{{"users.firms.timeouts.offer", "79ms"}}},
       "`timeouts.offer` is 79ms, and a holder's answer takes 80ms or more (twice "
       "`network.latency`)",
       {{{"users.firms.timeouts.offer", "160ms"}}}},
      {"offers_too_short",
       {{{"holders.sites.timeouts.offer", "80ms"}}},
       "`holders.sites.timeouts.offer` is 80ms, and a draft comes back 80ms after the offer",
       {{{"holders.sites.timeouts.offer", "161ms"}}}},
      {"skew_too_short",
       {{}, "skew: 1min", "skew: 79ms"},
       "`limits.skew` of rule `eu/compute` is 79ms, and a settlement reaches the chain 80ms or "
       "more after it is signed",
       {{}, "skew: 1min", "skew: 160ms"}},
  };
}

/// Who is never reached.
inline std::vector<HopelessCase> cases_of_reach() {
  const std::string none = "coordination: { mode: none }";
  const std::string single = "coordination: { mode: single }";
  const std::string desk = "[{ name: desk, class: compute, scope: [eu], ";
  return {
      {"coordinator_too_slow",
       {{{"coordinators", desk + "delay: 5s }]"}}, none, single},
       "`holders.sites.timeouts.signatures` is 5s at most, and the answer of coordinator `desk` "
       "takes 5080ms or more (`coordinators.desk.delay` 5s, and twice `network.latency`)",
       {{{"coordinators", desk + "delay: 4s }]"}}, none, single}},
      {"coordinator_never_answers",
       {{{"coordinators", desk + "outage: 100% }]"}}, none, single},
       "rule `eu/compute` asks for a coordinator, and `coordinators.desk.outage` is 100%",
       {{{"coordinators", desk + "outage: 0% }]"}}, none, single}},
      {"coordinator_is_down",
       {{{"coordinators", desk + "strategy: down }]"}}, none, single},
       "and `coordinators.desk.strategy` answers nobody of the group",
       {{{"coordinators", desk + "strategy: careless }]"}}, none, single}},
      {"coordinator_signs_too_late",
       {{{"coordinators", desk + "strategy: { slow: 5s } }]"}}, none, single},
       "`holders.sites.timeouts.signatures` is 5s at most, and the answer of coordinator `desk` "
       "takes 5080ms or more",
       {{{"coordinators", desk + "strategy: { slow: 4s } }]"}}, none, single}},
      {"coordinator_cut_off",
       {{{"coordinators", desk + "delay: 0s }]"},
         {"network.partitions",
          "[{ from: 0s, until: 40min, between: [desk, sites] }, { from: 40min, until: 1h, between: "
          "[desk, sites, wires] }]"}},
        none,
        single},
       "`network.partitions` cut `desk` off from `sites` from the start to the end",
       {{{"coordinators", desk + "delay: 0s }]"},
         {"network.partitions", "[{ from: 40min, until: 1h, between: [desk, sites] }]"}},
        none,
        single}},
      {"no_message_arrives",
       {{{"network.loss", "100%"}}},
       "`network.loss` is 100%: no message arrives",
       {{{"network.loss", "30%"}}}},
      {"user_cut_off_from_the_chain",
       {{{"network.partitions", "[{ from: 0s, until: 1h, between: [firms, chain] }]"}}},
       "`network.partitions` cut `firms` off from `chain` from the start to the end",
       {{{"network.partitions", "[{ from: 40min, until: 1h, between: [firms, chain] }]"}}}},
      {"user_cut_off_from_directories",
       {{{"network.partitions", "[{ from: 0s, until: 1h, between: [firms, directories] }]"}}},
       "cut `firms` off from `directories`",
       {{{"network.partitions", "[{ from: 0s, until: 1h, between: [firms, directories] }]"},
         {"discovery.mode", "hybrid"}}}},
      {"user_cut_off_from_holders",
       {{{"network.partitions", "[{ from: 0s, until: 1h, between: [firms, sites] }]"}}},
       "cut `firms` off from `sites`",
       {{{"network.partitions", "[{ from: 0s, until: 1h, between: [firms, wires] }]"}}}},
  };
}

inline std::vector<HopelessCase> hopeless_cases() {
  std::vector<HopelessCase> out;
  for (const std::vector<HopelessCase>& some :
       {cases_of_windows(), cases_of_absences(), cases_of_terms(), cases_of_waiting(), cases_of_reach()})
    out.insert(out.end(), some.begin(), some.end());
  return out;
}

}  // namespace capmarket::testing
