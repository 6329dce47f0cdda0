#include "scenarios/imports/swf.h"

#include <fmt/format.h>

#include "tests/scenarios/expect_problem.h"

namespace capmarket::imports {
namespace {

constexpr std::int64_t kStart = 1'000'000'000;
constexpr std::string_view kHeader = "; UnixStartTime: 1000000000\n; MaxProcs: 64\n";

/// A job with the columns that count.
struct Job {
  std::int64_t submit = 0, run = 100, processors = 4, requested = -1, requested_time = -1, user = 7,
               queue = 1, partition = 1, number = 1, status = 1;
};

std::string line(const Job& j) {
  return fmt::format("{} {} 5 {} {} 12.50 -1 {} {} -1 {} {} 1 1 {} {} -1 -1\n", j.number, j.submit,
                     j.run, j.processors, j.requested, j.requested_time, j.status, j.user, j.queue,
                     j.partition);
}

Result<Imported> read_log(const std::string& text, const SwfOptions& options = {}) {
  return parse_swf("log.swf", text, options);
}

Result<Imported> parse_jobs(const std::vector<Job>& jobs, const SwfOptions& options = {}) {
  std::string text(kHeader);
  for (const Job& j : jobs) text += line(j);
  return read_log(text, options);
}

Instant second(std::int64_t s) { return Instant(s * kNanosPerSecond); }

std::string notes(const Imported& imported) {
  std::string out;
  for (const std::string& note : imported.notes) out += note + "\n";
  return out;
}

TEST(Swf, makes_a_request_of_a_job) {
  Imported out = scenarios::expect_value(parse_jobs({{.submit = 50}}));
  ASSERT_EQ(out.requests.size(), 1u);
  const scenarios::TraceRequest& r = out.requests[0];
  EXPECT_EQ(r.user, "user-7");
  EXPECT_EQ(r.tier, "batch");
  EXPECT_EQ(r.quantity, Quantity(4));
  EXPECT_EQ(r.window, (Window{second(kStart + 50), second(kStart + 150)}));
  EXPECT_EQ(r.issue_at, second(kStart + 40));
  EXPECT_TRUE(out.notes.empty()) << notes(out);
  ASSERT_EQ(out.holders.size(), 1u);
  EXPECT_EQ(out.holders[0].quantity, Quantity(64));
  EXPECT_EQ(out.holders[0].window, r.window);
}

TEST(Swf, prefers_requested_processors_and_the_real_run_time) {
  Imported out = scenarios::expect_value(parse_jobs({{.processors = 4, .requested = 8, .requested_time = 900},
                                          {.run = -1, .requested_time = 900}}));
  EXPECT_EQ(out.requests[0].quantity, Quantity(8));
  EXPECT_EQ(out.requests[0].window.length(), Duration(100 * kNanosPerSecond));
  EXPECT_EQ(out.requests[1].window.length(), Duration(900 * kNanosPerSecond));
}

TEST(Swf, skips_what_is_unknown_with_the_reason) {
  Imported out = scenarios::expect_value(parse_jobs(
      {{}, {.submit = -1}, {.run = -1}, {.processors = -1}, {.requested = 0}, {.processors = 0}}));
  EXPECT_EQ(out.counts.rows, 6);
  EXPECT_EQ(out.counts.requests, 1);
  EXPECT_EQ(out.counts.skipped, (std::map<std::string, std::int64_t>{{"unknown-submit", 1},
                                                                     {"unknown-run-time", 1},
                                                                     {"unknown-processors", 1},
                                                                     {"no-processors", 2}}));
}

TEST(Swf, skips_a_job_of_no_length_with_the_reason) {
  Imported out = scenarios::expect_value(parse_jobs({{.run = 0}, {}, {.run = -1, .requested_time = 0}}));
  EXPECT_EQ(out.counts.requests, 1);
  EXPECT_EQ(out.counts.skipped, (std::map<std::string, std::int64_t>{{"no-run-time", 2}}));
}

TEST(Swf, counts_the_line_of_the_whole_job_and_not_its_parts) {
  Imported out = scenarios::expect_value(parse_jobs({{.run = 300},
                                                     {.status = 2},
                                                     {.submit = 200, .status = 2},
                                                     {.submit = 400, .status = 3},
                                                     {.submit = 500, .number = 2, .status = 4},
                                                     {.submit = 600, .number = 2, .status = 0}}));
  EXPECT_EQ(out.counts.rows, 6);
  EXPECT_EQ(out.counts.requests, 2);
  EXPECT_EQ(out.counts.skipped, (std::map<std::string, std::int64_t>{{"part-of-a-job", 4}}));
  EXPECT_EQ(out.requests[0].window.length(), Duration(300 * kNanosPerSecond));
  EXPECT_THAT(notes(out), ::testing::HasSubstr("4 lines are parts of jobs (status 2 to 4): the line "
                                               "of the whole job is counted"));
}

TEST(Swf, counts_parts_without_a_line_of_the_whole_and_cancelled_and_failed_jobs) {
  Imported out = scenarios::expect_value(parse_jobs({{.status = 2},
                                                     {.submit = 200, .status = 3},
                                                     {.number = 2, .status = 0},
                                                     {.number = 3, .status = 5},
                                                     {.number = 4, .status = -1}}));
  EXPECT_EQ(out.counts.requests, 5);
  EXPECT_THAT(notes(out), ::testing::HasSubstr("2 lines are parts of jobs (status 2 to 4) without a "
                                               "line of the whole: each is counted"));
}

TEST(Swf, refuses_a_second_number_in_a_header) {
  auto one = [](const char* header) { return read_log(header + line({})); };
  scenarios::expect_problem(one("; MaxProcs: 100 200\n"), 1, 17,
                            "`200`: a second number for `MaxProcs`");
  scenarios::expect_problem(one("; MaxNodes:\t100 - 200\n"), 1, 19, "`200`: a second number");
  scenarios::expect_problem(one("; UnixStartTime: 1000000000 1e3\n"), 1, 29, "one number");
  scenarios::expect_problem(one("; MaxProcs: 64 64\n"), 1, 16, "a second number");
  // What is said in words, or in parentheses, is no value.
  for (const char* header : {"; MaxProcs: 64 (2 x 32)\n", "; MaxProcs: 64 processors\n",
                             "; UnixStartTime: 1000000000 Sun Sep  9 2001\n",
                             "; MaxProcs: -99999999999999999999\n", "; MaxJobs: 1 2\n"})
    EXPECT_TRUE(one(header)) << header;
}

TEST(Swf, refuses_a_header_whose_number_has_another_form) {
  auto one = [](const char* header) { return read_log(header + line({})); };
  scenarios::expect_problem(one("; MaxProcs: 1,152\n"), 1, 13, "`1,152` is no number for `MaxProcs`");
  scenarios::expect_problem(one("; MaxNodes: 12.5\n"), 1, 13, "`12.5` is no number");
  scenarios::expect_problem(one("; UnixStartTime: 1e9\n"), 1, 18, "without separators");
  scenarios::expect_problem(one("; MaxProcs: 64\n; MaxProcs: 128\n"), 2, 13, "128 here and 64 above");
  scenarios::expect_problem(one("; MaxProcs: 99999999999999\n"), 1, 13, "out of range");
  scenarios::expect_problem(one("; MaxProcs: 99999999999999999999\n"), 1, 13,
                            "`MaxProcs` of 99999999999999999999 is out of range");
  scenarios::expect_problem(one("; UnixStartTime: 9223372036854775808\n"), 1, 18, "out of range");
  EXPECT_TRUE(one("; MaxProcs: 64\n; MaxProcs: 64\n"));
  scenarios::expect_problem(read_log(line({}) + "; UnixStartTime: 1000000000\n"), 2, 18,
                            "below a job");
}

TEST(Swf, does_not_take_an_unknown_submit_time_for_one_that_goes_back) {
  Imported out = scenarios::expect_value(parse_jobs({{.submit = 50}, {.submit = -1}, {.submit = 60}}));
  EXPECT_TRUE(out.notes.empty()) << notes(out);
  EXPECT_EQ(out.counts.requests, 2);
}

TEST(Swf, gives_a_job_of_an_unknown_user_a_user_of_its_own) {
  Imported out = scenarios::expect_value(parse_jobs({{.user = -1}, {.user = -1}, {.user = 3}, {.user = 3}}));
  EXPECT_EQ(out.requests[0].user, "job-1");
  EXPECT_EQ(out.requests[1].user, "job-2");
  EXPECT_EQ(out.requests[2].user, out.requests[3].user);
}

TEST(Swf, reads_tabs_spaces_blank_lines_and_windows_line_ends) {
  Imported out = scenarios::expect_value(
      read_log(";MaxProcs:64\r\n\r\n  1\t0   5 100 4\t-1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1  \r\n \t\r\n"
            "2 1 5 100 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1"));
  EXPECT_EQ(out.requests.size(), 2u);
  EXPECT_EQ(out.holders[0].quantity, Quantity(64));
}

TEST(Swf, takes_a_header_in_latin_1_and_keeps_its_bytes_out_of_what_it_writes) {
  std::string text =
      "; Installation: Universit\xE9 de Gen\xE8ve\n; MaxProcs: 64 (\xE0 peu pr\xE8s)\n";
  auto result = parse_swf("gen\xE8ve.swf", text + line({}), {});
  Imported out = scenarios::expect_value(result);
  EXPECT_EQ(out.holders[0].quantity, Quantity(64));
  ImportFiles texts =
      render_import(out, {"o.yaml", "o.rule.yaml", "o.requests.csv", "o.holders.csv"});
  for (const std::string& t : {texts.scenario, texts.rule, texts.requests, texts.holders})
    for (char c : t) ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << t;
}

TEST(Swf, takes_the_capacity_from_procs_then_nodes_then_the_largest_job) {
  auto capacity = [](const std::string& header, const SwfOptions& options = {}) {
    return scenarios::expect_value(read_log(header + line({.processors = 9}), options)).holders[0].quantity;
  };
  EXPECT_EQ(capacity("; MaxNodes: 32\n; MaxProcs: 128\n"), Quantity(128));
  EXPECT_EQ(capacity("; MaxNodes: 32\n; MaxProcs: -1\n"), Quantity(32));
  EXPECT_EQ(capacity("; MaxProcs: unknown\n"), Quantity(9));
  EXPECT_EQ(capacity("; MaxProcs: 128\n", {.capacity = 40}), Quantity(40));
}

TEST(Swf, splits_the_capacity_evenly) {
  Imported out = scenarios::expect_value(parse_jobs({{}}, {.holders = 3}));
  ASSERT_EQ(out.holders.size(), 3u);
  EXPECT_EQ(out.holders[0].quantity, Quantity(22));
  EXPECT_EQ(out.holders[1].quantity, Quantity(21));
  EXPECT_EQ(out.holders[2].quantity, Quantity(21));
  EXPECT_NE(out.holders[0].location, out.holders[1].location);
}

TEST(Swf, ranks_lower_queue_numbers_higher) {
  Imported out = scenarios::expect_value(
      parse_jobs({{.queue = 2}, {.queue = -1}, {.queue = 0}}, {.tier = SwfTier::queue}));
  ASSERT_EQ(out.tiers.size(), 3u);
  EXPECT_EQ(out.tiers[0].name, "queue-0");
  EXPECT_EQ(out.tiers[1].name, "queue-2");
  EXPECT_EQ(out.tiers[2].name, "queue-unknown");
  EXPECT_EQ(out.requests[0].tier, "queue-2");
}

TEST(Swf, keeps_jobs_above_the_capacity_and_says_so) {
  Imported out = scenarios::expect_value(parse_jobs({{.processors = 65}}));
  EXPECT_EQ(out.requests[0].quantity, Quantity(65));
  EXPECT_THAT(notes(out), ::testing::HasSubstr("1 jobs ask for more than the capacity of 64"));
  EXPECT_FALSE(parse_jobs({{.processors = 65}}, {.strict = true}));
}

TEST(Swf, sorts_jobs_by_submit_time_and_says_so) {
  Imported out = scenarios::expect_value(parse_jobs({{.submit = 90, .user = 1}, {.submit = 20, .user = 2}}));
  EXPECT_EQ(out.requests[0].user, "user-2");
  EXPECT_THAT(notes(out),
              ::testing::HasSubstr("before that of the line above (1 times, first in line 4)"));
  scenarios::expect_problem(parse_jobs({{.submit = 90}, {.submit = 20}}, {.strict = true}), 4, 1,
                 "submit time");
}

TEST(Swf, tolerates_fractions_and_a_wider_log_unless_strict) {
  std::string wide = "1 0.75 5 100.00 4 1e3 -1 4 -1 -1 1 7 1 1 1 1 -1 -1 extra\n";
  Imported out = scenarios::expect_value(read_log(wide + wide));
  EXPECT_EQ(out.requests[0].window.length(), Duration(100 * kNanosPerSecond));
  EXPECT_THAT(notes(out), ::testing::HasSubstr("submit time with a fraction, cut off (2 times"));
  EXPECT_THAT(notes(out), ::testing::HasSubstr("19 columns"));
  scenarios::expect_problem(read_log(wide, {.strict = true}), 1, 1, "19 columns");
}

TEST(Swf, refuses_a_short_line_at_its_end) {
  auto result = read_log(std::string(kHeader) + line({}) + "2 0 5 100\n" + line({}));
  scenarios::expect_problem(result, 4, 9, "a line of 4 columns");
  EXPECT_EQ(result.error().size(), 1u);
  EXPECT_EQ(result.error()[0].file, "log.swf");
  EXPECT_EQ(result.error()[0].source_line, "2 0 5 100");
}

TEST(Swf, refuses_a_line_that_is_wider_than_the_others) {
  std::string text = line({});
  text.insert(text.size() - 1, " 5");
  scenarios::expect_problem(read_log(line({}) + text), 2, static_cast<int>(text.size()) - 1, "19 columns");
}

TEST(Swf, refuses_what_is_no_number_and_names_the_column) {
  scenarios::expect_problem(read_log("1 0 5 1x0 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n"), 1, 7,
                 "column 4: run time");
  scenarios::expect_problem(read_log("1 0 5 100 4 nan -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n"), 1, 13,
                 "average CPU time");
  scenarios::expect_problem(read_log("1 0 5 1e2 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n"), 1, 7, "exponent");
  scenarios::expect_problem(read_log("1 0 5 -- 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n"), 1, 7, "no number");
  scenarios::expect_problem(read_log("1 0 5 99999999999999999999 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n"), 1, 7,
                 "out of range");
}

TEST(Swf, collects_at_most_twenty_problems) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "broken\n";
  EXPECT_EQ(read_log(text).error().size(), 20u);
}

TEST(Swf, refuses_a_log_without_jobs_and_one_without_requests) {
  scenarios::expect_problem(read_log("; MaxProcs: 64\n"), 1, 1, "no job");
  scenarios::expect_problem(read_log(""), 1, 1, "no job");
  scenarios::expect_problem(read_log(line({.run = -1})), 0, 0,
                 "none of 1 rows becomes a request: 1 unknown-run-time");
  scenarios::expect_problem(read_log("\x1F\x8B..."), 0, 0, "gunzip");
}

TEST(Swf, ignores_a_start_that_stands_for_unknown) {
  Imported out = scenarios::expect_value(read_log("; UnixStartTime: 0\n" + line({})));
  EXPECT_EQ(out.requests[0].window.from, second(946'684'800));
}

TEST(Swf, refuses_options_out_of_range) {
  EXPECT_FALSE(parse_jobs({{}}, {.lead = Duration(0)}));
  EXPECT_FALSE(parse_jobs({{}}, {.holders = 0}));
  EXPECT_FALSE(parse_jobs({{}}, {.holders = 65}));
  EXPECT_FALSE(parse_jobs({{}}, {.capacity = 0}));
}

TEST(Swf, lowers_the_price_where_amounts_are_huge) {
  Imported out = scenarios::expect_value(parse_jobs({{.run = 1'000'000'000, .processors = 1'000'000'000}}));
  ASSERT_GT(out.price_max, Money(0));
  ASSERT_LT(out.price_max, Money(10'000));
  auto value = value_of(
      out.price_max, volume_of(Quantity(1'000'000'000), Duration(1'000'000'000 * kNanosPerSecond)));
  ASSERT_TRUE(value);
  EXPECT_LT(value->value, std::int64_t{1} << 53);
  EXPECT_THAT(notes(out), ::testing::HasSubstr("the tariff is"));
}

TEST(Swf, reads_fifty_thousand_jobs) {
  std::string text(kHeader);
  constexpr int kJobs = 50'000;
  for (int i = 0; i < kJobs; ++i)
    text += line({.submit = i * 7, .run = 1 + i % 999, .processors = 1 + i % 32, .user = i % 300});
  Imported out = scenarios::expect_value(read_log(text));
  EXPECT_EQ(out.counts.requests, kJobs);
  EXPECT_EQ(out.requests[kJobs - 1].window.from, second(kStart + (kJobs - 1) * 7));
}

}  // namespace
}  // namespace capmarket::imports
