// What displacements lead to: further ones, and some that served nobody in the end. Source:
// docs/spec/statistics.md#cascades.
#pragma once

#include <map>
#include <vector>

#include "model/chain/chain.h"

namespace capmarket::run {

/// Of all displacements of a run.
struct Cascades {
  std::int64_t displacements = 0;
  std::int64_t depth_max = 0;  // 1: by a settlement that makes up for no displacement
  Int128 depth_sum = 0;
  Volume useless;  // displaced, and not live in the displacing grant in the end
};

/// Listens to a chain while it runs: displacements stand in no record.
class CascadeCollector {
 public:
  void on_event(const chain::Event& event);
  /// Once, at the end. O(displacements x log + their pieces).
  Cascades finish(const chain::ChainState& state) const;

 private:
  struct Taken {
    ContentId id, settlement, grant;  // the displacing ones
    capacity::Pieces pieces;
  };
  std::vector<Taken> taken_;  // in the order of the chain
};

}  // namespace capmarket::run
