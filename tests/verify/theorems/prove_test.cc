// Every theorem is proved, every mutation refuted and reproduced, every cover satisfied; and a
// proof that ought to fail fails.
#include "verify/theorems/prove.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/admission/decision.h"
#include "verify/theorems/cover_conjuncts.h"
#include "verify/theorems/theorem.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {
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

// ---- Every row of every table
// ---------------------------------------------------------------------

/// What the theorems of a kind are called; a kind without a name here does not compile.
template <class Facts>
constexpr std::string_view kKindName = Facts::no_theorems_are_named_for_this_kind;
template <>
constexpr std::string_view kKindName<admission::SettlementFacts<Concrete>> = "requirement";
template <>
constexpr std::string_view kKindName<admission::DeclarationFacts<Concrete>> = "declaration";
template <>
constexpr std::string_view kKindName<admission::BatchFacts<Concrete>> = "batch";
template <>
constexpr std::string_view kKindName<admission::RequestFacts<Concrete>> = "request";
template <>
constexpr std::string_view kKindName<admission::GrantFacts<Concrete>> = "grant";
template <>
constexpr std::string_view kKindName<admission::PromulgationFacts<Concrete>> = "promulgation";
template <>
constexpr std::string_view kKindName<admission::EdictFacts<Concrete>> = "edict";
template <>
constexpr std::string_view kKindName<admission::IntentFacts<Concrete>> = "intent";
template <>
constexpr std::string_view kKindName<admission::SurrenderFacts<Concrete>> = "surrender";
template <>
constexpr std::string_view kKindName<admission::DeliveryFailureFacts<Concrete>> = "delivery-failure";
template <>
constexpr std::string_view kKindName<admission::CurtailmentFacts<Concrete>> = "curtailment";
template <>
constexpr std::string_view kKindName<admission::ActivityFacts<Concrete>> = "activity";
template <>
constexpr std::string_view kKindName<admission::WithdrawalFacts<Concrete>> = "withdrawal";
template <>
constexpr std::string_view kKindName<admission::RetractFacts<Concrete>> = "retract";
template <>
constexpr std::string_view kKindName<admission::RenewalFacts<Concrete>> = "renewal";
template <>
constexpr std::string_view kKindName<admission::PaymentFacts<Concrete>> = "payment";
template <>
constexpr std::string_view kKindName<admission::FallbackRecordFacts<Concrete>> = "fallback-record";
template <>
constexpr std::string_view kKindName<admission::PriceIndexFacts<Concrete>> = "price-index";
template <>
constexpr std::string_view kKindName<admission::DisputeFacts<Concrete>> = "dispute";
template <>
constexpr std::string_view kKindName<admission::ContestFacts<Concrete>> = "contest";
template <>
constexpr std::string_view kKindName<admission::WitnessFacts<Concrete>> = "witness";

const TheoremReport* theorem_named(const std::string& name) {
  for (const TheoremReport& t : everything().theorems)
    if (t.name == name) return &t;
  return nullptr;
}

/// Its theorem, and a mutation of just this row: taken out, or (where others ask for the same) not
/// resolved.
void expect_theorem_of_row(std::string_view kind, std::string_view clause) {
  std::string name = std::string(kind) + "." + std::string(clause);
  const TheoremReport* t = theorem_named(name);
  ASSERT_NE(t, nullptr) << name;
  std::string removed = "clause:" + std::string(clause);
  std::string unresolved = "resolved:" + std::string(clause);
  bool mutated = std::any_of(t->mutations.begin(), t->mutations.end(), [&](const auto& m) {
    return m.removed == removed || m.removed == unresolved;
  });
  EXPECT_TRUE(mutated) << name;
}

template <class... Facts>
int expect_theorems_of_tables(const std::variant<Facts...>*) {
  int rows = 0;
  auto table = [&]<class F>(const F*) {
    for (const auto& row : admission::ClauseTable<Concrete, F>::rows) {
      expect_theorem_of_row(kKindName<F>, to_text(row.id));
      ++rows;
    }
  };
  (table(static_cast<const Facts*>(nullptr)), ...);
  return rows;
}

