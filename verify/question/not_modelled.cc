#include "verify/question/not_modelled.h"

#include <algorithm>
#include <array>

#include "model/chain/goals.h"
#include "model/rules/succession.h"
#include "verify/question/request_bounds.h"

namespace capmarket::question {
namespace {

bool any_goal(const expr::Expr&) { return true; }

bool of_displacements(const expr::Expr& claim) { return chain::goal_subject(claim).displacement; }

bool has_policy(const RuleSubject&, const scenarios::Scenario* scenario) {
  return scenario != nullptr && !scenario->reconciliation.empty();
}

/// What the instants of a victim's pieces decide.
bool of_pieces(const expr::Expr& claim) {
  if (!of_displacements(claim)) return false;
  return std::any_of(claim.nodes.begin(), claim.nodes.end(), [](const expr::ExprNode& n) {
    if (n.op != expr::Op::variable) return false;
    const std::string_view name = expr::variables()[static_cast<std::size_t>(n.value)].name;
    return name == "notice" || name == "victim.value" || name == "compensation" ||
           name == "victim.times_displaced";
  });
}

/// Nothing but a curtailment cuts a grant between multiples of the rule's granularity.
bool cuts_finer(const RuleSubject& subject, const scenarios::Scenario* scenario) {
  if (scenario == nullptr) return false;
  const rules::Rule& r = subject.rule();
  const std::int64_t step = r.granularity.value, origin = r.origin.value_or(Instant(0)).value;
  const bool coarse = std::all_of(
      scenario->classes.begin(), scenario->classes.end(), [&](const scenarios::ClassSpec& c) {
        return c.name != r.class_name || (c.granularity.value % step == 0 && origin % step == 0);
      });
  if (coarse) return false;
  auto between = [&](Instant t) { return (t.value - origin) % step != 0; };
  return std::any_of(scenario->holders.begin(), scenario->holders.end(),
                     [](const scenarios::HolderGroup& h) { return h.curtail.has_value(); }) ||
         std::any_of(scenario->script.steps.begin(), scenario->script.steps.end(),
                     [&](const scenarios::ScriptStep& s) {
                       return s.kind == scenarios::StepKind::curtail && s.window &&
                              (between(s.window->from) || between(s.window->until));
                     });
}

bool changes_terms(const RuleSubject& subject, const scenarios::Scenario*) {
  for (std::size_t v = 0; v < subject.earlier.size(); ++v)
    if (!rules::changed_terms(version_of(subject, v + 1), version_of(subject, v)).empty())
      return true;
  return false;
}

constexpr auto kNotModelled = std::to_array<NotModelled>({
    {"policies",
     "reconciliation policies, under which another rule judges tiers, prices or fallback", any_goal,
     has_policy},
    {"finer-class",
     "pieces of grants that begin or end between multiples of the rule's granularity, where a class "
     "with a finer one is curtailed",
     of_pieces, cuts_finer},
    {"changed-terms",
     "versions that count money, quantities or time in something else, which admission refuses",
     of_displacements, changes_terms},
});

}  // namespace

std::span<const NotModelled> not_modelled() { return kNotModelled; }

std::vector<const NotModelled*> left_out_of(const expr::Expr& claim, const RuleSubject& subject,
                                            const scenarios::Scenario* scenario) {
  std::vector<const NotModelled*> out;
  for (const NotModelled& one : kNotModelled)
    if (one.read(claim) && one.contained(subject, scenario)) out.push_back(&one);
  return out;
}

}  // namespace capmarket::question
