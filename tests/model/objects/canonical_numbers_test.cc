// The page of canonical numbers: the integrator of a second implementation reads it.
#include "model/objects/canonical_numbers.h"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "model/expr/expr.h"
#include "model/chain/leaf.h"
#include "model/objects/kinds.h"

namespace capmarket::objects {
namespace {

using ::testing::HasSubstr;

/// The numbers that the rows of the section begin with, up to the next heading.
std::set<int> numbers_in(const std::string& page, const std::string& heading) {
  std::set<int> out;
  std::size_t at = page.find(heading + "\n");
  if (at == std::string::npos) return out;
  std::istringstream lines(page.substr(at + heading.size()));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) break;
    int number = 0;
    if (line.starts_with("| ") && std::istringstream(line.substr(2)) >> number) out.insert(number);
  }
  return out;
}

std::set<int> up_to(int last) {
  std::set<int> out;
  for (int i = 1; i <= last; ++i) out.insert(i);
  return out;
}

TEST(CanonicalNumbers, list_every_kind_and_role) {
  const std::string page = canonical_numbers();
  std::set<int> kinds;
  for (Kind kind : all_kinds()) {
    kinds.insert(static_cast<int>(kind));
    EXPECT_THAT(page, HasSubstr("`" + std::string(to_text(kind)) + "`"));
  }
  EXPECT_EQ(numbers_in(page, "### Kinds of objects"), kinds);
  for (int i = 0; i <= enum_max(Role{}); ++i)
    EXPECT_THAT(page, HasSubstr(std::to_string(i) + " " + std::string(to_text(Role(i)))));
}

TEST(CanonicalNumbers, list_the_keys_of_the_rule_and_its_parts) {
  const std::string page = canonical_numbers();
  std::set<int> keys = up_to(33);
  keys.erase(25);  // of evidence_min, which is gone: never used again
  EXPECT_EQ(numbers_in(page, "### The canonical rule"), keys);
  EXPECT_EQ(numbers_in(page, "#### `claims`"), up_to(4));
  EXPECT_EQ(numbers_in(page, "#### `limits`"), up_to(9));
  EXPECT_EQ(numbers_in(page, "#### `pricing`"), up_to(8));
  EXPECT_EQ(numbers_in(page, "#### `pricing.schedule[]`"), up_to(3));
  EXPECT_EQ(numbers_in(page, "#### `tiers[]`"), up_to(10));
  EXPECT_EQ(numbers_in(page, "#### `tiers[].displaces`"), up_to(7));
  EXPECT_EQ(numbers_in(page, "#### `examples[].given[]`"), up_to(2));
  EXPECT_EQ(numbers_in(page, "#### `goals[]`"), up_to(3));
  EXPECT_EQ(numbers_in(page, "### A signature"), up_to(3));
  EXPECT_THAT(page, HasSubstr("| 28 | `default_deny` | bool, left out at its default |"));
}

TEST(CanonicalNumbers, of_leaves_list_their_keys_and_all_clauses) {
  const std::string page = chain::leaf_numbers();
  EXPECT_EQ(numbers_in(page, "### A leaf"), up_to(10));
  EXPECT_EQ(numbers_in(page, "### Clauses").size(), admission::all_clauses().size());
}

TEST(VariablesTable, has_a_row_for_each_variable) {
  const std::string table = expr::variables_table();
  for (const expr::Variable& v : expr::variables())
    EXPECT_THAT(table, HasSubstr("| `" + std::string(v.name) + "` | "));
}

}  // namespace
}  // namespace capmarket::objects
