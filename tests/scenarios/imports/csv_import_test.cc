#include "scenarios/imports/csv_import.h"

#include "model/base/text.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::imports {
namespace {

const std::string kImportMapping =
    testing::edited(testing::source_text("tests/scenarios/imports/mapping.yaml"), "above: 1.5",
                    "above: 1");
constexpr std::string_view kNodes = "node,gpus\na,2\nb,1\n";
constexpr std::string_view kPodHeader = "pod,n,milli,qos,start,end\n";

Mapping mapping_with(std::string_view piece = {}, std::string_view by = {}) {
  return scenarios::expect_value(
      parse_mapping("m.yaml", testing::edited(kImportMapping, piece, by)));
}

Result<Imported> import(std::string_view nodes, std::string_view pods,
                        const Mapping& mapping = mapping_with()) {
  std::string text = std::string(kPodHeader) + std::string(pods);
  return parse_csv_trace(mapping, {{"nodes.csv", nodes}, {"pods.csv", text}});
}

TEST(CsvImport, makes_holders_and_requests_of_rows) {
  Imported out =
      scenarios::expect_value(import(kNodes, "p1,1,460,B,100,200\np2,2,999,A,50,60\np3,0,0,A,0,1\n"));
  ASSERT_EQ(out.holders.size(), 2u);
  EXPECT_EQ(out.holders[0].location.path, "cluster/a");
  EXPECT_EQ(out.holders[0].quantity, Quantity(2000));
  ASSERT_EQ(out.requests.size(), 2u);
  EXPECT_EQ(out.requests[0].user, "p2");
  EXPECT_EQ(out.requests[0].quantity, Quantity(2000));
  EXPECT_EQ(out.requests[0].tier, "best");
  EXPECT_EQ(to_text(out.requests[0].window), "[2023-01-01T00:00:50Z, 2023-01-01T00:01:00Z)");
  EXPECT_EQ(out.requests[0].window.from - out.requests[0].issue_at, Duration(10 * kNanosPerSecond));
  EXPECT_EQ(out.requests[1].quantity, Quantity(460));
  EXPECT_EQ(out.counts.rows, 3);
  EXPECT_EQ(out.counts.requests, 2);
  EXPECT_EQ(out.counts.skipped, (std::map<std::string, std::int64_t>{{"none-asked", 1}}));
  EXPECT_EQ(out.tiers, (std::vector<ImportTier>{{"best", 2}, {"rest", 1}}));
}

TEST(CsvImport, finds_the_files_by_their_columns_in_any_order) {
  std::string pods = std::string(kPodHeader) + "p1,1,460,B,100,200\n";
  auto swapped = parse_csv_trace(mapping_with(), {{"pods.csv", pods}, {"nodes.csv", kNodes}});
  EXPECT_EQ(scenarios::expect_value(swapped).requests.size(), 1u);
  auto unused = parse_csv_trace(mapping_with(),
                                {{"nodes.csv", kNodes}, {"pods.csv", pods}, {"more.csv", pods}});
  ASSERT_FALSE(unused);
  EXPECT_EQ(unused.error()[0].file, "more.csv");
}

TEST(CsvImport, names_the_header_that_lacks_a_column) {
  auto result = parse_csv_trace(
      mapping_with(), {{"nodes.csv", kNodes}, {"pods.csv", "pod,n,milli,qos,begin,end\n"}});
  scenarios::expect_problem(result, 1, 1, "no column `start`, which section `requests`");
  EXPECT_EQ(result.error()[0].file, "pods.csv");
  EXPECT_EQ(result.error()[0].source_line, "pod,n,milli,qos,begin,end");
}

TEST(CsvImport, refuses_a_column_that_stands_twice) {
  auto result = parse_csv_trace(
      mapping_with(), {{"nodes.csv", kNodes}, {"pods.csv", "pod,n,n,milli,qos,start,end\n"}});
  scenarios::expect_problem(result, 1, 7, "column `n` twice in pods.csv");
  scenarios::expect_problem(result, 1, 7, "found `pod`, `n`, `n`, `milli`");
}

TEST(CsvImport, names_the_separator_that_a_table_seems_to_use) {
  for (auto [separator, words] : {std::pair(';', "seems to use `;`"), {'\t', "seems to use tabs"}}) {
    std::string header = "pod,n,milli,qos,start,end\n";
    for (char& c : header)
      if (c == ',') c = separator;
    auto result = parse_csv_trace(mapping_with(), {{"nodes.csv", kNodes}, {"pods.csv", header}});
    scenarios::expect_problem(result, 1, 1, words);
    scenarios::expect_problem(result, 1, 1, "one column in pods.csv");
  }
}

TEST(CsvImport, names_the_columns_of_each_table_where_none_fits) {
  auto result = parse_csv_trace(mapping_with(), {{"a.csv", "x,y\n"}, {"b.csv", "z\n"}});
  scenarios::expect_problem(result, 0, 0, "a.csv has `x`, `y`; b.csv has `z`");
}

TEST(CsvImport, refuses_wrong_cells_at_their_place_all_in_one_go) {
  auto result = import(kNodes,
                       "p1,one,460,B,100,200\n"
                       "p2,1,460,C,100,200\n"
                       "p3,1,460,B,1o0,200\n"
                       "p4,1,460,B,100,99\n"
                       "p5,1,460,B,100\n"
                       "p6,1,0,B,100,200\n"
                       "p7,1,0.5,B,100,200\n"
                       "p8,1,460,B,100.5,200\n");
  scenarios::expect_problem(result, 2, 4, "`one` is no number");
  scenarios::expect_problem(result, 3, 10, "no tier of the mapping");
  scenarios::expect_problem(result, 4, 12, "a number of s since the epoch");
  scenarios::expect_problem(result, 5, 16, "before the start");
  scenarios::expect_problem(result, 6, 1, "a row of 5 cells");
  scenarios::expect_problem(result, 7, 1, "asks for nothing");
  scenarios::expect_problem(result, 8, 6, "a whole number of milli");
  scenarios::expect_problem(result, 9, 12, "granularity");
}

TEST(CsvImport, says_of_a_number_beyond_its_range_that_it_is_and_not_that_it_is_none) {
  auto result = import(kNodes,
                       "p1,99999999999999999999,460,B,100,200\n"
                       "p2,1,460,B,99999999999999999999,200\n"
                       "p3,1,460,B,100,99999999999999999999\n"
                       "p4,1,460,B,100,9000000000\n");
  scenarios::expect_problem(result, 2, 4, "`99999999999999999999` is out of range");
  scenarios::expect_problem(result, 3, 12, "`99999999999999999999` is out of range");
  scenarios::expect_problem(result, 4, 16, "`99999999999999999999` is out of range");
  scenarios::expect_problem(result, 5, 16, "`9000000000` is out of range");
}

TEST(CsvImport, keeps_a_row_with_an_empty_window) {
  Imported out = scenarios::expect_value(import(kNodes, "p1,1,460,B,100,100\n"));
  EXPECT_TRUE(out.requests[0].window.empty());
}

TEST(CsvImport, multiplies_decimals_exactly) {
  Imported out = scenarios::expect_value(import(kNodes, "p1,0.5,300,B,1,2\np2,1,2.0,B,1,2\n"));
  EXPECT_EQ(out.requests[0].quantity, Quantity(150));
  EXPECT_EQ(out.requests[1].quantity, Quantity(2));
}

TEST(CsvImport, takes_nodes_until_the_total_and_passes_over_what_would_exceed) {
  auto mapping = mapping_with("product: [gpus, 1000] }",
                              "product: [gpus, 1000] }, take_until: { column: gpus, total: 4 }");
  Imported out = scenarios::expect_value(import("node,gpus\na,3\nb,2\nc,1\nd,1\n", "p1,1,1,A,1,2\n", mapping));
  ASSERT_EQ(out.holders.size(), 2u);
  EXPECT_EQ(out.holders[0].name, "a");
  EXPECT_EQ(out.holders[1].name, "c");
  auto never = import("node,gpus\na,3\nb,2\n", "p1,1,1,A,1,2\n", mapping);
  scenarios::expect_problem(never, 0, 0, "3 of the total of 4");
}

TEST(CsvImport, leaves_nodes_without_capacity_out_and_says_so) {
  Imported out = scenarios::expect_value(import("node,gpus\na,0\nb,2\n", "p1,1,1,A,1,2\n"));
  EXPECT_EQ(out.holders.size(), 1u);
  ASSERT_EQ(out.notes.size(), 1u);
  EXPECT_EQ(out.notes[0], "1 holders without capacity left out");
}

TEST(CsvImport, marks_as_many_as_the_mapping_says_as_misbehaving) {
  auto misbehaving = [](const std::string& tier_inflation) {
    return mapping_with("requests:",
                        "misbehaviour: { over_sell: 1, double_declare: 1, tier_inflation: " +
                            tier_inflation + " }\nrequests:");
  };
  auto mapping = misbehaving("1");
  Imported out = scenarios::expect_value(import(kNodes, "p1,1,1,A,1,2\n", mapping));
  EXPECT_EQ(out.holders[0].strategy, scenarios::HolderStrategy::over_sell);
  EXPECT_EQ(out.holders[1].strategy, scenarios::HolderStrategy::double_declare);
  EXPECT_EQ(out.tier_inflation, 1);
  scenarios::expect_problem(import(kNodes, "p1,1,1,A,1,2\n", misbehaving("2")), 0, 0,
                 "2 users who forge a tier among 1");
  scenarios::expect_problem(import("node,gpus\na,1\n", "p1,1,1,A,1,2\n", mapping), 0, 0,
                 "2 misbehaving holders among 1");
}

TEST(CsvImport, makes_names_that_locations_can_have_and_keeps_them_apart) {
  Imported out = scenarios::expect_value(import("node,gpus\nn\xC3\xA9 1,1\nn?? 1,1\n,1\n",
                                     "\"p,1\",1,1,A,1,2\n\"p,1\",1,1,A,3,4\np/1,1,1,A,5,6\n"));
  EXPECT_EQ(out.holders[0].name, "n___1");
  EXPECT_EQ(out.holders[1].name, "n___1.2");
  EXPECT_EQ(out.holders[2].name, "holder");
  EXPECT_EQ(out.requests[0].user, "p_1");
  EXPECT_EQ(out.requests[1].user, "p_1");
  EXPECT_EQ(out.requests[2].user, "p_1.2");
}

TEST(CsvImport, makes_names_of_at_most_64_bytes_that_stay_apart) {
  std::string a(80, 'x');
  std::string b = a + "b";
  Imported out = scenarios::expect_value(
      import("node,gpus\n" + a + ",1\n" + b + ",1\n", a + ",1,1,A,1,2\n" + b + ",1,1,A,1,2\n"));
  EXPECT_LE(out.holders[1].name.size(), 64u);
  EXPECT_NE(out.holders[0].name, out.holders[1].name);
  EXPECT_NE(out.requests[0].user, out.requests[1].user);
}

TEST(CsvImport, reads_absolute_times_and_lengths) {
  auto mapping = mapping_with("{ unit: s, epoch: 2023-01-01T00:00:00Z }",
                              "{ unit: rfc3339, granularity: 100ns }");
  Imported out = scenarios::expect_value(
      import(kNodes, "p1,1,1,A,2023-11-16 18:15:46.6805900,2023-11-16T19:15:47+01:00\n", mapping));
  EXPECT_EQ(to_text(out.requests[0].window), "[2023-11-16T18:15:46.68059Z, 2023-11-16T18:15:47Z)");
  mapping = mapping_with("until: end", "length: end");
  out = scenarios::expect_value(import(kNodes, "p1,1,1,A,10,2.0\n", mapping));
  EXPECT_EQ(out.requests[0].window.length(), Duration(2 * kNanosPerSecond));
  scenarios::expect_problem(import(kNodes, "p1,1,1,A,10,-2\n", mapping), 2, 13, "a duration in s");
}

TEST(CsvImport, refuses_tables_from_which_nothing_comes) {
  scenarios::expect_problem(import(kNodes, "p1,0,1,A,1,2\n"), 0, 0,
                 "none of 1 rows becomes a request: 1 none-asked");
  scenarios::expect_problem(import("node,gpus\n", "p1,1,1,A,1,2\n"), 0, 0, "no holder");
  scenarios::expect_problem(import("", "p1,1,1,A,1,2\n"), 1, 1, "empty file");
}

// The real trace: counts from its README and from the files themselves.
TEST(CsvImport, reads_the_gpu_cluster_through_the_shipped_mapping) {
  std::string data = scenarios::source_dir() + "/../shared/data/gpu-cluster-2023/";
  Imported out = scenarios::expect_value(
      import_csv(scenarios::source_dir() + "/scenarios/mappings/gpu-cluster-2023.yaml",
                 {data + "openb_node_list_all_node.csv", data + "openb_pod_list_default.csv"}));
  EXPECT_EQ(out.counts.rows, 8152);
  EXPECT_EQ(out.counts.skipped, (std::map<std::string, std::int64_t>{{"no-gpu", 1088}}));
  EXPECT_EQ(out.counts.requests, 7064);
  ASSERT_EQ(out.requests.size(), 7064u);
  std::int64_t capacity = 0, empty = 0, offered_milli_seconds = 0;
  for (const scenarios::TraceHolder& h : out.holders) capacity += h.quantity.value;
  EXPECT_EQ(capacity, 32'000);
  EXPECT_EQ(out.holders.size(), 4u);
  for (const scenarios::TraceRequest& r : out.requests) {
    empty += r.window.empty();
    offered_milli_seconds += r.quantity.value * (r.window.length().value / kNanosPerSecond);
    EXPECT_TRUE(out.holders[0].window.contains(r.window));
  }
  EXPECT_EQ(empty, 1);
  // README: total offered 185,761,704 GPU-seconds.
  EXPECT_EQ((offered_milli_seconds + 500) / 1000, 185'761'704);
  ASSERT_EQ(out.tiers.size(), 4u);
  EXPECT_EQ(out.tiers.front().name, "latency-sensitive");
  EXPECT_EQ(out.requests.front().quantity, Quantity(1000));
  EXPECT_EQ(out.tier_inflation, 5);
}

}  // namespace
}  // namespace capmarket::imports
