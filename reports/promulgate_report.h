// What `rule promulgate` says.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/objects/jurisdiction.h"
#include "verify/analyses/promulgation_proof.h"

namespace capmarket::reports {

/// `promulgated` exits 0, `refused` 1, `undecided` 3.
enum class PromulgationVerdict : std::uint8_t { promulgated, refused, undecided };
/// The verdict as reports say it.
std::string_view to_text(PromulgationVerdict verdict);

/// What was proved of a rule, what was waived, and what was written for it.
struct PromulgateReport {
  std::string directory;     // of the chain
  std::string certificates;  // where they are kept; empty: nowhere
  ContentId chain;
  analyses::PromulgationProof proof;
  std::vector<objects::Waiver> waivers;
  std::vector<std::string> tools;
  std::vector<Sequence> strategies;  // those that were not there before
  Sequence rule;
  std::optional<Sequence> promulgation;  // absent: nothing was written
  PromulgationVerdict verdict = PromulgationVerdict::undecided;
};

/// Keys: docs/spec/commands.md#rule-promulgate.
nlohmann::ordered_json promulgate_json(const PromulgateReport& report);
/// The same for a terminal.
std::string promulgate_text(const PromulgateReport& report, bool colour);

}  // namespace capmarket::reports