TEST(Prove, has_a_theorem_and_a_mutation_for_each_row_of_each_table) {
  int rows = expect_theorems_of_tables(static_cast<const admission::FactsVariant*>(nullptr));
  int theorems = 0;
  for (const TheoremReport& t : everything().theorems)
    for (const MutationReport& m : t.mutations)
      theorems += m.removed == "clause:" + t.name.substr(t.name.find('.') + 1) ||
                          m.removed == "resolved:" + t.name.substr(t.name.find('.') + 1)
                      ? 1
                      : 0;
  EXPECT_EQ(theorems, rows);  // and none for a row that is no longer there
}

TEST(Prove, has_a_theorem_for_each_invariant_that_is_a_step) {
  for (const char* name :
       {"INV-1", "INV-1.shared", "INV-1.surrender", "INV-1.failure", "INV-1.curtailment", "INV-3",
        "INV-1.inherited", "INV-3.attribution", "INV-4", "displacement.cover", "INV-5", "INV-7",
        "INV-8", "money-conserved", "lease-grows", "no-overflow.settlement", "no-overflow.cover",
        "no-overflow.lookup"})
    EXPECT_NE(theorem_named(name), nullptr) << name;
}

std::set<std::string> mutations_of(const std::string& name) {
  std::set<std::string> out;
  for (const MutationReport& m : theorem_named(name)->mutations) out.insert(m.removed);
  return out;
}

TEST(Prove, skips_each_kind_of_breakpoint) {
  for (const char* kind : {"window-start", "live-start", "failed-start", "leg-start", "release-end",
                           "curtailment-start"})
    EXPECT_TRUE(mutations_of("INV-1.bounded").contains(std::string("breakpoint:") + kind)) << kind;
  EXPECT_TRUE(mutations_of("INV-1.bounded-shared").contains("breakpoint:schedule-falls"));
}

TEST(Prove, counts_no_release_beyond_what_is_live) {
  for (const char* name : {"INV-1", "INV-1.shared"})
    for (const char* conjunct : {"displacement:r<=live", "displacement:r>0"})
      EXPECT_TRUE(mutations_of(name).contains(conjunct)) << name << conjunct;
}

TEST(Prove, leaves_out_each_condition_of_a_displacement_alone) {
  smt::SymbolicScope scope;
  for (const char* theorem : {"INV-4", "displacement.cover"})
    for (std::string_view name : cover_conjunct_names())
      EXPECT_TRUE(mutations_of(theorem).contains("displacement:" + std::string(name)) ||
                  (name == "not-empty" && std::string_view(theorem) == "displacement.cover"))
          << theorem << " " << name;
}

TEST(Prove, leaves_out_each_clause_that_a_cover_must_satisfy) {
  for (const char* clause : {"clause:capacity", "clause:shared-capacity", "clause:tier-quota"})
    EXPECT_TRUE(mutations_of("displacement.cover").contains(clause)) << clause;
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
  ProveOptions one;
  one.theorem = "requirement.capacity";
  const TheoremReport first = prove(one).theorems.at(0);
  const TheoremReport again = prove(one).theorems.at(0);
  EXPECT_EQ(again.example, first.example);
  ASSERT_EQ(again.mutations.size(), first.mutations.size());
  for (std::size_t m = 0; m < again.mutations.size(); ++m)
    EXPECT_EQ(again.mutations[m].counterexample, first.mutations[m].counterexample);
}

// ---- Proofs that must fail
// ------------------------------------------------------------------------

Theorem about_x(std::vector<smt::Symbolic::Bool> given, const smt::Symbolic::Bool& claim) {
  Theorem t;
  t.name = "test";
  auto show = [](const z3::model&) { return Replay{true, "x"}; };
  t.queries.push_back({premises(std::move(given)), claim, show});
  return t;
}

TEST(Engine, rejects_a_theorem_whose_premises_contradict_each_other) {
  smt::SymbolicScope scope;
  auto x = smt::Symbolic::Int::fresh("x");
  auto zero = smt::Symbolic::integer(0);
  TheoremReport r = Engine({}).run(about_x({x < zero, zero < x}, x == zero));
  EXPECT_EQ(r.verdict, Verdict::vacuous);
  EXPECT_FALSE(r.holds());
}

TEST(Engine, rejects_a_theorem_without_a_query) {
  smt::SymbolicScope scope;
  EXPECT_EQ(Engine({}).run(Theorem{}).verdict, Verdict::vacuous);
}

