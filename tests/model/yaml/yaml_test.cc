#include "model/yaml/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace capmarket::yaml {
namespace {

using ::testing::HasSubstr;

YamlNode parsed(const std::string& text) {
  auto node = parse_yaml("f.yaml", text);
  if (!node) throw std::runtime_error(to_text(node.error()));
  return *node;
}

Problem refused(const std::string& text) {
  auto node = parse_yaml("f.yaml", text);
  if (node || node.error().empty()) throw std::runtime_error("was accepted: " + text);
  return node.error().front();
}

using Sets = std::vector<std::pair<std::string, std::string>>;

TEST(Yaml, reads_every_kind_of_value) {
  YamlNode root = parsed(
      "n: -7\nb: true\nd: 1.5h\nt: 2026-01-15T16:00:00Z\nm: 10.25\nr: 35%\nl: eu/de\nc: two\ns: "
      "'x'\n");
  YamlMap map = root.map({"n", "b", "d", "t", "m", "r", "l", "c", "s"});
  EXPECT_EQ(map.require("n")->integer(), -7);
  EXPECT_EQ(map.require("b")->boolean(), true);
  EXPECT_EQ(map.require("d")->duration(), Duration(5'400 * kNanosPerSecond));
  EXPECT_EQ(map.require("t")->instant(), Instant(1'768'492'800 * kNanosPerSecond));
  EXPECT_EQ(map.require("m")->money(), Money(102'500));
  EXPECT_EQ(map.require("r")->ratio(), 3500);
  EXPECT_EQ(map.require("l")->location()->path, "eu/de");
  EXPECT_EQ(map.require("c")->choice({"one", "two"}), 1u);
  EXPECT_EQ(map.require("s")->text(), "x");
  EXPECT_TRUE(yaml_problems(root).empty()) << to_text(yaml_problems(root));
}

TEST(Yaml, collects_all_problems_with_their_places) {
  YamlNode root = parsed("# head\na: x\n  \nb:   maybe\nbe: 1\nb: false\n");
  YamlMap map = root.map({"a", "b", "c"});
  map.require("a")->integer();
  map.require("b")->boolean();
  map.require("c");
  const Problems& p = yaml_problems(root);
  ASSERT_EQ(p.size(), 5u) << to_text(p);
  EXPECT_EQ(to_text(p[0]),
            "f.yaml:6:1: duplicate key `b`\n     6 | b: false\n       | ^\n"
            "  expected: each key once\n");
  EXPECT_EQ(std::pair(p[1].line, p[1].column), std::pair(5, 1));
  EXPECT_EQ(p[1].what, "unknown key `be`");
  EXPECT_EQ(p[1].expected, "did you mean `b`? one of: a, b, c");
  EXPECT_EQ(std::pair(p[2].line, p[2].column), std::pair(2, 4));
  EXPECT_EQ(p[2].source_line, "a: x");
  EXPECT_EQ(std::pair(p[3].line, p[3].column), std::pair(4, 6));
  EXPECT_EQ(p[3].what, "`maybe` where true or false was expected");
  EXPECT_EQ(p[4].what, "missing key `c`");
}

TEST(Yaml, refuses_the_wrong_shape) {
  YamlNode root = parsed("a: [1, 2]\nb: {x: 1}\nc:\nd: '5'\n");
  YamlMap map = root.map({"a", "b", "c", "d"});
  map.require("a")->integer();
  map.require("b")->items();
  map.require("c")->text();
  map.require("a")->entries();
  map.require("d")->integer();
  const Problems& p = yaml_problems(root);
  ASSERT_EQ(p.size(), 5u) << to_text(p);
  EXPECT_EQ(p[0].what, "a list where an integer without quotes was expected");
  EXPECT_EQ(p[1].what, "a map where a list was expected");
  EXPECT_EQ(p[2].what, "nothing where a text was expected");
  EXPECT_EQ(p[3].what, "a list where a map was expected");
  EXPECT_EQ(p[4].what, "`5` where an integer without quotes was expected");
}

TEST(Yaml, holds_integers_to_their_range) {
  YamlNode root = parsed("a: 5\nb: 99999999999999999999\nc: 6000000000000000000\n");
  YamlMap map = root.map({"a", "b", "c"});
  EXPECT_FALSE(map.require("a")->integer(6, 9));
  EXPECT_FALSE(map.require("b")->integer());
  EXPECT_FALSE(map.require("c")->integer());
  EXPECT_EQ(yaml_problems(root).front().expected, "6 to 9");
}

TEST(Yaml, keeps_file_order_of_entries_and_items) {
  YamlNode root = parsed("z: [3, 1, 2]\na: 0\n");
  auto entries = root.entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].first.text(), "z");
  EXPECT_EQ(entries[0].second.items()[1].integer(), 1);
}

TEST(Yaml, refuses_what_is_no_plain_document) {
  EXPECT_EQ(refused("").what, "empty");
  EXPECT_EQ(refused("# only a comment\n").what, "empty");
  EXPECT_EQ(refused("a: 1\n---\nb: 2\n").what, "a second document");
  EXPECT_EQ(refused("a: &x 1\nb: 2\n").what, "an anchor");
  EXPECT_EQ(refused("a: &x 1\nb: *x\n").what, "an anchor");
  EXPECT_EQ(refused("a: !!int 1\n").what, "a YAML tag");
  EXPECT_EQ(refused("a: ! 1\n").what, "a YAML tag");
  EXPECT_EQ(refused(std::string("a: \0b\n", 6)).what, "not UTF-8 text");
  EXPECT_EQ(refused("a: \xff\n").what, "not UTF-8 text");
  EXPECT_THAT(refused("a: [1, 2\nb: 3\n").what, HasSubstr("not YAML"));
}

TEST(Yaml, refuses_nesting_deeper_than_64_where_it_is_too_deep) {
  auto nested = [](int n) { return "a: 1\nb: " + std::string(static_cast<std::size_t>(n), '['); };
  // The map is the first of the 64. The parser's own bound, far above, has a bare phrase.
  for (int n : {64, 100, 500, 501, 3000, 100'000}) {
    Problem p = refused(nested(n));
    EXPECT_EQ(p.what, "nesting deeper than 64") << n;
    EXPECT_EQ(p.expected, "nesting at most 64") << n;
    EXPECT_EQ(std::pair(p.line, p.column), std::pair(2, 67)) << n;
  }
  EXPECT_TRUE(parse_yaml("f.yaml", nested(63) + std::string(63, ']')));
  std::string list;
  for (int i = 0; i < 700; ++i) list += "- ";
  EXPECT_EQ(refused(list + "1").what, "nesting deeper than 64");
  EXPECT_EQ(refused(list + "1").column, 129);
  std::string maps;
  for (int i = 0; i < 700; ++i) maps += std::string(static_cast<std::size_t>(i), ' ') + "k:\n";
  EXPECT_EQ(refused(maps + std::string(700, ' ') + "k: 1\n").line, 65);
}

TEST(Yaml, says_what_was_expected_beside_each_phrase_of_the_parser) {
  for (const char* text : {"a: [1, 2\nb: 3\n", "a: {b: 1\n", "a: ]\n", "a: }\n", "a: 1\n b: 2\n",
                           "a: b: c\n", "a:\n- 1\nb\n", "a: 'x\n", "a: \"\\q\"\n", "a: @x\n",
                           "a: %x\n", "a: - 1\n", "%YAML 9.9\n---\na: 1\n", "%YAML\n---\na: 1\n",
                           "a: |x\n b\n", "a: >00\n b\n", "? a\n b\n: c\n", "- a\nb: 1\n"}) {
    auto read = parse_yaml("f.yaml", text);
    if (read) continue;  // this parser takes it
    EXPECT_NE(read.error().front().expected, "") << text << to_text(read.error());
    EXPECT_GT(read.error().front().line, 0) << text;
  }
}

TEST(Yaml, suggests_quotes_for_a_value_that_starts_with_a_bang_or_a_quote) {
  for (const char* text : {"tiers:\n  - eligible: !partial\n    rank: 1\n",
                           "tiers:\n  - eligible: !partial && quantity >= 5\n    rank: 1\n",
                           "tiers:\n  - eligible: \"hospital\" in user.groups\n    rank: 1\n",
                           "tiers:\n  - eligible: 'hospital' in user.groups\n",
                           "tiers:\n  - { eligible: \"hospital\" in user.groups, rank: 1 }\n"}) {
    Problem p = refused(text);
    EXPECT_EQ(p.line, 2) << text << to_text(p);
    EXPECT_THAT(p.expected, HasSubstr("write `not` for `!`")) << text << to_text(p);
    EXPECT_THAT(p.expected, HasSubstr("quotes around the whole value")) << text;
  }
  EXPECT_THAT(refused("a: x\n  - b: [\n").expected, Not(HasSubstr("write `not` for `!`")));
  EXPECT_THAT(refused("a:\n  b: partial ? 0.00 : 5.00\n").expected,
              HasSubstr("quotes around the whole value"));
}

TEST(Yaml, points_into_a_quoted_scalar) {
  YamlNode root = parsed("a: \"x <= y\"\nb: x <= y\nc: |\n  x <=\n  y\n");
  YamlMap map = root.map({"a", "b", "c"});
  EXPECT_EQ(map.require("a")->problem("", "", 2).column, 7);
  EXPECT_EQ(map.require("a")->problem("").column, 5);
  EXPECT_EQ(map.require("b")->problem("", "", 2).column, 6);
  EXPECT_EQ(map.require("c")->problem("", "", 5).line, 3);
  EXPECT_EQ(map.require("c")->problem("", "", 5).column, 4);
}

TEST(Yaml, overrides_by_key_by_index_and_by_name) {
  auto root = with_overrides(
      parsed("users: [{name: a, count: 1}, {name: b, count: 2}]\nx: {y: 1}\nz: [1, 2]\n"),
      Sets{{"users.0.count", "10"}, {"users.b.count", "20"}, {"x.new", "[7, 8]"}, {"z.1", "5"}});
  ASSERT_TRUE(root) << to_text(root.error());
  YamlMap map = root->map({"users", "x", "z"});
  auto users = map.require("users")->items();
  EXPECT_EQ(users[0].map({"name", "count"}).require("count")->integer(), 10);
  EXPECT_EQ(users[1].map({"name", "count"}).require("count")->integer(), 20);
  EXPECT_EQ(map.require("x")->map({"y", "new"}).require("new")->items()[1].integer(), 8);
  EXPECT_EQ(map.require("z")->items()[1].integer(), 5);
  EXPECT_TRUE(yaml_problems(*root).empty()) << to_text(yaml_problems(*root));
}

TEST(Yaml, a_later_override_reaches_into_an_earlier_one) {
  auto root = with_overrides(parsed("a: 1\n"), Sets{{"b", "{c: 1}"}, {"b.c", "2"}, {"a", "3"}});
  ASSERT_TRUE(root) << to_text(root.error());
  YamlMap map = root->map({"a", "b"});
  EXPECT_EQ(map.require("b")->map({"c"}).require("c")->integer(), 2);
  EXPECT_EQ(map.require("a")->integer(), 3);
}

TEST(Yaml, an_override_makes_the_maps_that_lead_to_it) {
  auto root = with_overrides(parsed("a: 1\n"), Sets{{"b.c.d", "2"}, {"b.e", "3"}});
  ASSERT_TRUE(root) << to_text(root.error());
  YamlMap b = root->map({"a", "b"}).require("b")->map({"c", "e"});
  EXPECT_EQ(b.require("c")->map({"d"}).require("d")->integer(), 2);
  EXPECT_EQ(b.require("e")->integer(), 3);
  b.require("c")->map({"x"});
  const Problems& p = yaml_problems(*root);
  ASSERT_FALSE(p.empty());
  EXPECT_EQ(p[0].file, "--set b.c.d");
  EXPECT_EQ(p[0].what, "unknown key `d`");
}

TEST(Yaml, a_problem_in_an_overridden_value_names_the_override) {
  auto root = with_overrides(parsed("a: 1\nb: 2\n"), Sets{{"a", "five"}, {"c", "1"}});
  ASSERT_TRUE(root);
  root->map({"a", "b"}).require("a")->integer();
  const Problems& p = yaml_problems(*root);
  ASSERT_EQ(p.size(), 2u);
  EXPECT_EQ(p[0].file, "--set c");
  EXPECT_EQ(p[0].what, "unknown key `c`");
  EXPECT_EQ(p[1].file, "--set a");
  EXPECT_EQ(std::pair(p[1].line, p[1].column), std::pair(1, 1));
  EXPECT_EQ(p[1].source_line, "five");
}

TEST(Yaml, refuses_an_override_that_leads_nowhere) {
  auto root = with_overrides(parsed("users: [{name: industry, count: 1}]\nx: 1\n"),
                             Sets{{"users.industri.count", "1"},
                                  {"users.7", "1"},
                                  {"x.y", "1"},
                                  {"q..r", "1"},
                                  {"", "1"},
                                  {"x", "[1"}});
  ASSERT_FALSE(root);
  const Problems& p = root.error();
  ASSERT_EQ(p.size(), 6u) << to_text(p);
  EXPECT_EQ(p[0].file, "--set users.industri.count");
  EXPECT_EQ(p[0].what, "there is no `industri` in `users`");
  EXPECT_EQ(p[0].expected, "did you mean `industry`? one of: industry; or an index 0 to 0");
  EXPECT_EQ(p[1].what, "there is no `7` in `users`");
  EXPECT_EQ(p[2].expected, "the value `1` stands there");
  EXPECT_EQ(p[3].expected, "did you mean `x`? one of: users, x");
  EXPECT_EQ(p[4].what, "there is no `` in the document");
  EXPECT_THAT(p[5].what, HasSubstr("not YAML"));
}

TEST(Yaml, names_an_unreadable_file) {
  auto missing = load_yaml("/nonexistent/f.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().front().file, "/nonexistent/f.yaml");
  EXPECT_EQ(missing.error().front().what, "No such file or directory");
  auto directory = load_yaml("/");
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().front().what, "a directory");
}

RC_GTEST_PROP(Yaml, never_throws_on_damaged_text, ()) {
  std::string text = "a: {b: [1, 'x', \"y\"], c: !t z}\nd:\n  - e: &f 1\n  - |\n    g\n";
  const auto edits = *rc::gen::container<std::vector<std::pair<int, char>>>(
      rc::gen::pair(rc::gen::inRange(0, static_cast<int>(text.size())),
                    rc::gen::elementOf(std::string("{}[]:,'\"!&*|>-?#% \n\tax1"))));
  for (auto [at, c] : edits) text[static_cast<std::size_t>(at)] = c;
  auto node = parse_yaml("f.yaml", text);
  RC_ASSERT(node.has_value() || !node.error().empty());
}

}  // namespace
}  // namespace capmarket::yaml
