#include "model/objects/reference_page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace capmarket::objects {
namespace {

TEST(ObjectReference, is_the_page_in_the_docs) {
  std::string file = std::string(CAPMARKET_SOURCE_DIR) + "/docs/reference/objects.md";
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (text.str() != schema_page()) std::ofstream(file + ".new") << schema_page();
  EXPECT_EQ(text.str(), schema_page());
}

}  // namespace
}  // namespace capmarket::objects
