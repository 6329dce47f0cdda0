// What `verify` says in words of what it counted and did not prove.
#include "reports/verify_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace capmarket::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(VerifyText, counts_the_signatures_that_are_invalid_among_all_that_were_checked) {
  trace::VerifyReport r;
  r.audit.size = 1;
  r.audit.signatures_verified = 710;
  r.audit.signatures_invalid = 3;
  EXPECT_THAT(verify_text(r, false), HasSubstr("  713 signatures checked, 3 of them invalid\n"));
}

TEST(VerifyText, counts_nothing_where_nothing_is_signed) {
  const std::string text = verify_text(trace::VerifyReport(), false);
  EXPECT_THAT(text, HasSubstr("  no entry was audited: there is no signed size to go to\n"));
  EXPECT_THAT(text, Not(HasSubstr("decided again")));
}

TEST(VerifyText, says_that_nothing_was_proved_where_nobody_was_asked) {
  trace::VerifyReport r;
  r.solver = false;
  r.audit.pruned = 2;
  const std::string text = verify_text(r, false);
  EXPECT_THAT(text, HasSubstr("    proofs      none of INV-1 and INV-2: --solver none\n"));
  EXPECT_THAT(text, HasSubstr("what came after is decided without them\n"));
}

TEST(VerifyText, says_that_nothing_was_proved_over_damaged_bytes) {
  trace::VerifyReport r;
  r.audit.damaged = true;
  EXPECT_THAT(verify_text(r, false),
              HasSubstr("    proofs      none of INV-1 and INV-2: the bytes are damaged\n"));
}

TEST(VerifyText, speaks_of_proofs_where_there_are_some) {
  trace::VerifyReport r;
  r.audit.pruned = 2;
  r.theorems.emplace_back().verdict = theorems::Verdict::proved;
  const std::string text = verify_text(r, false);
  EXPECT_THAT(text, HasSubstr("what came after is decided, and proved, without them\n"));
  EXPECT_THAT(text, Not(HasSubstr("proofs ")));
}

TEST(VerifyText, counts_one_line_as_one) {
  trace::VerifyReport r;
  r.rests_on.other_lines = 1;
  EXPECT_THAT(verify_text(r, false), HasSubstr(" 1 line of others than the log, 0 checked"));
  r.rests_on.other_lines = 2;
  EXPECT_THAT(verify_text(r, false), HasSubstr(" 2 lines of others than the log, 0 checked"));
}

}  // namespace
}  // namespace capmarket::reports
