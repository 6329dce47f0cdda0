#include "verify/theorems/inv1_parts.h"

#include <fmt/format.h>

namespace capmarket::theorems::inv1 {

Bool replayable(const std::vector<Int>& values) {
  constexpr std::int64_t kReplayMax = std::int64_t{1} << 56;
  std::vector<Bool> all;
  for (const Int& v : values)
    all.push_back(smt::Symbolic::integer(-kReplayMax) <= v && v <= smt::Symbolic::integer(kReplayMax));
  return smt::all_of(all);
}

SymbolicPiece fresh_piece(const std::string& name) {
  return {Int::fresh(name + ".from"), Int::fresh(name + ".until"), Int::fresh(name + ".quantity")};
}

void add_to(capacity::StepFunction& load, const z3::model& m, const SymbolicPiece& p) {
  load.add({Instant(smt::value_in(m, p.from)), Instant(smt::value_in(m, p.until))},
           Quantity(smt::value_in(m, p.quantity)));
}

std::string in_words(const z3::model& m, const std::vector<std::pair<std::string, Int>>& values) {
  std::string out;
  for (const auto& [name, v] : values)
    out += fmt::format("{}{} = {}", out.empty() ? "" : ", ", name, smt::value_in(m, v));
  return out;
}

std::vector<admission::ClauseId> named(const admission::Decision& decision) {
  std::vector<admission::ClauseId> out = decision.failed;
  out.insert(out.end(), decision.unresolved.begin(), decision.unresolved.end());
  return out;
}

Admission::Admission(const std::string& name, int legs, int victims, int parts) {
  shape.links = shape.scopes = shape.memberships = shape.policy_roots = 1;
  shape.legs = legs;
  shape.victims = victims;
  shape.parts = parts;
  facts = smt::fresh_facts<admission::SettlementFacts>(shape, name);
}

std::vector<Bool> Admission::admitted(std::optional<admission::ClauseId> without) {
  auto all = smt::wire_bounds(facts);
  for (const auto& r : admission::evaluate_clauses<smt::Symbolic>(facts))
    if (r.id != without) all.push_back(r.clause.resolved && r.clause.holds);
  return all;
}

admission::SettlementFacts<Concrete> Admission::concrete(const z3::model& m) const {
  admission::SettlementFacts<smt::Symbolic> symbolic = facts;
  return smt::concretise<admission::SettlementFacts>(m, symbolic, shape);
}

}  // namespace capmarket::theorems::inv1
