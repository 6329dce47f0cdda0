#include <filesystem>
#include <fstream>

#include "scenarios/scenario.h"
#include "tests/fuzz/harness.h"

namespace capmarket::fuzz {
namespace {

/// The seeds' scenarios name this rule.
void write_rule_once() {
  static const bool written = [] {
    std::filesystem::copy_file(CAPMARKET_SOURCE_DIR "/tests/scenarios/small/rule.yaml",
                               scratch() + "/rule.yaml",
                               std::filesystem::copy_options::overwrite_existing);
    return true;
  }();
  expect(written, "the rule beside the scenario");
}

}  // namespace

bool scenario_yaml(ByteView bytes) {
  write_rule_once();
  const std::string file = scratch() + "/scenario.yaml";
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      << edited_seed(bytes, "scenario_yaml/small.yaml");
  const auto scenario = scenarios::load_scenario(file, {}, {});
  if (!scenario) {
    expect(!scenario.error().empty() && !to_text(scenario.error()).empty(),
           "what is refused says why");
    return false;
  }
  expect(scenario->end() >= scenario->start, "a scenario ends after its start");
  return true;
}

}  // namespace capmarket::fuzz
