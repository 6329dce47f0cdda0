// Small rules with one planted loophole or none, each with what `hunt` must say of it at its head:
//   # expect: VERDICT [STEPS]
// of its first goal, and every trace executed on a chain.
#include "verify/hunt/hunt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/trace_replay.h"
#include "model/yaml/yaml.h"
#include "tests/support/corpus.h"
#include "verify/hunt/hunt_scenario.h"
#include "verify/hunt/left_out.h"

namespace capmarket::hunt {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = testing::source_path("tests/verify/hunt/");

using testing::loaded_rules;

HuntReport hunted(const std::string& name, std::int64_t steps, const std::string& goal) {
  std::vector<question::RuleFile> files = loaded_rules(kFolder + name + ".yaml");
  HuntOptions options;
  options.steps = steps;
  options.goal = goal;
  return hunt_rule(files.front(), files, options);
}

std::string first_goal(const std::string& name) {
  return loaded_rules(kFolder + name + ".yaml").front().rule.goals.front().name;
}

class HuntCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(HuntCorpus, comes_out_as_expected) {
  constexpr std::int64_t kSteps = 4;
  HuntReport report = hunted(GetParam(), kSteps, first_goal(GetParam()));
  ASSERT_EQ(report.findings.size(), 1u);
  const HuntFinding& f = report.findings.front();
  std::string said(analyses::to_text(f.verdict));
  if (f.trace) said += " " + std::to_string(f.steps);
  EXPECT_EQ(std::vector{said}, testing::expected_of(kFolder + GetParam() + ".yaml")) << f.reason;
  EXPECT_EQ(f.trace.has_value(), f.verdict == analyses::AnalysisVerdict::refuted);
  if (!f.trace) return;
  EXPECT_EQ(std::ssize(f.trace->told), f.steps);
}

TEST_P(HuntCorpus, every_trace_is_executed_on_a_chain) {
  const std::string folder = ::testing::TempDir() + "capmarket-hunt-" + GetParam();
  std::vector<question::RuleFile> files = loaded_rules(kFolder + GetParam() + ".yaml");
  HuntReport report = hunted(GetParam(), 4, first_goal(GetParam()));
  std::string mismatch;
  auto executed =
      cli::replay_traces(report, files.front(), files, nullptr, folder, false, mismatch);
  ASSERT_TRUE(executed) << to_text(executed.error());
  EXPECT_TRUE(*executed) << mismatch;
  const HuntFinding& f = report.findings.front();
  EXPECT_EQ(f.verdict == analyses::AnalysisVerdict::refuted, fs::exists(f.scenario)) << f.scenario;
  fs::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Rules, HuntCorpus, ::testing::ValuesIn(testing::rule_names(kFolder)), [](const auto& one) {
  return testing::in_test_name(one.param);
});

TEST(Hunt, a_trace_that_a_run_does_not_reproduce_is_never_shown) {
  const std::string folder = ::testing::TempDir() + "capmarket-hunt-forged";
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "displaced-again.yaml");
  HuntReport report = hunted("displaced-again", 4, "once-only");
  // The last displacement is said to take a unit more than the leg lacks.
  auto& last = report.findings.front().trace->script.steps.back().expect->displaced;
  last->begin()->second += Quantity(1);
  std::string mismatch;
  auto executed =
      cli::replay_traces(report, files.front(), files, nullptr, folder, false, mismatch);
  ASSERT_TRUE(executed);
  EXPECT_FALSE(*executed);
  EXPECT_EQ(mismatch, "once-only");
  EXPECT_FALSE(fs::exists(folder + "/once-only.yaml"));
  fs::remove_all(folder);
}

TEST(Hunt, says_the_same_twice) {
  auto words = [] {
    std::string out;
    for (const char* name : {"displaced-again", "small-victim", "remainder"}) {
      HuntReport report = hunted(name, 4, first_goal(name));
      for (const std::string& line : report.findings.front().trace->told) out += line + "\n";
    }
    return out;
  };
  EXPECT_EQ(words(), words());
}

TEST(Hunt, finds_the_shortest_trace_first) {
  HuntReport report = hunted("firm-displaced", 6, "firm-stays");
  EXPECT_EQ(report.findings.front().steps, 2);
}

TEST(Hunt, a_bound_that_is_too_small_finds_nothing) {
  HuntReport report = hunted("displaced-thrice", 3, "twice-at-most");
  EXPECT_EQ(report.findings.front().verdict, analyses::AnalysisVerdict::proved);
  EXPECT_EQ(report.findings.front().steps, 3);
}

