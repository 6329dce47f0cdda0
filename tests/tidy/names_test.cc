// What has a name has one name: types, files, first sentences.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "tests/tidy/sources.h"

namespace capmarket::tidy {
namespace {

/// Two definitions of one qualified name in one binary: one of the two destructors runs for both.
TEST(Names, no_qualified_type_name_is_defined_twice) {
  std::regex type(
      "^(?:template <.*> ?)?(?:requires.*)?(?:class|struct|union|enum class|enum) (\\w+)(?: "
      "final)?(?: ?:[^:].*)?$");
  std::map<std::string, std::vector<std::string>> at;
  for (const Source& s : sources())
    for (const Block& b : blocks_of(s)) {
      std::smatch m;
      if (b.anonymous || !std::regex_match(b.head, m, type)) continue;
      at[b.scope + "::" + m[1].str()].push_back(s.path + ":" + std::to_string(b.line));
    }
  EXPECT_GT(at.size(), 300u);  // the reader of types reads types
  std::vector<std::string> bad;
  for (const auto& [name, places] : at)
    if (places.size() > 1) bad.push_back(name + text_of(places));
  EXPECT_NONE(bad);
}

TEST(Names, every_header_is_included_once) {
  std::vector<std::string> bad;
  for (const Source& s : sources())
    if (is_header(s) && std::find(s.lines.begin(), s.lines.end(), "#pragma once") == s.lines.end())
      bad.push_back(s.path);
  EXPECT_NONE(bad);
}

TEST(Names, every_header_begins_with_a_sentence) {
  std::vector<std::string> bad;
  for (const Source& s : sources()) {
    if (!is_header(s)) continue;
    std::string comment;
    for (const std::string& line : s.lines) {
      if (!line.starts_with("//")) break;
      comment += line.substr(2);
    }
    if (comment.size() < 20 || comment.find_first_of(".:") == comment.npos) bad.push_back(s.path);
  }
  EXPECT_NONE(bad);
}

/// A source stands beside the header that declares what it defines; those that share the header of
/// another source are listed.
TEST(Names, a_source_has_its_header) {
  std::set<std::string> all, now;
  for (const Source& s : sources()) all.insert(s.path);
  for (const Source& s : sources()) {
    if (is_header(s) || room_of(s.path) == "tests" || s.path == "cli/main.cc") continue;
    if (!all.contains(s.path.substr(0, s.path.size() - 3) + ".h")) now.insert(s.path);
  }
  expect_shrinking("tests/tidy/sources_without_header.txt", now);
}

}  // namespace
}  // namespace capmarket::tidy
