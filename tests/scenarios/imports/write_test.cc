#include "scenarios/imports/csv_import.h"
#include "scenarios/imports/imported.h"
#include "scenarios/imports/swf.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::imports {
namespace {

Imported small() {
  return scenarios::expect_value(parse_swf("log \"1\".swf",
                                "; MaxProcs: 8\n"
                                "1 0 5 100 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n"
                                "2 9 5 0 16 -1 -1 -1 -1 -1 1 8 1 1 1 1 -1 -1\n"
                                "3 9 5 -1 4 -1 -1 4 -1 -1 1 7 1 1 1 1 -1 -1\n",
                                {}));
}

TEST(ImportWriter, writes_a_scenario_that_loads_with_everything_that_was_imported) {
  testing::ScratchFolder folder;
  Imported before = small();
  ASSERT_TRUE(write_import(before, folder / "log.yaml", false));
  EXPECT_EQ(folder.count(), 4u);
  scenarios::Scenario after = scenarios::expect_value(scenarios::load_scenario(folder / "log.yaml", {}, {}));
  ASSERT_TRUE(after.trace);
  EXPECT_EQ(after.trace->requests, before.requests);
  EXPECT_EQ(after.trace->holders, before.holders);
  EXPECT_EQ(after.trace->import, before.counts);
  ASSERT_EQ(after.rules.size(), 1u);
  const rules::Rule& rule = after.rules[0].rule;
  EXPECT_EQ(rule.effective.from, after.start);
  for (const scenarios::TraceRequest& r : before.requests) {
    EXPECT_LT(after.start, r.issue_at);
    EXPECT_LT(r.window.until, after.end());
    EXPECT_LE(r.quantity, rule.limits.quantity_max);
    EXPECT_LE(r.window.length(), rule.limits.length_max);
    EXPECT_LE(r.window.from - r.issue_at, rule.limits.lead_max);
    EXPECT_LE(r.max_price, rule.limits.price_max);
    EXPECT_NE(rule.tier(r.tier), nullptr);
  }
  EXPECT_LT(after.end(), rule.effective.until);
}

TEST(ImportWriter, writes_the_gpu_cluster_as_a_scenario_that_loads) {
  testing::ScratchFolder folder;
  std::string data = scenarios::source_dir() + "/../shared/data/gpu-cluster-2023/";
  Imported before = scenarios::expect_value(
      import_csv(scenarios::source_dir() + "/scenarios/mappings/gpu-cluster-2023.yaml",
                 {data + "openb_node_list_all_node.csv", data + "openb_pod_list_default.csv"}));
  ASSERT_TRUE(write_import(before, folder / "gpu.yaml", false));
  scenarios::Scenario after = scenarios::expect_value(scenarios::load_scenario(folder / "gpu.yaml", {}, {}));
  ASSERT_TRUE(after.trace);
  EXPECT_EQ(after.trace->requests.size(), 7064u);
  ASSERT_EQ(after.adversaries.size(), 1u);
  EXPECT_EQ(after.adversaries[0].count, 5);
  EXPECT_EQ(after.rules[0].rule.tiers.size(), 4u);
}

TEST(ImportWriter, writes_huge_amounts_that_the_rule_still_allows) {
  testing::ScratchFolder folder;
  Imported huge = scenarios::expect_value(
      parse_swf("x.swf", "1 0 5 1000000000 10000000000 -1 -1 -1 -1 -1 1 7 1 1 1 1 -1 -1\n", {}));
  ASSERT_TRUE(write_import(huge, folder / "x.yaml", false));
  EXPECT_TRUE(scenarios::expect_value(scenarios::load_scenario(folder / "x.yaml", {}, {})).trace);
}

TEST(ImportWriter, refuses_to_overwrite_without_force) {
  testing::ScratchFolder folder;
  folder.write("log.rule.yaml", "mine");
  auto refused = write_import(small(), folder / "log.yaml", false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error()[0].file, folder / "log.rule.yaml");
  EXPECT_EQ(folder.count(), 1u);
  EXPECT_EQ(yaml::read_file(folder / "log.rule.yaml"), "mine");
  EXPECT_TRUE(write_import(small(), folder / "log.yaml", true));
  EXPECT_EQ(folder.count(), 4u);
  EXPECT_NE(yaml::read_file(folder / "log.rule.yaml"), "mine");
}

TEST(ImportWriter, leaves_nothing_behind_when_a_file_cannot_be_written) {
  testing::ScratchFolder folder;
  std::filesystem::create_directory(folder / "log.holders.csv");
  EXPECT_FALSE(write_import(small(), folder / "log.yaml", true));
  EXPECT_EQ(folder.count(), 1u);
  EXPECT_FALSE(write_import(small(), folder / "missing/log.yaml", false));
}

TEST(ImportWriter, refuses_a_name_that_is_no_yaml_file) {
  EXPECT_FALSE(import_paths("out"));
  EXPECT_FALSE(import_paths("out.csv"));
  EXPECT_FALSE(import_paths(".yaml"));
  EXPECT_EQ(scenarios::expect_value(import_paths("a/b.yml")).requests, "a/b.requests.csv");
}

}  // namespace
}  // namespace capmarket::imports
