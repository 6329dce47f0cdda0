#include "model/expr/expr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/model/rules/fixtures.h"

namespace capmarket::expr {
namespace {

using ::testing::HasSubstr;

struct Wrong {
  const char* text;
  int column;
  const char* what;
  const char* expected;  // a part of it
  ExprType type = ExprType::boolean;
  ExprPlace place = ExprPlace::goal;
};

void expect_wrong(const Wrong& w) {
  ExprWorld world;
  auto e = rules::read_expr(w.text, world, w.type, w.place);
  ASSERT_FALSE(e) << w.text << " was accepted as " << e->canonical;
  ASSERT_EQ(e.error().size(), 1u) << w.text << "\n" << to_text(e.error());
  EXPECT_EQ(e.error()[0].what, w.what) << w.text;
  EXPECT_EQ(e.error()[0].column, w.column) << w.text;
  EXPECT_THAT(e.error()[0].expected, HasSubstr(w.expected)) << w.text;
  EXPECT_TRUE(world.names.empty()) << "a wrong expression changed the world";
}

TEST(Expr, binds_as_cel_does_with_implies_weakest) {
  EXPECT_EQ(rules::canonical("(partial || (failed && (not admitted)))"),
            "partial || failed && not admitted");
  EXPECT_EQ(rules::canonical("(partial or failed) and admitted"), "(partial || failed) && admitted");
  EXPECT_EQ(rules::canonical("partial implies (failed implies admitted)"),
            "partial implies failed implies admitted");
  EXPECT_EQ(rules::canonical("(partial implies failed) implies admitted"),
            "(partial implies failed) implies admitted");
  EXPECT_EQ(rules::canonical("(partial ? failed : admitted) implies displaced"),
            "partial ? failed : admitted implies displaced");
  EXPECT_EQ(rules::canonical("partial || failed implies admitted || displaced"),
            rules::canonical("(partial || failed) implies (admitted || displaced)"));
  EXPECT_EQ(rules::canonical("rank + (2 * quantity) > (-1)"), "rank + 2 * quantity > -1");
  EXPECT_EQ(rules::canonical("(rank + 2) * quantity > 1"), "(rank + 2) * quantity > 1");
  EXPECT_EQ(rules::canonical("rank - (2 - quantity) > 1"), "rank - (2 - quantity) > 1");
  EXPECT_EQ(rules::canonical("(rank - 2) - quantity > 1"), "rank - 2 - quantity > 1");
  EXPECT_EQ(rules::canonical("!partial == failed"), rules::canonical("(not partial) == failed"));
  EXPECT_EQ(rules::canonical("(partial == failed) == admitted"), "(partial == failed) == admitted");
  EXPECT_EQ(rules::canonical("partial == failed == admitted"),
            rules::canonical("(partial == failed) == admitted"));
  EXPECT_EQ(rules::canonical("partial ? failed : admitted ? displaced : partial"),
            rules::canonical("partial ? failed : (admitted ? displaced : partial)"));
  EXPECT_NE(rules::canonical("(partial ? failed : admitted) ? displaced : partial"),
            rules::canonical("partial ? failed : (admitted ? displaced : partial)"));
}

TEST(Expr, has_one_text_for_both_spellings) {
  EXPECT_EQ(rules::canonical("! partial&&failed||admitted"),
            rules::canonical("not partial  and failed\n or admitted"));
  EXPECT_EQ(rules::canonical("user.kind == 'factory'"), "user.kind == \"factory\"");
  EXPECT_EQ(rules::canonical("notice >= 60s"), "notice >= 1min");
  EXPECT_EQ(rules::canonical("notice >= 1.5h"), "notice >= 90min");
  EXPECT_EQ(rules::canonical("price >= 10.5000"), "price >= 10.50");
  EXPECT_EQ(rules::canonical("price >= -0.0005"), "price >= -0.0005");
  EXPECT_EQ(rules::canonical("--quantity > - -5"), "--quantity > 5");
}

TEST(Expr, a_decimal_is_a_ratio_beside_money_or_a_duration_and_else_money) {
  EXPECT_EQ(rules::canonical("victim.value * 1.5", ExprType::money), "1.5 * victim.value");
  EXPECT_EQ(rules::canonical("0.25 * notice", ExprType::duration), "0.25 * notice");
  EXPECT_EQ(rules::canonical("-1.50 * (2 * value)", ExprType::money), "-1.5 * (2 * value)");
  EXPECT_EQ(rules::canonical("1.5 * value * 2", ExprType::money), "1.5 * value * 2");
  ExprWorld world;
  Expr ratio = rules::expr("value * 1.5", world, ExprType::money);
  ASSERT_EQ(ratio.nodes.size(), 2u);
  EXPECT_EQ(ratio.root().op, Op::scale);
  EXPECT_EQ(ratio.root().value, 15'000);
  Expr money = rules::expr("1.5 * quantity", world, ExprType::money);
  EXPECT_EQ(money.root().op, Op::multiply);
  EXPECT_EQ(money.nodes[0].type, ExprType::money);
  EXPECT_EQ(money.canonical, "1.50 * quantity");
}

TEST(Expr, a_list_of_names_is_a_disjunction) {
  EXPECT_EQ(rules::canonical("tier in [\"a\", 'b', \"c\"]"),
            "tier == \"a\" || tier == \"b\" || tier == \"c\"");
}

TEST(Expr, numbers_names_and_paths_in_order_of_first_mention) {
  ExprWorld world{{"firm"}, {}, {}};
  rules::expr("user.kind == 'x' || tier == 'firm' || location in 'eu/de'", world);
  rules::expr("'y' in user.groups && 'x' in holder.groups && location in 'eu' && location in 'eu/de'",
       world);
  EXPECT_EQ(world.names, (std::vector<std::string>{"firm", "x", "y"}));
  ASSERT_EQ(world.paths.size(), 2u);
  EXPECT_EQ(world.paths[0].path, "eu/de");
  EXPECT_EQ(world.name_index("y"), 2);
  EXPECT_EQ(world.name_index("z"), -1);
}

TEST(Expr, adds_and_subtracts_times_and_durations_by_their_meaning) {
  EXPECT_EQ(rules::canonical("start - now == lead && start + length == until && length + start == until"),
            "start - now == lead && start + length == until && length + start == until");
  EXPECT_EQ(rules::canonical("min(start, until, now) <= now"), "min(min(start, until), now) <= now");
}

TEST(Expr, refuses_unknown_names_with_the_nearest) {
  expect_wrong({"quantitty > 5", 1, "unknown name `quantitty`", "did you mean `quantity`?"});
  expect_wrong({"user.kind == factory", 14, "unknown name `factory`", "in quotes: \"factory\""});
  expect_wrong({"frobnicate(1) > 1", 1, "unknown function `frobnicate`", "min, max, abs"});
}

TEST(Expr, refuses_names_where_they_have_no_value) {
  expect_wrong({"victim.rank < rank", 1, "`victim.rank` has no value in `eligible`",
                "belongs to `displaces`", ExprType::boolean, ExprPlace::eligibility});
  expect_wrong({"admitted", 1, "`admitted` has no value in `displaces`", "belongs to `goals`",
                ExprType::boolean, ExprPlace::displacement});
  for (const Variable& v : variables()) {
    ExprWorld world;
    world.zone = Zone{"UTC", Duration(0), {}};
    std::string text = std::string(v.name);
    EXPECT_TRUE(rules::read_expr(text, world, v.type, v.place)) << text;
    EXPECT_EQ(rules::read_expr(text, world, v.type, ExprPlace::eligibility).has_value(),
              v.place == ExprPlace::eligibility)
        << text;
  }
}

TEST(Expr, refuses_to_mix_types_and_says_what_to_write) {
  expect_wrong({"notice >= 5", 8,
                "`notice` is a duration, `5` is an integer: `>=` does not take them together",
                "5s, 5ms"});
  expect_wrong({"price >= 5", 7,
                "`price` is money, `5` is an integer: `>=` does not take them together", "5.00"});
  expect_wrong({"quantity > 1.5", 10,
                "`quantity` is an integer, `1.5` is money: `>` does not take them together",
                "without decimals"});
  expect_wrong({"user.kind > \"a\"", 11,
                "`user.kind` is a name, `\"a\"` is a name: `>` does not take them together",
                "integer, money, duration or time"});
  expect_wrong({"location == \"eu\"", 10,
                "`location` is a location, `\"eu\"` is a name: `==` does not take them together",
                "location in \"eu\""});
  expect_wrong({"price * value > 1.00", 7,
                "`price` is money, `value` is money: `*` does not take them together", "ratio"});
  expect_wrong({"1.5 * 2.5", 5, "`1.5` is money, `2.5` is money: `*` does not take them together",
                "ratio", ExprType::money});
  expect_wrong({"start + until > now", 7,
                "`start` is a time, `until` is a time: `+` does not take them together",
                "a time and a duration"});
  expect_wrong({"quantity && partial", 1, "`quantity` is an integer, where `&&` needs a boolean",
                "a comparison"});
  expect_wrong(
      {"not rank < 5", 5, "`rank` is an integer, where `not` needs a boolean", "parentheses"});
  expect_wrong({"-partial", 2, "`partial` is a boolean, where `-` needs a number", "an integer"});
  expect_wrong({"5", 1, "`5` is an integer, where a boolean was expected", ""});
  expect_wrong({"10", 1, "`10` is an integer, where money was expected", "10.00", ExprType::money});
  expect_wrong({"partial ? 5 : 5s", 11,
                "`5` is an integer, `5s` is a duration: `? :` does not take them together", "5s",
                ExprType::integer});
  expect_wrong({"min(1, 2s) > 1", 1,
                "`1` is an integer, `2s` is a duration: `min` does not take them together", "1s"});
  expect_wrong({"min(1) > 1", 1, "`min` with 1 arguments", "two or more"});
  expect_wrong({"abs(1, 2) > 1", 1, "`abs` with 2 arguments", "one"});
  expect_wrong({"abs(now) == now", 5, "`now` is a time, where `abs` needs a number", "money"});
}

TEST(Expr, refuses_membership_of_the_wrong_kind) {
  expect_wrong({"user.kind in user.groups", 1,
                "`user.kind` is a name, where a name in quotes is looked for in a set",
                "\"hospital\""});
  expect_wrong(
      {"\"a\" in rank", 8, "`rank` is an integer, where `in` needs a set of names", "user.groups"});
  expect_wrong({"user.kind in \"a\"", 14, "`user.kind` is a name: only a location lies in a path",
                "in [\"a\"]"});
  expect_wrong({"location in \"eu//de\"", 13, "`eu//de` is no location", "segments"});
  expect_wrong({"rank in [\"a\"]", 1,
                "`rank` is an integer, where a list of names needs a variable of names", "tier"});
  expect_wrong({"tier in []", 10, "`]` does not fit here", "a name in quotes"});
  expect_wrong({"tier in [\"a\" \"b\"]", 14, "`b` does not fit here", "`,` or `]`"});
}

TEST(Expr, refuses_what_is_not_of_the_language) {
  expect_wrong({"value / 2 > 1.00", 7, "there is no division", "a ratio"});
  expect_wrong({"rank % 2 == 1", 6, "there is no `%`", "a decimal"});
  expect_wrong({"rank = 2", 6, "`=` compares nothing", "`==`"});
  expect_wrong({"partial & failed", 9, "a single `&`", "`&&` or `and`"});
  expect_wrong({"partial | failed", 9, "a single `|`", "`||` or `or`"});
  expect_wrong(
      {"notice >= 5kW", 11, "`5kW` is no number of this language", "ns us ms s min h d y"});
  expect_wrong(
      {"price >= 1.00005", 10, "`1.00005` is no number of this language", "at most four decimals"});
  expect_wrong({"quantity > 99999999999999999999", 12,
                "`99999999999999999999` is no number of this language", ""});
  expect_wrong({"quantity > 1e5", 12, "`1e5` is no number of this language", ""});
  expect_wrong({"user.kind == \"a", 14, "a quote that is never closed", "closing"});
  expect_wrong({"user.kind == \"a,b\"", 14, "`a,b` is no name", "without quotes"});
  expect_wrong({"user.kind == \"\"", 14, "`` is no name", "without quotes"});
  expect_wrong({"partial \xc3\xa9", 9, "`\xc3\xa9` means nothing here", "operator"});
  expect_wrong({"partial failed", 9, "`failed` does not fit here", "an operator"});
  expect_wrong({"partial &&", 11, "the expression ends early", "a value"});
  expect_wrong({"(partial", 9, "the expression ends early", "`)`"});
  expect_wrong({"partial ? failed", 17, "the expression ends early", "`:`"});
  expect_wrong({"", 1, "the expression ends early", "a value"});
  expect_wrong({"a\xff", 1, "not UTF-8", "UTF-8"});
}

TEST(Expr, reports_every_unknown_name_and_mismatch_of_one_expression) {
  ExprWorld world;
  auto e = rules::read_expr("foo > 1 && notice > 5 && baz", world);
  ASSERT_FALSE(e);
  ASSERT_EQ(e.error().size(), 3u) << to_text(e.error());
  EXPECT_EQ(e.error()[0].column, 1);
  EXPECT_EQ(e.error()[1].column, 19);
  EXPECT_EQ(e.error()[2].column, 26);
}

std::string repeated(const std::string& part, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += part;
  return out;
}

TEST(Expr, is_bounded_in_size_and_depth) {
  ExprWorld world;
  EXPECT_TRUE(rules::read_expr(repeated("not ", 63) + "partial", world));
  for (const std::string& text :
       {repeated("not ", 64) + "partial", repeated("not ", 2000) + "partial",
        repeated("(", 4000) + "partial" + repeated(")", 4000),
        repeated("partial implies ", 500) + "partial",
        repeated("partial ? partial : ", 400) + "partial", repeated("partial && ", 64) + "partial",
        repeated("abs(", 1900) + "1", repeated("- ", 4000) + "rank > 1"}) {
    auto e = rules::read_expr(text, world);
    ASSERT_FALSE(e) << text;
    EXPECT_EQ(e.error().size(), 1u);
  }
  // A balanced tree of 512 leaves has too many nodes without being deep.
  std::string wide = "partial";
  for (int i = 0; i < 9; ++i) wide = "(" + wide + "&&" + wide + ")";
  auto e = rules::read_expr(wide, world);
  ASSERT_FALSE(e);
  EXPECT_EQ(e.error()[0].what, "the expression is too large");
  EXPECT_EQ(rules::read_expr(std::string(kExprBytesMax + 1, ' '), world).error()[0].expected,
            "at most 8192 bytes");
  // Short text, long canonical form.
  std::string names;
  for (int i = 0; i < 60; ++i)
    names += (i ? "," : "") + std::string("'") + std::string(62, 'n') + std::to_string(i) + "'";
  std::string listed = "tier in [" + names + "]";
  EXPECT_TRUE(rules::read_expr(listed, world));
  EXPECT_FALSE(rules::read_expr(listed + " || (" + listed + ")", world));
}

TEST(Expr, keeps_its_nodes_in_postorder_whatever_order_they_were_read_in) {
  ExprWorld world;
  Expr e = rules::expr("min(rank, quantity, 7)", world, ExprType::integer);
  std::vector<Op> ops;
  for (const ExprNode& n : e.nodes) ops.push_back(n.op);
  EXPECT_EQ(ops,
            (std::vector<Op>{Op::variable, Op::variable, Op::minimum, Op::literal, Op::minimum}));
}

TEST(Expr, says_where_each_node_stands) {
  ExprWorld world;
  Expr e = rules::expr("partial && rank > 5", world);
  EXPECT_EQ(e.nodes[0].column, 1);
  EXPECT_EQ(e.nodes[1].column, 12);
  EXPECT_EQ(e.nodes[2].column, 19);
}

// ---- properties ---------------------------------------------------------------------------------

/// Turns bytes into the source text of a well-typed expression: shrinks as the bytes do.
class Writer {
 public:
  explicit Writer(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  std::string boolean(int depth) {
    switch (pick(depth > 0 ? 13 : 4)) {
      case 0:
        return "partial";
      case 1:
        return pick(2) ? "true" : "victim.started";
      case 2:
        return "\"g" + digit() + "\" in " + (pick(2) ? "user.groups" : "holder.groups");
      case 3:
        return "location in 'eu/l" + digit() + "'";
      case 4:
        return not_() + wrap(boolean(depth - 1), true);
      case 5:
        return wrap(boolean(depth - 1), true) + and_() + wrap(boolean(depth - 1), true);
      case 6:
        return wrap(boolean(depth - 1), true) + or_() + wrap(boolean(depth - 1), true);
      case 7:
        return wrap(boolean(depth - 1), true) + " implies " + wrap(boolean(depth - 1), true);
      case 8:
        return choice(boolean(depth - 1), boolean(depth - 1), boolean(depth - 1));
      case 9:
        return wrap(boolean(depth - 1), true) + " == " + wrap(boolean(depth - 1), true);
      case 10:
        return std::string(name()) + (pick(2) ? " != " : " == ") + name();
      case 11:
        return "tier in ['a', \"b" + digit() + "\"]";
      default:
        return comparison(depth - 1);
    }
  }
  std::string number(int type, int depth) {
    if (depth <= 0) return leaf(type);
    switch (pick(9)) {
      case 0:
        return leaf(type);
      case 1:
        return "-" + wrap(number(type, depth - 1), true);
      case 2:
        return wrap(number(type, depth - 1), true) + " + " + wrap(number(type, depth - 1), true);
      case 3:
        return wrap(number(type, depth - 1), true) + " - " + wrap(number(type, depth - 1), true);
      case 4:
        return wrap(number(0, depth - 1), true) + " * " + wrap(number(type, depth - 1), true);
      case 5:
        return scaled(type, depth);
      case 6:
        return choice(boolean(depth - 1), number(type, depth - 1), number(type, depth - 1));
      case 7:
        return std::string(pick(2) ? "min(" : "max(") + number(type, depth - 1) + ", " +
               number(type, depth - 1) + (pick(2) ? ", " + leaf(type) : "") + ")";
      default:
        return "abs(" + number(type, depth - 1) + ")";
    }
  }

 private:
  unsigned pick(unsigned n) { return at_ < bytes_.size() ? bytes_[at_++] % n : 0; }
  std::string digit() { return std::to_string(pick(10)); }
  std::string wrap(std::string text, bool always) {
    return always || pick(2) ? "(" + text + ")" : text;
  }
  std::string choice(const std::string& c, const std::string& a, const std::string& b) {
    return "(" + c + ") ? (" + a + ") : (" + b + ")";
  }
  const char* not_() { return pick(2) ? "!" : "not "; }
  const char* and_() { return pick(2) ? "&&" : " and "; }
  const char* or_() { return pick(2) ? " || " : " or "; }
  const char* name() {
    static constexpr const char* kNames[] = {"user.kind",   "holder.kind", "tier",
                                             "victim.tier", "\"x\"",       "'y z'"};
    return kNames[pick(6)];
  }
  std::string leaf(int type) {
    static constexpr const char* kLeaves[3][5] = {
        {"rank", "quantity", "7", "victim.rank", "0"},
        {"value", "10.5", "victim.price", "0.0001", "compensation"},
        {"notice", "15min", "1.5h", "length", "7ns"}};
    return kLeaves[type][pick(5)];
  }
  std::string scaled(int type, int depth) {
    if (type == 0) return leaf(0);
    // A conditional is never a literal, so the decimal beside it can only be a ratio.
    std::string other =
        "(" + choice("partial", number(type, depth - 1), number(type, depth - 1)) + ")";
    return pick(2) ? "1.2" + digit() + " * " + other : other + " * -0." + digit() + "5";
  }
  std::string comparison(int depth) {
    static constexpr const char* kSigns[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    int type = static_cast<int>(pick(3));
    const char* sign = kSigns[pick(6)];
    return wrap(number(type, depth), true) + sign + wrap(number(type, depth), true);
  }

  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_ = 0;
};

bool same_tree(const Expr& a, const Expr& b) {
  return std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(),
                    [](const ExprNode& x, const ExprNode& y) {
                      return x.op == y.op && x.type == y.type && x.value == y.value &&
                             x.children == y.children;
                    });
}

RC_GTEST_PROP(Expr, canonical_text_parses_back_to_the_same_tree, ()) {
  const auto bytes =
      *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
  std::string text = Writer(bytes).boolean(4);
  ExprWorld first_world, second_world;
  auto first = rules::read_expr(text, first_world);
  if (!first) RC_DISCARD("too large");
  auto second = rules::read_expr(first->canonical, second_world);
  RC_LOG() << text << "\n" << first->canonical << "\n";
  RC_ASSERT(second.has_value());
  RC_ASSERT(second->canonical == first->canonical);
  RC_ASSERT(same_tree(*first, *second));
  RC_ASSERT(first_world.names == second_world.names);
  RC_ASSERT(first_world.paths == second_world.paths);
  for (std::size_t i = 0; i < first->nodes.size(); ++i)
    for (std::int32_t c : first->nodes[i].children) RC_ASSERT(c < static_cast<std::int32_t>(i));
}

RC_GTEST_PROP(Expr, never_breaks_on_damaged_text, ()) {
  std::string text =
      "max(1.5 * victim.value, 10.00) > 2.00 && \"a\" in user.groups implies not partial";
  const auto edits = *rc::gen::container<std::vector<std::pair<int, char>>>(
      rc::gen::pair(rc::gen::inRange(0, static_cast<int>(text.size())),
                    rc::gen::elementOf(std::string("()[]!&|<>=+-*?:,.\"' 1ae\xc3\x01"))));
  for (auto [at, c] : edits) text[static_cast<std::size_t>(at)] = c;
  ExprWorld world;
  auto e = rules::read_expr(text, world);
  RC_ASSERT(e.has_value() || !e.error().empty());
}

}  // namespace
}  // namespace capmarket::expr
