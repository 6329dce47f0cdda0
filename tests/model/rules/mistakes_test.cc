// What a designer who mistypes is told: the place, and the text as it has to stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "model/rules/parse.h"
#include "model/rules/warnings.h"
#include "tests/support/edited.h"
#include "tests/support/json_schema.h"

namespace capmarket::rules {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kGood = testing::content_of(std::string(CAPMARKET_SOURCE_DIR) +
                                              "/scenarios/rules/emergency-displacement.yaml");

/// A slip, and what its one message holds: the line, and the words.
struct Slip {
  std::string name, from, to;
  int line;
  std::string what, expected;
};

const std::vector<Slip> kSlips = {
    {"no colon", "unit: kW", "unit kW", 9, "no `:` behind `unit`", "`unit: kW`"},
    {"a tab", "    rank: 20", "\trank: 20", 32,
     "line 32 is indented with a tab; line 31 by 2 spaces", "spaces before `rank`"},
    {"an indent too short", "      compensation", "     compensation", 29,
     "line 29 is indented by 5 spaces, line 28 by 6, line 30 by 6",
     "6 spaces before `compensation`"},
    {"an indent too long", "    rank: 20", "     rank: 20", 32,
     "line 32 is indented by 5 spaces, line 31 by 4 behind its `-`, line 33 by 4",
     "4 spaces before `rank`"},
    {"an item out of line", "  - name: firm", "   - name: firm", 31,
     "line 31 is indented by 3 spaces, line 30 by 6", ""},
    {"no colon behind a block", "limits:\n", "limits\n", 13,
     "no `:` behind `limits`; line 13 is indented by 0 spaces, line 14 by 2", "`limits:`"},
    {"no colon before a list", "tiers:\n", "tiers\n", 23, "no `:` behind `tiers`", "`tiers:`"},
    {"no colon before a brace", "effective: {", "effective {", 7, "no `:` behind `effective`",
     "`effective: { from: 2026-01-01T00:00:00Z"},
    {"a key at the margin", "  length: 1min", "length: 1min", 16,
     "line 16 is indented by 0 spaces, line 15 by 2, line 17, `lead`, by 2",
     "2 spaces before `length`"},
    {"the last but one at the margin", "  lead: 0s", "lead: 0s", 17,
     "line 17 is indented by 0 spaces, line 16 by 2, line 18, `skew`, by 2",
     "2 spaces before `lead`, or 0 before `skew`"},
    {"a key too far out", "    rank: 20", "  rank: 20", 32,
     "line 32 is indented by 2 spaces, line 31 by 2, line 24, `- name`, by 2, 4 behind its `-`",
     "4 spaces before `rank`"},
    {"no dash", "  - name: firm", "  name: firm", 31,
     "no `-` before `name`; line 31 is indented by 2 spaces, line 30 by 6, line 24, `- name`, by 2",
     "`- name: firm`"},
    {"no dash at the first", "  - name: emergency", "    name: emergency", 24,
     "no `-` before `name`; line 24 is indented by 4 spaces, line 23 by 0, line 31, `- name`, by 2",
     "`  - name: emergency`"},
    {"no dash of an item as deep", "  - name: interruptible", "    name: interruptible", 35,
     "duplicate key `name`", "`  - name: interruptible` where another item begins"},
    {"no blank behind a dash", "  - name: firm", "  -name: firm", 31,
     "no blank behind the `-` of `name`", "`- name: firm`"},
    {"no blank behind the first dash", "  - name: emergency", "  -name: emergency", 24,
     "no blank behind the `-` of `name`", "`- name: emergency`"},
    {"a bullet", "  - name: firm", "  • name: firm", 31, "`•` begins no item", "`- name: firm`"},
    {"a star", "  - name: firm", "  * name: firm", 31, "`*` begins no item", "`- name: firm`"},
    {"an item at the margin", "  - name: firm", "- name: firm", 31,
     "line 31 is indented by 0 spaces, line 30 by 6, line 24, `- name`, by 2",
     "2 spaces before `- name`"},
    {"no blank behind a colon", "unit: kW", "unit:kW", 9, "no blank behind the `:` of `unit`",
     "`unit: kW`"},
    {"an equals sign for a colon", "unit: kW", "unit = kW", 9, "no `:` behind `unit`",
     "`unit: kW`"},
    {"a comment of C", "coordination:", "// alone\ncoordination:", 20,
     "a comment that begins with `//`", "`# alone`"},
    {"two keys in a line", "unit: kW\n", "unit: kW ", 9, "a second `: ` in one line",
     "two lines, `unit: kW` and `retention: 7y`"},
    {"no comma", "negotiated, floor", "negotiated floor", 21, "no comma before `floor`",
     "`, floor: 5.00, cap: 400.00 }`"},
    {"a quote before a key", "unit: kW", "\"unit: kW", 9, "a quote that its line does not close",
     "`\"unit: kW\"`"},
    {"an expression that goes on too far out", "quantity >= 100\n",
     "quantity >= 100\n    && price > 1.00\n", 34,
     "line 34 goes on with `eligible` of line 33, and is indented by 4 spaces",
     "6 spaces before `&&`"},
    {"a quote left open", "user.groups'", "user.groups", 26, "a quote that is never closed",
     "user.groups'`"},
    {"no outer quotes", "'\"hospital\" in user.groups'", "\"hospital\" in user.groups", 26,
     "not YAML", "'\"hospital\" in user.groups', with quotes around the whole value"},
    {"a brace left open", "{ mode: none }", "{ mode: none", 20, "this `{` is never closed", "`}`"},
    {"a brace closed by a bracket", "{ mode: none }", "{ mode: none ]", 20, "`]` where `{` is open",
     "`}`"},
    {"a key twice", "unit: kW", "unit: kW\nunit: kW", 10, "duplicate key `unit`", "each key once"},
    {"one ampersand", "rank && notice", "rank & notice", 28, "a single `&`", "`&&` or `and`"},
    {"AND", "rank && notice", "rank AND notice", 28, "`AND` does not fit", "`and`"},
    {"one equals sign", "quantity >= 100", "quantity = 100", 33, "`=` compares nothing", "`==`"},
    {"signs the other way round", "quantity >= 100", "quantity => 100", 33, "`=>`", "`>=`"},
    {"another unequal", "quantity >= 100", "quantity <> 100", 33, "`<>`", "`!=`"},
    {"no unit", "notice >= 500ms\n      comp", "notice >= 5\n      comp", 28, "`5` is an integer",
     "5s"},
    {"years in full", "retention: 7y", "retention: 2 years", 10, "`2 years`", "`2y`"},
    {"days in full", "lead: 0s .. 1d", "lead: 0s .. 60days", 17, "`60days`", "`0s .. 60d`"},
    {"days in an expression", "notice >= 500ms\n      comp", "notice >= 14 days\n      comp", 28,
     "`days` does not fit", "`14d`"},
    {"three dots", "1 .. 100000", "1 ... 100000", 14, "`1 ... 100000` is no interval",
     "`1 .. 100000`"},
    {"a dash", "1 .. 100000", "1 - 100000", 14, "no interval", "`1 .. 100000`"},
    {"groups of digits", "1 .. 100000", "1 .. 100,000", 14, "`100,000`", "`1 .. 100000`"},
    {"a currency", "0.00 .. 400.00", "0.00 .. 400 EUR", 15, "`400 EUR`", "`0.00 .. 400`"},
    {"a set compared with a name", "'\"hospital\" in user.groups'", "user.groups == \"hospital\"",
     26, "`==` does not take them together", "`\"hospital\" in user.groups`"},
    {"a set unlike a name", "'\"hospital\" in user.groups'", "user.groups != \"hospital\"", 26,
     "`!=` does not take them together", "`not (\"hospital\" in user.groups)`"},
    {"a set compared with a bare name", "'\"hospital\" in user.groups'", "user.groups == hospital",
     26, "unknown name `hospital`", "`\"hospital\" in user.groups`"},
    {"a set in a list", "'\"hospital\" in user.groups'", "user.groups in [\"a\", \"b\"]", 26,
     "a list of names needs a variable", "`\"a\" in user.groups || \"b\" in user.groups`"},
    {"a time of day", "quantity >= 100", "start >= 22:00", 33, "`:` does not fit",
     "`start.hour >= 22`"},
    {"an hour alone", "quantity >= 100", "hour >= 22", 33, "unknown name `hour`",
     "did you mean `start.hour`?"},
    {"a unit behind a number", "quantity >= 100", "quantity >= 100 kW", 33,
     "`kW` does not fit here", "the number alone"},
    {"a quota of a user in percent", "min_run: 10min", "quota: { of: user, at_most: 40% }", 34,
     "`40%` of a user, whose quota is in units", "`at_most: 40`"},
    {"a quota in units of a capacity", "min_run: 10min", "quota: { of: capacity, at_most: 40 }", 34,
     "`40` of a capacity is 40 times all of it", "`40%`"},
    {"a quota without what it is of", "min_run: 10min", "quota: 40%", 34,
     "`40%` where a map was expected", "`{ of: capacity, at_most: 40% }`"},
    {"an interval as a list", "price: 0.00 .. 400.00", "price: [0.00, 400.00]", 15,
     "a list where an interval was expected", "two prices like"},
    {"a price by hour of a tier", "min_run: 10min", "price: 3.00", 34, "unknown key `price`",
     "docs/spec/rules.md#prices-by-hour"},
    {"a floor by hour", "floor: 5.00", "floor: 'start.hour >= 22 ? 3.00 : 5.00'", 21,
     "follows the clock", "a price by hour stands in the tiers"},
    {"quantities with their unit", "quantity: 1 .. 100000", "quantity: 1 .. 50 kW", 14, "`50 kW`",
     "`1 .. 50`: two integers like 1 .. 500; the unit stands in `unit`"},
    {"a price in cents", "floor: 5.00", "floor: 10ct", 21, "`10ct`", "`0.10`"},
    {"a price in a word that is not known", "floor: 5.00", "floor: 10 foo", 21, "`10 foo`",
     "an amount like `0.10`"},
    {"prices in cents", "price: 0.00 .. 400.00", "price: 0.00 .. 100ct", 15, "`100ct`",
     "`0.00 .. 1.00`"},
    {"a decimal comma in braces", "floor: 5.00", "floor: 0,10", 21, "a decimal comma", "`0.10`"},
    {"a quota with its unit", "min_run: 10min", "quota: { of: user, at_most: 44 kW }", 34,
     "`44 kW`", "`44`: what `kW` names stands in `unit`"},
    {"a minute as m", "length: 1min", "length: 1m", 16, "`1m`", "`1min .. "},
    {"a list in an expression in braces", "never: displaced && victim.rank >= rank }",
     "never: displaced && victim.tier in [\"firm\"] }", 45,
     "an expression in braces that needs quotes",
     "`'displaced && victim.tier in [\"firm\"]'`, with quotes around the whole value"},
    {"a price of hours", "cap: 400.00", "cap: 400.00, hours: 22", 21, "unknown key `hours`",
     "a price by hour stands in the tiers"},
    {"a tariff from a time of day", "mode: negotiated, floor: 5.00, cap: 400.00",
     "mode: fixed, tariff: [{ tier: firm, from: 22:00, until: 2026-02-01T00:00:00Z, price: 3.00 }]",
     21, "`22:00` follows the clock", "docs/spec/rules.md#prices-by-hour"},
    {"yes", "eligible: true", "eligible: yes", 37, "unknown name `yes`", "`true`"},
    {"a bare negation", "eligible: quantity >= 100", "eligible: !(quantity < 100)", 33,
     "a YAML tag", "'!(quantity < 100)', with quotes"},
    {"quotes of a text processor", "\"hospital\"", "“hospital”", 26, "`“`", "`\"`"},
    {"no quotes", "'\"hospital\" in", "'hospital in", 26, "unknown name `hospital`",
     "in quotes: \"hospital\""},
    {"percent", "1.5 * victim.value", "150% * victim.value", 29, "there is no `%`", "`1.5`"},
    {"if", "max(1.5 * victim.value, 10.00)", "if notice < 1h then 5.00 else 1.00", 29,
     "there is no `if`", "? VALUE :"},
    {"a conditional without quotes", "max(1.5 * victim.value, 10.00)", "notice < 1h ? 5.00 : 1.00",
     29, "a second `: `", "'notice < 1h ? 5.00 : 1.00'"},
    {"a date without its time", "from: 2026-01-01T00:00:00Z", "from: 2026-01-01", 7, "`2026-01-01`",
     "`2026-01-01T00:00:00Z`"},
    {"a number without its unit", "granularity: 1s", "granularity: 1", 8, "`1`", "`1s`"},
    {"a number in quotes", "rank: 20", "rank: \"20\"", 32, "`20` where an integer", "`20`"},
    {"no value", "rank: 20", "rank:", 32, "nothing where an integer", ""},
    {"a rank twice", "rank: 20", "rank: 10", 36, "duplicate rank 10", "each rank once"},
};

TEST(Mistakes, are_told_once_at_their_line_with_the_text_as_it_has_to_stand) {
  for (const Slip& m : kSlips) {
    auto rule = parse_rule("rule.yaml", testing::edited(kGood, m.from, m.to));
    ASSERT_FALSE(rule) << m.name;
    ASSERT_EQ(rule.error().size(), 1u) << m.name << "\n" << to_text(rule.error());
    const Problem& p = rule.error().front();
    EXPECT_EQ(p.line, m.line) << m.name << "\n" << to_text(p);
    EXPECT_NE(p.source_line, "") << m.name;
    EXPECT_THAT(p.what, HasSubstr(m.what)) << m.name << "\n" << to_text(p);
    EXPECT_THAT(p.expected, HasSubstr(m.expected)) << m.name << "\n" << to_text(p);
  }
}

TEST(Mistakes, an_item_without_its_dash_is_told_of_whatever_stands_around_it) {
  // The first of its list, whose other keys stand deeper.
  const std::string first = "tiers:\n  name: a\n    rank: 1\n  - name: b\n    rank: 2\n";
  auto told = [](const std::string& text) {
    auto root = yaml::parse_yaml("f.yaml", text);
    return root ? Problem{} : root.error().front();
  };
  Problem p = told(first);
  EXPECT_EQ(p.line, 2) << to_text(p);
  EXPECT_THAT(p.what, HasSubstr("no `-` before `name` in line 2"));
  EXPECT_EQ(p.expected, "`  - name: a`");
  p = told("tiers:\n    name: a\n      rank: 1\n  - name: b\n");
  EXPECT_EQ(p.expected, "`  - name: a`") << to_text(p);
  // In braces, among others.
  p = told("goals:\n  - { name: a }\n  { name: b }\n  - { name: c }\n");
  EXPECT_EQ(p.line, 3) << to_text(p);
  EXPECT_THAT(p.what, HasSubstr("no `-` before the `{` of line 3"));
  EXPECT_EQ(p.expected, "`  - { name: b }`");
  p = told("goals:\n  - name: a\n    x: 1\n  { name: b }\n");
  EXPECT_EQ(p.expected, "`  - { name: b }`") << to_text(p);
}

TEST(Mistakes, an_expression_in_braces_is_told_with_its_quotes) {
  for (const auto& [value, quoted] :
       {std::pair("displaced && victim.tier in [\"a\"]", "`'displaced && victim.tier in [\"a\"]'`"),
        std::pair("\"x\" in user.groups", "`'\"x\" in user.groups'`"),
        std::pair("min(1, 2) in [3]", "`'min(1, 2) in [3]'`")}) {
    const std::string text =
        std::string("goals:\n  - { name: g, never: ") + value + " }\n  - { name: h, never: x }\n";
    auto root = yaml::parse_yaml("f.yaml", text);
    ASSERT_FALSE(root) << value;
    const Problem& p = root.error().front();
    EXPECT_EQ(p.line, 2) << to_text(p);
    EXPECT_THAT(p.expected, HasSubstr(quoted)) << to_text(p);
    EXPECT_THAT(p.what, Not(HasSubstr("indented"))) << to_text(p);
  }
}

/// A message that asks for the indent that its line has is no help.
TEST(Mistakes, no_line_is_blamed_for_the_indent_that_it_is_asked_to_have) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < kGood.size();) {
    const std::size_t end = std::min(kGood.find('\n', at), kGood.size());
    lines.push_back(kGood.substr(at, end - at));
    at = end + 1;
  }
  const std::vector<std::function<std::string(const std::string&)>> damages = {
      [](const std::string& s) { return " " + s; },
      [](const std::string& s) { return "  " + s; },
      [](const std::string& s) { return s.starts_with("  ") ? s.substr(2) : s + "]"; },
      [](const std::string& s) {
        std::string out = s;
        if (const std::size_t at = out.find("- "); at != out.npos) out[at] = ' ';
        return out;
      },
      [](const std::string& s) { return s + " }"; },
      [](const std::string& s) { return s + " {"; },
      [](const std::string& s) { return s + " [\"a\"] b"; }};
  for (std::size_t l = 0; l < lines.size(); ++l)
    for (const auto& damage : damages) {
      std::string text;
      for (std::size_t i = 0; i < lines.size(); ++i)
        text += (i == l ? damage(lines[i]) : lines[i]) + "\n";
      auto root = yaml::parse_yaml("f.yaml", text);
      if (root) continue;
      const Problem& p = root.error().front();
      const std::size_t indent = p.source_line.find_first_not_of(' ');
      if (p.what.find("is indented by") == p.what.npos || p.what.find("no `") != p.what.npos)
        continue;
      EXPECT_FALSE(p.expected.starts_with(std::to_string(indent) + " space")) << to_text(p);
    }
}

