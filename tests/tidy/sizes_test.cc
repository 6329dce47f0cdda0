// Nothing too long, nothing twice: lists of what is, which only shrink.
#include <gtest/gtest.h>

#include <map>

#include "tests/tidy/sources.h"

namespace capmarket::tidy {
namespace {

constexpr int kFunctionLinesMax = 70;
constexpr std::size_t kFileLinesMax = 600;
constexpr std::size_t kRunLinesMax = 12;

TEST(Sizes, functions_have_at_most_seventy_lines) {
  std::set<std::string> now;
  int functions = 0;
  for (const Source& s : sources())
    for (const Block& b : blocks_of(s)) {
      std::size_t bracket = b.head.find('(');
      if (bracket == b.head.npos || b.head.find('=') < bracket) continue;  // a type, a table
      ++functions;
      if (b.last - b.line + 1 <= kFunctionLinesMax) continue;
      std::string name = b.head.substr(0, bracket);
      now.insert(s.path + " " + name.substr(name.find_last_of(" &*") + 1) +
                 (name.ends_with("TEST") || name.ends_with("RC_GTEST_PROP")
                      ? b.head.substr(bracket, b.head.find(')') - bracket + 1)
                      : ""));
    }
  EXPECT_GT(functions, 3000);  // the reader of functions reads functions
  expect_shrinking("tests/tidy/long_functions.txt", now);
}

TEST(Sizes, files_have_at_most_six_hundred_lines) {
  std::set<std::string> now;
  for (const Source& s : sources())
    if (s.lines.size() > kFileLinesMax) now.insert(s.path);
  expect_shrinking("tests/tidy/long_files.txt", now);
}

/// Runs of more than twelve lines of code that stand in two places.
TEST(Sizes, no_run_of_more_than_twelve_lines_stands_twice) {
  struct Line {
    const Source* source;
    std::size_t number;
    std::string code;
  };
  std::map<std::string, std::vector<std::pair<std::size_t, std::size_t>>> at;  // run -> (file, line)
  std::vector<std::vector<std::string>> files;
  std::vector<const Source*> of;
  for (const Source& s : sources()) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < s.lines.size(); ++i) {
      std::string text = s.lines[i];
      if (s.code[i].find_first_not_of(" \t") == std::string::npos) continue;  // blank, comment
      text.erase(0, text.find_first_not_of(' '));
      if (text.starts_with('#') || text.size() < 4) continue;  // includes, lone brackets
      lines.push_back(text);
    }
    files.push_back(std::move(lines));
    of.push_back(&s);
  }
  std::set<std::string> now;
  const std::size_t run = kRunLinesMax + 1;
  for (std::size_t f = 0; f < files.size(); ++f)
    for (std::size_t i = 0; i + run <= files[f].size(); ++i) {
      std::string key;
      for (std::size_t k = 0; k < run; ++k) key += files[f][i + k] + "\n";
      auto& places = at[key];
      for (const auto& [g, line] : places) {
        bool overlaps = g == f && i - line < run;
        if (!overlaps) now.insert(of[g]->path + " ~ " + of[f]->path);
      }
      places.emplace_back(f, i);
    }
  expect_shrinking("tests/tidy/repeated_runs.txt", now);
}

}  // namespace
}  // namespace capmarket::tidy
