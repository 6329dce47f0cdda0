// Covers of small markets, all of a family: what the chain derives against the slow market.
#pragma once

#include <cstdint>
#include <string>

namespace capmarket::property {

/// What was compared.
struct CoversSeen {
  std::int64_t states = 0, pairs = 0;  // of state and settlement
  std::int64_t covered = 0, several = 0, elsewhere = 0, short_of = 0;
  std::string complaint;  // the first difference; empty without one
};

/// Three declarations of three, two of them on one infrastructure; three ranks; four slots. Grants
/// of the two lower ranks of 0 to 3 over whole, first, middle or last slots; each order, set-aside,
/// schedule and mode in turn. Against each: legs of the two higher ranks, of 1 to 3 over every
/// window of slots, on every declaration. Of the states every `stride`-th; `options` of the 120
/// combinations of the rest to each pattern of grants.
CoversSeen compare_covers(std::int64_t stride, std::int64_t options);

}  // namespace capmarket::property
