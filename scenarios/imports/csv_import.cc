#include "scenarios/imports/csv_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/base/nearest.h"
#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/yaml/yaml.h"
#include "scenarios/csv.h"
#include "scenarios/imports/mapped_cells.h"

namespace capmarket::imports {
namespace {

using Row = CsvRow;

void visit(Condition& c, std::vector<MappedColumn*>& out) { out.push_back(&c.column); }

void visit(Amount& amount, std::vector<MappedColumn*>& out) {
  for (Product& p : amount) {
    if (p.when) visit(*p.when, out);
    for (Factor& f : p.factors)
      if (f.column) out.push_back(&*f.column);
  }
}

std::vector<MappedColumn*> columns_of(HolderMapping& m) {
  std::vector<MappedColumn*> out{&m.name};
  visit(m.quantity, out);
  for (Condition& c : m.where) visit(c, out);
  if (m.take_until) out.push_back(&m.take_until->column);
  return out;
}

std::vector<MappedColumn*> columns_of(RequestMapping& m) {
  std::vector<MappedColumn*> out{&m.user, &m.from, &m.until};
  visit(m.quantity, out);
  if (m.tier) out.push_back(&*m.tier);
  for (SkipRule& s : m.skip) visit(s.condition, out);
  return out;
}

std::optional<std::size_t> find_column(const Row& header, const std::string& name) {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (trimmed(header[i].text) == name) return i;
  return std::nullopt;
}

/// A table at its first row below the header.
struct Table {
  Table(std::string file, std::string_view content) : reader(std::move(file), content) {
    reader.next(header);
  }
  scenarios::CsvReader reader;
  Row header;
  bool used = false;
};

class CsvImport {
 public:
  CsvImport(const Mapping& mapping, const std::vector<CsvFile>& files, bool strict)
      : mapping_(mapping), strict_(strict), users_("user"), holders_("holder") {
    for (const CsvFile& f : files) tables_.emplace_back(f.file, f.content);
  }

  Result<Imported> run();

 private:
  Table* table_for(std::vector<MappedColumn*> columns, std::string_view section);
  void bind();
  template <class Take>
  void read_rows(Table& table, Take take);
  void take_holder(const Row& row);
  void take_request(const Row& row);
  void add_synthetic_holders();
  void add_holder(std::string_view name, std::int64_t quantity);
  void misbehave();
  void complain(const scenarios::TextCell& cell, std::string what, std::string expected);
  void complain(const std::string& file, std::string what, std::string expected) {
    problems_.push_back({file, 0, 0, std::move(what), std::move(expected), ""});
  }
  bool full() const { return problems_.size() >= scenarios::kProblemsMax; }

