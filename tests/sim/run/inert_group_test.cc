// S11: draws are keyed by name, and only those who may send something are on the chain. A group
// that sends nothing, wherever it stands in the file, leaves the chain as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "sim/run/run.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;

scenarios::Scenario pack_named(const std::string& name) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/" + name + ".yaml", {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

std::string root_of(const scenarios::Scenario& scenario) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  auto run = run_scenario(scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return std::to_string(run->size) + " " + to_hex(run->root.view());
}

/// Like the group, and asking for nothing: a different reason for each number.
scenarios::UserGroup silent(scenarios::UserGroup g, int why) {
  g.name = "silent-" + std::to_string(why);
  g.count = 7;
  g.arrivals = {};
  if (why == 0) g.arrivals.kind = scenarios::ArrivalKind::none;
  if (why == 1) g.arrivals.kind = scenarios::ArrivalKind::poisson;  // rate 0
  if (why == 2) g.arrivals.kind = scenarios::ArrivalKind::burst;    // size 0
  // One request in ten thousand hours: that nobody asks within the pack is a matter of luck.
  if (why == 3) g.arrivals.rate_per_hour = 1;
  return g;
}

/// Like the group, and declaring nothing.
scenarios::HolderGroup mute(const scenarios::Scenario& s, scenarios::HolderGroup g, int why) {
  g.name = "mute-" + std::to_string(why);
  g.count = 5;
  g.failure = scenarios::HolderFailure{};
  g.failure->rate_per_hour = 10 * kFullRatio;  // of what it does not deliver to anybody
  // It would answer an intent; none falls within its window.
  if (why == 1 && s.discovery == scenarios::DiscoveryMode::reactive)
    g.window = Duration(1);
  else
    g.strategy = scenarios::HolderStrategy::scripted;
  return g;
}

std::vector<std::string> pack_names() {
  std::vector<std::string> out;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs"))
    if (file.path().extension() == ".yaml") out.push_back(file.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

/// The pack; of the long ones the start.
scenarios::Scenario start_of(const std::string& name) {
  scenarios::Scenario s = pack_named(name);
  if (name == "under-load") s.duration = Duration(10 * kNanosPerSecond);
  if (name == "quickstart" || name == "grid-sharded") s.duration = Duration(kNanosPerHour / 6);
  return s;
}

class InertGroup : public ::testing::TestWithParam<std::string> {};

TEST_P(InertGroup, first_or_last_changes_no_bit_of_the_chain) {
  const scenarios::Scenario plain = start_of(GetParam());
  const std::string expected = root_of(plain);
  // Adversaries are drawn from all who may ask, whether they come to it or not.
  const int reasons = plain.adversaries.empty() ? 4 : 3;
  for (int why = 0; why < reasons; ++why) {
    for (bool first : {true, false}) {
      if (first != (why % 2 == 0)) continue;  // each reason at one end
      scenarios::Scenario s = plain;
      if (!s.users.empty()) {
        const scenarios::UserGroup g = silent(s.users.front(), why);
        s.users.insert(first ? s.users.begin() : s.users.end(), g);
      }
      if (!s.holders.empty()) {
        const scenarios::HolderGroup g = mute(s, s.holders.front(), why);
        s.holders.insert(first ? s.holders.begin() : s.holders.end(), g);
      }
      EXPECT_EQ(root_of(s), expected) << "reason " << why << (first ? " first" : " last");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Packs, InertGroup, ::testing::ValuesIn(pack_names()),
                         [](const auto& pack) {
                           std::string name = pack.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// What a group does goes on as before when others are moved around it.
TEST(Draws, follow_the_name_and_not_the_place) {
  scenarios::Scenario s = pack_named("reactive-peaks");
  s.discovery = scenarios::DiscoveryMode::reactive;
  const std::string expected = root_of(s);
  scenarios::Scenario with = s;
  with.holders.insert(with.holders.begin(), mute(s, s.holders.front(), 1));
  with.users.insert(with.users.begin(), silent(s.users.front(), 0));
  EXPECT_EQ(root_of(with), expected);
  // Boundary: a group that sends one declaration is on the chain.
  with.holders.front().strategy = scenarios::HolderStrategy::prepublish;
  with.holders.front().window = s.holders.front().window;
  EXPECT_NE(root_of(with), expected);
}

/// Adversaries are drawn from those who ask.
TEST(Draws, of_adversaries_pass_over_those_who_ask_for_nothing) {
  scenarios::Scenario s = pack_named("attacks");
  scenarios::UserGroup g = silent(s.users.front(), 0);
  g.count = 200;
  s.users.insert(s.users.begin(), g);
  EXPECT_EQ(root_of(s), root_of(pack_named("attacks")));
}

}  // namespace
}  // namespace capmarket::run