TEST(Mistakes, lists_of_what_may_stand_are_short_and_have_no_traps) {
  auto told = [](const std::string& from, const std::string& to) {
    auto rule = parse_rule("rule.yaml", testing::edited(kGood, from, to));
    return rule ? std::string() : rule.error().front().expected;
  };
  const std::string names = told("quantity >= 100", "quantitie >= 100");
  EXPECT_LT(std::count(names.begin(), names.end(), ','), 10) << names;
  EXPECT_THAT(names, HasSubstr("did you mean `quantity`? one of: quantity, "));
  EXPECT_THAT(names, HasSubstr(" others"));
  EXPECT_THAT(told("cap: 400.00", "cap: 400.00, kap: 1"), Not(HasSubstr("weekday")));
  EXPECT_THAT(told("min_run: 10min", "min_ran: 10min"), Not(HasSubstr("tariff")));
}

TEST(Mistakes, a_misspelt_key_is_told_with_the_one_that_is_meant) {
  auto rule =
      parse_rule("rule.yaml", testing::edited(kGood, "eligible: quantity", "eligable: quantity"));
  ASSERT_FALSE(rule);
  EXPECT_THAT(to_text(rule.error()), HasSubstr("did you mean `eligible`?"));
}

TEST(Mistakes, other_line_ends_and_a_mark_of_order_are_none) {
  std::string windows;
  for (char c : kGood) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_TRUE(parse_rule("rule.yaml", windows));
  EXPECT_TRUE(parse_rule("rule.yaml", "\xef\xbb\xbf" + kGood));
}

