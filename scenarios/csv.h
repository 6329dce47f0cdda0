// Reading and writing CSV (RFC 4180) with positions, one pass, without copying plain cells.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace capmarket::scenarios {

/// Most problems that one file is reported with; reading stops there.
inline constexpr std::size_t kProblemsMax = 20;

/// A piece of a text file with its place: offset from the start, line and column (bytes) from 1.
struct TextCell {
  std::string_view text;
  std::size_t offset = 0;
  int line = 0;
  int column = 0;
};

/// A problem at `cell` in `file`, whose whole content is `content`. Bytes that are not printable
/// ASCII are shown as `?` in the source line: the file need not be UTF-8.
Problem problem_at(const std::string& file, std::string_view content, const TextCell& cell,
                   std::string what, std::string expected);

/// `text` with every byte that is not printable ASCII replaced by `?`.
std::string printable(std::string_view text);

/// Rows of a CSV text: quotes, doubled quotes, line ends in quotes, CR LF or LF, a UTF-8 byte order
/// mark. Lines without a character are skipped. The text must outlive the reader and its cells.
class CsvReader {
 public:
  CsvReader(std::string file, std::string_view content);

  /// The next row; false at the end or after a problem. Cells stay valid until the reader ends.
  bool next(std::vector<TextCell>& row);
  /// A quote that does not end, or text behind one.
  const Problems& problems() const { return problems_; }
  Problem problem(const TextCell& cell, std::string what, std::string expected) const;
  const std::string& file() const { return file_; }

 private:
  bool read_cell(TextCell& cell);
  bool read_quoted(TextCell& cell);
  void end_line();

  std::string file_;
  std::string_view content_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  std::deque<std::string> unquoted_;  // cells whose text is not a piece of the content
  Problems problems_;
};

/// Appends `cell`, in quotes where it needs them. Precondition of reading it back: none.
void append_csv(std::string& out, std::string_view cell);

}  // namespace capmarket::scenarios
