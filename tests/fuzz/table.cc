#include <string>

#include "scenarios/csv.h"
#include "scenarios/imports/csv_import.h"
#include "scenarios/imports/mapping.h"
#include "scenarios/imports/swf.h"
#include "scenarios/trace.h"
#include "tests/fuzz/harness.h"

namespace capmarket::fuzz {
namespace {

void read_cells(std::string_view text) {
  scenarios::CsvReader reader("table.csv", text);
  std::string written;
  std::vector<std::vector<std::string>> rows;
  for (std::vector<scenarios::TextCell> row; reader.next(row);) {
    rows.emplace_back();
    for (const scenarios::TextCell& cell : row) {
      expect(cell.offset <= text.size() && cell.line >= 1 && cell.column >= 1,
             "a cell has a place in the text");
      rows.back().emplace_back(cell.text);
      if (rows.back().size() > 1) written += ',';
      scenarios::append_csv(written, cell.text);
    }
    written += '\n';
  }
  if (!reader.problems().empty()) return;
  scenarios::CsvReader again("written.csv", written);
  std::size_t at = 0;
  for (std::vector<scenarios::TextCell> row; again.next(row); ++at) {
    while (at < rows.size() && rows[at].size() == 1 && rows[at][0].empty()) ++at;
    expect(at < rows.size() && rows[at].size() == row.size(), "rows are read as they were written");
    for (std::size_t i = 0; i < row.size(); ++i)
      expect(row[i].text == rows[at][i], "cells are read as they were written");
  }
  expect(again.problems().empty(), "what is written is read");
}

void read_trace(std::string_view text) {
  if (const auto requests = scenarios::parse_trace_requests("requests.csv", text)) {
    const std::string once = scenarios::format_trace_requests(*requests);
    const auto back = scenarios::parse_trace_requests("again.csv", once);
    expect(back && scenarios::format_trace_requests(*back) == once, "requests are read back");
  }
  if (const auto holders = scenarios::parse_trace_holders("holders.csv", text)) {
    const std::string once = scenarios::format_trace_holders(*holders);
    const auto back = scenarios::parse_trace_holders("again.csv", once);
    expect(back && scenarios::format_trace_holders(*back) == once, "holders are read back");
  }
}

/// Between lines `---`.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t cut; (cut = text.find("\n---\n")) != text.npos; text.remove_prefix(cut + 5))
    out.push_back(text.substr(0, cut + 1));
  out.push_back(text);
  return out;
}

}  // namespace

bool table(ByteView bytes) {
  const std::string whole = edited_seed(bytes, "table/import");
  const std::string_view text = whole;
  read_cells(text);
  read_trace(text);
  for (bool strict : {false, true}) {
    imports::SwfOptions options;
    options.strict = strict;
    if (const auto read = imports::parse_swf("jobs.swf", text, options))
      expect(read->requests.size() <= text.size(), "a request is a line");
  }
  const std::vector<std::string_view> parts = parts_of(text);
  const auto mapping = imports::parse_mapping("mapping.yaml", std::string(parts.front()));
  if (!mapping) return false;
  std::vector<imports::CsvFile> tables;
  for (std::size_t i = 1; i < parts.size(); ++i)
    tables.push_back({"table" + std::to_string(i) + ".csv", parts[i]});
  const auto read = imports::parse_csv_trace(*mapping, tables);
  if (read) expect(read->requests.size() <= text.size(), "a request is a row");
  return read.has_value();
}

}  // namespace capmarket::fuzz
