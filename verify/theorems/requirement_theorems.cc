// "Admitted implies the written requirement", clause by clause, for every kind with a table.
#include <fmt/format.h>

#include <algorithm>

#include "model/admission/decision.h"
#include "model/objects/governance.h"
#include "verify/theorems/bounds.h"
#include "verify/theorems/requirements.h"
#include "verify/theorems/theorem.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {
namespace {

using Bool = smt::Symbolic::Bool;

/// Free facts of one shape, with the clauses evaluated over them once.
template <template <class> class Facts>
struct Case {
  Facts<smt::Symbolic> facts;
  smt::FactShape shape;
  std::vector<Bool> given;  // wire bounds and contracts
  std::vector<std::pair<admission::ClauseId, Bool>> clauses;
  Premises admitted;
};

template <template <class> class Facts>
std::vector<std::pair<admission::ClauseId, Bool>> clause_terms(const Facts<smt::Symbolic>& facts) {
  std::vector<std::pair<admission::ClauseId, Bool>> out;
  for (const auto& r : admission::evaluate_clauses<smt::Symbolic>(facts))
    out.emplace_back(r.id, r.clause.resolved && r.clause.holds);
  return out;
}

/// The premises and every clause but `without`.
template <template <class> class Facts>
Premises admitted_but(const Case<Facts>& c, std::optional<admission::ClauseId> without) {
  std::vector<Bool> all = c.given;
  for (const auto& [id, term] : c.clauses)
    if (id != without) all.push_back(term);
  return premises(std::move(all));
}

template <template <class> class Facts>
std::shared_ptr<Case<Facts>> case_of(const smt::FactShape& shape, const std::string& prefix) {
  auto c = std::make_shared<Case<Facts>>();
  c->facts = smt::fresh_facts<Facts>(shape, prefix);
  c->shape = shape;
  c->given = smt::wire_bounds(c->facts);
  c->clauses = clause_terms<Facts>(c->facts);
  return c;
}

std::string names_of(const std::vector<admission::ClauseId>& ids) {
  std::string out;
  for (admission::ClauseId id : ids) out += fmt::format(" {}", admission::to_text(id));
  return out;
}

/// An example of "admitted" must be admitted by the concrete predicate.
template <template <class> class Facts>
ReplayFunction replay_admitted(std::shared_ptr<Case<Facts>> c) {
  return [c](const z3::model& model) {
    auto concrete = smt::concretise<Facts>(model, c->facts, c->shape);
    admission::Decision decision = admission::decide(concrete);
    return Replay{decision.admitted(),
                  decision.admitted()
                      ? smt::in_words(concrete, "facts")
                      : "the concrete predicate refuses the example:" + names_of(decision.failed) +
                            names_of(decision.unresolved)};
  };
}

/// An example of "admitted without the clause, and the requirement broken" must be refused by the
/// whole concrete predicate, naming that clause alone.
template <template <class> class Facts>
ReplayFunction replay_refused(std::shared_ptr<Case<Facts>> c, admission::ClauseId clause) {
  return [c, clause](const z3::model& model) {
    auto concrete = smt::concretise<Facts>(model, c->facts, c->shape);
    admission::Decision decision = admission::decide(concrete);
    std::vector<admission::ClauseId> named = decision.failed;
    named.insert(named.end(), decision.unresolved.begin(), decision.unresolved.end());
    bool alone = named == std::vector<admission::ClauseId>{clause};
    return Replay{alone, alone ? smt::in_words(concrete, "facts")
                               : "the concrete predicate names" + names_of(named)};
  };
}

template <template <class> class Facts>
Mutation without_clause(std::shared_ptr<Case<Facts>> c, admission::ClauseId clause, const Bool& claim) {
  return {fmt::format("clause:{}", admission::to_text(clause)),
          {admitted_but(*c, clause), claim, replay_refused(c, clause)}};
}

/// Every clause judged by `holds` alone, as if what is unresolved were no obstacle.
template <template <class> class Facts>
Premises admitted_unresolved(const Case<Facts>& c) {
  std::vector<Bool> all = c.given;
  for (const auto& r : admission::evaluate_clauses<smt::Symbolic>(c.facts)) all.push_back(r.clause.holds);
  return premises(std::move(all));
}

template <template <class> class Facts>
Mutation without_resolving(std::shared_ptr<Case<Facts>> c, admission::ClauseId clause, const Bool& claim) {
  auto replay = [c, clause](const z3::model& model) {
    auto concrete = smt::concretise<Facts>(model, c->facts, c->shape);
    admission::Decision decision = admission::decide(concrete);
    bool named = decision.failed.empty() &&
                 std::count(decision.unresolved.begin(), decision.unresolved.end(), clause) == 1;
    return Replay{named, named ? smt::in_words(concrete, "facts")
                               : "the concrete predicate names" + names_of(decision.failed) +
                                     names_of(decision.unresolved)};
  };
  return {fmt::format("resolved:{}", admission::to_text(clause)), {admitted_unresolved(*c), claim, replay}};
}

admission::ClauseId clause_named(std::string_view name) {
  auto id = admission::parse_clause(name);
  CHECK(id.has_value(), name);
  return *id;
}

// ---- Settlement: numbers of links, victims and regions, each with one leg and with two
// -------------------------------------------

struct SettlementCase {
  std::shared_ptr<Case<admission::SettlementFacts>> facts;
  std::vector<RequirementPoint> points;  // by leg

