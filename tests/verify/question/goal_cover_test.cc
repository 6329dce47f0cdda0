// What a goal takes for granted, taken apart from what it says.
#include "verify/question/goal_cover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace capmarket::question {
namespace {

using ::testing::ElementsAre;

/// Each clause as `premises => conclusions`.
std::vector<std::string> clauses(bool always, const std::string& text) {
  expr::ExprWorld world;
  auto make = [](std::string what, std::string, int) {
    return Problem{"", 0, 0, std::move(what), "", ""};
  };
  auto claim = expr::parse_expr(text, expr::ExprPlace::goal, expr::ExprType::boolean, world, make);
  EXPECT_TRUE(claim) << text;
  auto list = [&](const std::vector<GoalPart>& parts) {
    std::string out;
    for (const GoalPart& p : parts)
      out += (out.empty() ? "" : ", ") + std::string(p.holds ? "" : "-") +
             expr::canonical_text(p.expr.nodes, world);
    return out;
  };
  std::vector<std::string> out;
  for (const GoalClause& c : goal_clauses({"g", always, *claim}))
    out.push_back(list(c.premises) + " => " + list(c.conclusions));
  return out;
}

TEST(GoalClauses, of_what_never_happens_deny_the_last_part) {
  EXPECT_THAT(clauses(false, "displaced && released > 5"),
              ElementsAre("displaced => -released > 5"));
  EXPECT_THAT(clauses(false, "released > 5 && displaced"),
              ElementsAre("displaced => -released > 5"));
  EXPECT_THAT(clauses(false, "displaced && partial && not (quantity > 5)"),
              ElementsAre("displaced, partial => quantity > 5"));
  EXPECT_THAT(clauses(false, "partial or quantity > 5"),
              ElementsAre(" => -partial", " => -quantity > 5"));
  EXPECT_THAT(clauses(false, "partial implies quantity > 5"),
              ElementsAre(" => partial", " => -quantity > 5"));
}

TEST(GoalClauses, of_what_always_holds_have_the_premises_of_its_implications) {
  EXPECT_THAT(clauses(true, "displaced implies partial implies quantity > 5"),
              ElementsAre("displaced, partial => quantity > 5"));
  EXPECT_THAT(clauses(true, "displaced implies (partial implies quantity > 5) && quantity < 9"),
              ElementsAre("displaced, partial => quantity > 5", "displaced => quantity < 9"));
  EXPECT_THAT(clauses(true, "not partial or quantity > 5 or quantity < 3"),
              ElementsAre("partial => quantity > 5, quantity < 3"));
  EXPECT_THAT(clauses(true, "not (displaced && partial)"), ElementsAre("displaced => -partial"));
  EXPECT_THAT(clauses(true, "quantity > 5 or partial"), ElementsAre(" => quantity > 5, partial"));
  EXPECT_THAT(clauses(true, "partial ? quantity > 5 : quantity < 3"),
              ElementsAre("partial => quantity > 5", "-partial => quantity < 3"));
  EXPECT_THAT(clauses(true, "partial ? quantity > 5 : true"),
              ElementsAre("partial => quantity > 5"));
  EXPECT_THAT(clauses(true, "partial ? true : quantity < 3"),
              ElementsAre("-partial => quantity < 3"));
  EXPECT_THAT(clauses(true, "true"), ElementsAre(" => true"));
}

}  // namespace
}  // namespace capmarket::question
