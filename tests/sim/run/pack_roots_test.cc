// Every shipped pack, seed 1, `mac`: the same chain root as on record. What changes no behaviour
// changes no root; what does change one says so in its commit (scripts/record-roots).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/run/run.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;
const std::string kRecord = CAPMARKET_SOURCE_DIR "/tests/sim/run/pack_roots.txt";

std::vector<std::string> packs() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::string line_of(const std::string& name) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + name + ".yaml", {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  run::RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.seed = 1;
  auto run = run_scenario(*scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return name + " " + std::to_string(run->size) + " " + to_hex(run->root.view()) + "\n";
}

TEST(PackRoots, are_those_on_record) {
  std::ifstream in(kRecord);
  std::stringstream recorded;
  recorded << in.rdbuf();
  std::string now;
  for (const std::string& name : packs()) now += line_of(name);
  if (now != recorded.str()) std::ofstream(kRecord + ".new") << now;
  EXPECT_EQ(now, recorded.str()) << "on purpose? scripts/record-roots, and say why in the commit";
}

}  // namespace
}  // namespace capmarket::run
