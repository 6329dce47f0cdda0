// A faulty writer: what it admitted against the rule is found, by the auditor and by a dispute.
#include <gtest/gtest.h>

#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/times.h"
#include "verify/audit/audit.h"

namespace capmarket::audit {
namespace {

using testing::at_second;
using testing::seconds;

TEST(FaultyWriter, is_found_at_the_settlement_and_its_finding_stands_under_audit) {
  testing::Market m({.scheme = crypto::Scheme::mac});
  testing::Party holder = m.holder(100), user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  objects::Request q = m.request(user, {declaration}, 10, seconds(200, 300));
  objects::Settlement s =
      m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100));
  s.legs[0].price = Money(5'000);  // below the floor of the rule
  m.chain().neglect(admission::ClauseId::price);
  const chain::Receipt wrong = m.settle(holder, user, s, at_second(100));
  ASSERT_TRUE(wrong.decision.admitted());
  const ContentId settlement = m.chain().state().settlements.back().id;
  objects::Dispute d{m.salt(),    user.key.pub, objects::Role::user,
                     {},          settlement,   objects::Ground::rule_misapplied,
                     {settlement}};
  ASSERT_EQ(
      testing::clauses(m.submit(m.sign(d, {{objects::Role::user, user.key}}), at_second(150))), "");
  testing::ScratchFolder dir;
  m.write(dir.path());
  auto report = audit_chain(dir.path(), {1, nullptr});
  ASSERT_TRUE(report.has_value());
  // The decision alone: the Resolution, the Release and the Obligation behind it are right.
  ASSERT_EQ(report->violations.size(), 1U);
  EXPECT_EQ(report->violations[0].invariant, objects::Invariant::clauses);
  EXPECT_EQ(report->violations[0].sequence, wrong.sequence.value);
}

}  // namespace
}  // namespace capmarket::audit
