// Lines at the width of a terminal.
#include "reports/wrapped.h"

#include <gtest/gtest.h>

#include <sstream>

namespace capmarket::reports {
namespace {

TEST(Wrapped, no_line_is_wider_and_no_word_is_lost) {
  const std::string text =
      "  refuted coverage  a request of 7 units that nobody may have falls between the tiers\n\n"
      "short\n      the reason goes on for longer than the forty columns that there are here\n";
  const std::string out = wrapped(text, 40);
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 40u) << line;
  auto words = [](const std::string& s) {
    std::istringstream in(s);
    std::string all;
    for (std::string w; in >> w;) all += w + " ";
    return all;
  };
  EXPECT_EQ(words(out), words(text));
  EXPECT_NE(out.find("\n                    that nobody"), out.npos) << out;
}

TEST(Wrapped, nothing_is_broken_without_a_width_and_short_lines_stay) {
  const std::string text = "a line   of a table    12 ms\n";
  EXPECT_EQ(wrapped(text, 0), text);
  EXPECT_EQ(wrapped(text, 80), text);
}

TEST(Wrapped, a_line_of_a_file_stays_above_its_caret) {
  const std::string text =
      "    12 | tiers: [a, b, c, d, e, f, g, h, i, j, k, l, m, n]\n       |         ^\n";
  EXPECT_EQ(wrapped(text, 30), text);
}

TEST(Wrapped, colours_take_no_room_and_letters_of_several_bytes_one_place) {
  const std::string text = "\x1b[31mrefuted\x1b[0m ääää öööö\n";
  EXPECT_EQ(wrapped(text, 17), text);
}

}  // namespace
}  // namespace capmarket::reports