TEST(Mistakes, a_key_beside_its_block_is_told_where_it_belongs) {
  auto told = [](const std::string& from, const std::string& to) {
    auto rule = parse_rule("rule.yaml", testing::edited(kGood, from, to));
    return rule ? std::string() : to_text(rule.error());
  };
  EXPECT_THAT(told("  skew: 10s", "skew: 10s"),
              HasSubstr("2 spaces before `skew` where it is a part of `limits`"));
  EXPECT_THAT(told("penalty: 10%", "penalty:10%"),
              HasSubstr("no blank behind the `:` of `penalty`"));
  EXPECT_THAT(told("    eligible: true", "eligible: true"),
              HasSubstr("4 spaces before `eligible` where it is a part of `tiers`"));
  const std::string beside = told(
      "      when: victim.rank < rank && notice >= 500ms\n"
      "      compensation: max(1.5 * victim.value, 10.00)\n"
      "      pay_within",
      "    when: victim.rank < rank && notice >= 500ms\n"
      "    compensation: max(1.5 * victim.value, 10.00)\n"
      "    pay_within");
  for (const char* key : {"when", "compensation", "pay_within"})
    EXPECT_THAT(beside, HasSubstr(std::string("6 spaces before `") + key + "` where it is a part"));
  EXPECT_THAT(beside, HasSubstr("expected: its `KEY: VALUE` lines below it, indented further"));
}

