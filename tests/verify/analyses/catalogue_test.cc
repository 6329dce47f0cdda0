// The rows of the catalogue: every finding belongs to one, in their order, and the table shows all.
#include "verify/analyses/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

TEST(AnalysisCatalogue, names_each_analysis_once_and_shows_it_in_the_table) {
  std::set<std::string_view> ids;
  const std::string table = analyses_table();
  for (const AnalysisRow& row : analysis_catalogue()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_EQ(row_of(row.analysis).id, row.id);
    EXPECT_NE(row.run, nullptr) << row.id;
    EXPECT_NE(table.find("| `" + std::string(row.id) + "` | "), table.npos) << row.id;
  }
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'),
            static_cast<std::ptrdiff_t>(ids.size()) + 2);
}

TEST(CheckRule, reports_in_the_order_of_the_catalogue) {
  auto files = question::load_rule_files(std::string(CAPMARKET_SOURCE_DIR) +
                                         "/tests/verify/analyses/rules/clean-goals.yaml");
  ASSERT_TRUE(files);
  RuleReport report = check_rule(files->front(), *files, {});
  EXPECT_TRUE(std::is_sorted(report.findings.begin(), report.findings.end(),
                             [](const Finding& a, const Finding& b) { return a.row < b.row; }));
  for (const Finding& f : report.findings) {
    EXPECT_EQ(f.severity, row_of(f.row).severity) << f.analysis;
    EXPECT_EQ(f.analysis,
              f.row == AnalysisId::goal ? "goal:" + f.subject : std::string(row_of(f.row).id));
  }
}

/// What no designer can break is not told as proved of a rule; a promulgation proves it.
TEST(CheckRule, says_of_the_framework_where_it_is_proved_and_proves_it_where_asked) {
  auto files = question::load_rule_files(std::string(CAPMARKET_SOURCE_DIR) +
                                         "/tests/verify/analyses/rules/scene-minrun.yaml");
  ASSERT_TRUE(files);
  for (bool framework : {false, true}) {
    CheckOptions options;
    options.framework = framework;
    int rows = 0;
    for (const Finding& f : check_rule(files->front(), *files, options).findings) {
      if (row_of(f.row).scope != AnalysisScope::framework) continue;
      ++rows;
      EXPECT_EQ(f.verdict, framework ? AnalysisVerdict::proved : AnalysisVerdict::info)
          << f.analysis;
      EXPECT_EQ(f.sentence, framework ? "" : "framework: see `prove`") << f.analysis;
    }
    EXPECT_EQ(rows, 7);
  }
}

}  // namespace
}  // namespace capmarket::analyses
