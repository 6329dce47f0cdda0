// The table of limits that `--effort` changes.
#include "verify/smt/effort.h"

#include <gtest/gtest.h>

#include <set>

#include "verify/smt/solver.h"

namespace capmarket::smt {
namespace {

TEST(Effort, every_limit_has_one_row_a_default_inside_its_range_and_a_meaning) {
  std::set<std::string_view> names;
  Effort changed;
  for (const EffortRow& row : effort_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_GE(changed.*row.value, 1u) << row.name;
    EXPECT_LE(changed.*row.value, row.most) << row.name;
    EXPECT_FALSE(row.meaning.empty() || row.unit.empty() || row.commands.empty()) << row.name;
    changed.*row.value = 0;
  }
  // No limit is left without a row: all of the struct is zero by now.
  EXPECT_EQ(names.size() * sizeof(std::uint32_t), sizeof(Effort));
}

TEST(Effort, a_reason_names_the_limit_its_value_and_the_option) {
  Effort effort;
  effort.boxes = 7;
  EXPECT_EQ(reached_text({effort_text(&Effort::boxes, effort), rlimit_text(9)}),
            ": it reached `--effort boxes=7` and `--rlimit 9`; more may decide it");
  EXPECT_EQ(reached_text({}), "");
}

TEST(Effort, shares_of_a_question_never_pass_its_steps) {
  // One part in one for the first: nothing is left for the others, and no share wraps around.
  for (std::uint32_t newer : {1u, 1000u})
    for (std::uint32_t older : {1u, 1000u})
      for (unsigned rlimit : {1u, 3u, 1'000'000u}) {
        SymbolicScope scope;
        SolverBudget budget;
        budget.rlimit = rlimit;
        budget.effort.newer_part = newer;
        budget.effort.older_part = older;
        Solver solver(budget);
        const Symbolic::Int x = Symbolic::Int::fresh("x");
        solver.add(num(3) <= x && x <= num(2));
        EXPECT_NE(solver.check(), Answer::sat);
      }
}

}  // namespace
}  // namespace capmarket::smt