/// Grants of earlier versions and reconciliation policies are in no history here: a run broke goals
/// that were called proved.
TEST(Hunt, what_the_input_contains_and_no_history_has_is_unknown) {
  using V = analyses::AnalysisVerdict;
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "displaced-thrice.yaml");
  HuntOptions options;
  options.steps = 3;
  auto verdict = [&](const char* goal) {
    options.goal = goal;
    return hunt_rule(files.front(), files, options).findings.front().verdict;
  };
  EXPECT_EQ(verdict("twice-at-most"), V::proved);
  options.policies = true;
  EXPECT_EQ(verdict("twice-at-most"), V::unknown);
  EXPECT_EQ(verdict("INV-4"), V::info);  // a theorem of all rules, and nothing that is searched
  EXPECT_EQ(verdict("INV-1"), V::proved);  // by the quantities alone
  options.policies = false;
  options.earlier_versions = true;
  EXPECT_EQ(verdict("twice-at-most"), V::unknown);
  EXPECT_EQ(verdict("INV-1"), V::proved);
  options.earlier_versions = false;
  files.front().rule.supersedes = files.front().id;  // of a version that is not here
  EXPECT_EQ(verdict("twice-at-most"), V::unknown);
}

/// A search over such histories called them proved.
TEST(Hunt, names_what_is_not_searched_where_a_goal_reads_it) {
  auto reason = [](const std::string& name) {
    const HuntFinding f = hunted(name, 4, first_goal(name)).findings.front();
    EXPECT_TRUE(f.reason.starts_with("not searched: ")) << name << ": " << f.reason;
    return f.reason;
  };
  EXPECT_THAT(reason("finer-pieces"), ::testing::HasSubstr("a class finer than the rule"));
  EXPECT_THAT(reason("index-price"), ::testing::HasSubstr("price indices"));
  EXPECT_THAT(reason("kept-aside"), ::testing::HasSubstr("curtailments"));
  EXPECT_THAT(reason("kept-quantity"), ::testing::HasSubstr("several grants or pieces"));
  EXPECT_THAT(reason("waited-long"), ::testing::HasSubstr("requests older than the rule"));
}

/// Whether the place of what is refused lies outside of the scope stood for another place: goals
/// that a refusal breaks were called proved, and traces were made that no run performs.
TEST(Hunt, what_is_refused_elsewhere_is_not_searched) {
  auto found = [](const char* goal) {
    return hunted("refused-elsewhere", 2, goal).findings.front();
  };
  EXPECT_EQ(found("granted-here-alone").verdict, analyses::AnalysisVerdict::proved);
  for (const char* goal : {"here-alone", "not-there"})
    EXPECT_THAT(found(goal).reason, ::testing::HasSubstr("at other places")) << goal;
}

/// Histories stood at a place of the rule that the scenario does not have: no run performed them.
TEST(Hunt, a_history_stands_at_a_place_of_the_scenario) {
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "refused-elsewhere.yaml");
  HuntOptions options;
  options.steps = 2;
  options.goal = "nobody-in-france";
  const auto found = [&] { return hunt_rule(files.front(), files, options).findings.front(); };
  EXPECT_EQ(found().verdict, analyses::AnalysisVerdict::refuted);
  options.places = {{*location::parse_location("eu/it/1"), *location::parse_location("eu/fr/2")}};
  const HuntFinding there = found();
  ASSERT_TRUE(there.trace);
  EXPECT_EQ(there.trace->place.path, "eu/fr");
  options.places = {{*location::parse_location("eu/it/1"), *location::parse_location("us/fr")}};
  EXPECT_THAT(found().reason, ::testing::HasSubstr("places that the scenario does not have"));
}

TEST(Hunt, a_class_that_is_no_finer_than_the_rule_leaves_whole_granules) {
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "finer-pieces.yaml");
  HuntOptions options;
  options.steps = 3;
  options.goal = "worth-an-hour";
  options.class_granularity = files.front().rule.granularity;
  EXPECT_EQ(hunt_rule(files.front(), files, options).findings.front().verdict,
            analyses::AnalysisVerdict::proved);
  options.class_granularity = Duration(kNanosPerSecond);
  EXPECT_EQ(hunt_rule(files.front(), files, options).findings.front().verdict,
            analyses::AnalysisVerdict::unknown);
}

TEST(Hunt, every_row_of_what_is_left_out_says_something_of_its_own) {
  std::set<std::string> ids, sentences;
  for (const LeftOut& l : left_out()) ids.insert(l.id), sentences.insert(l.sentence);
  EXPECT_EQ(ids.size(), left_out().size());
  EXPECT_EQ(sentences.size(), left_out().size());
}

