// The bytes of a sample of histories, before the auditor: what admission admitted holds there too.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/property/history.h"
#include "tests/property/slow_breaches.h"
#include "tests/support/scratch_folder.h"
#include "verify/audit/audit.h"

namespace capmarket::property {
namespace {

std::string audited(const World& world) {
  testing::ScratchFolder dir;
  world.write(dir.path());
  auto report = audit::audit_chain(dir.path(), {1, nullptr});
  if (!report) return to_text(report.error());
  if (report->size != world.chain().size() || report->root != world.chain().root() ||
      report->audited != world.chain().size())
    return "the auditor saw another chain";
  if (report->holds()) return breaches_agree(world.slow, *report);
  const audit::AuditViolation& v = report->violations.front();
  return fmt::format("{} at {}: {}", objects::to_text(v.invariant), v.sequence, v.detail);
}

class AuditedHistories : public ::testing::TestWithParam<MarketSetUp> {};

TEST_P(AuditedHistories, hold_for_the_auditor) {
  Statistics statistics;
  ASSERT_TRUE(histories_hold(GetParam(), 40, 3, statistics, audited));
  EXPECT_GT(statistics.counts["settlement admitted"], 0);
}

INSTANTIATE_TEST_SUITE_P(setups, AuditedHistories, ::testing::ValuesIn(all_setups()));

}  // namespace
}  // namespace capmarket::property
