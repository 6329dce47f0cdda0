// Proofs over a recorded chain: an honest one is proved, a faulty one refuted, even where the audit
// is not asked.
#include <gtest/gtest.h>

#include "tests/support/chain_files.h"
#include "tests/support/trade.h"
#include "verify/trace/verify.h"

namespace capmarket::trace {
namespace {

VerifyReport verified(const std::string& dir, bool solver = true) {
  VerifyOptions options;
  options.solver = solver;
  auto report = verify_chain(dir, options);
  CHECK(report.has_value());
  return *report;
}

const TraceTheorem& theorem(const VerifyReport& report, const std::string& name) {
  for (const TraceTheorem& t : report.theorems)
    if (t.name == name) return t;
  CHECK(false, name);
  return report.theorems[0];
}

class Trace : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::Trade market(dir_.path());
    play(market);
    market.sign();
  }
  /// Sequence number of the n-th settlement, and a decision for it under a valid signature.
  std::int64_t redecide(int nth, const admission::Decision& decision) {
    std::int64_t found = -1;
    testing::forge_entries(dir(), [&](auto& entries) {
      for (std::size_t i = 0; i < entries.size() && found < 0; ++i)
        if (entries[i].leaf.kind == objects::Kind::settlement && nth-- == 0) {
          entries[i].leaf.decision = decision;
          found = static_cast<std::int64_t>(i);
        }
    });
    return found;
  }
  std::string dir() const { return dir_.path(); }
  testing::ScratchFolder dir_;
};

TEST_F(Trace, proves_both_invariants_of_an_honest_chain) {
  VerifyReport r = verified(dir());
  EXPECT_EQ(r.verdict, ChainVerdict::holds);
  for (const char* name : {"INV-1", "INV-2"}) {
    EXPECT_EQ(theorem(r, name).verdict, theorems::Verdict::proved) << theorem(r, name).detail;
    EXPECT_TRUE(theorem(r, name).twin_refuted) << name;
  }
  EXPECT_EQ(theorem(r, "INV-2").obligations, 7);
  EXPECT_EQ(theorem(r, "INV-1").obligations, 2);  // admitted legs
}

TEST_F(Trace, asks_no_solver_where_none_is_wanted) {
  VerifyReport r = verified(dir(), false);
  EXPECT_TRUE(r.theorems.empty());
  EXPECT_EQ(r.verdict, ChainVerdict::holds);
}

TEST_F(Trace, refutes_both_invariants_where_a_settlement_went_in_above_capacity) {
  std::int64_t at = redecide(1, {});
  VerifyReport r = verified(dir());
  EXPECT_EQ(r.verdict, ChainVerdict::violated);
  EXPECT_EQ(theorem(r, "INV-1").verdict, theorems::Verdict::refuted);
  EXPECT_EQ(theorem(r, "INV-2").verdict, theorems::Verdict::refuted);
  EXPECT_NE(theorem(r, "INV-2").detail.find("sequence " + std::to_string(at)), std::string::npos);
}

TEST_F(Trace, refutes_a_refusal_for_a_clause_that_held) {
  redecide(0, {{admission::ClauseId::capacity}, {}, {}});
  EXPECT_EQ(theorem(verified(dir()), "INV-2").verdict, theorems::Verdict::refuted);
}

TEST_F(Trace, refutes_a_refusal_that_adds_a_clause_to_those_that_failed) {
  redecide(1, {{admission::ClauseId::capacity, admission::ClauseId::retention}, {}, {}});
  EXPECT_EQ(theorem(verified(dir()), "INV-2").verdict, theorems::Verdict::refuted);
}

TEST_F(Trace, proves_nothing_over_damaged_bytes) {
  std::string bytes = testing::read_bytes(testing::first_segment(dir()));
  bytes[bytes.size() / 2] ^= 1;
  testing::write_bytes(testing::first_segment(dir()), bytes);
  VerifyReport r = verified(dir());
  EXPECT_EQ(r.verdict, ChainVerdict::violated);
  EXPECT_TRUE(r.theorems.empty());
}

