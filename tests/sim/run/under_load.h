// The pack `under-load`, and what came of the settlements that may displace.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace capmarket::run {

/// Settlements that say `displace`, by what became of them.
struct UnderLoad {
  std::int64_t submitted = 0;
  std::int64_t admitted = 0;
  std::int64_t displacing = 0;     // of the admitted: somebody gave way
  std::int64_t ceilings = 0;       // refused: displacing would cost more than they accepted
  std::int64_t nobody_left = 0;    // refused: all who may give way are not enough
  std::vector<std::string> stale;  // refused for anything else: its clauses
  std::string figures() const;
};

/// Runs the pack with these keys set. Reads the chain from a folder of its own.
UnderLoad run_under_load(const std::vector<std::pair<std::string, std::string>>& sets = {});

}  // namespace capmarket::run
