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
  std::string_view judged_at;  // its steps in a word: `judged_steps`
  GoalVerdict verdict = GoalVerdict::not_reached;
  std::int64_t steps = 0;     // that the goal speaks of
  std::int64_t breaches = 0;  // among them
  Sequence first;             // breach
};

/// The kinds of step that goals judge. A refused or admitted leg; a displacement, in place of the
/// leg that it is for; a failure.
enum class GoalStepKind : std::uint8_t { refused, admitted, displacement, failure };
inline constexpr GoalStepKind kGoalStepKinds[] = {GoalStepKind::admitted, GoalStepKind::refused,
                                                  GoalStepKind::displacement,
                                                  GoalStepKind::failure};

/// What a kind of step fixes of the variables of goals: what the monitor binds and the checker
/// assumes. `request.waited` is free at each.
struct GoalStepFacts {
  bool admitted = false, displaced = false, failed = false;
  bool overdue = true;        // its user may have something overdue: who has displaces nobody
  bool compensation = false;  // something may be owed for a displacement; else 0
  bool remedy = false;        // refund and penalty may be owed; else 0
};
constexpr GoalStepFacts facts_of(GoalStepKind kind) {
  switch (kind) {
    case GoalStepKind::refused:
      return {};
    case GoalStepKind::admitted:
      return {.admitted = true};
    case GoalStepKind::displacement:
      return {.admitted = true, .displaced = true, .overdue = false, .compensation = true};
    case GoalStepKind::failure:
      return {.admitted = true, .failed = true, .remedy = true};
  }
  return {};
}

/// What a goal speaks of, by the variables that its claim reads: it decides which steps it judges.
/// Of both speaks no step.
struct GoalSubject {
  bool displacement = false, failure = false;
};
GoalSubject goal_subject(const expr::Expr& claim);
/// Whether a goal of that subject judges steps of that kind: of displacements or failures alone,
/// else legs, where they displace too.
constexpr bool speaks_of(GoalSubject about, GoalStepKind kind) {
  const bool displacement = kind == GoalStepKind::displacement;
  const bool failure = kind == GoalStepKind::failure;
  if (about.displacement || about.failure)
    return about.displacement == displacement && about.failure == failure;
  return !failure;
}

/// The steps that a goal of that subject judges, in a word: `displacements`, `failures`, `no step`
/// (it reads what only the one and what only the other has), else `legs`.
std::string_view judged_steps(GoalSubject about);

/// The left side of an `always` whose outermost operator is `implies`: of a step at which this is
/// false the goal does not speak, whatever overflows on the right. Empty for any other goal.
std::optional<expr::Expr> goal_left(const rules::Goal& goal);

/// Whether a step with these values of the goal's left side, where it has one, and of its claim
/// breaks it. An overflow does, but that of what was refused, whose numbers may be absurd. Over
/// `Concrete` the monitor judges so, over the solver's terms the checker and `hunt`.
template <class D>
auto breaks(const rules::Goal& goal, const std::optional<typename D::Bool>& left,
            const typename D::Bool& claim, bool admitted) {
  auto broken =
      admitted ? !D::holds(goal.always ? claim : !claim) : D::holds(goal.always ? !claim : claim);
  return left ? !D::holds(!*left) && broken : broken;
}

/// The left sides of `a implies b implies c`: a, b. Empty where the claim is no implication.
std::vector<expr::Expr> goal_premises(const expr::Expr& claim);

/// A step as goals judge it.
struct GoalStepSeen {
  GoalStepKind kind = GoalStepKind::admitted;
  RuleIndex rule;
  std::string tier;
  expr::Bindings<Concrete> values;
};

/// A goal that somebody watches beside those of a rule: for every version of the rule of that name.
struct WatchedClaim {
  std::string rule, name;
  bool always = true;
  std::string claim;  // parses as a goal of the rule
};

/// Judges every goal of every rule at every step: a leg that is granted or refused, each of its
/// displacements in its place, each failure. Give it each event of a chain, with the state as it
/// was before the event was applied: what Chain::observe sees.
class GoalMonitor {
 public:
  explicit GoalMonitor(const Chain& chain, std::vector<WatchedClaim> claims = {})
      : chain_(chain), claims_(std::move(claims)) {}
  /// Judges the steps of an event, on the state before it. O(goals x legs).
  void on_event(const Event& event);
  /// The steps of an event, on the state before it.
  std::vector<GoalStepSeen> steps_of(const Event& event) const;
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
  void add_settlement(const Event& event, const objects::Settlement& settlement,
                      std::vector<GoalStepSeen>& out) const;
  void add_failure(const Event& event, const objects::Failure& failure,
                   std::vector<GoalStepSeen>& out) const;
  void judge(const GoalStepSeen& step, Sequence sequence);

  const Chain& chain_;
  std::vector<WatchedClaim> claims_;
  std::map<RuleIndex, rules::Rule> with_claims_;
  std::size_t rules_seen_ = 0;
  std::vector<Watched> watched_;
};

}  // namespace capmarket::chain
