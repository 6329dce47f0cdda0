#include "model/objects/invariants.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace capmarket::objects {
namespace {

TEST(Invariants, have_the_names_that_reports_print) {
  EXPECT_EQ(to_text(Invariant::capacity), "INV-1");
  EXPECT_EQ(to_text(Invariant::signatures), "INV-10");
  EXPECT_EQ(theorem_name(Invariant::volumes), "INV-3");
  EXPECT_EQ(theorem_name(Invariant::capacity, "fold"), "INV-1.fold");
}

TEST(Invariants, are_a_table_of_two_columns) {
  const std::string table = invariants_table();
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 12);
  EXPECT_EQ(std::count(table.begin(), table.end(), '|'), 3 * 12);
  EXPECT_NE(table.find("\n| INV-7 | a revocation or a successor changes no earlier decision |\n"),
            std::string::npos);
}

}  // namespace
}  // namespace capmarket::objects
