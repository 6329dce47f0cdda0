// The pages of docs/tutorials: every file that they show is written, every command is run, and
// prints what stands there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

namespace fs = std::filesystem;

/// A fenced block of a page: `yaml FILE`, `diff FILE` or `console`.
struct PageBlock {
  std::string kind, file;
  std::vector<std::string> lines;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<PageBlock> blocks_of(const std::string& page) {
  std::vector<PageBlock> out;
  bool inside = false;
  for (const std::string& line : lines_of(page)) {
    if (!line.starts_with("```")) {
      if (inside) out.back().lines.push_back(line);
      continue;
    }
    inside = !inside;
    if (!inside) continue;
    std::istringstream words(line.substr(3));
    words >> out.emplace_back().kind >> out.back().file;
  }
  return out;
}

/// Times and numbers of threads are of the machine.
std::string steady(const std::string& line) {
  static const std::regex kTimes(R"(\d+(\.\d+)? (ms|s)\b( on \d+ threads)?)");
  return std::regex_replace(line, kTimes, "N $2");
}

/// Whether `said` is what the page shows; `…` alone stands for any lines, at an end for its rest.
bool as_shown(const std::vector<std::string>& shown, const std::vector<std::string>& said,
              std::size_t i = 0, std::size_t j = 0) {
  for (; i < shown.size(); ++i, ++j) {
    if (shown[i] == "…") {
      for (std::size_t next = j; next <= said.size(); ++next)
        if (as_shown(shown, said, i + 1, next)) return true;
      return false;
    }
    if (j == said.size()) return false;
    const std::string right = steady(shown[i]), is = steady(said[j]);
    const std::string rest = " …";
    const bool begins =
        right.ends_with(rest) && is.starts_with(right.substr(0, right.size() - rest.size()));
    if (right != is && !begins) return false;
  }
  return j == said.size();
}

class Tutorials : public BinaryTest {
 protected:
  void play(const std::string& page) {
    for (const PageBlock& b : blocks_of(slurp(page))) {
      if (b.kind == "yaml") write(b);
      if (b.kind == "diff") change(b);
      if (b.kind == "console") run(b, page);
    }
  }
  int commands = 0;

 private:
  void write(const PageBlock& b) {
    ASSERT_FALSE(b.file.empty());
    std::string text;
    for (const std::string& line : b.lines) text += line + "\n";
    dir.write(b.file, text);
  }
  /// Runs of `-` lines become the `+` lines behind them; `…` stands between two that do not.
  void change(const PageBlock& b) {
    std::string text = slurp(dir / b.file);
    for (std::size_t i = 0; i < b.lines.size();) {
      if (b.lines[i] == "…") ++i;
      std::string from, to;
      for (; i < b.lines.size() && b.lines[i].starts_with('-'); ++i)
        from += (from.empty() ? "" : "\n") + b.lines[i].substr(1);
      for (; i < b.lines.size() && b.lines[i].starts_with('+'); ++i)
        to += (to.empty() ? "" : "\n") + b.lines[i].substr(1);
      ASSERT_FALSE(from.empty()) << b.lines[i];
      text = testing::edited(text, to.empty() ? from + "\n" : from, to);
    }
    dir.write(b.file, text);
  }
  void run(const PageBlock& b, const std::string& page) {
    for (std::size_t i = 0; i < b.lines.size();) {
      ASSERT_TRUE(b.lines[i].starts_with("$ ")) << b.lines[i];
      const std::string command = b.lines[i++].substr(2);
      std::vector<std::string> shown;
      for (; i < b.lines.size() && !b.lines[i].starts_with("$ "); ++i) shown.push_back(b.lines[i]);
      const std::string shell = "cd '" + dir.path() + "' && capmarket() { '" +
                                std::string(CAPMARKET_BINARY) + "' \"$@\"; } && { " + command +
                                "; } >said.txt 2>&1";
      std::system(shell.c_str());
      const std::string said = slurp(dir / "said.txt");
      EXPECT_TRUE(as_shown(shown, lines_of(said))) << page << ": " << command << "\n" << said;
      ++commands;
    }
  }
};

TEST_F(Tutorials, show_what_their_commands_print) {
  std::vector<std::string> pages;
  for (const auto& file : fs::directory_iterator(root + "/docs/tutorials"))
    pages.push_back(file.path().string());
  std::sort(pages.begin(), pages.end());
  for (const std::string& page : pages) play(page);
  EXPECT_GE(commands, 9);
}

TEST(TutorialPages, do_not_pass_with_another_output) {
  EXPECT_TRUE(as_shown({"a", "…", "7 ms …"}, {"a", "b", "c", "9 ms and so on"}));
  EXPECT_FALSE(as_shown({"a", "…", "d"}, {"a", "b", "c"}));
  EXPECT_FALSE(as_shown({"a"}, {"a", "b"}));
  EXPECT_FALSE(as_shown({"7 proved"}, {"8 proved"}));
}

}  // namespace
}  // namespace capmarket::cli
