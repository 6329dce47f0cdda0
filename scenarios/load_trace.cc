// The trace of a scenario: its two files, checked against the scenario's classes, tiers and places.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/read_file.h"
#include "model/crypto/hash.h"
#include "scenarios/csv.h"
#include "scenarios/keyed_map.h"
#include "scenarios/trace.h"

namespace capmarket::scenarios {
namespace {

/// Problems of rows by number, in the file's own terms: row 0 is the first below the header.
class RowProblems {
 public:
  RowProblems(const std::string& file, std::string_view content, Problems& problems)
      : file_(file), content_(content), problems_(problems) {}

  void add(std::size_t row, std::size_t column, std::string what, std::string expected) {
    if (++count_ > kProblemsMax) return;
    CsvReader reader(file_, content_);
    std::vector<TextCell> cells;
    for (std::size_t i = 0; i < row + 2; ++i) reader.next(cells);
    problems_.push_back(reader.problem(cells[column], std::move(what), std::move(expected)));
  }

 private:
  const std::string& file_;
  std::string_view content_;
  Problems& problems_;
  std::size_t count_ = 0;
};

constexpr std::size_t kTierColumn = 2, kRequestClassColumn = 3, kIssueColumn = 7;
constexpr std::size_t kNameColumn = 0, kLocationColumn = 1, kHolderClassColumn = 2;

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "one of: " : ", ") + name;
  return out.empty() ? "nothing: there is none" : out;
}

void check_requests(const Scenario& scenario, const Trace& trace, RowProblems problems) {
  std::map<std::string, std::vector<std::string>> tiers;
  for (const ClassSpec& c : scenario.classes) tiers[c.name] = tiers_of_class(scenario, c.name);
  for (std::size_t i = 0; i < trace.requests.size(); ++i) {
    const TraceRequest& r = trace.requests[i];
    auto known = tiers.find(r.class_name);
    if (known == tiers.end())
      problems.add(i, kRequestClassColumn, fmt::format("unknown class `{}`", r.class_name),
                   list(class_names(scenario)));
    else if (!scenario.rules.empty() &&
             std::find(known->second.begin(), known->second.end(), r.tier) == known->second.end())
      problems.add(i, kTierColumn, fmt::format("unknown tier `{}`", r.tier), list(known->second));
    if (r.issue_at < scenario.start)
      problems.add(i, kIssueColumn, "the request is issued before the scenario starts",
                   fmt::format("at least {}", scenario.start.value));
  }
}

void check_holders(const Scenario& scenario, const Trace& trace, RowProblems problems) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < trace.holders.size(); ++i) {
    const TraceHolder& h = trace.holders[i];
    if (!names.insert(h.name).second)
      problems.add(i, kNameColumn, fmt::format("another holder is named `{}`", h.name),
                   "each name once");
    if (!scenario.locations.knows(h.location))
      problems.add(i, kLocationColumn,
                   fmt::format("`{}` is not in the location tree", h.location.path),
                   "a path of `locations`");
    if (scenario.find_class(h.class_name) == nullptr)
      problems.add(i, kHolderClassColumn, fmt::format("unknown class `{}`", h.class_name),
                   list(class_names(scenario)));
  }
}

std::optional<ImportCounts> read_counts(const yaml::YamlNode& node) {
  KeyedMap map(node, "trace.import");
  ImportCounts out;
  map.read("rows", out.rows);
  map.read("requests", out.requests);
  std::int64_t total = out.requests;
  if (auto skipped = map.get("skipped"))
    for (const auto& [reason, count] : skipped->entries()) {
      auto name = read_name(reason);
      auto n = read_value<std::int64_t>(count, map.row("skipped"));
      if (!name || !n) continue;
      out.skipped[*name] = *n;
      total += *n;
    }
  if (total != out.rows)
    node.complain(fmt::format("{} rows, but {} accounted for", out.rows, total),
                  "rows = requests + the sum of skipped");
  return out;
}

template <class T, class Parse>
void load(const std::string& file, Parse parse, std::string& content, std::vector<T>& rows,
          Digest& digest, Problems& problems) {
  auto text = read_file(file, InputKind::table);
  if (!text) {
    problems.insert(problems.end(), text.error().begin(), text.error().end());
    return;
  }
  content = std::move(*text);
  digest = crypto::sha256(as_bytes(content));
  auto parsed = parse(file, content);
  if (parsed)
    rows = std::move(*parsed);
  else
    problems.insert(problems.end(), parsed.error().begin(), parsed.error().end());
}

}  // namespace

void read_trace(const yaml::YamlNode& node, Scenario& scenario, Problems& problems) {
  KeyedMap map(node, "trace");
  Trace trace;
  auto path = [&](const std::optional<yaml::YamlNode>& n) {
    auto text = n ? n->text() : std::nullopt;
    return text ? beside(scenario.file, *text) : std::string();
  };
  trace.requests_file = path(map.get("requests"));
  trace.holders_file = path(map.get("holders"));
  if (auto n = map.get("import")) trace.import = read_counts(*n);
  std::string requests, holders;
  if (!trace.requests_file.empty())
    load(trace.requests_file, parse_trace_requests, requests, trace.requests, trace.requests_digest,
         problems);
  if (!trace.holders_file.empty())
    load(trace.holders_file, parse_trace_holders, holders, trace.holders, trace.holders_digest,
         problems);
  check_requests(scenario, trace, RowProblems(trace.requests_file, requests, problems));
  check_holders(scenario, trace, RowProblems(trace.holders_file, holders, problems));
  scenario.trace = std::move(trace);
}

}  // namespace capmarket::scenarios
