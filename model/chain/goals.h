// The designer's own assertions, watched while a chain grows. Source: docs/spec/rules.md#goals;
// `check` proves the same expressions over every step that limits allow.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/chain/chain.h"

namespace capmarket::chain {

/// What became of a goal over the steps so far; not reached: no step was one that it speaks of.
enum class GoalVerdict : std::uint8_t { held, broken, not_reached };
/// `held`, `broken`, `not-reached`.
std::string_view to_text(GoalVerdict verdict);

/// One goal of one version of a rule, after the steps so far.
struct GoalReport {
  std::string rule;
  std::int64_t version = 1;
  std::string goal;
  GoalVerdict verdict = GoalVerdict::not_reached;
  std::int64_t steps = 0;     // that the goal speaks of
  std::int64_t breaches = 0;  // among them
  Sequence first;             // breach
};

/// What a goal speaks of, by the variables that its claim reads: it decides which steps it judges.
/// Of both speaks no step.
struct GoalSubject {
  bool displacement = false, failure = false;
};
GoalSubject goal_subject(const expr::Expr& claim);
/// The left sides of `a implies b implies c`: a, b. Empty where the claim is no implication.
std::vector<expr::Expr> goal_premises(const expr::Expr& claim);

/// A goal that somebody watches beside those of a rule: for every version of the rule of that name.
struct WatchedClaim {
  std::string rule, name;
  bool always = true;
  std::string claim;  // parses as a goal of the rule
};

/// Judges every goal of every rule at every step: a leg that is granted or refused, each of its
/// displacement entries, each failure. Give it each event of a chain, with the state as it was
/// before the event was applied: what Chain::observe sees. An expression that overflows is broken.
class GoalMonitor {
 public:
  explicit GoalMonitor(const Chain& chain, std::vector<WatchedClaim> claims = {})
      : chain_(chain), claims_(std::move(claims)) {}
  /// Judges the steps of an event, on the state before it. O(goals x legs).
  void on_event(const Event& event);
  /// By rule in order of admission, then in the order of the file. Rules without goals are absent.
  std::vector<GoalReport> report() const;

 private:
  struct Watched {
    RuleIndex rule;
    std::size_t goal = 0;
    GoalReport report;
  };
  void watch_rules();
  /// The rule, with the claims beside its own goals.
  const rules::Rule& rule_at(RuleIndex index) const;
  void on_settlement(const Event& event, const objects::Settlement& settlement);
  void on_failure(const Event& event, const objects::Failure& failure);
  void judge(RuleIndex rule, const expr::Bindings<Concrete>& step, bool displaced, bool failed,
             Sequence sequence);

  const Chain& chain_;
  std::vector<WatchedClaim> claims_;
  std::map<RuleIndex, rules::Rule> with_claims_;
  std::size_t rules_seen_ = 0;
  std::vector<Watched> watched_;
};

}  // namespace capmarket::chain
