#include "scenarios/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

std::vector<std::vector<std::string>> rows_of(std::string_view content) {
  CsvReader reader("t.csv", content);
  std::vector<TextCell> row;
  std::vector<std::vector<std::string>> out;
  while (reader.next(row)) {
    out.emplace_back();
    for (const TextCell& cell : row) out.back().emplace_back(cell.text);
  }
  EXPECT_TRUE(reader.problems().empty()) << to_text(reader.problems());
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, reads_plain_cells_with_either_line_end_and_without_the_last_one) {
  EXPECT_EQ(rows_of("a,b\r\n1,2\n\n3,"), (Rows{{"a", "b"}, {"1", "2"}, {"3", ""}}));
}

TEST(Csv, skips_a_byte_order_mark) {
  EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                    "a\n1"),
            (Rows{{"a"}, {"1"}}));
}

TEST(Csv, reads_quotes_that_hold_commas_quotes_and_line_ends) {
  EXPECT_EQ(rows_of("\"a,b\",\"say \"\"hi\"\"\",\"x\ny\"\n\"\"\n"),
            (Rows{{"a,b", "say \"hi\"", "x\ny"}, {""}}));
}

TEST(Csv, counts_lines_and_columns_behind_a_quoted_line_end) {
  CsvReader reader("t.csv", "\"x\ny\",b\nc,dd\n");
  std::vector<TextCell> row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row[0].line, 1);
  EXPECT_EQ(row[1].line, 2);
  EXPECT_EQ(row[1].column, 4);
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row[1].line, 3);
  EXPECT_EQ(row[1].column, 3);
  EXPECT_EQ(reader.problem(row[1], "x", "y").source_line, "c,dd");
}

void expect_broken(std::string_view content, int line, int column, std::string_view words) {
  CsvReader reader("t.csv", content);
  std::vector<TextCell> row;
  while (reader.next(row)) continue;
  Result<int> result = tl::unexpected(reader.problems());
  expect_problem(result, line, column, words);
}

TEST(Csv, refuses_a_quote_that_does_not_end) {
  expect_broken("a,b\n1,\"2\n3,4\n", 2, 3, "does not end");
  expect_broken("a,\"", 1, 3, "does not end");
  expect_broken("a,\"\"\"", 1, 3, "does not end");
}

TEST(Csv, refuses_text_behind_a_closing_quote) {
  expect_broken("a,b\n\"1\"x,2\n", 2, 1, "behind a closing quote");
}

RC_GTEST_PROP(Csv, reads_back_what_it_writes, (std::vector<std::string> cells)) {
  RC_PRE(!cells.empty());
  cells.push_back("end");  // a row of one empty cell is an empty line, which is no row
  std::string text;
  for (const std::string& cell : cells) {
    if (!text.empty() || &cell != &cells.front()) text += ',';
    append_csv(text, cell);
  }
  CsvReader reader("t.csv", text);
  std::vector<TextCell> row;
  RC_ASSERT(reader.next(row));
  RC_ASSERT(row.size() == cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) RC_ASSERT(row[i].text == cells[i]);
  RC_ASSERT(!reader.next(row));
}

TEST(Csv, a_cell_keeps_its_byte_order_mark_at_the_start_of_a_file) {
  std::string text;
  append_csv(text, "\xEF\xBB\xBFname");
  CsvReader reader("t.csv", text);
  std::vector<TextCell> row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row[0].text, "\xEF\xBB\xBFname");
}

}  // namespace
}  // namespace capmarket::scenarios
