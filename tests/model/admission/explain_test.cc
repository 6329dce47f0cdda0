#include "model/admission/explain.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace capmarket::admission {
namespace {

/// The reference page is the table; a mismatch writes `.new` beside it.
TEST(ClauseReference, is_the_page_in_the_docs) {
  std::string file = std::string(CAPMARKET_SOURCE_DIR) + "/docs/reference/clauses.md";
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (text.str() != clause_reference()) std::ofstream(file + ".new") << clause_reference();
  EXPECT_EQ(text.str(), clause_reference());
}

}  // namespace
}  // namespace capmarket::admission
