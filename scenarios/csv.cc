#include "scenarios/csv.h"

#include <algorithm>

namespace capmarket::scenarios {

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if ((c < ' ' && c != '\t') || c > '~') c = '?';
  return out;
}

Problem problem_at(const std::string& file, std::string_view content, const TextCell& cell,
                   std::string what, std::string expected) {
  std::size_t start = cell.offset - static_cast<std::size_t>(cell.column - 1);
  std::size_t end = std::min(content.find_first_of("\r\n", start), content.size());
  return {file,
          cell.line,
          cell.column,
          std::move(what),
          std::move(expected),
          printable(content.substr(start, end - start))};
}

CsvReader::CsvReader(std::string file, std::string_view content)
    : file_(std::move(file)), content_(content) {
  if (content_.starts_with("\xEF\xBB\xBF")) content_.remove_prefix(3);
}

Problem CsvReader::problem(const TextCell& cell, std::string what, std::string expected) const {
  return problem_at(file_, content_, cell, std::move(what), std::move(expected));
}

void CsvReader::end_line() {
  if (at_ < content_.size() && content_[at_] == '\r') ++at_;
  if (at_ < content_.size() && content_[at_] == '\n') ++at_;
  ++line_;
  line_start_ = at_;
}

bool CsvReader::next(std::vector<TextCell>& row) {
  row.clear();
  while (at_ < content_.size() && (content_[at_] == '\r' || content_[at_] == '\n')) end_line();
  if (at_ >= content_.size() || !problems_.empty()) return false;
  while (true) {
    TextCell cell;
    if (!read_cell(cell)) return false;
    row.push_back(cell);
    if (at_ >= content_.size()) return true;
    if (content_[at_] != ',') break;
    ++at_;
  }
  end_line();
  return true;
}

bool CsvReader::read_cell(TextCell& cell) {
  cell.offset = at_;
  cell.line = line_;
  cell.column = static_cast<int>(at_ - line_start_) + 1;
  if (at_ < content_.size() && content_[at_] == '"') return read_quoted(cell);
  at_ = std::min(content_.find_first_of(",\r\n", at_), content_.size());
  cell.text = content_.substr(cell.offset, at_ - cell.offset);
  return true;
}

bool CsvReader::read_quoted(TextCell& cell) {
  std::string text;
  bool ended = false;
  for (++at_; at_ < content_.size(); ++at_) {
    char c = content_[at_];
    if (c == '"') {
      bool doubled = at_ + 1 < content_.size() && content_[at_ + 1] == '"';
      ++at_;
      if (!doubled) {
        ended = true;
        break;
      }
    } else if (c == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    text += c;
  }
  bool at_border = at_ >= content_.size() || content_.substr(at_).find_first_of(",\r\n") == 0;
  unquoted_.push_back(std::move(text));
  cell.text = unquoted_.back();
  if (ended && at_border) return true;
  problems_.push_back(ended ? problem(cell, "text behind a closing quote",
                                      "a comma or the end of the line behind it")
                            : problem(cell, "a quote that does not end", "a closing `\"`"));
  return false;
}

void append_csv(std::string& out, std::string_view cell) {
  // In quotes a byte order mark is a cell's even at the start of a file.
  if (cell.find_first_of(",\"\r\n") == cell.npos && !cell.starts_with("\xEF\xBB\xBF")) {
    out += cell;
    return;
  }
  out += '"';
  for (char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace capmarket::scenarios
