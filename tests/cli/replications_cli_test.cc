// `run --replications` and `--warm-up` as a user calls them.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class ReplicationsCli : public BinaryTest {
 protected:
  const std::string small = "run '" + root + "/tests/sim/small.yaml' --signatures mac ";
  const std::string minutes = small + "--set duration=3min ";
  const std::string settled =
      "--set duration=6h --set holders.0.window=12h --set holders.1.window=12h --set "
      "holders.2.window=12h ";

  std::vector<std::vector<std::string>> rows(const std::string& file) const {
    std::vector<std::vector<std::string>> out;
    std::stringstream text(slurp(dir / file));
    for (std::string line; std::getline(text, line);) {
      std::stringstream cells(line);
      auto& row = out.emplace_back();
      for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    }
    return out;
  }
  void refused(const std::string& arguments, const std::string& why) const {
    const Outcome o = call(arguments);
    EXPECT_EQ(o.status, 2) << arguments << "\n" << o.out;
    EXPECT_THAT(o.err, HasSubstr(why)) << arguments;
    EXPECT_THAT(o.err, HasSubstr("expected: ")) << arguments;
  }
};

TEST_F(ReplicationsCli, leave_a_row_each_and_what_they_say_together) {
  const Outcome o = call(minutes + "--replications 4 --out r --format json --threads 2");
  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(Json::parse(slurp(dir / "r/summary.json")), o.json());
  const auto table = rows("r/replications.csv");
  ASSERT_EQ(table.size(), 5u);
  EXPECT_EQ(table[0], (std::vector<std::string>{"replication", "seed", "root", "entries", "events",
                                                "steady_from"}));
  // Each can be played alone; together they have this mean and this interval.
  double mean = 0, squares = 0;
  std::vector<double> settlements;
  std::set<std::string> roots;
  for (std::size_t i = 1; i < table.size(); ++i) {
    EXPECT_EQ(table[i][0], std::to_string(i - 1));
    const Json run = call(minutes + "--chain memory --format json --force --out one --seed " +
                          table[i][1]).json();
    EXPECT_EQ(run["chain"]["root"], table[i][2]) << i;
    roots.insert(table[i][2]);
    settlements.push_back(run["settlements"]);
    mean += settlements.back() / 4;
  }
  EXPECT_EQ(roots.size(), 4u);
  EXPECT_EQ(table[1][1], "1") << "the scenario's own seed";
  for (double x : settlements) squares += (x - mean) * (x - mean);
  const Json metric = o.json()["metrics"]["settlements"];
  EXPECT_EQ(metric["n"], 4);
  EXPECT_EQ(metric["unit"], "count");
  EXPECT_NEAR(metric["mean"], mean, 1e-9);
  EXPECT_NEAR(metric["deviation"], std::sqrt(squares / 3), 1e-9);
  EXPECT_NEAR(metric["half_width"], 3.182446305 * std::sqrt(squares / 3) / 2, 1e-6);
  EXPECT_GT(squares, 0);
  EXPECT_EQ(o.json()["level"], 0.95);
}

TEST_F(ReplicationsCli, are_the_same_files_on_any_number_of_threads) {
  ASSERT_EQ(call(minutes + "--replications 3 --out a --threads 1 --quiet").status, 0);
  ASSERT_EQ(call(minutes + "--replications 3 --out b --threads 3 --quiet").status, 0);
  EXPECT_EQ(slurp(dir / "a/replications.csv"), slurp(dir / "b/replications.csv"));
  EXPECT_EQ(Json::parse(slurp(dir / "a/summary.json"))["metrics"],
            Json::parse(slurp(dir / "b/summary.json"))["metrics"]);
}

TEST_F(ReplicationsCli, of_one_are_the_run_without_an_interval) {
  const Json run = call(minutes + "--chain memory --format json --out one").json();
  const Json one = call(minutes + "--replications 1 --out r --format json").json();
  EXPECT_EQ(rows("r/replications.csv")[1][2], run["chain"]["root"]);
  const Json metric = one["metrics"]["requests"];
  EXPECT_EQ(metric["mean"], run["requests"]);
  EXPECT_TRUE(metric["half_width"].is_null() && metric["deviation"].is_null());
  EXPECT_THAT(call(minutes + "--replications 1 --out r --force").out, HasSubstr("none"));
}

