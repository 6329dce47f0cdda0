// INV-4: what the cover of every admitted leg guarantees, with each of its conditions left out.
#include "verify/theorems/bounds.h"
#include "verify/theorems/cover_theorems.h"

#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/cover_conjuncts.h"
#include "verify/theorems/inv1_parts.h"
#include "verify/theorems/requirements.h"

namespace capmarket::theorems {
namespace {

using inv1::Admission;
using inv1::named;
using requirement::Bool;

struct CoverCase {
  Admission a{"cover", 1, 2};
  RequirementPoint at = fresh_point("cover.at", a.shape);

  Bool claim() const { return requirement::displacement(a.facts, a.leg(), at); }
  std::vector<Bool> given(std::optional<admission::ClauseId> without) {
    auto all = a.admitted(without);
    all.push_back(contract(a.facts, a.leg(), at, PointContract::bounds));
    return all;
  }
};

ReplayFunction replay(std::shared_ptr<CoverCase> c, bool admitted) {
  return [c, admitted](const z3::model& m) {
    auto facts = c->a.concrete(m);
    admission::Decision decision = admission::decide(facts);
    bool ok =
        admitted ? decision.admitted() : named(decision) == std::vector{admission::ClauseId::displacement};
    return Replay{ok, smt::in_words(facts.legs[0].victims[0], "victim 0")};
  };
}

/// The clause is exactly its conjuncts.
TheoremQuery taken_apart(std::shared_ptr<CoverCase> c) {
  auto clause = admission::clause::settlement_displacement<smt::Symbolic>(c->a.facts);
  auto exists = c->a.leg().declaration_exists && c->a.leg().rule_exists;
  auto conjuncts = smt::all_of(displacement_but(c->a.facts, ""));
  return {premises(smt::wire_bounds(c->a.facts)),
          (clause.resolved && clause.holds) == (exists && conjuncts), replay(c, true)};
}

Mutation mutant(std::shared_ptr<CoverCase> c, const std::string& name, std::string_view without,
                const std::vector<Bool>& instead) {
  auto all = c->given(admission::ClauseId::displacement);
  for (Bool& b : displacement_but(c->a.facts, without)) all.push_back(std::move(b));
  all.insert(all.end(), instead.begin(), instead.end());
  return {name, {premises(std::move(all)), c->claim(), replay(c, false)}};
}

}  // namespace

std::vector<Theorem> cover_theorems() {
  auto c = std::make_shared<CoverCase>();
  Theorem t;
  t.name = objects::theorem_name(objects::Invariant::displacement);
  t.statement =
      "an arbitrary victim of an admitted leg has a strictly lower rank, a version that fits, a met "
      "condition and the notice of stop_within; an arbitrary part of it is live, needed and in "
      "order at every instant; K >= 0 and refunds stay in what the leg states";
  t.bounds = bounds_of<admission::SettlementFacts>({c->a.shape});
  t.queries.push_back({premises(c->given(std::nullopt)), c->claim(), replay(c, true)});
  t.queries.push_back(taken_apart(c));
  for (std::string_view name : cover_conjunct_names())
    t.mutations.push_back(mutant(c, fmt::format("displacement:{}", name), name, {}));
  const auto& l = c->a.leg();
  std::vector<Bool> rank, need;
  auto zero = smt::Symbolic::integer(0), owed = zero;
  for (const auto& v : l.victims) {
    rank.push_back(v.rank <= l.rank);
    owed = owed + max_of<smt::Symbolic>(v.own_compensation, v.victim_compensation);
    for (const auto& p : v.parts) need.push_back(zero <= p.lack_short);
  }
  t.mutations.push_back(mutant(c, "rank:<=-for-<", "rank", rank));
  t.mutations.push_back(
      mutant(c, "K:without-0", "compensation", {owed <= l.compensation_at_most}));
  t.mutations.push_back(mutant(c, "need:<=-for-<", "need", need));
  return {t};
}

}  // namespace capmarket::theorems