TEST(Mistakes, a_clock_is_compared_with_whole_hours_and_numbers_of_days) {
  const std::string clock =
      testing::edited(kGood, "currency: EUR", "currency: EUR\nzone: { name: UTC, offset: +00:00 }");
  for (const auto& [slip, right] :
       {std::pair("start.hour >= 22:00", "`start.hour >= 22`"),
        std::pair("start.hour >= 22h", "a whole hour without a unit: `22`"),
        std::pair("start.hour >= \"22:00\"", "a whole hour without quotes: `22`"),
        std::pair("start.weekday == \"Sunday\"", "`7`: a day of the week is a number")}) {
    auto rule = parse_rule("rule.yaml", testing::edited(clock, "quantity >= 100", slip));
    ASSERT_FALSE(rule) << slip;
    ASSERT_EQ(rule.error().size(), 1u) << to_text(rule.error());
    EXPECT_THAT(rule.error().front().expected, HasSubstr(right)) << slip;
  }
}

TEST(Mistakes, a_number_that_a_fact_never_is_is_warned_of) {
  const std::string clock =
      testing::edited(kGood, "currency: EUR", "currency: EUR\nzone: { name: UTC, offset: +00:00 }");
  auto warned = [&](const std::string& eligible) {
    auto root = yaml::parse_yaml("rule.yaml", testing::edited(clock, "quantity >= 100", eligible));
    return root ? file_warnings(*root) : root.error();
  };
  for (const char* never :
       {"start.hour >= 24", "start.hour > 23", "24 <= start.hour", "start.hour == 24",
        "start.weekday == 0", "start.weekday > 7", "lead < 0s", "quantity < 0 || price > 1.00"}) {
    Problems all = warned(never);
    ASSERT_EQ(all.size(), 1u) << never;
    EXPECT_THAT(all.front().what, HasSubstr("` never holds: `")) << never;
    EXPECT_EQ(all.front().line, 34) << never;
  }
  EXPECT_THAT(warned("start.hour <= 24").front().what,
              HasSubstr("`start.hour <= 24` always holds: `start.hour` is 0 to 23"));
  EXPECT_EQ(warned("quantity > 5 || start.hour == 24").front().column, 31);
  for (const char* meant :
       {"start.hour >= 22 && start.hour < 24", "start.hour >= 0", "start.weekday <= 7",
        "start.weekday > 0", "lead >= 0s", "quantity > 0", "quantity >= 200000"})
    EXPECT_EQ(warned(meant).size(), 0u) << meant;
  auto goal = yaml::parse_yaml(
      "rule.yaml", testing::edited(clock, "displaced && victim.rank >= rank", "start.hour > 23"));
  ASSERT_TRUE(goal);
  EXPECT_EQ(file_warnings(*goal).size(), 0u) << "a goal may say that something never is";
}

TEST(Mistakes, a_ratio_above_one_without_a_sign_is_warned_of_and_read_as_it_stands) {
  auto warned = [](const std::string& refund) {
    auto root =
        yaml::parse_yaml("rule.yaml", testing::edited(kGood, "refund: 100%", "refund: " + refund));
    return root ? file_warnings(*root) : root.error();
  };
  Problems bare = warned("100");
  ASSERT_EQ(bare.size(), 1u);
  EXPECT_EQ(bare.front().what, "`refund: 100` is 10000% of the value");
  EXPECT_THAT(bare.front().expected, HasSubstr("`refund: 100%`"));
  EXPECT_EQ(bare.front().line, 40);
  for (const char* meant : {"1", "0.35", "1.0", "150%", "10000%"})
    EXPECT_EQ(warned(meant).size(), 0u) << meant;
}

}  // namespace
}  // namespace capmarket::rules
