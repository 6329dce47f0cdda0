// `fork` as a user calls it: run directories that verify, the same bytes before the instant.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class ForkCli : public BinaryTest {
 protected:
  const std::string small = "'" + root + "/tests/sim/small.yaml'";
  const std::string minutes = " --set duration=8min ";
  const std::string fork = "fork " + small + minutes;

  void SetUp() override {
    fs::copy_file(root + "/tests/sim/small.rule.yaml", dir / "same.yaml");
    copied(root + "/tests/sim/small.rule.yaml", "quantity >= 2", "quantity >= 40", "large.yaml");
  }
  void refused(const std::string& arguments, const std::string& where,
               const std::string& what) const {
    const Outcome o = call(arguments);
    EXPECT_EQ(o.status, 2) << arguments << "\n" << o.out;
    EXPECT_THAT(o.err, HasSubstr(where)) << arguments;
    EXPECT_THAT(o.err, HasSubstr(what)) << arguments;
    EXPECT_THAT(o.err, HasSubstr("expected: ")) << arguments;
  }
  std::string segment(const std::string& run) const {
    return slurp(dir / (run + "/chain/segments/00000000.seg"));
  }
};

TEST_F(ForkCli, leaves_a_run_each_that_verifies_and_the_baseline_is_the_run) {
  const Outcome o =
      call(fork + "--at 4min --rule same.yaml --rule large.yaml --out f --format json");
  ASSERT_EQ(o.status, 0) << o.err;
  const Json told = o.json();
  EXPECT_EQ(told["at"], "2026-01-15T16:04:00Z");
  std::vector<std::string> names;
  for (const Json& b : told["branches"]) names.push_back(b["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"baseline", "same", "large"}));
  for (const std::string& name : names) {
    const Outcome verify = call("verify f/" + name + " --solver none");
    EXPECT_EQ(verify.status, 0) << verify.out;
  }
  ASSERT_EQ(call("run " + small + minutes + "--quiet --out whole").status, 0);
  for (const char* file :
       {"genesis.cbor", "checkpoint", "checkpoint.lock", "segments/00000000.seg"})
    EXPECT_EQ(slurp(dir / ("f/baseline/chain/" + std::string(file))),
              slurp(dir / ("whole/chain/" + std::string(file))))
        << file;
  EXPECT_EQ(slurp(dir / "f/baseline/scenario.json"), slurp(dir / "whole/scenario.json"));
  EXPECT_EQ(slurp(dir / "f/baseline/series.csv"), slurp(dir / "whole/series.csv"));
  // The rule that asks for more admits less; one that changes nothing admits as much.
  const auto summary = [&](const std::string& name) {
    return Json::parse(slurp(dir / ("f/" + name + "/summary.json")));
  };
  EXPECT_EQ(summary("same")["settlements"], summary("baseline")["settlements"]);
  EXPECT_LT(summary("large")["settlements"], summary("baseline")["settlements"]);
  EXPECT_EQ(summary("same")["objects_by_kind"]["rule"], 2);
}

TEST_F(ForkCli, shares_every_entry_before_the_instant) {
  ASSERT_EQ(call(fork + "--at 2026-01-15T16:04:00Z --rule same.yaml --rule large.yaml --out f "
                        "--threads 1 --quiet").status, 0);
  const std::string a = segment("f/baseline"), b = segment("f/same"), c = segment("f/large");
  const auto common = [](const std::string& x, const std::string& y) {
    return static_cast<std::size_t>(
        std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first - x.begin());
  };
  // The rules themselves part them: first in the new version's entry.
  ASSERT_EQ(call("run " + small + " --set duration=4min --quiet --out before").status, 0);
  const std::size_t before = common(a, segment("before"));
  EXPECT_GT(before, 5'000u);
  EXPECT_GE(common(a, b), before);
  EXPECT_GE(common(a, c), before);
  EXPECT_LT(common(a, b), a.size());
  for (const char* series : {"f/same/series.csv", "f/large/series.csv"}) {
    const std::string base = slurp(dir / "f/baseline/series.csv"), other = slurp(dir / series);
    const std::size_t at = base.find("\n2026-01-15T16:04:00Z");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(base.substr(0, at), other.substr(0, at)) << series;
  }
}

TEST_F(ForkCli, refuses_what_it_cannot_do) {
  for (const char* at : {"8min", "9min", "-1s", "470s", "2026-01-15T15:59:59Z",
                         "2027-01-01T00:00:00Z"})
    refused(fork + "--rule same.yaml --at=" + at, "--at " + std::string(at), "outside the scenario");
  refused(fork + "--rule same.yaml --at soon", "--at soon", "neither a duration nor a time");
  const std::string at = fork + "--at 4min ";
  copied(root + "/tests/sim/small.rule.yaml", "scope: eu", "scope: eu/0", "scope.yaml");
  refused(at + "--rule scope.yaml", "scope.yaml", "does not contain its predecessor's");
  copied(root + "/tests/sim/small.rule.yaml", "class: compute", "class: other", "class.yaml");
  refused(at + "--rule class.yaml", "class.yaml", "class");
  copied(root + "/tests/sim/small.rule.yaml", "rule: eu/compute", "rule: eu/other", "name.yaml");
  refused(at + "--rule name.yaml", "name.yaml", "no version of rule `eu/other` is in force");
  refused(at + "--rule none.yaml", "none.yaml", "");
  fs::create_directory(dir / "sub");
  fs::copy_file(dir / "same.yaml", dir / "sub/same.yaml");
  fs::copy_file(dir / "same.yaml", dir / "baseline.yaml");
  refused(at + "--rule same.yaml --rule sub/same.yaml", "sub/same.yaml",
          "two branches would be named `same`");
  refused(at + "--rule baseline.yaml", "baseline.yaml",
          "two branches would be named `baseline`");
  refused(at + "--rule " + small, "small.yaml", "");
  EXPECT_FALSE(fs::exists(dir / "runs"));
}

TEST_F(ForkCli, replaces_forks_alone_and_only_when_told) {
  const std::string once = fork + "--at 4min --rule same.yaml --quiet --out f";
  ASSERT_EQ(call(once).status, 0);
  refused(once, "f", "");
  EXPECT_EQ(call(once + " --force").status, 0);
  dir.write("f/notes.txt", "years of work");
  refused(once + " --force", "notes.txt", "no fork writes");
  fs::create_directories(dir / "mine/thoughts");
  dir.write("mine/thoughts/notes.txt", "years of work");
  refused(fork + "--at 4min --rule same.yaml --force --out mine", "notes.txt", "");
}

TEST_F(ForkCli, writes_nothing_where_a_branch_fails_and_says_which) {
  // Files may grow to 16 KiB.
  const Outcome o = call(fork + "--at 4min --rule same.yaml --quiet --out f",
                         "trap '' XFSZ; ulimit -f 16;");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("branch `baseline`: exit status 2"));
  EXPECT_FALSE(fs::exists(dir / "f"));
  EXPECT_EQ(dir.count(), 4u) << "two rules, out.txt, err.txt";
}

}  // namespace
}  // namespace capmarket::cli
