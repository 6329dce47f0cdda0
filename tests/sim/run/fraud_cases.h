// A pack for each fraud, and who commits it there.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace capmarket::run {

struct FraudCase {
  std::string name, pack, entry;
  bool stopped = false;  // the shipped rules are meant to stop it
  /// Somebody of the ring would not take part without it.
  bool accomplice_only_takes_part = false;
};

const std::vector<FraudCase>& fraud_cases();
/// The pack with that entry as its only adversary, and a twin.
scenarios::Scenario fraud_scenario(const FraudCase& fraud);

}  // namespace capmarket::run
