#include "scenarios/trace.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

constexpr std::string_view kRequests =
    "user,kind,tier,class,quantity,from,until,issue_at,max_price,partial\n";
constexpr std::string_view kHolders = "name,location,class,quantity,from,until,strategy,ask\n";

auto requests(std::string_view rows) {
  return parse_trace_requests("r.csv", std::string(kRequests) + std::string(rows));
}
auto holders(std::string_view rows) {
  return parse_trace_holders("h.csv", std::string(kHolders) + std::string(rows));
}

TEST(TraceFiles, read_a_request) {
  auto rows = expect_value(requests("u1,user,best,gpu,1500,20,30,10,1.50,true\n"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].quantity, Quantity(1500));
  EXPECT_EQ(rows[0].window, (Window{Instant(20), Instant(30)}));
  EXPECT_EQ(rows[0].issue_at, Instant(10));
  EXPECT_EQ(rows[0].max_price, Money(15'000));
  EXPECT_TRUE(rows[0].partial);
}

TEST(TraceFiles, keep_a_request_with_an_empty_window_and_refuse_a_reversed_one) {
  EXPECT_TRUE(requests("u1,user,best,gpu,1,20,20,10,1.50,true\n"));
  expect_problem(requests("u1,user,best,gpu,1,20,19,10,1.50,true\n"), 2, 23, "before the start");
}

TEST(TraceFiles, refuse_wrong_cells_at_their_place_all_in_one_go) {
  auto result = requests(
      "u 1,user,best,gpu,0,20,30,10,1.50,true\n"
      "u2,user,best,gpu,1,20,30,21,-1,yes\n"
      "u3,user\n");
  expect_problem(result, 2, 1, "no name");
  expect_problem(result, 2, 19, "positive whole number");
  expect_problem(result, 3, 26, "after the start");
  expect_problem(result, 3, 29, "no price");
  expect_problem(result, 3, 32, "one of: false,true");
  expect_problem(result, 4, 1, "2 cells");
  EXPECT_EQ(result.error().size(), 6u);
}

TEST(TraceFiles, refuse_other_columns) {
  expect_problem(parse_trace_requests("r.csv", "user,tier\n"), 1, 1, "wrong columns");
  expect_problem(parse_trace_requests("r.csv", ""), 1, 1, "empty file");
}

TEST(TraceFiles, read_a_holder_and_refuse_an_unknown_strategy) {
  auto rows = expect_value(holders("n1,cluster/n1,gpu,8000,20,30,over-sell,0.10\n"));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].strategy, HolderStrategy::over_sell);
  EXPECT_EQ(rows[0].ask, Money(1'000));
  expect_problem(holders("n1,cluster/n1,gpu,8000,20,30,steal,0.10\n"), 2, 30, "prepublish");
  expect_problem(holders("n1,cluster/n1,gpu,8000,20,20,prepublish,0.10\n"), 2, 27, "empty window");
}

TEST(TraceFiles, stop_after_twenty_problems) {
  std::string rows;
  for (int i = 0; i < 100; ++i) rows += "x\n";
  EXPECT_EQ(requests(rows).error().size(), 20u);
}

RC_GTEST_PROP(TraceFiles, read_back_the_requests_that_they_write, ()) {
  auto number = rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 60);
  std::vector<TraceRequest> before(static_cast<std::size_t>(*rc::gen::inRange(0, 5)));
  for (TraceRequest& r : before) {
    std::int64_t at = *number;
    r = {"u" + std::to_string(*number),
         "user",
         "best",
         "gpu",
         Quantity(*number),
         {Instant(at), Instant(at + *number)},
         Instant(at - 1),
         Money(*number),
         *rc::gen::arbitrary<bool>()};
  }
  auto after = parse_trace_requests("r.csv", format_trace_requests(before));
  RC_ASSERT(after.has_value());
  RC_ASSERT(*after == before);
}

RC_GTEST_PROP(TraceFiles, read_back_the_holders_that_they_write, ()) {
  auto number = rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 60);
  std::vector<TraceHolder> before(static_cast<std::size_t>(*rc::gen::inRange(0, 5)));
  for (TraceHolder& h : before) {
    std::int64_t at = *number;
    h = {"n1",
         location::Location{"a/b"},
         "gpu",
         Quantity(*number),
         {Instant(at), Instant(at + *number)},
         *rc::gen::element(HolderStrategy::prepublish, HolderStrategy::over_sell,
                           HolderStrategy::double_declare),
         Money(*number)};
  }
  auto after = parse_trace_holders("h.csv", format_trace_holders(before));
  RC_ASSERT(after.has_value());
  RC_ASSERT(*after == before);
}

}  // namespace
}  // namespace capmarket::scenarios
