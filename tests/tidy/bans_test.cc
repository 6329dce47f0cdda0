// What code here may not use: floating point that decides, wall clocks, shared random streams,
// orders that nobody promised.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "tests/tidy/sources.h"

namespace capmarket::tidy {
namespace {

const std::set<std::string> kRooms = {"model", "scenarios", "sim", "verify", "reports", "cli"};

TEST(Bans, nothing_that_decides_uses_floating_point) {
  EXPECT_NONE(matches("\\b(float|double)\\b", {"model"}));
}

TEST(Bans, no_wall_clock_where_determinism_matters) {
  EXPECT_NONE(matches(
      "(system_clock|steady_clock|high_resolution_clock|\\btime\\(|clock_gettime|gettimeofday)",
      {"model", "scenarios", "sim"}));
}

TEST(Bans, no_random_numbers_but_the_keyed_streams) {
  EXPECT_NONE(matches(
      "(std::[a-z_]*_distribution|\\brand\\(|std::mt19937|random_device|std::shuffle)", kRooms));
}

/// Hash tables are for looking up: a range-for over one has an order that nobody promised.
TEST(Bans, nobody_iterates_over_a_hash_table) {
  std::vector<std::string> bad;
  std::regex declared("unordered_(?:map|set)<.*>\\s+([a-z_, ]+)[;{]");
  for (const Source& s : sources()) {
    if (room_of(s.path) == "tests") continue;
    std::set<std::string> names;
    std::smatch m;
    for (const std::string& line : s.lines)
      if (std::regex_search(line, m, declared)) {
        std::stringstream list(m[1]);
        for (std::string name; std::getline(list, name, ',');) {
          name.erase(std::remove(name.begin(), name.end(), ' '), name.end());
          names.insert(name);
        }
      }
    for (const std::string& name : names) {
      std::regex loop("for \\(.*:\\s*(\\w+\\.)?" + name + "\\)");
      for (const std::string& line : s.code)
        if (std::regex_search(line, loop)) bad.push_back(s.path + ": " + line);
    }
  }
  EXPECT_NONE(bad);
}

/// The C library's transcendental functions choose variants by processor.
TEST(Bans, the_simulator_uses_its_own_transcendental_functions) {
  EXPECT_NONE(matches("std::(exp|log|log2|log10|sin|cos|tan|pow|tgamma|erf)\\(",
                      {"model", "scenarios", "sim"}));
}

TEST(Bans, closed_enums_are_switched_without_default) {
  EXPECT_NONE(matches("^\\s*default:", kRooms));
}

TEST(Bans, no_path_of_one_machine_stands_in_the_sources) {
  std::vector<std::string> bad;
  std::regex path("(/home/|/root/|/work/)");
  for (const Source& s : sources())
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      if (room_of(s.path) != "tests" && std::regex_search(s.lines[i], path))
        bad.push_back(s.path + ":" + std::to_string(i + 1) + ": " + s.lines[i]);
  EXPECT_NONE(bad);
}

/// What counts in ten-thousandths divides by kFullRatio: no bare ten thousand in arithmetic.
TEST(Bans, ten_thousand_has_a_name) {
  std::vector<std::string> bad = matches("([*/%] *10'?000\\b(?!')|(Ratio|Shares|Weight)\\w* = 10'?000;)", kRooms);
  std::erase_if(bad, [](const std::string& line) { return line.starts_with("model/base/"); });
  EXPECT_NONE(bad);
}

}  // namespace
}  // namespace capmarket::tidy
