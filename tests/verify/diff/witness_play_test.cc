// A witness of a difference is a settlement: played on two chains, one a rule, it comes out as
// told.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "model/base/text.h"
#include "sim/script/executor.h"
#include "tests/verify/diff/diff_support.h"
#include "verify/question/symbolic_request.h"
#include "verify/witness/scenario.h"

namespace capmarket::diff {
namespace {

using scenarios::ScriptStep;
using scenarios::StepKind;

/// What a chain under one rule makes of the witness.
struct ChainOutcome {
  std::string not_played;  // why; then the rest means nothing
  bool admitted = false;
  Money owed;
};

/// The market of the case under that rule, as if it had always been in force.
std::optional<scenarios::Scenario> market_for(const question::RuleSubject& subject,
                                              question::RequestCase c, std::size_t tier,
                                              std::int64_t plenty, std::string& decisive) {
  witness::ScenarioBuilder built(subject, "witness", "a witness of a difference");
  const scenarios::StepExpectation as_said{false, {}, {}};
  if (!c.victim) {
    decisive = built.leg(c, tier, as_said);
    return built.finish();
  }
  const rules::Tier* theirs = subject.rule().tier(c.victim->tier);
  if (theirs == nullptr) return std::nullopt;
  c.victim->rank = theirs->rank;
  c.victim_version = 0;
  if (!built.victim(c, std::nullopt, {plenty}, tier)) return std::nullopt;
  decisive = built.displacement(c, tier, as_said);
  return built.finish();
}

ChainOutcome played_once(const question::RuleSubject& subject, const WitnessCase& w,
                         std::size_t tier, std::int64_t plenty) {
  std::string decisive;
  auto scenario = market_for(subject, *w.request, tier, plenty, decisive);
  if (!scenario) return {"no market is known that its victim comes from", false, {}};
  for (ScriptStep& s : scenario->script.steps) s.expect.reset();
  auto executor = script::make_executor(*scenario);
  if (!executor) return {executor.error().front().what, false, {}};
  for (const ScriptStep& s : scenario->script.steps) {
    const std::size_t before = (*executor)->state().obligations.size();
    auto answers = (*executor)->execute_step(s);
    const bool decides = s.name == decisive && s.kind == StepKind::settle;
    const bool admitted = !answers.empty() && answers.front().decision.admitted();
    if (!decides && !admitted)
      return {fmt::format("a {} of its market is refused", scenarios::to_text(s.kind)), false, {}};
    if (!decides) continue;
    ChainOutcome out{"", admitted, {}};
    const chain::ChainState& state = (*executor)->state();
    const chain::RequestRecord* request = state.request((*executor)->made(s.legs.front().request));
    // Beside what the user owes its victims, holders give back what they were paid.
    for (std::size_t i = before; i < state.obligations.size(); ++i) {
      const objects::Obligation& o = state.obligations.all()[i].obligation;
      if (o.kind == objects::ObligationKind::displacement && o.payer == request->request.user)
        out.owed = out.owed + o.amount;
    }
    if (admitted && w.request->victim) {
      const auto& covers = answers.front().covers;
      if (covers.empty() || covers.front().victims.empty())
        return {"nothing had to give way", false, {}};
      const chain::VictimContext& gave = covers.front().victims.front().context;
      if (gave.value != w.request->victim->value || gave.released != w.request->victim->released)
        return {"another part of the victim gave way", false, {}};
    }
    return out;
  }
  return {"no step decides it", false, {}};
}

ChainOutcome played(question::RuleFile file, const Window& in_force, const WitnessCase& w) {
  file.rule.effective = in_force;
  file.rule.supersedes = std::nullopt;
  const std::vector<question::RuleFile> files = {file};
  const question::RuleSubject subject = question::subject_of(files.front(), files);
  std::size_t tier = 0;
  while (tier < file.rule.tiers.size() && file.rule.tiers[tier].name != w.tier) ++tier;
  if (tier == file.rule.tiers.size()) return {"", false, {}};  // nobody can ask for it
  ChainOutcome first;
  for (std::int64_t plenty : witness::kPlenties) {
    const ChainOutcome one = played_once(subject, w, tier, plenty);
    if (one.not_played.empty()) return one;
    if (first.not_played.empty()) first = one;
    if (!w.request->victim) break;
  }
  return first;
}

struct Told {
  int played = 0;
  std::map<std::string, int> not_played;
};

std::string owed_text(const std::string& outcome) {  // "owes 1.5000 EUR"
  return outcome.substr(5, outcome.rfind(' ') - 5);
}

void witnesses_hold(const std::vector<Edit>& older, const std::vector<Edit>& newer, Told& told) {
  const question::RuleFile a = rule_file("old.yaml", edited(older)),
                           b = rule_file("new.yaml", edited(newer));
  auto report = diff_rules(a, b, {});
  ASSERT_TRUE(report);
  const Window in_force{std::min(a.rule.effective.from, b.rule.effective.from),
                        std::max(a.rule.effective.until, b.rule.effective.until)};
  for (const Difference& d : report->differences) {
    if (d.shown.request == nullptr) continue;
    if (!d.shown.beside.empty()) {
      ++told.not_played[d.shown.beside];
      continue;
    }
    const ChainOutcome before = played(a, in_force, d.shown), after = played(b, in_force, d.shown);
    if (!before.not_played.empty() || !after.not_played.empty()) {
      ++told.not_played[d.provision + ": " +
                        (before.not_played.empty() ? after : before).not_played];
      continue;
    }
    ++told.played;
    if (d.kind == DiffKind::other_compensation) {
      EXPECT_TRUE(before.admitted && after.admitted) << d.sentence;
      EXPECT_EQ(to_text(before.owed), owed_text(d.old_outcome)) << d.sentence;
      EXPECT_EQ(to_text(after.owed), owed_text(d.new_outcome)) << d.sentence;
    } else if (d.kind != DiffKind::other_price) {
      EXPECT_EQ(before.admitted, d.old_outcome == "admitted") << d.sentence;
      EXPECT_EQ(after.admitted, d.new_outcome == "admitted") << d.sentence;
    } else {
      EXPECT_NE(before.admitted, after.admitted) << d.sentence;
    }
  }
}

TEST(Witnesses, come_out_on_two_chains_as_they_are_told) {
  const std::vector<std::vector<Edit>> newer = {
      {{"1 .. 1000", "5 .. 2000"}},
      {{"1min .. 8h", "1min .. 4h"}},
      {{"0s .. 1d", "1h .. 2d"}},
      {{"skew: 5s", "skew: 6s"}},
      {{"0.00 .. 100.00", "0.00 .. 20.00"}},
      {{"currency: EUR", "currency: EUR\norigin: 2026-01-01T00:00:30Z"}},
      {{"scope: eu", "scope: eu/de"}},
      {{"quantity >= 10", "quantity >= 5"}},
      {{"\"hospital\"", "\"clinic\""}},
      {{"  - name: spot\n    rank: 10\n    eligible: true\n", ""}},
      {{"notice >= 5min", "notice >= 10min"}},
      {{"1.5 * victim.value", "1.6 * victim.value"}},
      {{"pay_within: 24h", "pay_within: 24h\n      stop_within: 30min"}},
      {{"victim.rank < rank && notice >= 5min", "victim.tier == \"firm\""}},
      {{"min_run: 10min", "min_run: 20min"}},
      {{"floor: 1.00", "floor: 2.00"}}};
  Told told;
  for (const std::vector<Edit>& edits : newer) witnesses_hold({}, edits, told);
  std::cout << told.played << " witnesses played\n";
  for (const auto& [why, n] : told.not_played) std::cout << n << " not: " << why << "\n";
  EXPECT_GE(told.played, 18);
}

}  // namespace
}  // namespace capmarket::diff
