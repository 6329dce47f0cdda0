// Folders and patterns as arguments, files of another kind, and what CI reads of a call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <filesystem>
#include <sstream>

#include "tests/cli/binary.h"
#include "tests/support/json_schema.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class Folders : public BinaryTest {
 protected:
  std::string corpus = root + "/tests/verify/analyses/rules/";

  void SetUp() override {
    fs::create_directories(dir / "rules/deep");
    copy("clean-plain.yaml", "rules/b.yaml");
    copy("coverage-gap.yaml", "rules/a.yaml");
    copy("clean-plain.yaml", "rules/deep/c.yaml");
    dir.write("rules/broken.yaml", "rule: x\n  version: 1\n");
    dir.write("rules/market.yaml", "scenario: market\n");
    dir.write("rules/notes.txt", "no rule");
  }
  void copy(const std::string& from, const std::string& to) const {
    fs::copy(corpus + from, dir / to);
  }
  static boost::property_tree::ptree xml(const std::string& text) {
    std::istringstream in(text);
    boost::property_tree::ptree out;
    boost::property_tree::read_xml(in, out);
    return out.get_child("testsuites");
  }
  /// By somebody else's validator.
  bool is_junit(const std::string& text) const {
    const std::string file = dir.write("junit.xml", text);
    const std::string command = "xmllint --noout --schema '" + root +
                                "/tests/reports/junit.xsd' '" + file + "' >" + dir.path() +
                                "/xmllint.txt 2>&1";
    return std::system(command.c_str()) == 0;
  }
};

TEST_F(Folders, one_broken_rule_hides_none_of_the_others) {
  Outcome o = call("check rules --scenarios none");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("rules/broken.yaml:2:"));
  EXPECT_TRUE(
      o.out.ends_with("4 rules: 2 proved, 1 refuted, 1 unreadable (1 other file left out)\n"))
      << o.out;
  EXPECT_LT(o.out.find("rules/a.yaml"), o.out.find("rules/b.yaml"));
  EXPECT_LT(o.out.find("rules/b.yaml"), o.out.find("rules/deep/c.yaml"));
}

TEST_F(Folders, ci_is_told_of_every_rule_and_of_the_broken_one_at_its_line) {
  Outcome junit = call("check rules --scenarios none --format junit");
  EXPECT_EQ(junit.status, 2);
  auto suites = xml(junit.out);
  EXPECT_EQ(suites.get<int>("<xmlattr>.failures"), 1);
  EXPECT_EQ(suites.get<int>("<xmlattr>.errors"), 1);
  EXPECT_EQ(suites.get<int>("<xmlattr>.skipped"), 0) << "what is only told is not skipped";
  EXPECT_THAT(junit.out, HasSubstr("file=\"rules/broken.yaml\" line=\"2\""));
  EXPECT_TRUE(is_junit(junit.out));
  EXPECT_FALSE(is_junit(testing::edited(junit.out, " errors=\"1\"", "")))
      << "the schema refuses something";
  Outcome sarif = call("check rules --scenarios none --format sarif");
  EXPECT_EQ(sarif.status, 2);
  const testing::SchemaValidator schema(
      Json::parse(testing::content_of(root + "/tests/reports/sarif-subset.schema.json")));
  EXPECT_EQ(schema.complaint(sarif.out), "");
  Json results = Json::parse(sarif.out)["runs"][0]["results"];
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0]["ruleId"], "coverage");
  EXPECT_EQ(results[1]["ruleId"], "unreadable");
  Json json = Json::parse(call("check rules --scenarios none --format json").out);
  EXPECT_EQ(json["rules"].size(), 3u);
  EXPECT_EQ(json["verdict"], "refuted");
  EXPECT_EQ(json["unreadable"][0]["file"], "rules/broken.yaml");
}

TEST_F(Folders, patterns_are_matched_and_what_stands_for_nothing_is_wrong) {
  EXPECT_THAT(call("check 'rules/[ab].yaml' --scenarios none").out,
              HasSubstr("2 rules: 1 proved, 1 refuted"));
  EXPECT_THAT(call("check 'rules/**/[bc].yaml' --scenarios none").out,
              HasSubstr("2 rules: 2 proved, 0 refuted"));
  fs::create_directory(dir / "empty");
  for (const char* nothing : {"empty", "'rules/*.yml'", "rules/a.yaml empty"}) {
    Outcome o = call(std::string("check ") + nothing);
    EXPECT_EQ(o.status, 2) << nothing;
    EXPECT_EQ(o.out, "") << nothing;
    EXPECT_THAT(o.err, HasSubstr("expected: a file, a folder with `.yaml` files"));
  }
}

TEST_F(Folders, a_version_given_in_another_spelling_is_judged_too) {
  copied(dir / "rules/b.yaml", "version: 1\n", "version: 2\nsupersedes: b.yaml\n", "rules/v2.yaml");
  Outcome o = call("check ./rules/v2.yaml ./rules/b.yaml --scenarios none");
  EXPECT_THAT(o.out, HasSubstr("./rules/b.yaml"));
  EXPECT_THAT(o.out, HasSubstr("2 rules:"));
}