TEST(Hunt, renews_what_would_lapse_before_the_last_step) {
  const HuntFinding f = hunted("lease-renewed", 3, "old-grants-stay").findings.front();
  ASSERT_TRUE(f.trace);
  EXPECT_GE(std::count_if(f.trace->script.steps.begin(), f.trace->script.steps.end(),
                          [](const auto& s) { return s.kind == scenarios::StepKind::renew; }),
            6);
}

TEST(Hunt, a_hunt_that_is_stopped_says_how_far_it_came) {
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "displaced-thrice.yaml");
  HuntOptions options;
  options.steps = 4;
  options.goal = "twice-at-most";
  std::int64_t begun = 0;
  options.progress = [&](const std::string&, std::int64_t steps) { begun = steps; };
  options.stop = [&] { return begun == 2; };
  const HuntFinding f = hunt_rule(files.front(), files, options).findings.front();
  EXPECT_EQ(f.verdict, analyses::AnalysisVerdict::unknown);
  EXPECT_EQ(f.reason, "interrupted: proved to 2 steps");
}

TEST(Hunt, little_effort_is_unknown_and_never_proved) {
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "displaced-thrice.yaml");
  HuntOptions options;
  options.steps = 4;
  options.goal = "twice-at-most";
  options.rlimit = 2000;
  HuntReport report = hunt_rule(files.front(), files, options);
  EXPECT_EQ(report.findings.front().verdict, analyses::AnalysisVerdict::unknown);
  EXPECT_EQ(report.verdict(), analyses::AnalysisVerdict::unknown);
}

TEST(Hunt, every_shipped_rule_keeps_the_invariants_for_four_steps) {
  for (const auto& entry : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/rules")) {
    std::vector<question::RuleFile> files = loaded_rules(entry.path().string());
    HuntOptions options;
    options.steps = 4;
    HuntReport report = hunt_rule(files.front(), files, options);
    EXPECT_GE(report.findings.size(), 2u);
    for (const HuntFinding& f : report.findings)
      EXPECT_EQ(f.verdict,
                f.framework ? analyses::AnalysisVerdict::info : analyses::AnalysisVerdict::proved)
          << entry.path() << " " << f.goal << f.reason;
  }
}

