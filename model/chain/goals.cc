#include "model/chain/goals.h"

#include <algorithm>

#include "model/chain/bindings.h"
#include "model/expr/evaluate.h"

namespace capmarket::chain {
namespace {

struct StepOutcome {
  GoalStepKind kind = GoalStepKind::admitted;
  bool overdue = false;
  Money compensation, refund, penalty;
  Duration waited;
};

void bind_outcome(expr::Bindings<Concrete>& b, const StepOutcome& o) {
  auto set_bool = [&](std::string_view name, bool v) {
    b.bools[static_cast<std::size_t>(expr::variable_row(name))] = Concrete::boolean(v);
  };
  auto set_int = [&](std::string_view name, std::int64_t v) {
    b.ints[static_cast<std::size_t>(expr::variable_row(name))] = Concrete::integer(v);
  };
  const GoalStepFacts facts = facts_of(o.kind);
  set_bool("admitted", facts.admitted);
  set_bool("displaced", facts.displaced);
  set_bool("failed", facts.failed);
  set_bool("user.overdue", o.overdue);
  set_int("compensation", o.compensation.value);
  set_int("refund", o.refund.value);
  set_int("penalty", o.penalty.value);
  set_int("request.waited", o.waited.value);
}

/// Whether the user has something outstanding whose deadline lies before `at`.
bool is_overdue(const ChainState& s, const PublicKey& user, Instant at) {
  auto debts = s.debts.find(user);
  return debts != s.debts.end() && !debts->second.empty() && debts->second.begin()->first < at;
}

}  // namespace

std::string_view to_text(GoalVerdict verdict) {
  switch (verdict) {
    case GoalVerdict::held:
      return "held";
    case GoalVerdict::broken:
      return "broken";
    case GoalVerdict::not_reached:
      return "not-reached";
  }
  return {};
}

GoalSubject goal_subject(const expr::Expr& claim) {
  GoalSubject out;
  for (const expr::ExprNode& n : claim.nodes) {
    if (n.op != expr::Op::variable) continue;
    const expr::Variable& v = expr::variables()[static_cast<std::size_t>(n.value)];
    out.displacement = out.displacement || v.place == expr::ExprPlace::displacement ||
                       v.name == "displaced" || v.name == "compensation";
    out.failure = out.failure || v.name == "failed" || v.name == "refund" || v.name == "penalty";
  }
  return out;
}

std::string_view judged_steps(GoalSubject about) {
  if (about.displacement && about.failure) return "no step";
  return about.displacement ? "displacements" : about.failure ? "failures" : "legs";
}

std::optional<expr::Expr> goal_left(const rules::Goal& goal) {
  if (!goal.always || goal.claim.root().op != expr::Op::implies) return std::nullopt;
  return goal_premises(goal.claim).front();
}

std::vector<expr::Expr> goal_premises(const expr::Expr& claim) {
  std::vector<expr::Expr> out;
  auto node = static_cast<std::int32_t>(claim.nodes.size()) - 1;
  while (claim.nodes[static_cast<std::size_t>(node)].op == expr::Op::implies) {
    const expr::ExprNode& n = claim.nodes[static_cast<std::size_t>(node)];
    expr::Expr& premise = out.emplace_back();
    premise.nodes.assign(claim.nodes.begin(), claim.nodes.begin() + n.children[0] + 1);
    premise.canonical = claim.canonical;
    premise.zone = claim.zone;
    node = n.children[1];
  }
  return out;
}

const rules::Rule& GoalMonitor::rule_at(RuleIndex index) const {
  auto it = with_claims_.find(index);
  return it != with_claims_.end() ? it->second : chain_.state().rules[index].rule;
}

void GoalMonitor::watch_rules() {
  const std::vector<RuleRecord>& rules = chain_.state().rules.all();
  for (; rules_seen_ < rules.size(); ++rules_seen_) {
    rules::Rule rule = rules[rules_seen_].rule;
    for (const WatchedClaim& c : claims_) {
      if (c.rule != rule.name) continue;
      auto make = [](std::string what, std::string expected, int) {
        return Problem{"", 0, 0, std::move(what), std::move(expected), ""};
      };
      auto claim = expr::parse_expr(c.claim, expr::ExprPlace::goal, expr::ExprType::boolean,
                                    rule.world, make);
      CHECK(claim.has_value(), c.claim);
      rule.goals.push_back({c.name, c.always, *std::move(claim)});
    }
    if (rule.goals.size() > rules[rules_seen_].rule.goals.size())
      with_claims_.emplace(RuleIndex(static_cast<std::int64_t>(rules_seen_)), rule);
    for (std::size_t g = 0; g < rule.goals.size(); ++g)
      watched_.push_back({RuleIndex(static_cast<std::int64_t>(rules_seen_)),
                          g,
                          {.rule = rule.name,
                           .version = rule.version,
                           .goal = rule.goals[g].name,
                           .judged_at = judged_steps(goal_subject(rule.goals[g].claim)),
                           .first = Sequence(0)}});
  }
}

void GoalMonitor::judge(const GoalStepSeen& step, Sequence sequence) {
  for (Watched& w : watched_) {
    if (w.rule != step.rule) continue;
    const rules::Goal& goal = rule_at(step.rule).goals[w.goal];
    if (!speaks_of(goal_subject(goal.claim), step.kind)) continue;
    std::optional<Concrete::Bool> premise;
    if (const std::optional<expr::Expr> left = goal_left(goal))
      premise = expr::evaluate_bool<Concrete>(*left, step.values);
    if (premise && Concrete::holds(!*premise)) continue;
    ++w.report.steps;
    auto value = expr::evaluate_bool<Concrete>(goal.claim, step.values);
    if (!breaks<Concrete>(goal, premise, value, facts_of(step.kind).admitted)) continue;
    if (w.report.breaches++ == 0) w.report.first = sequence;
  }
}

void GoalMonitor::add_settlement(const Event& event, const objects::Settlement& o,
                                 std::vector<GoalStepSeen>& out) const {
  const ChainState& s = chain_.state();
  const Instant at = event.leaf.time;
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const objects::Leg& leg = o.legs[i];
    const RuleRecord* rule = s.rule(leg.rule);
    const DeclarationRecord* d = s.declaration(leg.declaration);
    const RequestRecord* r = s.request(leg.request);
    const governance::CredentialRecord* user = s.delegation.credential(leg.user_credential);
    const governance::CredentialRecord* holder = s.delegation.credential(leg.holder_credential);
    const rules::Tier* tier = rule == nullptr ? nullptr : rule->rule.tier(leg.tier);
    if (tier == nullptr || d == nullptr || r == nullptr || user == nullptr || holder == nullptr)
      continue;
    EligibilityContext context{&user->grant, &holder->grant,    &d->declared.location,
                               leg.quantity, leg.window,        leg.price,
                               o.signed_at,  r->request.partial};
    StepOutcome outcome;
    outcome.kind = event.leaf.decision.admitted() ? GoalStepKind::admitted : GoalStepKind::refused;
    outcome.overdue = is_overdue(s, r->request.user, at);
    outcome.waited = at - r->admitted;
    RuleIndex index = s.rule_index.at(leg.rule);
    auto add = [&](const VictimContext& victim) {
      out.push_back({outcome.kind, index, leg.tier,
                     displacement_bindings(rule_at(index), *tier, context, victim)});
      bind_outcome(out.back().values, outcome);
    };
    if (outcome.kind == GoalStepKind::refused || event.covers[i].victims.empty()) {
      add(VictimContext{});
      continue;
    }
    outcome.kind = GoalStepKind::displacement;
    for (const CoverVictim& victim : event.covers[i].victims) {
      outcome.compensation = victim.compensation();
      add(victim.context);
    }
  }
}

