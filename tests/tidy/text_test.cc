// Texts in the sources: literals in one piece, citations that lead somewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>

#include "tests/tidy/sources.h"

namespace capmarket::tidy {
namespace {

constexpr std::size_t kColumns = 100;

TEST(Text, the_formatter_leaves_literals_whole) {
  EXPECT_NE(content_of(".clang-format").find("BreakStringLiterals: false"), std::string::npos);
}

/// A literal goes on in the next line only where the line is full or the text itself breaks there.
TEST(Text, literals_are_not_broken_into_scraps) {
  std::vector<std::string> bad;
  std::regex hex("\\\\x[0-9A-Fa-f]+\"$");
  std::regex ends("\"$"), begins("^\\s*(\"(?:[^\"\\\\]|\\\\.)*?(?: |\"))");
  for (const Source& s : sources())
    for (std::size_t i = 0; i + 1 < s.lines.size(); ++i) {
      std::smatch m;
      const std::string& line = s.lines[i];
      if (!std::regex_search(s.code[i], ends) || line.ends_with("\\n\"")) continue;
      if (std::regex_search(line, hex)) continue;  // a hexadecimal escape would go on
      if (!std::regex_search(s.lines[i + 1], m, begins)) continue;
      if (s.code[i + 1].find('"') == std::string::npos) continue;
      if (line.size() + m[1].length() - 1 <= kColumns)
        bad.push_back(s.path + ":" + std::to_string(i + 1) + ": " + line);
    }
  EXPECT_NONE(bad);
}

/// GitHub's anchor of a heading: lower case, punctuation dropped, spaces to hyphens.
std::string slug(const std::string& heading) {
  std::string out;
  for (unsigned char c : heading) {
    if (c == ' ')
      out += '-';
    else if (std::isalnum(c) || c == '-' || c == '_' || c >= 0x80)
      out += static_cast<char>(std::tolower(c));
  }
  return out;
}

std::set<std::string> anchors_of(const std::string& page) {
  std::set<std::string> out;
  std::stringstream in(content_of(page));
  bool fenced = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) fenced = !fenced;
    if (fenced || !line.starts_with('#')) continue;
    std::string heading = line.substr(line.find_first_not_of("# "));
    EXPECT_TRUE(out.insert(slug(heading)).second) << page << ": two headings `" << heading << "`";
  }
  return out;
}

/// Every page and section that code cites is in the tree.
TEST(Text, every_citation_leads_to_a_section) {
  std::regex cited("docs/([a-z0-9/-]+\\.md)(#([a-z0-9_-]+))?");
  std::map<std::string, std::set<std::string>> anchors;
  std::vector<std::string> bad;
  int citations = 0;
  for (const Source& s : sources())
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      const std::string& line = s.lines[i];
      for (std::sregex_iterator m(line.begin(), line.end(), cited), end; m != end; ++m) {
        std::string page = "docs/" + (*m)[1].str(), anchor = (*m)[3].str();
        std::string where = s.path + ":" + std::to_string(i + 1) + ": " + m->str();
        if (s.path.starts_with("tests/tidy/")) continue;
        ++citations;
        if (!std::filesystem::exists(std::string(CAPMARKET_SOURCE_DIR) + "/" + page)) {
          bad.push_back(where + ": no such page");
          continue;
        }
        if (!anchors.contains(page)) anchors[page] = anchors_of(page);
        bool comment = line.find("//") < static_cast<std::size_t>(m->position());
        if (anchor.empty() && comment && page.starts_with("docs/spec/"))
          bad.push_back(where + ": which section?");
        else if (!anchor.empty() && !anchors[page].contains(anchor))
          bad.push_back(where + ": no such section");
      }
    }
  EXPECT_GT(citations, 60);
  EXPECT_NONE(bad);
}

/// No source cites a page that is not named from the root of the tree.
TEST(Text, pages_are_cited_by_their_path) {
  std::vector<std::string> bad;
  std::regex page("(^|[^a-z0-9/_.-])([a-z0-9-]+\\.md)");
  for (const Source& s : sources())
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      if (std::size_t comment = s.lines[i].find("//"); comment != std::string::npos) {
        std::string text = s.lines[i].substr(comment);
        if (std::regex_search(text, page) && !s.path.starts_with("tests/tidy/"))
          bad.push_back(s.path + ":" + std::to_string(i + 1) + ": " + s.lines[i]);
      }
  EXPECT_NONE(bad);
}

/// Links between pages of the docs lead somewhere, sections included.
TEST(Text, links_of_the_docs_lead_somewhere) {
  namespace fs = std::filesystem;
  const fs::path root = CAPMARKET_SOURCE_DIR;
  std::vector<fs::path> pages = {root / "README.md", root / "CHANGELOG.md"};
  for (const auto& e : fs::recursive_directory_iterator(root / "docs"))
    if (e.path().extension() == ".md") pages.push_back(e.path());
  std::regex link("\\]\\(([^)#\\s]*)(#([^)\\s]+))?\\)");
  std::vector<std::string> bad;
  int links = 0;
  for (const fs::path& page : pages) {
    std::string rel = fs::relative(page, root).string();
    std::string text = content_of(rel);
    for (std::sregex_iterator m(text.begin(), text.end(), link), end; m != end; ++m) {
      std::string target = (*m)[1].str(), anchor = (*m)[3].str();
      if (target.starts_with("http")) continue;
      ++links;
      fs::path file = target.empty() ? page : (page.parent_path() / target).lexically_normal();
      std::string to = fs::relative(file, root).string();
      if (!fs::exists(file))
        bad.push_back(rel + ": " + m->str());
      else if (!anchor.empty() && file.extension() == ".md" && !anchors_of(to).contains(anchor))
        bad.push_back(rel + ": " + m->str() + ": no such section");
    }
  }
  EXPECT_GT(links, 30);
  EXPECT_NONE(bad);
}

}  // namespace
}  // namespace capmarket::tidy
