// A fork's branches are what runs that never stopped would have been, byte for byte.
#include "sim/study/fork.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/base/text.h"
#include "scenarios/change.h"
#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::study {
namespace {

namespace fs = std::filesystem;

const std::string kTests = CAPMARKET_SOURCE_DIR "/tests/sim/";
constexpr Duration kFork{240 * kNanosPerSecond}, kForce{250 * kNanosPerSecond};

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Every file of a chain but the writer's lock, by name.
std::map<std::string, std::string> files_of(const std::string& chain) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(chain))
    if (entry.is_regular_file()) out[fs::relative(entry, chain).string()] = bytes_of(entry);
  return out;
}

class Forks : public ::testing::Test {
 protected:
  testing::ScratchFolder dir;
  scenarios::Scenario common = loaded(kTests + "small.yaml");

  scenarios::Scenario loaded(const std::string& file) const {
    auto out = scenarios::load_scenario(file, {{"duration", "8min"}, {"signatures", "mac"}}, {});
    CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
    return *out;
  }
  std::string rule(const std::string& name, const std::string& from, const std::string& to) {
    return dir.write(name, testing::edited(bytes_of(kTests + "small.rule.yaml"), from, to));
  }
  scenarios::Scenario changed(const std::string& file) const {
    auto out = scenarios::with_change(common, file, kForce);
    CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
    return *out;
  }
  std::string chain(const std::string& name) const { return dir / (name + "/chain"); }

  /// Status 0 of each whose run came to its end.
  std::vector<BranchEnd> forked(const std::vector<Branch>& branches, std::int64_t at_once = 2) const {
    ForkOptions options;
    options.at = common.start + kFork;
    options.at_once = at_once;
    auto ends = fork_run(common, options, branches, [](const Branch&, const Result<run::Run>& run) {
      return run && !run->interrupted ? 0 : 9;
    });
    CHECK(ends.has_value(), ends ? std::string() : to_text(ends.error()));
    return *ends;
  }
  run::Run uninterrupted(const scenarios::Scenario& scenario, const std::string& name) const {
    run::RunOptions options;
    options.chain_dir = chain(name);
    options.threads = 2;
    auto run = run::run_scenario(scenario, options);
    CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
    return *run;
  }
};

TEST_F(Forks, baseline_is_the_run_that_never_stopped) {
  const auto ends = forked({{"baseline", &common, false, chain("baseline")}});
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].status, 0);
  uninterrupted(common, "whole");
  const auto files = files_of(chain("whole"));
  EXPECT_GE(files.size(), 4u);
  EXPECT_EQ(files_of(chain("baseline")), files);
}

/// The scenario that has the change written down plays the same.
TEST_F(Forks, branch_is_the_run_of_the_scenario_that_has_the_change) {
  const scenarios::Scenario other = changed(rule("dearer.yaml", "rank: 20", "rank: 25"));
  forked({{"dearer", &other, true, chain("dearer")}});
  uninterrupted(other, "written");
  EXPECT_EQ(files_of(chain("dearer")), files_of(chain("written")));
  uninterrupted(common, "whole");
  EXPECT_NE(files_of(chain("dearer")), files_of(chain("whole")));
}

