// docs/mission.md: every row names a scenario that runs and verifies, or a test that exists; so
// does the page of the tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "model/base/text.h"
#include "sim/run/run.h"
#include "tests/support/scratch_folder.h"
#include "verify/trace/verify.h"

namespace capmarket::mission {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What the rows of the table are shown by.
std::vector<std::string> shown_by() {
  std::istringstream page(slurp(fs::path(CAPMARKET_SOURCE_DIR) / "docs/mission.md"));
  std::vector<std::string> out;
  std::regex row(R"(^\| .+ \| `([^`]+)` \|$)");
  std::string line;
  while (std::getline(page, line)) {
    std::smatch match;
    if (std::regex_match(line, match, row)) out.push_back(match[1]);
    // A row in another form would be overlooked.
    else if (line.starts_with("| ") && line != "| what | shown by |")
      ADD_FAILURE() << line;
  }
  return out;
}

std::set<std::string> all_tests() {
  std::set<std::string> out;
  std::regex test(
      R"(\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+))");
  for (const auto& entry :
       fs::recursive_directory_iterator(fs::path(CAPMARKET_SOURCE_DIR) / "tests")) {
    if (entry.path().extension() != ".cc") continue;
    std::string text = slurp(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), test), end; it != end; ++it)
      out.insert((*it)[1].str() + "." + (*it)[2].str());
  }
  return out;
}

TEST(Mission, has_a_row_for_each_thing_that_the_text_names) { EXPECT_GE(shown_by().size(), 45U); }

TEST(Mission, names_tests_that_exist) {
  std::set<std::string> tests = all_tests();
  for (const std::string& name : shown_by())
    EXPECT_TRUE(name.ends_with(".yaml") || tests.contains(name)) << name;
}

/// `Suite.test` of the tests' own page; `Histories` alone is a word of it.
TEST(Mission, names_no_test_on_the_page_of_the_tests_that_is_not_there) {
  const std::set<std::string> tests = all_tests();
  const std::string page = slurp(fs::path(CAPMARKET_SOURCE_DIR) / "tests/README.md");
  std::regex name("`([A-Z]\\w+\\.\\w+)`");
  int named = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), name), end; it != end; ++it, ++named)
    EXPECT_TRUE(tests.contains((*it)[1].str())) << (*it)[1].str();
  EXPECT_GE(named, 40);
}

TEST(Mission, names_scenarios_that_run_and_verify) {
  std::set<std::string> files;
  for (const std::string& name : shown_by())
    if (name.ends_with(".yaml")) files.insert(name);
  EXPECT_GE(files.size(), 8U);
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    auto scenario = scenarios::load_scenario(std::string(CAPMARKET_SOURCE_DIR) + "/" + file, {}, {});
    ASSERT_TRUE(scenario.has_value()) << to_text(scenario.error());
    testing::ScratchFolder folder;
    run::RunOptions options;
    options.scheme = crypto::Scheme::mac;
    options.threads = 2;
    options.chain_dir = folder / "chain";
    auto run = run::run_scenario(*scenario, options);
    ASSERT_TRUE(run.has_value()) << to_text(run.error());
    EXPECT_GT(run->metrics.total.grants, 0);
    trace::VerifyOptions verifying;
    verifying.allow_mac = true;
    auto report = trace::verify_chain(folder / "chain", verifying);
    ASSERT_TRUE(report.has_value()) << to_text(report.error());
    EXPECT_EQ(report->verdict, trace::ChainVerdict::holds)
        << (report->audit.violations.empty() ? "" : report->audit.violations[0].detail);
  }
}

}  // namespace
}  // namespace capmarket::mission