TEST_F(ReplicationsCli, have_wider_intervals_at_a_higher_level) {
  const auto half = [&](const std::string& level) {
    return call(minutes + "--replications 3 --out r --force --format json --level " + level)
        .json()["metrics"]["requests"]["half_width"].get<double>();
  };
  EXPECT_NEAR(half("99%") / half("90%"), 9.924843 / 2.919986, 1e-5);
  EXPECT_NEAR(half("0.99"), half("99%"), 1e-12);
}

TEST_F(ReplicationsCli, count_what_a_run_lacks_as_none_and_a_ratio_of_nothing_not_at_all) {
  // Of seven seconds some seeds have requests and some have none.
  const Json all = call(small + "--set duration=7s --replications 12 --out r --format json").json();
  const Json& metrics = all["metrics"];
  int requests = 0, none = 0;
  for (const auto& row : rows("r/replications.csv")) {
    if (row[0] == "replication") continue;
    const Json run = call(small + "--set duration=7s --chain memory --format json --force --out one "
                                  "--seed " + row[1]).json();
    requests += run["requests"].get<int>();
    none += run["requested_volume"] == "0" ? 1 : 0;
  }
  ASSERT_GT(none, 0);
  ASSERT_LT(none, 12);
  EXPECT_EQ(metrics["fill_rate"]["n"], 12 - none);
  EXPECT_EQ(metrics["by_tier.firm.requests"]["n"], 12);
  EXPECT_NEAR(metrics["requests"]["mean"], requests / 12.0, 1e-9);
}

TEST_F(ReplicationsCli, refuse_what_makes_no_sense_with_a_sentence) {
  refused(minutes + "--replications 2 --chain files", "their chains live in memory");
  refused(minutes + "--level 90%", "--level does nothing without --replications");
  for (const char* level : {"0%", "100%", "95", "wide"})
    refused(minutes + "--replications 2 --level " + level, "--level ");
  refused(minutes + "--warm-up 3min", "--warm-up 3min: outside the scenario");
  refused(minutes + "--warm-up mser", "neither a method nor a duration");
  refused(minutes + "--replications 0", "--replications");
  EXPECT_EQ(dir.count(), 2u) << "out.txt, err.txt: nothing is written";
  EXPECT_EQ(call(minutes + "--replications 2 --chain memory --quiet --out r").status, 0);
}

TEST_F(ReplicationsCli, replace_replications_alone) {
  ASSERT_EQ(call(minutes + "--replications 2 --quiet --out r").status, 0);
  ASSERT_EQ(call(minutes + "--quiet --out run").status, 0);
  refused(minutes + "--replications 2 --out r", "r");
  refused(minutes + "--replications 2 --force --out run", "no run writes");
  refused(minutes + "--force --out r", "replications.csv");
  std::filesystem::create_directory(dir / "mine");
  dir.write("mine/summary.json", "years of work");
  refused(minutes + "--replications 2 --force --out mine", "no summary of any");
  EXPECT_EQ(call(minutes + "--replications 2 --force --quiet --out r").status, 0);
}