  Bool claim(const LegRequirement& r) const {
    std::vector<Bool> all;
    for (std::size_t i = 0; i < points.size(); ++i)
      all.push_back(r.holds(facts->facts, facts->facts.legs[i], points[i]));
    return smt::all_of(all);
  }
};

SettlementCase settlement_case(const smt::FactShape& shape) {
  std::string prefix =
      fmt::format("settlement{}x{}x{}x{}", shape.legs, shape.links, shape.victims, shape.shards);
  SettlementCase out{case_of<admission::SettlementFacts>(shape, prefix), {}};
  auto& c = *out.facts;
  for (const auto& leg : c.facts.legs) {
    out.points.push_back(fresh_point(fmt::format("{}.at{}", prefix, out.points.size()), shape));
    c.given.push_back(contract(c.facts, leg, out.points.back(), PointContract::bounds));
  }
  c.admitted = admitted_but(c, std::nullopt);
  return out;
}

constexpr int kVictims = 3;
constexpr int kShards = 2;

/// The first is the one that is mutated: a leg with an entry, in one coordinated region, with a
/// credential below an authority.
std::vector<smt::FactShape> settlement_shapes() {
  smt::FactShape shape;
  std::vector<smt::FactShape> out{shape};
  for (shape.legs = 1; shape.legs <= 2; ++shape.legs) {
    for (shape.links = 1; shape.links <= objects::kLinksMax; ++shape.links) out.push_back(shape);
    shape.links = smt::FactShape{}.links;
    for (shape.victims = 0; shape.victims <= kVictims; ++shape.victims)
      for (shape.shards = 0; shape.shards <= kShards; ++shape.shards) {
        shape.coordinator_roots = shape.shards;
        out.push_back(shape);
      }
    shape.victims = smt::FactShape{}.victims, shape.shards = smt::FactShape{}.shards;
    shape.coordinator_roots = smt::FactShape{}.coordinator_roots;
  }
  return out;
}

std::vector<Theorem> settlement_theorems() {
  std::vector<SettlementCase> cases;
  for (const smt::FactShape& shape : settlement_shapes()) cases.push_back(settlement_case(shape));
  const SettlementCase& mutated = cases.front();
  const std::string bounds = bounds_of<admission::SettlementFacts>(settlement_shapes());
  std::vector<Theorem> out;
  for (const LegRequirement& r : settlement_requirements()) {
    Theorem t;
    t.name = fmt::format("requirement.{}", r.clause);
    t.statement = fmt::format("settlement admitted => {}", r.statement);
    t.bounds = bounds;
    for (const SettlementCase& c : cases)
      t.queries.push_back({c.facts->admitted, c.claim(r), replay_admitted(c.facts)});
    t.mutations.push_back(without_clause(mutated.facts, clause_named(r.clause), mutated.claim(r)));
    out.push_back(std::move(t));
  }
  return out;
}

// ---- Every other kind
// ---------------------------------------------------------------------------

/// `Base`: the facts that the requirements are stated over. The first shape is the mutated one.
template <template <class> class Facts, template <class> class Base = Facts>
std::vector<Theorem> plain_theorems(const std::string& kind, const std::vector<smt::FactShape>& shapes,
                                    PlainRequirements<Base<smt::Symbolic>> rows) {
  struct One {
    std::shared_ptr<Case<Facts>> facts;
    RequirementPoint point;
    const Base<smt::Symbolic>& base() const { return facts->facts; }
  };
  std::vector<One> cases;
  for (const smt::FactShape& shape : shapes) {
    std::string prefix = fmt::format("{}{}", kind, cases.size());
    cases.push_back({case_of<Facts>(shape, prefix), fresh_point(prefix + ".at", shape)});
    auto& c = *cases.back().facts;
    c.given.push_back(contract(cases.back().base(), cases.back().point));
    c.admitted = admitted_but(c, std::nullopt);
  }
  const One& mutated = cases.front();
  std::vector<Theorem> out;
  for (const auto& r : rows) {
    Theorem t;
    t.name = fmt::format("{}.{}", kind, r.clause);
    t.statement = fmt::format("{} admitted => {}", kind, r.statement);
    t.bounds = bounds_of<Facts>(shapes);
    for (const One& c : cases)
      t.queries.push_back(
          {c.facts->admitted, r.holds(c.base(), c.point), replay_admitted(c.facts)});
    admission::ClauseId clause = clause_named(r.clause);
    Bool claim = r.holds(mutated.base(), mutated.point);
    if (r.implied) {
      // Taking the row out changes nothing, which is proved; so what it asks is mutated instead.
      t.queries.push_back(
          {admitted_but(*mutated.facts, clause), claim, replay_admitted(mutated.facts)});
      t.mutations.push_back(without_resolving(mutated.facts, clause, claim));
    } else {
      t.mutations.push_back(without_clause(mutated.facts, clause, claim));
    }
    out.push_back(std::move(t));
  }
  return out;
}

/// The default shape, then one with each count of `count`.
std::vector<smt::FactShape> shapes_of(int smt::FactShape::*count, int from, int to) {
  std::vector<smt::FactShape> out{smt::FactShape{}};
  for (int n = from; n <= to; ++n) out.emplace_back().*count = n;
  return out;
}

void append_aftermath(std::vector<Theorem>& all) {
  const auto links = shapes_of(&smt::FactShape::links, 1, objects::kLinksMax);
  append(all,
         plain_theorems<admission::SurrenderFacts, admission::PartFacts>("surrender", links, surrender_requirements()));
  append(all, plain_theorems<admission::DeliveryFailureFacts, admission::PartFacts>("delivery-failure", links,
                                                              delivery_failure_requirements()));
  append(all, plain_theorems<admission::CurtailmentFacts, admission::PartFacts>("curtailment", links,
                                                          curtailment_requirements()));
  append(all, plain_theorems<admission::ActivityFacts, admission::PartFacts>("activity", links, activity_requirements()));
  append(all, plain_theorems<admission::WithdrawalFacts, admission::NoticeFacts>("withdrawal", links,
                                                           withdrawal_requirements()));
  append(all, plain_theorems<admission::RetractFacts, admission::NoticeFacts>(
                  "retract", links, retract_requirements()));
  append(all, plain_theorems<admission::RenewalFacts, admission::NoticeFacts>("renewal", links, renewal_requirements()));
  append(all, plain_theorems<admission::PaymentFacts, admission::NoticeFacts>("payment", links, payment_requirements()));
  append(all, plain_theorems<admission::FallbackRecordFacts, admission::NoticeFacts>("fallback-record", links,
                                                               fallback_record_requirements()));
  append(all, plain_theorems<admission::PriceIndexFacts, admission::NoticeFacts>("price-index", links,
                                                           price_index_requirements()));
  append(all, plain_theorems<admission::DisputeFacts, admission::NoticeFacts>("dispute", links, dispute_requirements()));
  append(all, plain_theorems<admission::ContestFacts, admission::NoticeFacts>(
                  "contest", links, contest_requirements()));
  append(all, plain_theorems<admission::WitnessFacts, admission::NoticeFacts>(
                  "witness", links, witness_requirements()));
}

}  // namespace

std::vector<Theorem> requirement_theorems() {
  const auto links = shapes_of(&smt::FactShape::links, 1, objects::kLinksMax);
  std::vector<Theorem> all = settlement_theorems();
  append(all, plain_theorems<admission::DeclarationFacts>("declaration", links, declaration_requirements()));
  append(all, plain_theorems<admission::BatchFacts>("batch", shapes_of(&smt::FactShape::items, 1, 3),
                                         batch_requirements()));
  append(all, plain_theorems<admission::RequestFacts>("request", shapes_of(&smt::FactShape::declarations, 0, 3),
                                           request_requirements()));
  append(all, plain_theorems<admission::GrantFacts>("grant", links, grant_requirements()));
  append(all, plain_theorems<admission::PromulgationFacts>("promulgation", {smt::FactShape{}},
                                                promulgation_requirements()));
  append(all, plain_theorems<admission::EdictFacts>("edict", {smt::FactShape{}}, edict_requirements()));
  append(all, plain_theorems<admission::IntentFacts>("intent", {smt::FactShape{}}, intent_requirements()));
  append_aftermath(all);
  return all;
}

}  // namespace capmarket::theorems