TEST(Engine, refutes_a_claim_that_does_not_follow) {
  smt::SymbolicScope scope;
  auto x = smt::Symbolic::Int::fresh("x");
  TheoremReport r = Engine({}).run(about_x({smt::Symbolic::integer(0) <= x}, smt::Symbolic::integer(1) <= x));
  EXPECT_EQ(r.verdict, Verdict::refuted);
}

TEST(Engine, does_not_accept_a_proof_none_of_whose_mutations_was_tried) {
  smt::SymbolicScope scope;
  auto x = smt::Symbolic::Int::fresh("x");
  TheoremReport r = Engine({}).run(about_x({smt::Symbolic::integer(1) <= x}, smt::Symbolic::integer(0) <= x));
  EXPECT_EQ(r.verdict, Verdict::proved);
  EXPECT_FALSE(r.holds());
}

TEST(Engine, counts_a_mutation_that_survives_as_a_failure) {
  smt::SymbolicScope scope;
  auto x = smt::Symbolic::Int::fresh("x");
  Theorem t = about_x({smt::Symbolic::integer(1) <= x}, smt::Symbolic::integer(0) <= x);
  t.mutations.push_back({"nothing", t.queries[0]});
  TheoremReport r = Engine({}).run(t);
  EXPECT_EQ(r.mutations[0].verdict, Verdict::proved);
  EXPECT_FALSE(r.holds());
}

TEST(Engine, counts_a_counterexample_that_does_not_reproduce_as_an_internal_error) {
  smt::SymbolicScope scope;
  auto x = smt::Symbolic::Int::fresh("x");
  Theorem t = about_x({smt::Symbolic::integer(1) <= x}, smt::Symbolic::integer(0) <= x);
  t.mutations.push_back({"premise", {premises({}), smt::Symbolic::integer(0) <= x, [](const z3::model&) {
                                       return Replay{false, "other"};
                                     }}});
  ProveReport report{{Engine({}).run(t)}, false};
  EXPECT_TRUE(report.internal_error());
  EXPECT_FALSE(report.holds());
}

TEST(Engine, refutes_a_requirement_that_asks_too_much) {
  smt::SymbolicScope scope;
  smt::FactShape shape;
  auto facts = smt::fresh_facts<admission::SettlementFacts>(shape, "f");
  auto given = smt::wire_bounds(facts);
  given.push_back(admission::admit<smt::Symbolic>(facts));
  // The written limit is inclusive.
  auto wrong = facts.legs[0].quantity < facts.legs[0].quantity_max;
  EXPECT_EQ(Engine({}).run(about_x(given, wrong)).verdict, Verdict::refuted);
}

TEST(TheoremsTable, has_a_row_for_each_theorem_that_is_listed) {
  ProveOptions options;
  options.list = true;
  const std::string table = theorems_table();
  for (const TheoremReport& t : prove(options).theorems)
    EXPECT_NE(table.find("| `" + t.name + "` | "), table.npos) << t.name;
}

/// The kinds of shapes that were asked, by hand: a change of them is to be seen here.
TEST(TheoremBounds, say_how_many_of_each_and_whether_the_shipped_code_was_asked) {
  ProveOptions options;
  options.list = true;
  std::map<std::string, TheoremReport> by_name;
  for (TheoremReport& t : prove(options).theorems) {
    EXPECT_FALSE(t.bounds.empty()) << t.name;
    by_name[t.name] = t;
  }
  const TheoremReport& leg = by_name.at("requirement.displacement");
  EXPECT_EQ(leg.code, ProvedCode::shipped);
  for (const char* part : {"1 to 2 of `legs`", "0 to 3 of `victims`", "1 to 8 of `links`",
                           "0 to 2 of `shards`", "every integer at most 2^62 - 1"})
    EXPECT_NE(leg.bounds.find(part), leg.bounds.npos) << part << ": " << leg.bounds;
  EXPECT_EQ(by_name.at("INV-1").code, ProvedCode::shipped_over_copy);
  EXPECT_EQ(by_name.at("INV-1.fold").code, ProvedCode::copy);
  EXPECT_EQ(by_name.at("INV-1.fold").bounds, "none: any integers");
}

}  // namespace
}  // namespace capmarket::theorems
