// What the questions of `check` leave out, as values: a goal that bears on it is not proved where
// the input contains it. Source: docs/spec/analyses.md#what-is-not-modelled.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "scenarios/scenario.h"
#include "verify/question/rule_set.h"

namespace capmarket::question {

/// One thing that is left out.
struct NotModelled {
  std::string_view id;
  std::string_view sentence;  // what it is
  /// A goal with that claim bears on it.
  bool (*read)(const expr::Expr& claim) = nullptr;
  /// The versions given, or the scenario (null: none is given), contain it.
  bool (*contained)(const RuleSubject& subject, const scenarios::Scenario* scenario) = nullptr;
};

/// All that is left out.
std::span<const NotModelled> not_modelled();

/// What keeps the goal from being proved, in that order.
std::vector<const NotModelled*> left_out_of(const expr::Expr& claim, const RuleSubject& subject,
                                            const scenarios::Scenario* scenario);

}  // namespace capmarket::question