TEST(TraceOf, a_chain_without_settlements_proves_nothing_and_violates_nothing) {
  testing::ScratchFolder dir;
  testing::Trade market(dir.path());
  market.sign();
  VerifyReport r = verified(dir.path());
  EXPECT_EQ(r.verdict, ChainVerdict::holds);
  EXPECT_EQ(theorem(r, "INV-1").verdict, theorems::Verdict::vacuous);
  EXPECT_EQ(theorem(r, "INV-2").verdict, theorems::Verdict::vacuous);
}

TEST(TraceOf, a_declaration_of_many_short_legs_is_cut_into_chunks_and_proved) {
  testing::ScratchFolder dir;
  testing::Trade market(dir.path());
  ASSERT_TRUE(market.declare(100, testing::seconds(0, 7200)).decision.admitted());
  ContentId d = market.last_id();
  for (int i = 0; i < 60; ++i) {
    Window w = testing::seconds(10 + 7 * i, 10 + 7 * i + 13);
    market.request({d}, 40, w);
    market.settle({d, market.last_id(), 40, w});
  }
  market.sign();
  VerifyReport r = verified(dir.path());
  EXPECT_EQ(r.verdict, ChainVerdict::holds);
  EXPECT_EQ(theorem(r, "INV-1").verdict, theorems::Verdict::proved);
  EXPECT_EQ(r.audit.settlements_admitted, 60);
}

// ---- Releases, failures, curtailments, several legs
// ----------------------------------------------------------------------

class WholeTrace : public Trace {
 protected:
  void SetUp() override {
    testing::Trade market(dir_.path());
    play_whole(market);
    market.sign();
  }
};

TEST_F(WholeTrace, proves_both_invariants_of_an_honest_chain) {
  VerifyReport r = verified(dir());
  for (const char* name : {"INV-1", "INV-2"}) {
    EXPECT_EQ(theorem(r, name).verdict, theorems::Verdict::proved) << theorem(r, name).detail;
    EXPECT_TRUE(theorem(r, name).twin_refuted) << name;
  }
  EXPECT_EQ(theorem(r, "INV-1").obligations, 5);
  EXPECT_EQ(theorem(r, "INV-2").obligations, 6);
}

TEST_F(WholeTrace, refutes_two_legs_that_are_too_much_only_together) {
  redecide(2, {});
  VerifyReport r = verified(dir());
  EXPECT_EQ(theorem(r, "INV-1").verdict, theorems::Verdict::refuted);
  EXPECT_EQ(theorem(r, "INV-2").verdict, theorems::Verdict::refuted);
}

TEST_F(WholeTrace, refutes_a_displacement_that_costs_more_than_was_signed) {
  std::int64_t at = redecide(4, {});
  VerifyReport r = verified(dir());
  EXPECT_EQ(theorem(r, "INV-2").verdict, theorems::Verdict::refuted);
  EXPECT_NE(theorem(r, "INV-2").detail.find("sequence " + std::to_string(at)), std::string::npos);
}

TEST_F(WholeTrace, refutes_a_refusal_of_a_displacement_that_was_right) {
  redecide(5, {{admission::ClauseId::displacement}, {}, {}});
  EXPECT_EQ(theorem(verified(dir()), "INV-2").verdict, theorems::Verdict::refuted);
}

TEST_F(WholeTrace, refutes_a_refusal_for_a_clause_of_a_mode_that_was_not_asked) {
  redecide(4, {{admission::ClauseId::capacity, admission::ClauseId::shared_capacity}, {}, {}});
  EXPECT_EQ(theorem(verified(dir()), "INV-2").verdict, theorems::Verdict::refuted);
}

}  // namespace
}  // namespace capmarket::trace