TEST_F(ReplicationsCli, that_are_interrupted_leave_those_that_are_whole) {
  const std::string many = small + "--replications 10000 --threads 2 --quiet --out r";
  const std::string command = "cd '" + dir.path() + "'; '" + CAPMARKET_BINARY + "' " + many +
                              " >out.txt 2>err.txt & sleep 1; kill -TERM $!; wait $!";
  const int status = std::system(command.c_str());
  ASSERT_EQ(WEXITSTATUS(status), 130) << slurp(dir / "err.txt");
  const Json all = Json::parse(slurp(dir / "r/summary.json"));
  EXPECT_TRUE(all["interrupted"]);
  EXPECT_EQ(all["asked"], 10'000);
  EXPECT_LT(all["replications"], 10'000);
  EXPECT_EQ(rows("r/replications.csv").size(), all["replications"].get<std::size_t>() + 1);
}

TEST_F(ReplicationsCli, a_warm_up_is_told_beside_the_whole) {
  const Json plain = call(small + "--chain memory --format json --out plain").json();
  EXPECT_FALSE(plain.contains("steady_state"));
  const Outcome o = call(small + "--format json --out a --warm-up 20min");
  ASSERT_EQ(o.status, 0) << o.err;
  const Json run = o.json(), steady = run["steady_state"];
  EXPECT_EQ(run["chain"], plain["chain"]);
  EXPECT_EQ(steady["warm_up"], "20min");
  const std::string from = "2026-01-15T16:20:01.5Z";
  EXPECT_EQ(steady["from"], from) << "the next row: rows are 13.5 s apart";
  EXPECT_GT(steady["granted"], 0);
  EXPECT_LE(steady["granted"], steady["requested"]);
  EXPECT_NEAR(steady["fill_rate"].get<double>(),
              steady["granted"].get<double>() / steady["requested"].get<double>(), 1e-5);
  // From the series: settlements behind that row, an hour.
  const auto series = rows("a/series.csv");
  const auto row =
      std::find_if(series.begin(), series.end(), [&](const auto& r) { return r[0] == from; });
  ASSERT_NE(row, series.end());
  const double seconds = 45 * 60 - (20 * 60 + 1.5);
  EXPECT_NEAR(steady["settlements"].get<double>(),
              (run["settlements"].get<double>() - std::stod((*row)[3])) * 3600 / seconds, 1e-5);
  EXPECT_THAT(call(small + "--out b --warm-up 20min").out,
              HasSubstr("of what was live after the warm-up"));
  EXPECT_EQ(call("verify a --solver none --quiet").status, 0) << "the receipt vouches for it";
}

TEST_F(ReplicationsCli, a_steady_state_study_asks_for_mser5_and_says_where_there_is_none) {
  // In three quarters of an hour this market fills; in six hours it settles.
  copied(root + "/tests/sim/small.yaml", "study: terminating", "study: steady-state", "s.yaml");
  std::filesystem::copy_file(root + "/tests/sim/small.rule.yaml", dir / "small.rule.yaml");
  const std::string study = "run s.yaml --signatures mac --chain memory ";
  const Outcome found = call(study + settled + "--format json --out a");
  EXPECT_EQ(found.status, 0) << found.err;
  const Json steady = found.json()["steady_state"];
  EXPECT_EQ(steady["warm_up"], "mser5");
  EXPECT_TRUE(steady["from"].is_string() && steady["utilisation"].is_number()) << steady;
  const Outcome none = call(study + "--format json --out b");
  EXPECT_EQ(none.status, 3) << none.err;
  EXPECT_EQ(none.json()["steady_state"], Json({{"warm_up", "mser5"}, {"from", nullptr}}));
  EXPECT_THAT(call(study + "--out c").out, HasSubstr("no steady state found in this run"));
  const Outcome whole = call(study + "--format json --out d --warm-up none");
  EXPECT_EQ(whole.status, 0) << whole.err;
  EXPECT_FALSE(whole.json().contains("steady_state"));
}

TEST_F(ReplicationsCli, tell_no_steady_number_where_one_has_none) {
  const auto has_steady = [](const Json& metrics) {
    int out = 0;
    for (const auto& [id, metric] : metrics.items()) out += id.starts_with("steady_state") ? 1 : 0;
    return out;
  };
  const std::string many =
      small + settled + "--set duration=90min --warm-up mser5 --replications 6 --format json ";
  const Outcome o = call(many + "--out r");
  const Json some = o.json();
  EXPECT_EQ(o.status, 3);
  EXPECT_GT(some["undecided"].size(), 0u);
  EXPECT_LT(some["undecided"].size(), 6u) << "some have found one";
  EXPECT_EQ(has_steady(some["metrics"]), 0);
  const Outcome lengths = call(small + "--warm-up 20min --replications 2 --format json --out s");
  const Json all = lengths.json();
  EXPECT_EQ(lengths.status, 0);
  EXPECT_GT(has_steady(all["metrics"]), 10);
  EXPECT_EQ(all["metrics"]["steady_state.fill_rate"]["n"], 2);
  EXPECT_THAT(call(small + "--warm-up mser5 --replications 2 --out t").out,
              HasSubstr("no steady state found in replication 0"));
}

}  // namespace
}  // namespace capmarket::cli
