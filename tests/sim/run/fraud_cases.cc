#include "tests/sim/run/fraud_cases.h"

#include <fmt/format.h>

#include "tests/support/json_schema.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

/// The text without its own list of adversaries, and with rules from their folder.
std::string text_of(const std::string& pack) {
  const std::string root = CAPMARKET_SOURCE_DIR "/scenarios/";
  std::string text = testing::content_of(root + "packs/" + pack + ".yaml");
  for (std::size_t at = 0; (at = text.find("../rules/", at)) != text.npos;)
    text.replace(at, 9, root + "rules/");
  const std::size_t from = text.find("\nadversaries:");
  if (from == text.npos) return text;
  std::size_t until = from + 1;
  do
    until = std::min(text.find('\n', until), text.size() - 1) + 1;
  while (until < text.size() && (text[until] == ' ' || text[until] == '\n'));
  return text.erase(from + 1, until - from - 1);
}

}  // namespace

const std::vector<FraudCase>& fraud_cases() {
  static const std::vector<FraudCase> kAll = {
      {"hoarding", "emergency-displacement", "count: 5, group: loads", true, false},
      {"refusal-spam", "emergency-displacement", "count: 3, group: loads, each: 120", true, false},
      {"tier-shopping", "emergency-displacement", "count: 5, group: loads, accomplice: hospitals",
       false, true},
      {"compensation-farming", "emergency-displacement",
       "count: 5, group: hospitals, accomplice: loads, delay: 10s", true, true},
      {"false-claims", "failures-and-fallback", "count: 5", true, false},
      {"wash-trades", "spectrum-discovered", "count: 3, accomplice: licensees, each: 12", false,
       false},
      {"hiding-directory", "grid-sharded", "count: 3, favours: near", false, false},
      {"partial-coordinator", "grid-sharded", "count: 3, group: desk, favours: utilities", false,
       false},
      {"selective-log", "grid-sharded", "count: 1, favours: utilities, delay: 20s", false, false},
  };
  return kAll;
}

scenarios::Scenario fraud_scenario(const FraudCase& fraud) {
  testing::ScratchFolder folder;
  std::string text = text_of(fraud.pack);
  if (fraud.name == "hiding-directory") {  // two groups of holders in place of one
    const std::size_t at = text.find("  - { name: lines, count: 18,");
    CHECK(at != text.npos);
    const std::string line = text.substr(at, text.find('\n', at) + 1 - at);
    std::string near = line, far = line;
    near.replace(near.find("lines, count: 18"), 16, "near, count: 6");
    far.replace(far.find("lines, count: 18"), 16, "far, count: 12");
    text.replace(at, line.size(), near + far);
  }
  if (fraud.name == "refusal-spam") text += "\nquota: { refusals: 20, period: 1h }\n";
  text += fmt::format("\nadversaries:\n  - {{ attack: {}, {}, twin: true }}\n", fraud.name,
                      fraud.entry);
  folder.write("s.yaml", text);
  auto loaded = scenarios::load_scenario(folder / "s.yaml", {}, {});
  CHECK(loaded.has_value(), loaded ? std::string() : to_text(loaded.error()));
  return *std::move(loaded);
}

}  // namespace capmarket::run