/// What a history is made of cannot fail in one: it took minutes to say so.
TEST(Hunt, what_no_rule_can_break_is_info_and_costs_nothing) {
  std::vector<question::RuleFile> files = loaded_rules(kFolder + "released-more.yaml");
  HuntOptions options;
  options.goal = "INV-4";
  const HuntReport report = hunt_rule(files.front(), files, options);
  const HuntFinding& f = report.findings.front();
  EXPECT_EQ(f.verdict, analyses::AnalysisVerdict::info);
  EXPECT_THAT(f.reason, ::testing::HasSubstr("capmarket prove --theorem INV-4"));
  EXPECT_LT(f.milliseconds, 20'000);
  EXPECT_EQ(report.verdict(), analyses::AnalysisVerdict::unknown);  // nothing else was asked
}

struct Called {
  int status = 0;
  std::string out;
};

Called call(const std::string& arguments, const std::string& command_name = "hunt") {
  Called called;
  std::string command = CAPMARKET_BINARY " " + command_name + " " + arguments + " 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  char buffer[4096];
  while (std::size_t n = fread(buffer, 1, sizeof buffer, pipe)) called.out.append(buffer, n);
  called.status = WEXITSTATUS(pclose(pipe));
  return called;
}

TEST(HuntCommand, leaves_a_scenario_that_run_reproduces) {
  const std::string folder = ::testing::TempDir() + "capmarket-hunt-command";
  fs::remove_all(folder);
  Called hunt = call(
      kFolder + "displaced-again.yaml --goal once-only --steps 4 --format json --out " + folder);
  EXPECT_EQ(hunt.status, 1) << hunt.out;
  auto json = nlohmann::json::parse(hunt.out);
  EXPECT_EQ(json["goal"], "once-only");
  EXPECT_EQ(json["verdict"], "refuted");
  EXPECT_EQ(json["trace"].size(), 3u);
  std::string file = json["scenario"];
  std::string run = CAPMARKET_BINARY " run " + file + " --quiet --out " + folder + "/run";
  EXPECT_EQ(std::system((run + " > " + folder + "/out 2>&1").c_str()), 0);
  auto summary = nlohmann::json::parse(yaml::read_file(folder + "/run/summary.json").value());
  EXPECT_EQ(summary["script"]["as_expected"], true);
  EXPECT_EQ(summary["goals"][0]["verdict"], "broken");
  // Not again over it unless asked for.
  std::string again = kFolder + "displaced-again.yaml --goal once-only --steps 4 --out " + folder;
  EXPECT_EQ(call(again).status, 2);
  EXPECT_EQ(call(again + " --force").status, 1);
  fs::remove_all(folder);
}

/// Histories outside of the search, each step as its script says.
TEST(HuntCommand, a_run_breaks_nothing_that_is_proved) {
  auto runs = [](const std::string& name) {
    const std::string folder = ::testing::TempDir() + "capmarket-hunt-outside-" + name;
    fs::remove_all(folder);
    const Called run = call(kFolder + "setting/" + name + ".yaml --quiet --out " + folder, "run");
    EXPECT_EQ(run.status, 0) << run.out;
    auto summary = nlohmann::json::parse(yaml::read_file(folder + "/summary.json").value());
    fs::remove_all(folder);
    return std::string(summary["goals"][0]["verdict"]);
  };
  EXPECT_EQ(runs("two-legs"), "held");
  EXPECT_EQ(runs("kept-aside"), "broken");
  const Called hunt = call(kFolder + "setting/kept-aside.yaml --goal no-more --steps 3");
  EXPECT_EQ(hunt.status, 3) << hunt.out;
  EXPECT_THAT(hunt.out, ::testing::HasSubstr("not searched: "));
}

TEST(HuntCommand, says_by_its_status_what_came_out) {
  auto status = [](const std::string& arguments) {
    return call(kFolder + arguments + " --steps 4 --out " + ::testing::TempDir() + "capmarket-none")
        .status;
  };
  EXPECT_EQ(status("safe.yaml"), 0);
  EXPECT_EQ(status("nobody-displaces.yaml --goal well-paid"), 1);
  EXPECT_EQ(status("displaced-thrice.yaml --goal twice-at-most --rlimit 2000"), 3);
  EXPECT_EQ(status("no-such-rule.yaml"), 2);
  EXPECT_FALSE(fs::exists(::testing::TempDir() + "capmarket-none"));
}

TEST(HuntCommand, prints_what_its_answers_are_inside_of) {
  Called hunt = call(kFolder + "safe.yaml --steps 3");
  EXPECT_THAT(hunt.out, ::testing::HasSubstr("up to 3 steps"));
  EXPECT_THAT(hunt.out, ::testing::HasSubstr("not searched: covers of several"));
  EXPECT_THAT(hunt.out, ::testing::HasSubstr("no single step breaks it"));
}

TEST(HuntCommand, leaves_each_hunt_a_folder_of_its_own) {
  const std::string folder = ::testing::TempDir() + "capmarket-hunt-own";
  fs::remove_all(folder);
  fs::create_directories(folder + "/runs/hunt-test-displaced-again-v1");
  const std::string command = "cd " + folder + " && " CAPMARKET_BINARY " hunt " + kFolder +
                              "displaced-again.yaml --goal once-only --steps 3 > out 2>&1";
  for (const char* own : {"-2", "-3"}) {
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1) << own;
    EXPECT_TRUE(fs::exists(folder + "/runs/hunt-test-displaced-again-v1" + own + "/once-only.yaml"))
        << own;
  }
  EXPECT_TRUE(fs::is_empty(folder + "/runs/hunt-test-displaced-again-v1"));
  fs::remove_all(folder);
}

TEST(HuntCommand, says_of_which_steps_a_bound_is) {
  Called hunt = call(kFolder + "few-displacements.yaml --steps 3 --goal INV-1 --format json");
  EXPECT_EQ(nlohmann::json::parse(hunt.out)["goals"][0]["bound"],
            "3 steps, of: settle displace fail surrender lapse renew refuse");
  EXPECT_THAT(call(kFolder + "safe.yaml --steps 2 --goal well-paid").out,
              ::testing::HasSubstr("(judged at displacements)"));
}

TEST(HuntCommand, names_the_goals_where_there_is_no_such_one) {
  Called hunt = call(kFolder + "displaced-again.yaml --goal once");
  EXPECT_EQ(hunt.status, 2);
  EXPECT_THAT(hunt.out, ::testing::HasSubstr("--goal once: no such goal"));
  EXPECT_THAT(hunt.out, ::testing::HasSubstr("once-only"));
}

TEST(HuntCommand, hunts_the_rules_of_a_scenario_with_its_desks) {
  const std::string folder = ::testing::TempDir() + "capmarket-hunt-setting";
  fs::remove_all(folder);
  Called hunt =
      call(kFolder + "setting/desks.yaml --goal once-only --steps 3 --format json --out " + folder);
  EXPECT_EQ(hunt.status, 1) << hunt.out;
  std::string scenario = yaml::read_file(folder + "/once-only.yaml").value();
  EXPECT_THAT(scenario, ::testing::HasSubstr("name: desk, scope: [eu/0, eu/1]"));
  EXPECT_THAT(scenario, ::testing::HasSubstr("place: eu/0/0"));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace capmarket::hunt