  Mapping mapping_;
  bool strict_;
  std::deque<Table> tables_;
  Table* holder_table_ = nullptr;
  Table* request_table_ = nullptr;
  std::optional<MappedCells> cells_;  // of the table that is being read
  NameTable users_, holders_;
  std::int64_t taken_ = 0;  // of take_until
  std::int64_t without_capacity_ = 0;
  Imported out_;
  Problems problems_;
};

void CsvImport::complain(const scenarios::TextCell& cell, std::string what, std::string expected) {
  cells_->complain(cell, std::move(what), std::move(expected));
}

/// The first table that has all columns; where none has, the nearest is said to lack the others.
Table* CsvImport::table_for(std::vector<MappedColumn*> columns, std::string_view section) {
  Table* nearest_table = nullptr;
  std::size_t fewest = columns.size();
  for (Table& t : tables_) {
    auto missing = static_cast<std::size_t>(
        std::count_if(columns.begin(), columns.end(),
                      [&](MappedColumn* c) { return !find_column(t.header, c->name); }));
    if (missing >= fewest) continue;
    nearest_table = &t;
    fewest = missing;
  }
  if (nearest_table == nullptr) {
    complain(mapping_.file, fmt::format("no file has a column of section `{}`", section),
             fmt::format("a header with `{}`", columns.front()->name));
    return nullptr;
  }
  nearest_table->used = true;
  cells_.emplace(mapping_, nearest_table->reader, problems_);
  std::vector<std::string_view> names;
  for (const scenarios::TextCell& cell : nearest_table->header) names.push_back(trimmed(cell.text));
  std::vector<std::string> said;
  for (MappedColumn* c : columns) {
    if (auto index = find_column(nearest_table->header, c->name)) {
      c->index = *index;
    } else if (std::find(said.begin(), said.end(), c->name) == said.end()) {
      complain(
          nearest_table->header.front(),
          fmt::format("no column `{}`, which section `{}` of the mapping names", c->name, section),
          scenarios::printable(expected_one_of(c->name, names)));
      said.push_back(c->name);
    }
  }
  return nearest_table;
}

void CsvImport::bind() {
  for (Table& t : tables_) {
    problems_.insert(problems_.end(), t.reader.problems().begin(), t.reader.problems().end());
    if (t.header.empty() && t.reader.problems().empty())
      problems_.push_back({t.reader.file(), 1, 1, "an empty file", "a line of column names", ""});
  }
  if (!problems_.empty()) return;
  if (mapping_.holders.count == 0)
    holder_table_ = table_for(columns_of(mapping_.holders), "holders");
  request_table_ = table_for(columns_of(mapping_.requests), "requests");
  if (!problems_.empty()) return;
  if (holder_table_ == request_table_)
    complain(request_table_->reader.file(), "one file for holders and requests", "a file for each");
  for (const Table& t : tables_)
    if (!t.used)
      complain(t.reader.file(), "no section of the mapping uses this file",
               "the files of the mapping, each once");
}

void CsvImport::take_request(const Row& row) {
  const RequestMapping& m = mapping_.requests;
  ++out_.counts.rows;
  for (const SkipRule& rule : m.skip)
    if (cells_->holds(rule.condition, row)) {
      ++out_.counts.skipped[rule.reason];
      return;
    }
  auto quantity = cells_->amount(m.quantity, row);
  auto open = cells_->window(row);
  const ImportTier* at = cells_->tier(row);
  if (!quantity || !open || at == nullptr) return;
  if (*quantity == 0)
    return complain(row.front(), "the row asks for nothing",
                    "a positive quantity, or a rule under `skip`");
  if (open->from - mapping_.lead < Instant(0))
    return complain(row[m.from.index], "the window starts less than a lead after 1970",
                    "a later epoch, or a shorter lead");
  if (std::find(out_.tiers.begin(), out_.tiers.end(), *at) == out_.tiers.end())
    out_.tiers.push_back(*at);
  scenarios::TraceRequest r;
  r.user = users_.name(trimmed(row[m.user.index].text));
  r.kind = "user";
  r.tier = at->name;
  r.class_name = mapping_.class_name;
  r.quantity = Quantity(*quantity);
  r.window = *open;
  r.issue_at = open->from - mapping_.lead;
  r.partial = mapping_.partial;
  out_.requests.push_back(std::move(r));
}

void CsvImport::add_holder(std::string_view name, std::int64_t quantity) {
  scenarios::TraceHolder h;
  h.name = holders_.name(name);
  h.location = location::Location{mapping_.place.path + "/" + h.name};
  h.class_name = mapping_.class_name;
  h.quantity = Quantity(quantity);
  out_.holders.push_back(std::move(h));
}

void CsvImport::take_holder(const Row& row) {
  const HolderMapping& m = mapping_.holders;
  if (m.take_until && taken_ == m.take_until->total) return;
  for (const Condition& c : m.where)
    if (!cells_->holds(c, row)) return;
  auto quantity = cells_->amount(m.quantity, row);
  if (!quantity) return;
  if (*quantity == 0) {
    ++without_capacity_;
    if (strict_) complain(row.front(), "a holder without capacity", "a positive quantity");
    return;
  }
  if (m.take_until) {
    auto count = cells_->number(row[m.take_until->column.index]);
    if (!count || *count < 0) return;
    if (*count % kTenThousand != 0)
      return complain(row[m.take_until->column.index], "a part of a unit", "a whole number");
    if (*count / kTenThousand > m.take_until->total - taken_) return;
    taken_ += *count / kTenThousand;
  }
  add_holder(trimmed(row[m.name.index].text), *quantity);
}

void CsvImport::add_synthetic_holders() {
  for (std::int64_t i = 0; i < mapping_.holders.count; ++i)
    add_holder(fmt::format("holder-{}", i), mapping_.holders.each);
}

template <class Take>
void CsvImport::read_rows(Table& table, Take take) {
  cells_.emplace(mapping_, table.reader, problems_);
  Row row;
  while (!full() && table.reader.next(row)) {
    if (row.size() == table.header.size())
      take(row);
    else
      complain(row.front(), fmt::format("a row of {} cells", row.size()),
               fmt::format("{}, like the header", table.header.size()));
  }
  for (const Problem& p : table.reader.problems()) problems_.push_back(p);
}

/// The first holders over-sell, the next ones declare twice.
void CsvImport::misbehave() {
  auto count = static_cast<std::int64_t>(out_.holders.size());
  if (mapping_.over_sell + mapping_.double_declare > count)
    complain(mapping_.file,
             fmt::format("{} misbehaving holders among {}",
                         mapping_.over_sell + mapping_.double_declare, count),
             "at most as many as there are holders");
  else
    for (std::int64_t i = 0; i < mapping_.over_sell + mapping_.double_declare; ++i)
      out_.holders[static_cast<std::size_t>(i)].strategy =
          i < mapping_.over_sell ? scenarios::HolderStrategy::over_sell : scenarios::HolderStrategy::double_declare;
  out_.tier_inflation = mapping_.tier_inflation;
  std::set<std::string_view> users;
  for (const scenarios::TraceRequest& r : out_.requests) users.insert(r.user);
  if (out_.tier_inflation > static_cast<std::int64_t>(users.size()))
    complain(mapping_.file,
             fmt::format("{} users who forge a tier among {}", out_.tier_inflation, users.size()),
             "at most as many as there are users");
}

Result<Imported> CsvImport::run() {
  bind();
  if (!problems_.empty()) return tl::unexpected(std::move(problems_));
  out_.name = mapping_.name;
  out_.about = mapping_.about;
  out_.class_name = mapping_.class_name;
  out_.unit = mapping_.unit;
  out_.place = mapping_.place;
  out_.authority = "operator";
  out_.granularity = mapping_.granularity;
  out_.lead = mapping_.lead;
  out_.retention = mapping_.retention;
  if (holder_table_ == nullptr)
    add_synthetic_holders();
  else
    read_rows(*holder_table_, [this](const Row& row) { take_holder(row); });
  read_rows(*request_table_, [this](const Row& row) { take_request(row); });
  if (!problems_.empty()) return tl::unexpected(std::move(problems_));
  if (mapping_.holders.take_until && taken_ != mapping_.holders.take_until->total)
    complain(mapping_.file,
             fmt::format("the holders make {} of the total of {}", taken_,
                         mapping_.holders.take_until->total),
             "a `total` that whole holders can make");
  misbehave();
  if (without_capacity_ > 0)
    out_.notes.push_back(fmt::format("{} holders without capacity left out", without_capacity_));
  if (!problems_.empty()) return tl::unexpected(std::move(problems_));
  auto done = complete(out_, mapping_.tariff);
  if (done) return std::move(out_);
  for (Problem& p : done.error()) p.file = request_table_->reader.file();
  return tl::unexpected(done.error());
}

}  // namespace

Result<Imported> parse_csv_trace(const Mapping& mapping, const std::vector<CsvFile>& files,
                                 bool strict) {
  return CsvImport(mapping, files, strict).run();
}

Result<Imported> import_csv(const std::string& mapping_file, const std::vector<std::string>& files,
                            bool strict) {
  Problems problems;
  std::deque<std::string> contents;
  std::vector<CsvFile> tables;
  auto text = read_file(mapping_file, InputKind::document);
  auto mapping =
      text ? parse_mapping(mapping_file, *text) : Result<Mapping>(tl::unexpected(text.error()));
  if (!mapping) problems = mapping.error();
  for (const std::string& file : files) {
    auto content = read_file(file, InputKind::table);
    if (!content) {
      problems.insert(problems.end(), content.error().begin(), content.error().end());
      continue;
    }
    contents.push_back(std::move(*content));
    tables.push_back({file, contents.back()});
  }
  if (files.empty())
    problems.push_back({"", 0, 0, "no file to import", "at least one CSV file", ""});
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return parse_csv_trace(*mapping, tables, strict);
}

}  // namespace capmarket::imports
