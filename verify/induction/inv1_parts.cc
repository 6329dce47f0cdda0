#include "verify/induction/inv1_parts.h"

#include <fmt/format.h>

namespace capmarket::inv1 {

Bool replayable(const std::vector<Int>& values) {
  constexpr std::int64_t kReplayMax = std::int64_t{1} << 56;
  std::vector<Bool> all;
  for (const Int& v : values)
    all.push_back(Symbolic::integer(-kReplayMax) <= v && v <= Symbolic::integer(kReplayMax));
  return all_of(all);
}

SymbolicPiece fresh_piece(const std::string& name) {
  return {Int::fresh(name + ".from"), Int::fresh(name + ".until"), Int::fresh(name + ".quantity")};
}

void add_to(StepFunction& load, const z3::model& m, const SymbolicPiece& p) {
  load.add({Instant(value_in(m, p.from)), Instant(value_in(m, p.until))},
           Quantity(value_in(m, p.quantity)));
}

std::string in_words(const z3::model& m, const std::vector<std::pair<std::string, Int>>& values) {
  std::string out;
  for (const auto& [name, v] : values)
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", name, value_in(m, v));
  return out;
}

std::vector<ClauseId> named(const Decision& decision) {
  std::vector<ClauseId> out = decision.failed;
  out.insert(out.end(), decision.unresolved.begin(), decision.unresolved.end());
  return out;
}

Admission::Admission(const std::string& name, int legs, int victims) {
  shape.links = shape.scopes = shape.memberships = shape.policy_roots = 1;
  shape.legs = legs;
  shape.victims = victims;
  facts = fresh_facts<SettlementFacts>(shape, name);
}

std::vector<Bool> Admission::admitted(std::optional<ClauseId> without) {
  auto all = wire_bounds(facts);
  for (const auto& r : evaluate_clauses<Symbolic>(facts))
    if (r.id != without) all.push_back(r.clause.resolved && r.clause.holds);
  return all;
}

SettlementFacts<Concrete> Admission::concrete(const z3::model& m) const {
  SettlementFacts<Symbolic> symbolic = facts;
  return concretise<SettlementFacts>(m, symbolic, shape);
}

}  // namespace capmarket::inv1
