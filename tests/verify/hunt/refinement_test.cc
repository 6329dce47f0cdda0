// What the chain admits, the model of histories has: random steps are done on a chain, and those
// that it admits must be an example of History, their numbers and values as the chain has them.
// Without that, "no history breaks it" would say nothing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "model/base/text.h"
#include "model/capacity/step_function.h"
#include "model/chain/state.h"
#include "sim/script/executor.h"
#include "tests/verify/hunt/refinement_walk.h"
#include "verify/hunt/history.h"
#include "verify/hunt/history_terms.h"
#include "verify/hunt/hunt_scenario.h"

namespace capmarket::hunt {
namespace {

/// The step's unknowns have the chain's numbers.
std::vector<smt::Symbolic::Bool> as_done(const Move& m, const Done& d, std::size_t i) {
  std::vector<smt::Symbolic::Bool> out = {m.is(d.kind)};
  const bool late = d.kind == MoveKind::late;
  // No variable says when a refused settlement came, but for how long it was waited.
  out.push_back(late ? m.refused_row("now") == num(d.at.value) : m.at == num(d.at.value));
  if (d.kind == MoveKind::settle || d.kind == MoveKind::displace || late) {
    out.push_back(m.waited == num(d.waited.value));
    out.push_back(m.tier == num(static_cast<std::int64_t>(d.tier)));
    auto row = [&](const char* name) { return late ? m.refused_row(name) : m.row(name); };
    out.push_back(row("quantity") == num(d.leg.quantity.value));
    out.push_back(row("start") == num(d.leg.window.from.value));
    out.push_back(row("until") == num(d.leg.window.until.value));
    out.push_back(row("price") == num(d.leg.price.value));
    Money value = chain::worth(d.leg.price, volume_of(d.leg.quantity, d.leg.window.length()));
    out.push_back(row("value") == num(value.value));
  }
  if (d.kind == MoveKind::settle || late) return out;
  EXPECT_LT(d.whose, i);
  out.push_back(m.whose == num(static_cast<std::int64_t>(d.whose)));
  out.push_back(m.take == num(d.taken.quantity.value));
  out.push_back(m.take_from == num(d.taken.window.from.value));
  out.push_back(m.take_until == num(d.taken.window.until.value));
  out.push_back(m.worth == num(d.worth.value));
  out.push_back(m.of_times == num(d.times));
  if (d.kind != MoveKind::displace) return out;
  out.push_back(m.piece == num(d.piece));
  if (d.part_from.value != 0) out.push_back(m.part_from == num(d.part_from.value));
  out.push_back(m.owed == num(d.owed.value));
  return out;
}

/// Who lost something is served again; and those who owe are told from those who do not.
struct Again {
  bool substitutes = false, debts = false;
  bool relaxed = false;  // the wide model, which has whatever else happens
  bool bundles = false;  // settlements of two legs
};

struct Tally {
  int steps = 0, displaced = 0, again = 0, lost = 0, refused = 0, substitutes = 0, displacing = 0;
  int beyond = 0, several = 0, curtailed = 0, bundled = 0;
};

void expect_refined(const std::string& name, unsigned walks, Again again, Tally& tally) {
  auto files = question::load_rule_files(CAPMARKET_SOURCE_DIR "/tests/verify/hunt/" + name + ".yaml");
  ASSERT_TRUE(files) << to_text(files.error());
  const question::RuleSubject subject = question::subject_of(files->front(), *files);
  for (unsigned seed = 1; seed <= walks; ++seed) {
    Walk walk(files->front(), *files, seed, again.substitutes, again.relaxed, again.bundles);
    walk.walk();
    smt::SymbolicScope scope;
    HistoryOptions options;
    options.debts = again.debts;
    options.relaxed = again.relaxed;
    options.pieces_on_grid = again.relaxed;  // the class's granularity is the rule's
    History history(subject, options);
    smt::SolverBudget budget;
    budget.timeout_ms = 600'000;  // the steps decide, on a loaded machine too
    smt::Solver solver(budget);
    std::vector<smt::Symbolic::Bool> all = {history.declared() == num(walk.declared().value)};
    for (std::size_t i = 0; i < walk.done().size(); ++i) {
      const Done& d = walk.done()[i];
      history.extend();
      solver.add(history.take_premises());
      solver.add(history.state());
      for (const smt::Symbolic::Bool& b : as_done(history.move(i), d, i)) all.push_back(b);
      // A substitute is one more settlement: of somebody alike or, where debts matter, of the same.
      const bool leg = d.kind == MoveKind::settle || d.kind == MoveKind::displace;
      if (again.debts && leg) all.push_back(history.move(i).user == num(std::int64_t(d.user)));
      ASSERT_EQ(solver.check(all), smt::Answer::sat)
          << name << ", seed " << seed << ", step " << i + 1 << " of kind "
          << static_cast<int>(d.kind) << " at " << to_text(d.at);
      ++tally.steps;
      tally.displaced += d.kind == MoveKind::displace ? 1 : 0;
      tally.substitutes += d.substitute ? 1 : 0;
      tally.displacing += d.substitute && d.kind == MoveKind::displace ? 1 : 0;
      tally.again += d.kind == MoveKind::displace && d.times > 0 ? 1 : 0;
      tally.lost += d.kind == MoveKind::fail || d.kind == MoveKind::give_back ? 1 : 0;
    }
    tally.refused += walk.refused();
    tally.beyond += walk.beyond() ? 1 : 0;
    tally.several += walk.several();
    tally.curtailed += walk.curtailed();
    tally.bundled += walk.bundled();
    if (walk.beyond()) continue;
    const std::size_t last = walk.done().size();
    history.extend();
    solver.add(history.take_premises());
    solver.add(history.state());
    for (const smt::Symbolic::Bool& b : as_done(history.move(last), walk.revoked(), last))
      all.push_back(b);
    EXPECT_EQ(solver.check(all), smt::Answer::sat) << name << ", seed " << seed << ", revoked";
  }
}

/// A walk that meets nothing interesting shows nothing.
void expect_interesting(const Tally& t) {
  EXPECT_GT(t.displaced, t.steps / 12);
  EXPECT_GT(t.lost, t.steps / 12);
  EXPECT_GT(t.again, 0);
  EXPECT_GT(t.refused, 0);
}

TEST(HistoryModel, has_every_history_that_the_chain_admits) {
  Tally tally;
  expect_refined("displaced-again", CAPMARKET_HUNT_WALKS, {}, tally);
  expect_interesting(tally);
}

TEST(HistoryModel, has_them_under_quotas_set_asides_and_floors) {
  Tally tally;
  expect_refined("shares", CAPMARKET_HUNT_WALKS, {}, tally);
  expect_interesting(tally);
}

TEST(HistoryModel, has_them_under_the_quota_of_a_user) {
  Tally tally;
  expect_refined("shares-of-one", CAPMARKET_HUNT_WALKS, {true, true}, tally);
  EXPECT_GT(tally.substitutes, 0);
}

TEST(HistoryModel, has_every_substitute_as_a_settlement) {
  Tally tally;
  expect_refined("displaced-again", CAPMARKET_HUNT_WALKS, {true, false}, tally);
  expect_refined("shares", CAPMARKET_HUNT_WALKS, {true, false}, tally);
  EXPECT_GT(tally.substitutes, tally.steps / 20);
  EXPECT_GT(tally.lost, tally.steps / 20);
}

TEST(HistoryModel, relaxed_has_covers_of_several_and_curtailments) {
  Tally tally;
  for (const char* name : {"displaced-again", "shares"})
    expect_refined(name, CAPMARKET_HUNT_WALKS, {true, false, true, true}, tally);
  expect_interesting(tally);
  EXPECT_GT(tally.several, 0);
  EXPECT_GT(tally.curtailed, 0);
}

TEST(HistoryModel, has_two_legs_of_one_settlement_as_two_steps) {
  Tally tally;
  for (const char* name : {"displaced-again", "shares"})
    expect_refined(name, CAPMARKET_HUNT_WALKS, {false, false, false, true}, tally);
  EXPECT_GT(tally.bundled, 0);
}

std::string told(const Done& d) {
  return fmt::format(
      "{} tier {} whose {} at {} of {} x {} .. {}, takes {} x {} .. {}, {} before, piece {} from {}, worth {}, owes {}",
      static_cast<int>(d.kind), d.tier, d.whose, d.at.value, d.leg.quantity.value,
      d.leg.window.from.value, d.leg.window.until.value, d.taken.quantity.value,
      d.taken.window.from.value, d.taken.window.until.value, d.times, d.piece, d.part_from.value,
      d.worth.value, d.owed.value);
}

/// Legs are judged in turn, so that a settlement of two shows nothing that two settlements at one
/// time do not: covers, worth and sums owed are the same. (Who gives way later may differ: grants
/// of one settlement have one sequence number.)
TEST(Bundles, are_what_as_many_settlements_at_one_time_are) {
  int bundles = 0, displacing = 0;
  for (const char* name : {"displaced-again", "shares", "kept-aside"}) {
    auto files = question::load_rule_files(CAPMARKET_SOURCE_DIR "/tests/verify/hunt/" +
                                           std::string(name) + ".yaml");
    ASSERT_TRUE(files) << to_text(files.error());
    for (unsigned seed = 1; seed <= 10 * CAPMARKET_HUNT_WALKS; ++seed) {
      Walk together(files->front(), *files, seed, false, true, true);
      together.walk();
      const std::size_t steps = together.first_bundle();
      if (steps == 0) continue;
      Walk apart(files->front(), *files, seed, false, true, true, &together);
      apart.walk();
      ASSERT_GE(apart.done().size(), steps);
      for (std::size_t i = 0; i < steps; ++i)
        EXPECT_EQ(told(together.done()[i]), told(apart.done()[i])) << name << ", seed " << seed;
      ++bundles;
      displacing += together.done()[steps - 1].kind == MoveKind::displace ? 1 : 0;
    }
  }
  EXPECT_GT(displacing, bundles / 20);
  EXPECT_GT(bundles, CAPMARKET_HUNT_WALKS);
}

TEST(HistoryModel, has_substitutes_of_users_who_owe) {
  Tally tally;
  expect_refined("displaced-again", CAPMARKET_HUNT_WALKS, {true, true}, tally);
  EXPECT_GT(tally.substitutes, tally.steps / 20);
}

}  // namespace
}  // namespace capmarket::hunt
