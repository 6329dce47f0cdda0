#include "scenarios/imports/swf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "model/base/read_file.h"
#include "model/base/text.h"
#include "scenarios/csv.h"

namespace capmarket::imports {
namespace {

constexpr std::string_view kBlank = " \t\r\f\v";
// Where a log does not say when it starts: an instant with room below it for leads.
constexpr std::int64_t kUnknownStart = 946'684'800;  // 2000-01-01T00:00:00Z
constexpr std::int64_t kStartMax = 4'102'444'800;    // 2100-01-01T00:00:00Z
constexpr std::int64_t kStartMin = 366 * 86'400;     // 0 and its like stand for "unknown"
constexpr std::size_t kTiersMax = 64;
constexpr std::int64_t kUnknown = -1;
constexpr Money kTariff{1'000};
constexpr Duration kRetention{30 * 24 * kNanosPerHour};

constexpr std::size_t kColumns = 18;
enum Column : std::size_t {
  kJobNumber = 0,
  kSubmit = 1,
  kRunTime = 3,
  kAllocated = 4,
  kRequested = 7,
  kRequestedTime = 8,
  kStatus = 10,
  kUser = 11,
  kQueue = 14,
  kPartition = 15
};
constexpr std::array<std::string_view, kColumns> kColumnNames{
    "job number",     "submit time",      "wait time", "run time",
    "processors",     "average CPU time", "memory",    "requested processors",
    "requested time", "requested memory", "status",    "user",
    "group",          "application",      "queue",     "partition",
    "preceding job",  "think time"};
constexpr std::array<Column, 10> kUsed{kJobNumber, kSubmit,        kRunTime, kAllocated,
                                       kRequested, kRequestedTime, kStatus,  kUser,
                                       kQueue,     kPartition};
// Of a job that was swapped out or checkpointed each partial execution has a line of its own, beside
// the line that stands for the whole job (status 0 or 1).
constexpr std::int64_t kFirstPart = 2, kLastPart = 4;

enum class NumberForm : std::uint8_t { whole, fraction, none };

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Sign, digits, a fraction, an exponent. `value` is the whole part, clamped to +-kWireMax; a
/// number with an exponent keeps its form only (no column that counts uses one).
NumberForm parse_number(std::string_view text, std::int64_t& value) {
  std::size_t i = 0;
  bool negative = i < text.size() && text[i] == '-';
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  std::size_t digits = 0;
  value = 0;
  for (; i < text.size() && is_digit(text[i]); ++i, ++digits)
    value = value > (kWireMax - 9) / 10 ? kWireMax : value * 10 + (text[i] - '0');
  bool fraction = false;
  if (i < text.size() && text[i] == '.')
    for (++i; i < text.size() && is_digit(text[i]); ++i, ++digits) fraction |= text[i] != '0';
  if (digits == 0) return NumberForm::none;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (i == text.size()) return NumberForm::none;
    while (i < text.size() && is_digit(text[i])) ++i;
    fraction = true;
  }
  if (i != text.size()) return NumberForm::none;
  if (negative) value = -value;
  return fraction ? NumberForm::fraction : NumberForm::whole;
}

/// An oddity that is tolerated: how often, and where first.
struct Oddity {
  std::string what;
  std::int64_t count = 0;
  int first_line = 0;
};

struct Header {
  std::optional<std::int64_t> max_procs, max_nodes, start;
};

class SwfImport {
 public:
  SwfImport(const std::string& file, std::string_view content, const SwfOptions& options)
      : file_(file), content_(content), options_(options), users_("user") {}

  Result<Imported> run();

 private:
  using Job = std::array<std::int64_t, kColumns>;

  void read_line(std::string_view line, std::size_t offset);
  void read_header(std::string_view line, std::size_t offset);
  void note_header(std::string_view key, std::int64_t value, std::string_view text,
                   std::size_t offset);
  static std::int64_t most_of(std::string_view key);
  void out_of_range(std::string_view key, std::string_view text, std::size_t offset);
  void read_job(std::string_view line, std::size_t offset);
  bool read_fields(std::string_view line, std::size_t offset, Job& job);
  bool read_field(std::string_view text, std::size_t offset, std::size_t column, Job& job);
  void take(const Job& job);
  void take_parts();
  void skip(const std::string& reason) { ++out_.counts.skipped[reason]; }
  std::int64_t known(std::int64_t value, std::string_view what);
  std::string tier_of(const Job& job);
  void add_request(const Job& job, std::int64_t seconds, std::int64_t processors);
  void add_holders();
  std::int64_t capacity();
  void note_large_jobs(std::int64_t capacity);
  void odd(std::string what);
  void complain(std::size_t offset, std::string what, std::string expected);
  scenarios::TextCell here(std::size_t offset) const {
    return {{}, offset, line_, static_cast<int>(offset - line_start_) + 1};
  }
  bool full() const { return problems_.size() >= scenarios::kProblemsMax; }

