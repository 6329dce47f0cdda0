#include "scenarios/trace.h"

#include <fmt/format.h>

#include <span>

#include "model/base/text.h"
#include "scenarios/csv.h"

namespace capmarket::scenarios {
namespace {

constexpr std::string_view kRequestColumns[] = {"user",      "kind",   "tier",  "class",
                                                "quantity",  "from",   "until", "issue_at",
                                                "max_price", "partial"};
constexpr std::string_view kHolderColumns[] = {"name", "location", "class",    "quantity",
                                               "from", "until",    "strategy", "ask"};

std::string joined(std::span<const std::string_view> columns) {
  std::string out;
  for (std::string_view c : columns) out += (out.empty() ? "" : ",") + std::string(c);
  return out;
}

/// Reads the cells of one row in order; what is wrong is collected.
class Row {
 public:
  Row(const CsvReader& reader, const std::vector<TextCell>& cells, Problems& problems)
      : reader_(reader), cells_(cells), problems_(problems) {}

  std::string name() {
    const TextCell& cell = cells_[next_++];
    if (cell.text.size() > expr::kNameBytesMax || !location::parse_location(cell.text))
      complain(cell, "is no name",
               "at most 64 letters, digits, `.`, `_`, `-`, and `/` between them");
    return std::string(cell.text);
  }
  location::Location location() {
    const TextCell& cell = cells_[next_++];
    auto location = location::parse_location(cell.text);
    if (location) return *location;
    complain(cell, "is no location", location.error().front().expected);
    return {};
  }
  std::int64_t integer(std::int64_t least, std::string_view expected) {
    const TextCell& cell = cells_[next_++];
    auto value = parse_integer(cell.text);
    if (value && *value >= least && *value <= kWireMax) return *value;
    complain(cell, "is no value here", std::string(expected));
    return least;
  }
  Quantity quantity() { return Quantity(integer(1, "a positive whole number of units")); }
  Instant instant() { return Instant(integer(0, "nanoseconds since 1970, not negative")); }
  Window window() {
    Window out;
    out.from = instant();
    out.until = instant();
    if (out.until < out.from)
      complain(cells_[next_ - 1], "is before the start of the window", "an end not before `from`");
    return out;
  }
  Money money() {
    const TextCell& cell = cells_[next_++];
    auto value = parse_money(cell.text);
    if (value && value->value >= 0) return *value;
    complain(cell, "is no price", "money like 10.00, not negative");
    return {};
  }
  std::size_t choice(std::span<const std::string_view> names) {
    const TextCell& cell = cells_[next_++];
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == cell.text) return i;
    complain(cell, "is unknown", "one of: " + joined(names));
    return 0;
  }
  void complain_last(std::string_view what, std::string expected) {
    complain(cells_[next_ - 1], what, std::move(expected));
  }

 private:
  void complain(const TextCell& cell, std::string_view what, std::string expected) {
    problems_.push_back(reader_.problem(cell, fmt::format("`{}` {}", printable(cell.text), what),
                                        std::move(expected)));
  }

  const CsvReader& reader_;
  const std::vector<TextCell>& cells_;
  Problems& problems_;
  std::size_t next_ = 0;
};

bool is_header(const std::vector<TextCell>& row, std::span<const std::string_view> columns) {
  if (row.size() != columns.size()) return false;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (row[i].text != columns[i]) return false;
  return true;
}

template <class T, class Read>
Result<std::vector<T>> parse(const std::string& file, std::string_view content,
                             std::span<const std::string_view> columns, Read read) {
  CsvReader reader(file, content);
  std::vector<TextCell> cells;
  std::vector<T> out;
  Problems problems;
  if (reader.next(cells) && !is_header(cells, columns))
    return fail(reader.problem(cells[0], "wrong columns", joined(columns)));
  if (cells.empty() && reader.problems().empty())
    return fail({file, 1, 1, "an empty file", "the columns " + joined(columns), ""});
  while (problems.size() < kProblemsMax && reader.next(cells)) {
    if (cells.size() != columns.size()) {
      problems.push_back(reader.problem(cells[0], fmt::format("{} cells", cells.size()),
                                        fmt::format("{}: {}", columns.size(), joined(columns))));
      continue;
    }
    Row row(reader, cells, problems);
    out.push_back(read(row));
  }
  problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return out;
}

TraceRequest read_request(Row& row) {
  TraceRequest out;
  out.user = row.name();
  out.kind = row.name();
  out.tier = row.name();
  out.class_name = row.name();
  out.quantity = row.quantity();
  out.window = row.window();
  out.issue_at = row.instant();
  if (out.issue_at > out.window.from)
    row.complain_last("is after the start of the window", "a time not after `from`");
  out.max_price = row.money();
  constexpr std::string_view kBooleans[] = {"false", "true"};
  out.partial = row.choice(kBooleans) == 1;
  return out;
}

TraceHolder read_holder(Row& row) {
  constexpr HolderStrategy kAll[] = {HolderStrategy::prepublish, HolderStrategy::over_sell,
                                     HolderStrategy::double_declare};
  constexpr std::string_view kNames[] = {"prepublish", "over-sell", "double-declare"};
  TraceHolder out;
  out.name = row.name();
  out.location = row.location();
  out.class_name = row.name();
  out.quantity = row.quantity();
  out.window = row.window();
  if (out.window.empty()) row.complain_last("ends an empty window", "an end after `from`");
  out.strategy = kAll[row.choice(kNames)];
  out.ask = row.money();
  return out;
}

void append_cell(std::string& out, std::string_view text) {
  append_csv(out, text);
  out += ',';
}

}  // namespace

Result<std::vector<TraceRequest>> parse_trace_requests(const std::string& file,
                                                       std::string_view content) {
  return parse<TraceRequest>(file, content, kRequestColumns, read_request);
}

Result<std::vector<TraceHolder>> parse_trace_holders(const std::string& file,
                                                     std::string_view content) {
  return parse<TraceHolder>(file, content, kHolderColumns, read_holder);
}

std::string format_trace_requests(const std::vector<TraceRequest>& requests) {
  std::string out = joined(kRequestColumns) + "\n";
  for (const TraceRequest& r : requests) {
    for (const std::string* text : {&r.user, &r.kind, &r.tier, &r.class_name})
      append_cell(out, *text);
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{}\n", r.quantity.value,
                   r.window.from.value, r.window.until.value, r.issue_at.value,
                   to_text(r.max_price), r.partial ? "true" : "false");
  }
  return out;
}

std::string format_trace_holders(const std::vector<TraceHolder>& holders) {
  std::string out = joined(kHolderColumns) + "\n";
  for (const TraceHolder& h : holders) {
    for (const std::string* text : {&h.name, &h.location.path, &h.class_name})
      append_cell(out, *text);
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{}\n", h.quantity.value,
                   h.window.from.value, h.window.until.value, to_text(h.strategy), to_text(h.ask));
  }
  return out;
}

}  // namespace capmarket::scenarios
