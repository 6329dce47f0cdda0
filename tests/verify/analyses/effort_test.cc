// However much or little a limit of the effort is, an answer is the same or `unknown`.
#include <gtest/gtest.h>

#include "tests/support/corpus.h"
#include "verify/question/goal_question.h"

namespace capmarket::analyses {
namespace {

using question::QueryResult;

/// What comes of the first goal of a rule of the hunts, which multiplies prices and quantities.
QueryResult asked_with(const std::string& name, const smt::Effort& effort) {
  const std::vector<question::RuleFile> files =
      testing::loaded_rules(testing::source_path("tests/verify/hunt/" + name + ".yaml"));
  const question::RuleSubject subject = question::subject_of(files.front(), files);
  const rules::Goal& goal = subject.rule().goals.front();
  smt::SymbolicScope scope;
  QueryResult out;
  out.answer = smt::Answer::unsat;
  for (const question::GoalCase& at : question::goal_cases(subject.rule(), goal.claim)) {
    const question::QueryBudget budget{
        {50'000'000, 60'000, 0, {}, false, false, effort}, true, true};
    QueryResult one = question::breaks_goal(budget, subject, goal, at, false);
    EXPECT_TRUE(one.reproduced) << one.mismatch;
    if (one.answer != smt::Answer::unsat) return one;
  }
  return out;
}

TEST(EffortOfQuestions, the_least_or_the_most_of_any_limit_changes_no_answer_into_another) {
  const std::vector<std::pair<std::string, smt::Answer>> rules = {
      {"product-least", smt::Answer::unsat}, {"product-most", smt::Answer::sat}};
  for (const auto& [rule, usual] : rules) {
    EXPECT_EQ(asked_with(rule, {}).answer, usual) << rule;
    for (const smt::EffortRow& row : smt::effort_rows())
      for (std::uint32_t value : {1u, row.most}) {
        smt::Effort other;
        other.*row.value = value;
        const smt::Answer answer = asked_with(rule, other).answer;
        EXPECT_TRUE(answer == usual || answer == smt::Answer::unknown)
            << rule << " " << row.name << "=" << value;
      }
  }
}

TEST(EffortOfQuestions, an_unknown_names_the_limits_that_it_reached) {
  smt::Effort least;
  least.smaller = least.boxes = least.product_examples = least.examples = 1;
  const QueryResult result = asked_with("product-most", least);
  EXPECT_EQ(result.answer, smt::Answer::unknown);
  EXPECT_NE(result.reason.find("it reached `--effort "), result.reason.npos) << result.reason;
}

}  // namespace
}  // namespace capmarket::analyses
