// Every rule again and again, alone and beside a busy processor: the same bytes, in time, and
// nothing undecided of what ships.
#include <atomic>
#include <ctime>
#include <filesystem>
#include <thread>

#include "scenarios/scenario.h"
#include "tests/verify/analyses/reproduced.h"

namespace capmarket::analyses {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> yaml_files_of(const std::string& folder) {
  std::vector<std::string> out;
  for (const std::string& name : testing::rule_names(folder))
    out.push_back(folder + name + ".yaml");
  return out;
}
const std::string kShippedRules = CAPMARKET_SOURCE_DIR "/scenarios/rules/";
const std::string kPacks = CAPMARKET_SOURCE_DIR "/scenarios/packs/";

/// Turns a processor as long as it lives.
class Busy {
 public:
  Busy()
      : thread_([this] {
          while (!stop_.load(std::memory_order_relaxed)) ++turns_;
        }) {}
  ~Busy() {
    stop_ = true;
    thread_.join();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<std::uint64_t> turns_ = 0;
  std::thread thread_;
};

std::vector<std::string> every_rule() {
  std::vector<std::string> out = yaml_files_of(testing::kRuleFolder);
  for (std::string& file : yaml_files_of(kShippedRules)) out.push_back(std::move(file));
  return out;
}

/// Every fourth rule, so that four of these take as long as each other.
class ReproducedAlways : public ::testing::TestWithParam<std::size_t> {};
constexpr std::size_t kRunParts = 4;

/// Every finding of every analysis and goal, with its case, ledger and reason.
TEST_P(ReproducedAlways, the_same_bytes_in_twenty_runs_alone_and_beside_a_busy_process) {
  const std::vector<std::string> all = every_rule();
  for (std::size_t i = GetParam(); i < all.size(); i += kRunParts) {
    const std::string first = bytes_but_time(report_of_file(all[i]));
    for (int run = 1; run < 10; ++run)
      ASSERT_EQ(bytes_but_time(report_of_file(all[i])), first) << all[i];
    Busy busy;
    for (int run = 10; run < 20; ++run)
      ASSERT_EQ(bytes_but_time(report_of_file(all[i])), first) << all[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Part, ReproducedAlways, ::testing::Range(std::size_t{0}, kRunParts));

TEST(ReproducedFull, every_rule_takes_ten_seconds_at_most_and_a_small_one_two) {
  for (const std::string& file : every_rule()) {
    const auto files = testing::loaded_rules(file);
    const rules::Rule& rule = files.front().rule;
    const bool small = rule.tiers.size() <= 5 && rule.goals.size() <= 6;
    const std::clock_t before = std::clock();  // the processor's: others may be busy
    report_of_file(file);
    const std::int64_t milliseconds = (std::clock() - before) * 1'000 / CLOCKS_PER_SEC;
    EXPECT_LE(milliseconds, small ? 2'000 : 10'000) << file;
  }
}

void expect_decided(const RuleReport& report) {
  for (const Finding& f : report.findings)
    EXPECT_NE(f.verdict, AnalysisVerdict::unknown)
        << report.file << " " << f.analysis << "[" << f.subject << "] " << f.reason;
}

TEST(ReproducedFull, nothing_that_ships_is_undecided_with_its_packs_or_without) {
  for (const std::string& file : yaml_files_of(kShippedRules)) expect_decided(report_of_file(file));
  for (const std::string& pack : yaml_files_of(kPacks)) {
    auto scenario = scenarios::load_scenario(pack, {}, {});
    ASSERT_TRUE(scenario) << to_text(scenario.error());
    CheckOptions options = testing::playing();
    options.against = &*scenario;
    for (const scenarios::ScenarioRule& rule : scenario->rules)
      expect_decided(report_of_file(rule.file, options));
  }
}

}  // namespace
}  // namespace capmarket::analyses
