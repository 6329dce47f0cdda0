#include "sim/agents/concessions.h"

#include "model/base/integers.h"
#include "sim/agents/concede_boulware.h"
#include "sim/agents/concede_conceder.h"
#include "sim/agents/concede_linear.h"

namespace capmarket::agents {

std::span<const ConcessionStrategy> concession_strategies() {
  static constexpr ConcessionStrategy kAll[] = {
      {"linear", concede_linear}, {"boulware", concede_boulware}, {"conceder", concede_conceder}};
  return kAll;
}

std::int64_t conceded(const scenarios::Strategy& own, std::int64_t round, std::int64_t rounds) {
  if (round >= rounds) return kFullRatio;
  const std::int64_t over = (round - 1) * kFullRatio / (rounds - 1);
  return concession_strategies()[own.number].concede(over, own.parameters);
}

}  // namespace capmarket::agents
