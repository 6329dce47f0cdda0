// What `displaces` reads of a victim, and what it decides.
#include <gtest/gtest.h>

#include <limits>

#include "model/base/text.h"
#include "model/chain/bindings.h"
#include "tests/model/rules/fixtures.h"

namespace capmarket::rules {
namespace {


constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// The main example with another `when` and `compensation` for its best tier, and one entry.
struct Entry {
  explicit Entry(const std::string& when, const std::string& compensation = "0.00") {
    std::string text =
        edited(grid_text(), "victim.rank < rank && notice >= 500ms && not victim.started", when);
    rule = rule_of(grid_file(), edited(text, "max(1.5 * victim.value, 10.00)", compensation));
    user.kind = "hospital";
    user.groups = {"hospital"};
    holder.kind = "plant";
    leg = {&user, &holder, &location, Quantity(7), window(100, 200), Money(30), Instant(40), false};
    victim = {"firm",           20,    Quantity(5), Money(11),    Money(12),  Money(13),
              window(100, 300), false, 2,           Duration(50), Quantity(3)};
  }
  static Window window(std::int64_t from, std::int64_t until) {
    return {Instant(from), Instant(until)};
  }
  Concrete::Bool verdict(std::size_t tier = 0) const {
    return chain::displacement_holds(rule, rule.tiers[tier], leg, victim);
  }
  bool holds() const { return Concrete::holds(verdict()); }
  Concrete::Int compensation(std::size_t tier = 0) const {
    return chain::displacement_compensation(rule, rule.tiers[tier], leg, victim);
  }

  Rule rule;
  objects::CredentialGrant user, holder;
  location::Location location{"eu/de"};
  chain::EligibilityContext leg;
  chain::VictimContext victim;
};

TEST(Displacement, each_variable_reads_its_own_part_of_the_entry) {
  struct Row {
    const char* when;
    void (*change)(Entry&);
  };
  const Row kRows[] = {
      {"victim.tier == 'firm'", [](Entry& e) { e.victim.tier = "interruptible"; }},
      {"victim.rank == 20", [](Entry& e) { e.victim.rank = 10; }},
      {"victim.quantity == 5", [](Entry& e) { e.victim.quantity = Quantity(3); }},
      {"victim.price == 0.0011", [](Entry& e) { e.victim.price = Money(12); }},
      {"victim.whole_value == 0.0013", [](Entry& e) { e.victim.whole_value = Money(12); }},
      {"victim.start == start", [](Entry& e) { e.victim.window.from = Instant(101); }},
      {"victim.until - start == 200ns", [](Entry& e) { e.victim.window.until = Instant(200); }},
      {"victim.length == 200ns", [](Entry& e) { e.victim.window.from = Instant(0); }},
      {"not victim.started", [](Entry& e) { e.victim.started = true; }},
      {"victim.times_displaced == 2", [](Entry& e) { e.victim.times_displaced = 3; }},
      {"notice == 50ns", [](Entry& e) { e.victim.notice = Duration(49); }},
      // The displacing leg's own:
      {"rank == 30 && tier == 'emergency'", [](Entry& e) { e.rule.tiers[0].rank = 31; }},
      {"quantity == 7", [](Entry& e) { e.leg.quantity = Quantity(5); }},
      {"price == 0.0030", [](Entry& e) { e.leg.price = Money(11); }},
      {"lead == 60ns && length == 100ns", [](Entry& e) { e.leg.signed_at = Instant(41); }},
      {"location in 'eu/de'", [](Entry& e) { e.location = {"eu/fr"}; }},
      {"'hospital' in user.groups", [](Entry& e) { e.user.groups.clear(); }},
  };
  for (const Row& row : kRows) {
    Entry entry{std::string("\"") + row.when + "\""};
    EXPECT_TRUE(entry.holds()) << row.when;
    row.change(entry);
    EXPECT_FALSE(entry.holds()) << row.when;
  }
}

TEST(Displacement, a_tier_that_the_rule_does_not_mention_is_another_name) {
  Entry entry("victim.tier == user.kind");
  entry.victim.tier = "emergency";
  entry.user.kind = "emergency";
  EXPECT_TRUE(entry.holds());
  entry.victim.tier = "gold";  // in an earlier version of the rule
  EXPECT_FALSE(entry.holds());
  entry.user.kind = "gold";
  EXPECT_TRUE(entry.holds());
  entry.user.kind = "silver";
  EXPECT_FALSE(entry.holds());
  entry.holder.kind = "gold";
  EXPECT_FALSE(entry.holds());
  Entry none("victim.tier != tier && victim.tier != 'firm' && victim.tier != 'interruptible'");
  none.victim.tier = "gold";
  EXPECT_TRUE(none.holds());
}

TEST(Displacement, a_condition_never_reads_what_it_decides) {
  for (const char* when : {"released > 0", "victim.value > 1.00", "true || released == 1"}) {
    std::string text =
        edited(grid_text(), "victim.rank < rank && notice >= 500ms && not victim.started", when);
    EXPECT_FALSE(parse_rule(grid_file(), text)) << when;
  }
}

TEST(Displacement, owes_what_the_expression_gives) {
  EXPECT_EQ(Entry("true", "1.5 * victim.value").compensation().value, 18);
  EXPECT_EQ(Entry("true", "'-1.5 * victim.price'").compensation().value, -17);
  EXPECT_EQ(Entry("true", "released * victim.price").compensation().value, 33);
}

TEST(Displacement, a_tier_without_it_displaces_nobody_and_owes_nothing) {
  Entry entry("true", "10.00");
  EXPECT_TRUE(entry.holds());
  ASSERT_FALSE(entry.rule.tiers[2].displaces);
  EXPECT_FALSE(entry.verdict(2).value);
  EXPECT_FALSE(entry.verdict(2).poisoned);
  EXPECT_EQ(entry.compensation(2).value, 0);
  EXPECT_FALSE(entry.compensation(2).poisoned);
}

TEST(Displacement, an_overflow_poisons_and_never_holds) {
  Entry entry("victim.quantity * 2 > 0 || true", "2 * victim.value");
  EXPECT_TRUE(entry.holds());
  EXPECT_FALSE(entry.compensation().poisoned);
  entry.victim.quantity = Quantity(kMost);
  entry.victim.value = Money(kMost);
  EXPECT_TRUE(entry.verdict().poisoned);
  EXPECT_FALSE(entry.holds());
  EXPECT_TRUE(entry.compensation().poisoned);
}

}  // namespace
}  // namespace capmarket::rules