void GoalMonitor::add_failure(const Event& event, const objects::Failure& o,
                              std::vector<GoalStepSeen>& out) const {
  const ChainState& s = chain_.state();
  const GrantRecord& g = *s.grant(o.grant);
  const RequestRecord& r = s.requests[g.request];
  const rules::Rule& rule = s.rule_of(g);
  const rules::Tier* tier = rule.tier(g.leg.tier);
  auto record = std::find_if(s.failures.rbegin(), s.failures.rend(),
                             [&](const FailureRecord& f) { return f.id == event.leaf.id; });
  if (tier == nullptr || record == s.failures.rend()) return;
  EligibilityContext context{&s.delegation.credential(g.leg.user_credential)->grant,
                             &s.delegation.credential(g.leg.holder_credential)->grant,
                             &s.declarations[g.declaration].declared.location,
                             g.leg.quantity,
                             g.leg.window,
                             g.leg.price,
                             s.settlements[g.settlement].signed_at,
                             r.request.partial};
  const rules::FallbackStrategy& strategy = s.strategies.at(g.leg.strategy).strategy;
  StepOutcome outcome;
  outcome.kind = GoalStepKind::failure;
  outcome.overdue = is_overdue(s, r.request.user, event.leaf.time);
  outcome.refund = ratio_of(record->trimmed, strategy.refund);
  outcome.penalty = ratio_of(record->trimmed, strategy.penalty);
  outcome.waited = event.leaf.time - r.admitted;
  out.push_back({outcome.kind, g.rule, g.leg.tier,
                 displacement_bindings(rule_at(g.rule), *tier, context, VictimContext{})});
  bind_outcome(out.back().values, outcome);
}

std::vector<GoalStepSeen> GoalMonitor::steps_of(const Event& event) const {
  std::vector<GoalStepSeen> out;
  if (const auto* settlement = std::get_if<objects::Settlement>(&event.object))
    add_settlement(event, *settlement, out);
  else if (const auto* failure = std::get_if<objects::Failure>(&event.object))
    add_failure(event, *failure, out);
  return out;
}

void GoalMonitor::on_event(const Event& event) {
  watch_rules();
  if (watched_.empty()) return;
  for (const GoalStepSeen& step : steps_of(event)) judge(step, event.leaf.sequence);
}

std::vector<GoalReport> GoalMonitor::report() const {
  std::vector<GoalReport> out;
  for (const Watched& w : watched_) {
    out.push_back(w.report);
    out.back().verdict = w.report.breaches > 0 ? GoalVerdict::broken
                         : w.report.steps > 0  ? GoalVerdict::held
                                               : GoalVerdict::not_reached;
  }
  return out;
}

}  // namespace capmarket::chain
