// What `prove` prints of a theorem.
#include "reports/prove_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace capmarket::reports {
namespace {

using ::testing::HasSubstr;

TEST(ProveReport, says_its_bounds_in_words_a_kind_a_line) {
  theorems::ProveReport report;
  report.listed = true;
  theorems::TheoremReport& t = report.theorems.emplace_back();
  t.name = "INV-1";
  t.bounds =
      "2 live pieces; 1 to 2 of `legs`, 1 of `victims`, 3 of `pages`; every integer at most 9";
  EXPECT_THAT(prove_text(report, false), HasSubstr("    for:    2 live pieces\n"
                                                   "            1 to 2 legs, 1 victim, 3 pages\n"
                                                   "            every integer at most 9\n"));
}

}  // namespace
}  // namespace capmarket::reports