  std::string file_;
  std::string_view content_;
  SwfOptions options_;
  NameTable users_;
  Header header_;
  std::size_t line_start_ = 0;
  int line_ = 0;
  std::size_t columns_ = 0;  // of the first job; a log is as wide everywhere
  std::vector<Oddity> oddities_;
  std::int64_t last_submit_ = -1;
  std::set<std::int64_t> whole_;  // numbers of jobs with a line for all of them
  struct PartLine {
    Job job;
    std::size_t start;
    int line;
  };
  std::vector<PartLine> parts_;
  Imported out_;
  Problems problems_;
};

void SwfImport::complain(std::size_t offset, std::string what, std::string expected) {
  if (!full())
    problems_.push_back(
        scenarios::problem_at(file_, content_, here(offset), std::move(what), std::move(expected)));
}

void SwfImport::odd(std::string what) {
  if (options_.strict) {
    complain(line_start_, std::move(what), "a log without it, or an import without --strict");
    return;
  }
  auto it = std::find_if(oddities_.begin(), oddities_.end(),
                         [&](const Oddity& o) { return o.what == what; });
  if (it == oddities_.end()) it = oddities_.insert(it, {std::move(what), 0, line_});
  ++it->count;
}

void SwfImport::read_line(std::string_view line, std::size_t offset) {
  std::size_t first = line.find_first_not_of(kBlank);
  if (first == line.npos) return;
  if (line[first] == ';')
    read_header(line.substr(first), offset + first);
  else
    read_job(line.substr(first), offset + first);
}

/// The words of `text` behind its first: the first of them that is more than a sign between words.
std::string_view next_word(std::string_view text) {
  for (;;) {
    std::size_t end = text.find_first_of(kBlank);
    std::size_t at = end == text.npos ? end : text.find_first_not_of(kBlank, end);
    if (at == text.npos) return {};
    text.remove_prefix(at);
    std::string_view word = text.substr(0, text.find_first_of(kBlank));
    if (word.find_first_not_of(",;/|&+-") != word.npos) return word;
  }
}

/// `; MaxProcs: 128 (and more text)`. A word in place of the number is as if the line were absent;
/// a number in another form, or a second one behind it, is a problem.
void SwfImport::read_header(std::string_view line, std::size_t offset) {
  constexpr std::array<std::string_view, 3> kKeys{"MaxProcs", "MaxNodes", "UnixStartTime"};
  std::size_t from = line.find_first_not_of("; \t");
  std::size_t colon = line.find(':');
  if (from == line.npos || colon == line.npos || colon < from) return;
  std::string_view key = line.substr(from, colon - from);
  key = key.substr(0, key.find_last_not_of(kBlank) + 1);
  if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) return;
  std::size_t begin = std::min(line.find_first_not_of(kBlank, colon + 1), line.size());
  const std::string_view rest = line.substr(begin),
                         text = rest.substr(0, rest.find_first_of(kBlank));
  if (text.find_first_of("0123456789") == text.npos) return;
  bool beyond = false;
  auto value = parse_integer(text, &beyond);
  if (beyond && text.starts_with('-')) return;  // negative: unknown
  if (beyond) return out_of_range(key, text, offset + begin);
  if (!value)
    return complain(offset + begin,
                    fmt::format("`{}` is no number for `{}`",
                                scenarios::printable(text.substr(0, 40)), key),
                    "a whole number: digits alone, without separators, fraction or exponent");
  std::int64_t ignored = 0;
  if (std::string_view next = next_word(rest); parse_number(next, ignored) != NumberForm::none)
    return complain(offset + begin + static_cast<std::size_t>(next.data() - rest.data()),
                    fmt::format("`{}`: a second number for `{}`",
                                scenarios::printable(next.substr(0, 40)), key),
                    "one number; what else there is to say, in words or in parentheses");
  note_header(key, *value, text, offset + begin);
}

std::int64_t SwfImport::most_of(std::string_view key) {
  return key == "UnixStartTime" ? kStartMax : kImportQuantityMax;
}

void SwfImport::out_of_range(std::string_view key, std::string_view text, std::size_t offset) {
  complain(offset,
           fmt::format("`{}` of {} is out of range", key, scenarios::printable(text.substr(0, 40))),
           fmt::format("at most {}", most_of(key)));
}

/// What is said twice is said alike.
void SwfImport::note_header(std::string_view key, std::int64_t value, std::string_view text,
                            std::size_t offset) {
  bool start = key == "UnixStartTime";
  if (start ? value < kStartMin : value <= 0) return;  // unknown
  if (value > most_of(key)) return out_of_range(key, text, offset);
  std::optional<std::int64_t>& known = start               ? header_.start
                                       : key == "MaxProcs" ? header_.max_procs
                                                           : header_.max_nodes;
  if (known == value) return;
  if (known)
    return complain(offset, fmt::format("`{}` is {} here and {} above", key, value, *known),
                    "one value");
  // Below the jobs it would move those that have been read.
  if (start && out_.counts.rows > 0)
    return complain(offset, "`UnixStartTime` below a job", "it, above all jobs");
  known = value;
}

bool SwfImport::read_field(std::string_view text, std::size_t offset, std::size_t column,
                           Job& job) {
  bool used = std::find(kUsed.begin(), kUsed.end(), column) != kUsed.end();
  switch (parse_number(text, job[column])) {
    case NumberForm::whole:
      break;
    case NumberForm::fraction:
      if (used && text.find_first_of("eE") != text.npos) {
        complain(offset, fmt::format("`{}` with an exponent", scenarios::printable(text)),
                 fmt::format("{}: a whole number", kColumnNames[column]));
        return false;
      }
      if (used) odd(fmt::format("{} with a fraction, cut off", kColumnNames[column]));
      break;
    case NumberForm::none:
      complain(offset, fmt::format("`{}` is no number", scenarios::printable(text.substr(0, 40))),
               column < kColumns ? fmt::format("column {}: {}", column + 1, kColumnNames[column])
                                 : "a number");
      return false;
  }
  if (!used || (job[column] <= kImportQuantityMax && job[column] >= -kImportQuantityMax))
    return true;
  complain(offset, fmt::format("`{}` is out of range", scenarios::printable(text.substr(0, 40))),
           fmt::format("{}: at most {}", kColumnNames[column], kImportQuantityMax));
  return false;
}

bool SwfImport::read_fields(std::string_view line, std::size_t offset, Job& job) {
  std::size_t column = 0;
  std::size_t end = 0;
  while (true) {
    std::size_t at = line.find_first_not_of(kBlank, end);
    if (at == line.npos) break;
    end = std::min(line.find_first_of(kBlank, at), line.size());
    if (column < kColumns && !read_field(line.substr(at, end - at), offset + at, column, job))
      return false;
    ++column;
  }
  if (columns_ == 0 && column >= kColumns) columns_ = column;
  if (column >= kColumns && column == columns_) return true;
  complain(offset + line.find_last_not_of(kBlank), fmt::format("a line of {} columns", column),
           columns_ > kColumns ? fmt::format("{} columns, like the first job", columns_)
                               : "18 columns, -1 where a value is unknown");
  return false;
}

void SwfImport::read_job(std::string_view line, std::size_t offset) {
  Job job{};
  ++out_.counts.rows;
  if (!read_fields(line, offset, job)) return;
  if (columns_ > kColumns) odd(fmt::format("{} columns, those behind 18 ignored", columns_));
  if (job[kSubmit] >= 0) {  // below: unknown
    if (job[kSubmit] < last_submit_) odd("submit time before that of the line above");
    last_submit_ = job[kSubmit];
  }
  if (job[kStatus] >= kFirstPart && job[kStatus] <= kLastPart) {
    parts_.push_back({job, line_start_, line_});
    return;
  }
  whole_.insert(job[kJobNumber]);
  take(job);
}

/// A part counts where no line stands for its whole job.
void SwfImport::take_parts() {
  std::int64_t counted = 0, left_out = 0;
  for (const PartLine& part : parts_) {
    if (whole_.contains(part.job[kJobNumber])) {
      skip("part-of-a-job");
      ++left_out;
      continue;
    }
    line_start_ = part.start;
    line_ = part.line;
    ++counted;
    take(part.job);
  }
  if (left_out > 0)
    out_.notes.push_back(fmt::format(
        "{} lines are parts of jobs (status 2 to 4): the line of the whole job is counted",
        left_out));
  if (counted > 0)
    out_.notes.push_back(fmt::format(
        "{} lines are parts of jobs (status 2 to 4) without a line of the whole: each is counted",
        counted));
}

/// Negative values other than -1 are unknown as well.
std::int64_t SwfImport::known(std::int64_t value, std::string_view what) {
  if (value < kUnknown) odd(fmt::format("{} below -1, taken as unknown", what));
  return std::max(value, kUnknown);
}

void SwfImport::take(const Job& job) {
  if (known(job[kSubmit], "submit time") == kUnknown) return skip("unknown-submit");
  std::int64_t seconds = known(job[kRunTime], "run time");
  if (seconds == kUnknown) seconds = known(job[kRequestedTime], "requested time");
  if (seconds == kUnknown) return skip("unknown-run-time");
  if (seconds == 0) return skip("no-run-time");
  std::int64_t processors = known(job[kRequested], "requested processors");
  if (processors == kUnknown) processors = known(job[kAllocated], "processors");
  if (processors == kUnknown) return skip("unknown-processors");
  if (processors == 0) return skip("no-processors");
  add_request(job, seconds, processors);
}

std::string SwfImport::tier_of(const Job& job) {
  constexpr std::int64_t kHighestRank = 1'000'000;
  constexpr std::string_view kBatch = "batch";
  if (options_.tier == SwfTier::none) {
    if (out_.tiers.empty()) out_.tiers.push_back({std::string(kBatch), 10});
    return std::string(kBatch);
  }
  bool queue = options_.tier == SwfTier::queue;
  std::int64_t number = std::min(
      known(job[queue ? kQueue : kPartition], queue ? "queue" : "partition"), kHighestRank - 1);
  std::string name = fmt::format("{}-{}", queue ? "queue" : "partition",
                                 number == kUnknown ? "unknown" : std::to_string(number));
  ImportTier tier{name, number == kUnknown ? 1 : kHighestRank + 1 - number};
  if (std::find(out_.tiers.begin(), out_.tiers.end(), tier) != out_.tiers.end()) return name;
  if (out_.tiers.size() == kTiersMax)
    complain(line_start_, fmt::format("more than {} tiers", kTiersMax),
             "a column with few values for the tier, or none");
  else
    out_.tiers.push_back(tier);
  return name;
}

void SwfImport::add_request(const Job& job, std::int64_t seconds, std::int64_t processors) {
  std::int64_t from = header_.start.value_or(kUnknownStart) + job[kSubmit];
  // Ends before 2116: with the lead and a day of slack everything stays inside the wire's bound.
  if (from + seconds > kWireMax / kNanosPerSecond - 2 * 86'400)
    return complain(line_start_, "the job ends after the year 2115",
                    "submit and run times in seconds");
  scenarios::TraceRequest r;
  std::int64_t user = known(job[kUser], "user");
  r.user =
      user == kUnknown ? fmt::format("job-{}", out_.counts.rows) : fmt::format("user-{}", user);
  r.kind = "user";
  r.tier = tier_of(job);
  r.class_name = "processors";
  r.quantity = Quantity(processors);
  r.window = {Instant(from * kNanosPerSecond), Instant((from + seconds) * kNanosPerSecond)};
  r.issue_at = r.window.from - options_.lead;
  r.partial = true;
  out_.requests.push_back(std::move(r));
}

std::int64_t SwfImport::capacity() {
  if (options_.capacity) return *options_.capacity;
  if (header_.max_procs) return *header_.max_procs;
  if (header_.max_nodes) {
    out_.notes.push_back("the capacity is MaxNodes: the log declares no MaxProcs");
    return *header_.max_nodes;
  }
  std::int64_t largest = 1;
  for (const scenarios::TraceRequest& r : out_.requests) largest = std::max(largest, r.quantity.value);
  out_.notes.push_back(
      "the capacity is the largest job: the log declares neither MaxProcs nor MaxNodes");
  return largest;
}

void SwfImport::note_large_jobs(std::int64_t capacity) {
  std::int64_t large = 0;
  for (const scenarios::TraceRequest& r : out_.requests) large += r.quantity.value > capacity;
  if (large == 0) return;
  std::string what =
      fmt::format("{} jobs ask for more than the capacity of {} processors; they stay requests",
                  large, capacity);
  if (options_.strict)
    problems_.push_back({file_, 0, 0, what, "jobs within the capacity", ""});
  else
    out_.notes.push_back(what);
}

void SwfImport::add_holders() {
  std::int64_t total = capacity();
  if (total < options_.holders || total > kImportQuantityMax) {
    problems_.push_back(
        {file_, 0, 0, fmt::format("a capacity of {} for {} holders", total, options_.holders),
         fmt::format("at least one processor each, at most {} altogether", kImportQuantityMax),
         ""});
    return;
  }
  note_large_jobs(total);
  for (std::int64_t i = 0; i < options_.holders; ++i) {
    scenarios::TraceHolder h;
    h.name = fmt::format("part-{}", i);
    h.location = location::Location{out_.place.path + "/" + h.name};
    h.class_name = out_.class_name;
    h.quantity = Quantity(total / options_.holders + (i < total % options_.holders ? 1 : 0));
    out_.holders.push_back(std::move(h));
  }
}

Result<Imported> SwfImport::run() {
  out_.class_name = "processors";
  out_.unit = "processor";
  out_.place = location::Location{"cluster"};
  out_.authority = "operator";
  out_.lead = options_.lead;
  out_.retention = kRetention;
  std::string stem = std::filesystem::path(file_).stem().string();
  out_.name = users_.name(stem.empty() ? "swf" : stem);
  out_.about = "A workload log in the Standard Workload Format: " + scenarios::printable(stem);
  std::size_t at = content_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < content_.size() && !full()) {
    std::size_t end = std::min(content_.find('\n', at), content_.size());
    line_start_ = at;
    ++line_;
    read_line(content_.substr(at, end - at), at);
    at = end + 1;
  }
  take_parts();
  if (out_.counts.rows == 0)
    problems_.push_back(
        {file_, std::max(line_, 1), 1, "no job in the whole file", "lines of 18 columns", ""});
  if (!problems_.empty()) return tl::unexpected(std::move(problems_));
  for (const Oddity& o : oddities_)
    out_.notes.push_back(
        fmt::format("{} ({} times, first in line {})", o.what, o.count, o.first_line));
  if (!out_.requests.empty()) add_holders();
  if (!problems_.empty()) return tl::unexpected(std::move(problems_));
  auto done = complete(out_, kTariff);
  if (done) return std::move(out_);
  for (Problem& p : done.error()) p.file = file_;
  return tl::unexpected(done.error());
}

Problems check_options(const SwfOptions& options) {
  constexpr std::int64_t kHoldersMax = 100'000;
  Problems out;
  if (options.lead < Duration(kNanosPerSecond) || options.lead > kImportLeadMax ||
      options.lead.value % kNanosPerSecond != 0)
    out.push_back({"", 0, 0, fmt::format("a lead of {}", to_text(options.lead)),
                   "whole seconds, 1s to 365d", ""});
  if (options.holders < 1 || options.holders > kHoldersMax)
    out.push_back({"", 0, 0, fmt::format("{} holders", options.holders),
                   fmt::format("1 to {}", kHoldersMax), ""});
  if (options.capacity && (*options.capacity < 1 || *options.capacity > kImportQuantityMax))
    out.push_back({"", 0, 0, fmt::format("a capacity of {}", *options.capacity),
                   fmt::format("1 to {}", kImportQuantityMax), ""});
  return out;
}

}  // namespace

Result<Imported> parse_swf(const std::string& file, std::string_view content,
                           const SwfOptions& options) {
  Problems wrong = check_options(options);
  if (!wrong.empty()) return tl::unexpected(std::move(wrong));
  if (content.starts_with("\x1F\x8B"))
    return fail({file, 0, 0, "the file is compressed with gzip", "the log itself: gunzip it", ""});
  return SwfImport(file, content, options).run();
}

Result<Imported> import_swf(const std::string& file, const SwfOptions& options) {
  auto content = read_file(file, InputKind::table);
  if (!content) return tl::unexpected(content.error());
  return parse_swf(file, *content, options);
}

}  // namespace capmarket::imports
