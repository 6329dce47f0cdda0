// What is wrong with a rule whose parts have been read, whatever it was read from; private to
// model/rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rules/rule.h"

namespace capmarket::rules {

/// One thing that is wrong with a part of a rule.
struct Fault {
  std::string place;  // the part of the rule: `limits.quantity`, `tiers[2].rank`
  std::string what;
  std::string expected;
  std::string stands_at = {};  // another part, where the file may leave `place` out
};

/// Everything wrong with `rule`, but for its expressions, which parse_expr judges. A rule without
/// faults encodes to canonical bytes.
std::vector<Fault> faults_of(const Rule& rule);

/// Everything wrong with `strategy`; the places are its fields' names.
std::vector<Fault> faults_of(const FallbackStrategy& strategy);

/// `text` as the canonical text of a value of type `type` (see NamedValue); empty where it is none.
std::optional<std::string> canonical_value(expr::ExprType type, std::string_view text);

/// The variable of that name if examples may give it (`given`), or expect it; else null.
const expr::Variable* example_variable(std::string_view name, bool given);
/// The names of all of them, in order of expr::variables().
std::vector<std::string_view> example_variables(bool given);

}  // namespace capmarket::rules
