// The parts of the documentation that tables in the code know, as text: what `scripts/docs` writes
// into the pages, and what a test compares with them.
#pragma once

#include <string>
#include <vector>

namespace capmarket::cli {

/// The text between `<!-- generated: NAME -->` and `<!-- end of NAME -->` of a page.
struct GeneratedBlock {
  std::string page;  // its path from the root
  std::string name;
  std::string text;  // Markdown, ends with a newline
};

/// Every block of docs/spec. Deterministic; takes seconds: the theorems are set up to be listed.
std::vector<GeneratedBlock> generated_blocks();

/// The page with its blocks filled in. Blocks of other pages are left out. Empty where the page
/// lacks one of its blocks, or its end.
std::string filled_in(const std::string& page, std::string text,
                      const std::vector<GeneratedBlock>& blocks);

}  // namespace capmarket::cli