TEST_F(Folders, a_file_of_another_kind_is_told_in_one_sentence) {
  const std::string pack = "'" + root + "/scenarios/packs/quickstart.yaml'";
  const std::string rule = "rules/b.yaml";
  for (const std::string& wrong :
       {"check " + pack, "diff " + rule + " " + pack, "rule show " + pack, "run " + rule,
        "scenario validate " + rule, "verify " + rule,
        "hunt " + root + "/scenarios/mappings/gpu-cluster-2023.yaml",
        "check " + rule + " --against " + rule, "run " + pack + " --rule " + pack}) {
    Outcome o = call(wrong);
    EXPECT_EQ(o.status, 2) << wrong;
    EXPECT_EQ(o.out, "") << wrong;
    EXPECT_THAT(o.err, HasSubstr(": this is a ")) << wrong;
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 2) << o.err;
  }
}

TEST_F(Folders, rules_in_the_order_of_a_mistake_are_warned_of) {
  copied(dir / "rules/b.yaml", "version: 1\n", "version: 2\nsupersedes: b.yaml\n", "rules/v2.yaml");
  Outcome o = call("diff rules/v2.yaml rules/b.yaml");
  EXPECT_THAT(o.err, HasSubstr("OLD is version 2 and NEW version 1"));
  EXPECT_THAT(o.err, HasSubstr("`capmarket diff rules/b.yaml rules/v2.yaml`"));
  EXPECT_THAT(call("diff rules/b.yaml rules/v2.yaml").err, Not(HasSubstr("stands first")));
}

TEST_F(Folders, every_command_that_judges_says_it_to_ci) {
  const std::string plain = "rules/b.yaml";
  for (const std::string& one : {std::string("diff rules/b.yaml rules/a.yaml --format "),
                                 "hunt " + plain + " --steps 1 --goal INV-3 --format "}) {
    Outcome sarif = call(one + "sarif");
    const testing::SchemaValidator schema(
        Json::parse(testing::content_of(root + "/tests/reports/sarif-subset.schema.json")));
    EXPECT_EQ(schema.complaint(sarif.out), "") << one;
    const std::string junit = call(one + "junit").out;
    EXPECT_GT(xml(junit).get<int>("<xmlattr>.tests"), 0) << one;
    EXPECT_TRUE(is_junit(junit)) << one;
  }
  Outcome fuzz = call("fuzz " + plain + " --histories 2 --format junit");
  EXPECT_EQ(fuzz.status, 0) << fuzz.err;
  EXPECT_EQ(xml(fuzz.out).get<int>("testsuite.<xmlattr>.failures"), 0);
  Outcome prove = call("prove --theorem lease-grows --format junit");
  EXPECT_EQ(prove.status, 0) << prove.err;
  EXPECT_EQ(xml(prove.out).get<int>("<xmlattr>.tests"), 1);
  EXPECT_EQ(call("prove --format sarif").status, 2);
}

TEST_F(Folders, hunt_and_fuzz_take_folders_too) {
  fs::remove(dir / "rules/market.yaml");
  Outcome hunt = call("hunt rules --steps 1 --goal INV-3");
  EXPECT_EQ(hunt.status, 2);
  EXPECT_TRUE(hunt.out.ends_with("4 rules: 3 proved, 0 refuted, 1 unreadable\n")) << hunt.out;
  Outcome fuzz = call("fuzz rules/b.yaml rules/broken.yaml --histories 2");
  EXPECT_EQ(fuzz.status, 2);
  EXPECT_TRUE(fuzz.out.ends_with("2 files: 1 held, 0 broken, 1 unreadable\n")) << fuzz.out;
}

TEST_F(Folders, an_option_that_would_do_nothing_is_refused) {
  for (const char* call_ : {"verify runs --solver none --rlimit 5",
                            "verify runs --solver none --recheck z3",
                            "verify runs --solver none --certificates c",
                            "prove --list --timeout 5",
                            "prove --list --recheck z3",
                            "prove --list --format junit",
                            "check rules/a.yaml --samples 3",
                            "check rules/a.yaml --finding coverage",
                            "check rules/a.yaml --over lease=1h..2h --more 2",
                            "check rules/a.yaml --over lease=1h..2h --explain",
                            "check rules/a.yaml --over lease=1h..2h --scenarios s",
                            "check rules/a.yaml --over lease=1h..2h --certificates c",
                            "check rules/a.yaml --over lease=1h..2h --recheck z3",
                            "check rules/a.yaml --over lease=1h..2h --all",
                            "check rules/a.yaml --format sarif --all",
                            "check rules/a.yaml --format junit --more 2",
                            "check rules/a.yaml --format sarif --explain",
                            "check rules/a.yaml --quiet --all",
                            "diff rules/a.yaml rules/b.yaml --replay x --format junit",
                            "fuzz rules/market.yaml --timeout 5",
                            "rule promulgate rules/a.yaml --chain c --from-run --key k"}) {
    Outcome o = call(call_);
    EXPECT_EQ(o.status, 2) << call_;
    EXPECT_EQ(o.out, "") << call_;
    EXPECT_NE(o.err, "") << call_;
  }
}

}  // namespace
}  // namespace capmarket::cli
