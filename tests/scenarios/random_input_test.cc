// Whatever the bytes, an importer ends with problems or with something consistent.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "scenarios/imports/csv_import.h"
#include "scenarios/imports/swf.h"
#include "scenarios/trace.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

/// Mostly good lines, now and then pieces of lines or any bytes: inputs of every kind between those
/// that fail at the first check and those that are imported.
rc::Gen<std::string> text_of(std::vector<std::string> lines, std::vector<std::string> pieces) {
  auto part = rc::gen::weightedOneOf<std::string>(
      {{60, rc::gen::elementOf(std::move(lines))},
       {2, rc::gen::elementOf(std::move(pieces))},
       {1, rc::gen::container<std::string>(rc::gen::arbitrary<char>())}});
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(part),
                      [](const std::vector<std::string>& parts) {
                        std::string out;
                        for (const std::string& p : parts) out += p;
                        return out;
                      });
}

void check_consistent(const Result<imports::Imported>& result) {
  RC_CLASSIFY(result.has_value(), "imported");
  if (!result) {
    RC_ASSERT(!result.error().empty());
    RC_ASSERT(result.error().size() <= 21u);
    for (const Problem& p : result.error()) RC_ASSERT(!to_text(p).empty());
    return;
  }
  std::int64_t accounted = static_cast<std::int64_t>(result->requests.size());
  RC_ASSERT(accounted == result->counts.requests);
  for (const auto& [reason, count] : result->counts.skipped) accounted += count;
  RC_ASSERT(accounted == result->counts.rows);
  RC_ASSERT(!result->requests.empty());
  RC_ASSERT(!result->holders.empty());
  imports::ImportFiles texts =
      imports::render_import(*result, {"o.yaml", "o.rule.yaml", "o.requests.csv", "o.holders.csv"});
  auto requests = parse_trace_requests("o.requests.csv", texts.requests);
  RC_ASSERT(requests.has_value());
  RC_ASSERT(*requests == result->requests);
  auto holders = parse_trace_holders("o.holders.csv", texts.holders);
  RC_ASSERT(holders.has_value());
  RC_ASSERT(*holders == result->holders);
  RC_ASSERT(yaml::parse_yaml("o.yaml", texts.scenario).has_value());
  RC_ASSERT(yaml::parse_yaml("o.rule.yaml", texts.rule).has_value());
  for (const TraceRequest& r : result->requests) RC_ASSERT(result->start() < r.issue_at);
}

const std::string kJob = "1 0 5 100 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n";

RC_GTEST_PROP(RandomInput, never_breaks_the_swf_import, ()) {
  std::string text = *text_of(
      {kJob, "2 9 5 0 16 -1 -1 -1 -1 -1 1 8 1 1 -1 2 -1 -1\n", "\n", ";MaxProcs: 4\n",
       "; UnixStartTime: 999999999\n", "3 7.5 5 -1 4 12.50 -1 4 60 -1 1 -1 1 1 3 1 -1 -1\r\n"},
      {"1 ", "0 ", "-1 ", "9999999999999 ", ";", "\t", "1e9 "});
  imports::SwfOptions options;
  options.tier = *rc::gen::element(imports::SwfTier::none, imports::SwfTier::queue, imports::SwfTier::partition);
  options.strict = *rc::gen::arbitrary<bool>();
  check_consistent(imports::parse_swf("x.swf", text, options));
}

RC_GTEST_PROP(RandomInput, keeps_a_job_of_any_eighteen_numbers_accounted_for, ()) {
  std::string text = "; MaxProcs: 100\n" + kJob;
  auto field = rc::gen::weightedOneOf<std::int64_t>(
      {{3, rc::gen::inRange<std::int64_t>(-2, 1000)}, {1, rc::gen::arbitrary<std::int64_t>()}});
  for (std::int64_t value : *rc::gen::container<std::vector<std::int64_t>>(18, field))
    text += std::to_string(value) + " ";
  check_consistent(imports::parse_swf("x.swf", text + "\n", {}));
}

RC_GTEST_PROP(RandomInput, never_breaks_the_csv_import, ()) {
  auto mapping_text = yaml::read_file(source_dir() + "/scenarios/mappings/gpu-cluster-2023.yaml");
  RC_ASSERT(mapping_text.has_value());
  auto mapping = imports::parse_mapping("m.yaml", *mapping_text);
  RC_ASSERT(mapping.has_value());
  std::string nodes = "sn,gpu,model\na,16,G2\nb,16,G2\n" +
                      *text_of({"c,0,G2\n", "d,8,T4\n", "\"e,\",8,G2\n"}, {"\"", ",", "\n", "G2"});
  std::string pods = "name,num_gpu,gpu_milli,qos,creation_time,deletion_time\n" +
                     *text_of({"p1,1,500,LS,0,10\n", "p2,2,1,BE,5,5\n", "p3,0,0,LS,1,2\n",
                               "p4,8,1000,BE,0,1000000000\n"},
                              {",", "\"", "9223372036854775807", "-1", "1.5", "\n", "LS"});
  check_consistent(imports::parse_csv_trace(*mapping, {{"n.csv", nodes}, {"p.csv", pods}}));
}

RC_GTEST_PROP(RandomInput, never_breaks_the_trace_reader, ()) {
  std::string rows = *text_of({"u,user,t,c,1,2,3,1,0.5,true\n"}, {"1,", "\n", "\"", "x,", "-1,"});
  auto result = parse_trace_requests(
      "r.csv", "user,kind,tier,class,quantity,from,until,issue_at,max_price,partial\n" + rows);
  RC_CLASSIFY(result.has_value(), "read");
  if (!result) RC_ASSERT(!result.error().empty());
}

}  // namespace
}  // namespace capmarket::scenarios
