// Every theorem is proved, every mutation refuted and reproduced, every cover satisfied; and a
// proof that ought to fail fails.
#include "verify/induction/prove.h"

#include <gtest/gtest.h>

#include <set>

#include "model/admission/table.h"
#include "verify/induction/theorem.h"
#include "verify/symbolic/facts.h"

namespace capmarket {
namespace {

const ProveReport& everything() {
  static const ProveReport kReport = prove({});
  return kReport;
}

TEST(Prove, proves_every_theorem_and_refutes_every_mutation) {
  EXPECT_TRUE(everything().holds());
  EXPECT_FALSE(everything().internal_error());
  for (const TheoremReport& t : everything().theorems) {
    EXPECT_EQ(t.verdict, Verdict::proved) << t.name << ": " << t.reason;
    EXPECT_TRUE(t.cover) << t.name << ": " << t.example;
    EXPECT_FALSE(t.mutations.empty()) << t.name;
    for (const MutationReport& m : t.mutations) {
      EXPECT_EQ(m.verdict, Verdict::refuted) << t.name << " without " << m.removed;
      EXPECT_TRUE(m.reproduced) << t.name << " without " << m.removed << ": " << m.counterexample;
    }
  }
}

template <class Facts>
void expect_theorem_for_each_row(const std::string& kind) {
  std::set<std::string> names;
  for (const TheoremReport& t : everything().theorems) names.insert(t.name);
  for (const auto& row : ClauseTable<Concrete, Facts>::rows) {
    std::string name = kind + "." + std::string(to_text(row.id));
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Prove, has_a_theorem_for_each_row_of_each_table) {
  expect_theorem_for_each_row<SettlementFacts<Concrete>>("requirement");
  expect_theorem_for_each_row<DeclarationFacts<Concrete>>("declaration");
  expect_theorem_for_each_row<RequestFacts<Concrete>>("request");
  expect_theorem_for_each_row<GrantFacts<Concrete>>("grant");
  expect_theorem_for_each_row<PromulgationFacts<Concrete>>("promulgation");
}

TEST(Prove, filters_by_name_and_lists_without_proving) {
  ProveOptions one;
  one.theorem = "requirement.capacity";
  EXPECT_EQ(prove(one).theorems.size(), 1u);
  ProveOptions list;
  list.list = true;
  EXPECT_EQ(prove(list).theorems.size(), everything().theorems.size());
}

TEST(Prove, says_that_nothing_checked_does_not_hold) {
  ProveOptions none;
  none.theorem = "no-such-theorem";
  EXPECT_FALSE(prove(none).holds());
}

TEST(Prove, gives_up_within_the_resource_limit_and_never_counts_that_as_holding) {
  ProveOptions starved;
  starved.theorem = "INV-1.bounded";
  starved.rlimit = 1;
  ProveReport report = prove(starved);
  ASSERT_EQ(report.theorems.size(), 1u);
  EXPECT_EQ(report.theorems[0].verdict, Verdict::unknown);
  EXPECT_FALSE(report.holds());
  EXPECT_TRUE(report.undecided());
}

TEST(Prove, decides_the_same_way_twice) {
  ProveReport again = prove({});
  ASSERT_EQ(again.theorems.size(), everything().theorems.size());
  for (std::size_t i = 0; i < again.theorems.size(); ++i) {
    EXPECT_EQ(again.theorems[i].example, everything().theorems[i].example);
    for (std::size_t m = 0; m < again.theorems[i].mutations.size(); ++m)
      EXPECT_EQ(again.theorems[i].mutations[m].counterexample,
                everything().theorems[i].mutations[m].counterexample);
  }
}

// ---- Proofs that must fail
// ------------------------------------------------------------------------

Theorem about_x(std::vector<Symbolic::Bool> given, const Symbolic::Bool& claim) {
  Theorem t;
  t.name = "test";
  auto show = [](const z3::model&) { return Replay{true, "x"}; };
  t.queries.push_back({premises(std::move(given)), claim, show});
  return t;
}

TEST(Engine, rejects_a_theorem_whose_premises_contradict_each_other) {
  SymbolicScope scope;
  auto x = Symbolic::Int::fresh("x");
  auto zero = Symbolic::integer(0);
  TheoremReport r = Engine({}).run(about_x({x < zero, zero < x}, x == zero));
  EXPECT_EQ(r.verdict, Verdict::vacuous);
  EXPECT_FALSE(r.holds());
}

TEST(Engine, rejects_a_theorem_without_a_query) {
  SymbolicScope scope;
  EXPECT_EQ(Engine({}).run(Theorem{}).verdict, Verdict::vacuous);
}

TEST(Engine, refutes_a_claim_that_does_not_follow) {
  SymbolicScope scope;
  auto x = Symbolic::Int::fresh("x");
  TheoremReport r = Engine({}).run(about_x({Symbolic::integer(0) <= x}, Symbolic::integer(1) <= x));
  EXPECT_EQ(r.verdict, Verdict::refuted);
}

TEST(Engine, does_not_accept_a_proof_none_of_whose_mutations_was_tried) {
  SymbolicScope scope;
  auto x = Symbolic::Int::fresh("x");
  TheoremReport r = Engine({}).run(about_x({Symbolic::integer(1) <= x}, Symbolic::integer(0) <= x));
  EXPECT_EQ(r.verdict, Verdict::proved);
  EXPECT_FALSE(r.holds());
}

TEST(Engine, counts_a_mutation_that_survives_as_a_failure) {
  SymbolicScope scope;
  auto x = Symbolic::Int::fresh("x");
  Theorem t = about_x({Symbolic::integer(1) <= x}, Symbolic::integer(0) <= x);
  t.mutations.push_back({"nothing", t.queries[0]});
  TheoremReport r = Engine({}).run(t);
  EXPECT_EQ(r.mutations[0].verdict, Verdict::proved);
  EXPECT_FALSE(r.holds());
}

TEST(Engine, counts_a_counterexample_that_does_not_reproduce_as_an_internal_error) {
  SymbolicScope scope;
  auto x = Symbolic::Int::fresh("x");
  Theorem t = about_x({Symbolic::integer(1) <= x}, Symbolic::integer(0) <= x);
  t.mutations.push_back({"premise", {premises({}), Symbolic::integer(0) <= x, [](const z3::model&) {
                                       return Replay{false, "other"};
                                     }}});
  ProveReport report{{Engine({}).run(t)}, false};
  EXPECT_TRUE(report.internal_error());
  EXPECT_FALSE(report.holds());
}

TEST(Engine, refutes_a_requirement_that_asks_too_much) {
  SymbolicScope scope;
  FactShape shape;
  auto facts = fresh_facts<SettlementFacts>(shape, "f");
  auto given = wire_bounds(facts);
  given.push_back(admit<Symbolic>(facts));
  // The written limit is inclusive.
  auto wrong = facts.legs[0].quantity < facts.legs[0].quantity_max;
  EXPECT_EQ(Engine({}).run(about_x(given, wrong)).verdict, Verdict::refuted);
}

}  // namespace
}  // namespace capmarket
