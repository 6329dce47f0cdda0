// INV-4: what every admitted displacement entry guarantees, with each of its conditions left out.
#include <fmt/format.h>

#include "model/objects/invariants.h"
#include "verify/theorems/entry_conjuncts.h"
#include "verify/theorems/inv1_parts.h"
#include "verify/theorems/requirements.h"

namespace capmarket::theorems {
namespace {

using inv1::Admission;
using inv1::named;
using requirement::Bool;

struct EntryCase {
  Admission a{"entry", 1, 2};
  RequirementPoint at = fresh_point("entry.at", a.shape);

  Bool claim() const { return requirement::displacement(a.facts, a.leg(), at); }
  std::vector<Bool> given(std::optional<admission::ClauseId> without) {
    auto all = a.admitted(without);
    all.push_back(contract(a.facts, a.leg(), at, PointContract::bounds));
    return all;
  }
};

ReplayFunction replay(std::shared_ptr<EntryCase> c, bool admitted) {
  return [c, admitted](const z3::model& m) {
    auto facts = c->a.concrete(m);
    admission::Decision decision = admission::decide(facts);
    bool ok =
        admitted ? decision.admitted() : named(decision) == std::vector{admission::ClauseId::displacement};
    return Replay{ok, smt::in_words(facts.legs[0].victims[0], "entry 0")};
  };
}

/// The clause is exactly its conjuncts.
TheoremQuery taken_apart(std::shared_ptr<EntryCase> c) {
  auto clause = admission::clause::settlement_displacement<smt::Symbolic>(c->a.facts);
  auto exists = c->a.leg().declaration_exists && c->a.leg().rule_exists;
  auto conjuncts = smt::all_of(displacement_but(c->a.facts, ""));
  return {premises(smt::wire_bounds(c->a.facts)),
          (clause.resolved && clause.holds) == (exists && conjuncts), replay(c, true)};
}

Mutation mutant(std::shared_ptr<EntryCase> c, const std::string& name, std::string_view without,
                const std::vector<Bool>& instead) {
  auto all = c->given(admission::ClauseId::displacement);
  for (Bool& b : displacement_but(c->a.facts, without)) all.push_back(std::move(b));
  all.insert(all.end(), instead.begin(), instead.end());
  return {name, {premises(std::move(all)), c->claim(), replay(c, false)}};
}

}  // namespace

std::vector<Theorem> entry_theorems() {
  auto c = std::make_shared<EntryCase>();
  Theorem t;
  t.name = objects::theorem_name(objects::Invariant::displacement);
  t.statement =
      "an arbitrary admitted entry has a strictly lower rank, a met condition, need at some "
      "instant, and owes exactly K >= 0";
  t.queries.push_back({premises(c->given(std::nullopt)), c->claim(), replay(c, true)});
  t.queries.push_back(taken_apart(c));
  // Need at an instant of what is released says already that there is one: left out, nothing
  // changes.
  Mutation implied = mutant(c, "release-left", "release-left", {});
  implied.query.replay = replay(c, true);
  t.queries.push_back(implied.query);
  const auto& l = c->a.leg();
  std::vector<std::string_view> names{"distinct"};
  for (const EntryConjunct& e : entry_conjuncts(c->a.facts, l, l.victims[0]))
    if (e.name != "release-left") names.push_back(e.name);
  for (std::string_view name : names)
    t.mutations.push_back(mutant(c, fmt::format("displacement:{}", name), name, {}));
  std::vector<Bool> rank, k, need;
  for (const auto& v : l.victims) {
    auto zero = smt::Symbolic::integer(0);
    rank.push_back(v.rank <= l.rank);
    k.push_back(v.compensation == max_of<smt::Symbolic>(v.own_compensation, v.victim_compensation));
    need.push_back(zero <= v.excess_short || zero <= v.shared_excess_short ||
                   zero <= v.quota_excess_short);
  }
  t.mutations.push_back(mutant(c, "rank:<=-for-<", "rank", rank));
  t.mutations.push_back(mutant(c, "K:without-0", "K", k));
  t.mutations.push_back(mutant(c, "need:<=-for-<", "need", need));
  return {t};
}

}  // namespace capmarket::theorems