TEST_F(Forks, all_begin_with_the_same_bytes) {
  const scenarios::Scenario same = changed(kTests + "small.rule.yaml"),
                            other = changed(rule("dearer.yaml", "rank: 20", "rank: 25"));
  for (const BranchEnd& end : forked({{"baseline", &common, false, chain("baseline")},
                                      {"same", &same, true, chain("same")},
                                      {"dearer", &other, true, chain("dearer")}},
                                     3))
    EXPECT_EQ(end.status, 0) << end.name;
  const std::string segment = "/segments/00000000.seg";
  const std::string base = bytes_of(chain("baseline") + segment);
  Bytes before;  // of a run that is cut off at the fork
  run::RunOptions options;
  options.frames = &before;
  options.pause_at = common.start + kFork;
  options.at_pause = [&](world::World&) -> Result<bool> { return false; };
  ASSERT_TRUE(run::run_scenario(common, options));
  ASSERT_GT(before.size(), 10'000u);
  const std::string common_part(before.begin(), before.end());
  for (const char* name : {"baseline", "same", "dearer"}) {
    const std::string bytes = bytes_of(chain(name) + segment);
    EXPECT_GT(bytes.size(), common_part.size());
    EXPECT_TRUE(bytes.starts_with(common_part)) << name;
  }
  EXPECT_NE(bytes_of(chain("same") + segment), base);
}

/// A rule that changes nothing but its version changes what names it alone.
TEST_F(Forks, a_rule_that_changes_nothing_changes_no_count_but_its_own) {
  const auto same = uninterrupted(changed(kTests + "small.rule.yaml"), "same").metrics;
  auto base = uninterrupted(common, "whole").metrics;
  ++base.objects["rule"];
  EXPECT_EQ(same.objects, base.objects);
  EXPECT_EQ(same.rejections, base.rejections);
  EXPECT_EQ(same.untried, base.untried);
  EXPECT_EQ(same.settlements, base.settlements);
  EXPECT_EQ(same.total.granted, base.total.granted);
  EXPECT_EQ(same.total.unmet, base.total.unmet);
  EXPECT_EQ(same.displaced_gross, base.displaced_gross);
}

/// A strategy that the set-up did not know is admitted first.
TEST_F(Forks, bring_the_fallback_strategies_of_their_rule_along) {
  const scenarios::Scenario other = changed(rule("penal.yaml", "penalty: 10%", "penalty: 15%"));
  ForkOptions options;
  options.at = common.start + kFork;
  auto ends = fork_run(common, options, {{"penal", &other, true, chain("penal")}},
                       [](const Branch&, const Result<run::Run>& run) {
                         if (!run) return 2;
                         const auto& objects = run->metrics.objects;
                         return static_cast<int>(10 * objects.at("fallback-strategy") +
                                                 objects.at("rule"));
                       });
  ASSERT_TRUE(ends);
  EXPECT_EQ(ends->front().status, 22) << "two strategies, two rules";
}

TEST_F(Forks, tell_of_each_branch_what_became_of_it) {
  ForkOptions options;
  options.at = common.start + kFork;
  const std::vector<Branch> branches = {{"a", &common, false, chain("a")},
                                        {"b", &common, false, chain("b")},
                                        {"c", &common, false, chain("c")},
                                        {"d", &common, false, dir.write("file", "") + "/chain"}};
  auto ends = fork_run(common, options, branches, [](const Branch& b, const Result<run::Run>& run) {
    if (b.name == "b") std::raise(SIGKILL);
    if (b.name == "c") throw std::runtime_error("planted");
    return run ? 0 : 2;
  });
  ASSERT_TRUE(ends);
  ASSERT_EQ(ends->size(), 4u);
  for (const auto& [i, status] : {std::pair{0, 0}, {1, 128 + SIGKILL}, {2, 70}, {3, 2}})
    EXPECT_EQ((*ends)[static_cast<std::size_t>(i)].status, status) << i;
}

TEST_F(Forks, of_a_run_that_was_interrupted_before_have_no_branches) {
  std::atomic<bool> interrupt{true};
  ForkOptions options;
  options.at = common.start + kFork;
  options.run.interrupt = &interrupt;
  auto ends = fork_run(common, options, {{"a", &common, false, chain("a")}},
                       [](const Branch&, const Result<run::Run>&) { return 0; });
  ASSERT_TRUE(ends);
  EXPECT_TRUE(ends->empty());
  EXPECT_FALSE(fs::exists(chain("a")));
}

TEST_F(Forks, wait_for_an_instant_behind_the_last_event_too) {
  scenarios::Scenario quiet = common;
  for (scenarios::UserGroup& group : quiet.users) group.count = 0;
  for (scenarios::HolderGroup& group : quiet.holders) group.count = 0;
  quiet.adversaries.clear();
  bool paused = false;
  run::RunOptions options;
  options.pause_at = quiet.start + kFork;
  options.at_pause = [&](world::World&) -> Result<bool> { return paused = true; };
  auto run = run::run_scenario(quiet, options);
  ASSERT_TRUE(run);
  EXPECT_TRUE(paused);
  EXPECT_FALSE(run->interrupted);
}

TEST_F(Forks, refuse_a_rule_that_is_no_successor_where_it_stands) {
  const auto told = [&](const std::string& file, Duration at = kForce) {
    auto out = scenarios::with_change(common, file, at);
    return out ? std::string("accepted") : to_text(out.error());
  };
  EXPECT_EQ(told(kTests + "small.rule.yaml"), "accepted");
  const std::string other = told(rule("other.yaml", "rule: ", "rule: another-"));
  EXPECT_NE(other.find("other.yaml"), std::string::npos) << other;
  EXPECT_NE(other.find("no version of rule"), std::string::npos) << other;
  const std::string unit = told(rule("unit.yaml", "unit: core", "unit: gpu"));
  EXPECT_NE(unit.find("unit"), std::string::npos) << unit;
  EXPECT_NE(unit, "accepted");
  EXPECT_NE(told(dir / "none.yaml"), "accepted");
  auto twice = scenarios::with_change(changed(kTests + "small.rule.yaml"),
                                      kTests + "small.rule.yaml", Duration(1));
  ASSERT_FALSE(twice);
  EXPECT_NE(to_text(twice.error()).find("changes rule"), std::string::npos);
}

}  // namespace
}  // namespace capmarket::study
