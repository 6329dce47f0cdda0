// JUnit as somebody else's parser reads it: Boost's.
#include "reports/junit.h"

#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <set>
#include <sstream>

namespace capmarket::reports {
namespace {

namespace pt = boost::property_tree;

pt::ptree parsed(const std::string& xml) {
  std::istringstream in(xml);
  pt::ptree out;
  pt::read_xml(in, out);
  return out;
}

JunitCase test_case(std::string name, JunitOutcome outcome, std::string text = "text") {
  JunitCase out;
  out.classname = "rule";
  out.name = std::move(name);
  out.file = "rule.yaml";
  out.line = 3;
  out.milliseconds = 1500;
  out.outcome = outcome;
  out.message = "refuted";
  out.text = std::move(text);
  return out;
}

/// The elements and attributes that readers of JUnit know, and no others.
void expect_junit(const pt::ptree& suites) {
  const std::set<std::string> outcomes = {"failure", "error", "skipped", "system-out"};
  const std::set<std::string> attributes = {"classname", "name", "file", "line", "time"};
  for (const auto& [tag, suite] : suites) {
    if (tag == "<xmlattr>") continue;
    ASSERT_EQ(tag, "testsuite");
    std::size_t tests = 0;
    for (const auto& [inner, one] : suite) {
      if (inner == "<xmlattr>") continue;
      ASSERT_EQ(inner, "testcase");
      ++tests;
      for (const auto& [part, value] : one)
        if (part == "<xmlattr>")
          for (const auto& [key, text] : value) EXPECT_TRUE(attributes.contains(key)) << key;
        else
          EXPECT_TRUE(outcomes.contains(part)) << part;
    }
    EXPECT_EQ(suite.get<std::size_t>("<xmlattr>.tests"), tests);
  }
}

TEST(Junit, counts_each_outcome_in_the_suite_and_over_all) {
  using enum JunitOutcome;
  const std::string xml =
      junit_xml({{"a.yaml", {test_case("x", passed, ""), test_case("y", failure)}},
                 {"b.yaml", {test_case("z", error), test_case("w", skipped)}}});
  const pt::ptree root = parsed(xml).get_child("testsuites");
  expect_junit(root);
  EXPECT_EQ(root.get<int>("<xmlattr>.tests"), 4);
  EXPECT_EQ(root.get<int>("<xmlattr>.failures"), 1);
  EXPECT_EQ(root.get<int>("<xmlattr>.errors"), 1);
  EXPECT_EQ(root.get<int>("<xmlattr>.skipped"), 1);
  EXPECT_EQ(root.get<std::string>("<xmlattr>.time"), "6.000");
  EXPECT_EQ(root.get<int>("testsuite.<xmlattr>.failures"), 1);
}

TEST(Junit, holds_whatever_stands_in_a_name_or_a_text) {
  JunitCase nasty = test_case("a<b>&\"c\"\n\x1b[31m", JunitOutcome::failure,
                              "two\nlines <&> ]]> \x01 \xff \xef\xbf\xbe end");
  nasty.file = "o\xff.yaml";
  const pt::ptree root = parsed(junit_xml({{"s\x07", {nasty}}})).get_child("testsuites");
  expect_junit(root);
  const pt::ptree& one = root.get_child("testsuite.testcase");
  EXPECT_EQ(one.get<std::string>("<xmlattr>.name"), "a<b>&\"c\"\\x0a\\x1b[31m");
  EXPECT_EQ(one.get<std::string>("<xmlattr>.file"), "o\\xff.yaml");
  EXPECT_EQ(one.get<std::string>("failure"), "two\nlines <&> ]]> \\x01 \\xff \\ufffe end");
}

TEST(Junit, a_file_that_cannot_be_read_is_an_error_at_its_line) {
  Unread unread{
      "rules/broken.yaml", {Problem{"rules/broken.yaml", 7, 2, "no colon", "a colon", ""}}, false};
  const pt::ptree root = parsed(junit_xml({unread_suite(unread)})).get_child("testsuites");
  expect_junit(root);
  const pt::ptree& one = root.get_child("testsuite.testcase");
  EXPECT_EQ(one.get<int>("<xmlattr>.line"), 7);
  EXPECT_EQ(one.get<std::string>("error.<xmlattr>.message"), "no colon");
  EXPECT_NE(one.get<std::string>("error").find("expected: a colon"), std::string::npos);
}

}  // namespace
}  // namespace capmarket::reports
