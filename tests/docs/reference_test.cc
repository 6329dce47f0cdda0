// The generated parts of the specification are what the tables in the code say today. A page that
// differs is left beside it as PAGE.new; scripts/docs takes it over.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/reference.h"

namespace capmarket::docs {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = CAPMARKET_SOURCE_DIR;

std::string content(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(GeneratedDocs, are_what_the_tables_say) {
  auto blocks = cli::generated_blocks();
  std::set<std::string> pages;
  for (const cli::GeneratedBlock& b : blocks) pages.insert(b.page);
  for (const std::string& page : pages) {
    std::string now = content(kRoot / page), right = cli::filled_in(page, now, blocks);
    ASSERT_FALSE(right.empty()) << page << " lacks a block";
    if (now != right) std::ofstream(kRoot / (page + ".new")) << right;
    EXPECT_TRUE(now == right) << page << ": run scripts/docs";
  }
}

TEST(GeneratedDocs, no_page_has_a_block_that_nothing_fills) {
  std::set<std::string> known;
  for (const cli::GeneratedBlock& b : cli::generated_blocks()) known.insert(b.page + " " + b.name);
  std::set<std::string> found;
  const std::string mark = "<!-- generated: ";
  for (const auto& file : fs::recursive_directory_iterator(kRoot / "docs")) {
    if (file.path().extension() != ".md") continue;
    std::string text = content(file.path());
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1)) {
      std::size_t from = at + mark.size();
      found.insert(fs::relative(file.path(), kRoot).string() + " " +
                   text.substr(from, text.find(" -->", from) - from));
    }
  }
  EXPECT_EQ(found, known);
}

TEST(GeneratedDocs, a_page_without_its_block_is_told) {
  std::vector<cli::GeneratedBlock> blocks = {{"p.md", "x", "new\n"}};
  EXPECT_EQ(cli::filled_in("p.md", "a\n<!-- generated: x -->\nold\n<!-- end of x -->\nb", blocks),
            "a\n<!-- generated: x -->\nnew\n<!-- end of x -->\nb");
  EXPECT_EQ(cli::filled_in("p.md", "a\n", blocks), "");
  EXPECT_EQ(cli::filled_in("p.md", "<!-- generated: x -->\n", blocks), "");
}

}  // namespace
}  // namespace capmarket::docs
