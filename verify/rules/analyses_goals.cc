// The designer's own assertions, over every step that the limits allow. The steps are those that
// the monitor of a run judges (model/chain/goals.h).
#include <fmt/format.h>

#include <algorithm>

#include "model/rules/evaluate.h"
#include "verify/rules/checker.h"

namespace capmarket {
namespace {

struct Mentions {
  bool displacement = false, failure = false;
};

Mentions mentions_of(const Expr& claim) {
  Mentions out;
  for (const ExprNode& n : claim.nodes) {
    if (n.op != Op::variable) continue;
    const Variable& v = variables()[static_cast<std::size_t>(n.value)];
    out.displacement = out.displacement || v.place == ExprPlace::displacement ||
                       v.name == "displaced" || v.name == "compensation";
    out.failure = out.failure || v.name == "failed" || v.name == "refund" || v.name == "penalty";
  }
  return out;
}

/// The expression whose root is that node of `e`.
Expr part_of(const Expr& e, std::int32_t node) {
  Expr out;
  out.nodes.assign(e.nodes.begin(), e.nodes.begin() + node + 1);
  out.canonical = e.canonical;
  return out;
}

/// The premises of `a implies b implies c`: a, b.
std::vector<Expr> premises_of(const Expr& claim) {
  std::vector<Expr> out;
  auto node = static_cast<std::int32_t>(claim.nodes.size()) - 1;
  while (claim.nodes[static_cast<std::size_t>(node)].op == Op::implies) {
    const ExprNode& n = claim.nodes[static_cast<std::size_t>(node)];
    out.push_back(part_of(claim, n.children[0]));
    node = n.children[1];
  }
  return out;
}

/// One kind of step, under one tier.
struct StepOfGoal {
  GoalStep step;
  std::size_t tier = 0;
};

std::vector<StepOfGoal> steps_of(const Rule& rule, const Mentions& about) {
  std::vector<StepOfGoal> out;
  if (about.displacement && about.failure) return out;  // no step is both
  for (std::size_t i = 0; i < rule.tiers.size(); ++i) {
    GoalStep admitted;
    admitted.admitted = true;
    if (about.displacement) {
      admitted.displaced = true;
      if (rule.tiers[i].displaces) out.push_back({admitted, i});
      continue;
    }
    if (about.failure) {
      for (const FallbackStrategy& s : rule.fallback) {
        GoalStep failed = admitted;
        failed.failed = true;
        failed.refund = s.refund;
        failed.penalty = s.penalty;
        failed.strategy = s.name;
        out.push_back({failed, i});
      }
      continue;
    }
    admitted.overdue_possible = true;
    out.push_back({admitted, i});
    GoalStep refused;
    refused.overdue_possible = true;
    out.push_back({refused, i});
  }
  return out;
}

std::string sentence_of(const Goal& goal, const Rule& rule, const StepOfGoal& kind) {
  const std::string& name = rule.tiers[kind.tier].name;
  std::string what =
      kind.step.displaced ? fmt::format("a displacement by tier `{}`", name)
      : kind.step.failed
          ? fmt::format("a failure in tier `{}` under strategy `{}`", name, kind.step.strategy)
      : kind.step.admitted ? fmt::format("an admission in tier `{}`", name)
                           : fmt::format("a request for tier `{}` that is refused", name);
  return fmt::format("{} breaks `{}: {}`", what, goal.always ? "always" : "never",
                     goal.claim.canonical);
}

}  // namespace

void Checker::goals() {
  for (std::size_t g = 0; g < rule().goals.size(); ++g) goal(g);
}

void Checker::goal(std::size_t g) {
  const Goal& goal = rule().goals[g];
  Finding f = begin("goal:" + goal.name, goal.name, fmt::format("goals[{}].claim", g));
  const Mentions about = mentions_of(goal.claim);
  const std::vector<Expr> premises = goal.always ? premises_of(goal.claim) : std::vector<Expr>{};
  Answer cover = Answer::unsat;
  Found undecided;
  undecided.answer = Answer::unsat;
  // Asks over one kind of step; a refused request may ask for anything.
  auto setting = [&](Query& q, const StepOfGoal& kind) -> const Slot& {
    bool refused = !kind.step.admitted;
    const Slot& s =
        q.slot("", kind.step.displaced, refused ? Slot::Range::anything : Slot::Range::admissible);
    if (kind.step.displaced)
      q.require(q.displaces(s, kind.tier));
    else if (!refused)
      q.require(q.eligible(s, kind.tier));
    return s;
  };
  for (const StepOfGoal& kind : steps_of(rule(), about)) {
    if (cover != Answer::sat) {
      Query q(budget(), subject_);
      const Slot& s = setting(q, kind);
      for (const Expr& premise : premises)
        q.require(Reading::holds(q.claim(premise, s, kind.tier, kind.step)));
      Found found = q.solve(false);
      note(found);
      if (found.answer != Answer::unsat) cover = found.answer;
    }
    Query q(budget(), subject_);
    const Slot& s = setting(q, kind);
    Reading::Bool claim = q.claim(goal.claim, s, kind.tier, kind.step);
    Symbolic::Bool broken = goal.always ? !claim.value : claim.value;
    Symbolic::Bool overflows = Reading::poisoned(claim.poison);
    // A refused request may be absurdly large: that its numbers overflow breaks no goal.
    q.require(kind.step.admitted ? overflows || broken : !overflows && broken);
    Found found = q.solve(true);
    if (found.answer == Answer::sat) {
      provision(f, at(kind.tier, kind.step.displaced ? "displaces.when" : "eligible"));
      if (kind.step.displaced) provision(f, at(kind.tier, "displaces.compensation"));
      found.values.insert(found.values.begin(), {"tier", tier(kind.tier).name});
      std::string sentence = sentence_of(goal, rule(), kind);
      Shows shows;
      shows.goals = {goal.name};
      shows.expect.admitted = kind.step.admitted;
      if (kind.step.displaced)
        stage_displacement(f, found, sentence, kind.tier, shows);
      else if (kind.step.failed)
        stage_failure(f, found, sentence, kind.tier, kind.step.strategy, shows);
      else
        stage_leg(f, found, sentence, kind.tier, shows);
      return end_valid(std::move(f), Answer::sat, found, sentence);
    }
    if (found.answer == Answer::unknown) undecided = found;
  }
  end_valid(std::move(f), cover, undecided, "");
}

}  // namespace capmarket
