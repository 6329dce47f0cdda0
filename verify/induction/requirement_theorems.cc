// "Admitted implies the written requirement", clause by clause, for every kind with a table.
#include <fmt/format.h>

#include <algorithm>

#include "model/admission/decision.h"
#include "model/objects/governance.h"
#include "verify/induction/requirements.h"
#include "verify/induction/theorem.h"
#include "verify/symbolic/facts.h"

namespace capmarket {
namespace {

using Bool = Symbolic::Bool;

/// Free facts of one shape, with the clauses evaluated over them once.
template <template <class> class Facts>
struct Case {
  Facts<Symbolic> facts;
  FactShape shape;
  std::vector<Bool> given;  // wire bounds and contracts
  std::vector<std::pair<ClauseId, Bool>> clauses;
  Premises admitted;
};

template <template <class> class Facts>
std::vector<std::pair<ClauseId, Bool>> clause_terms(const Facts<Symbolic>& facts) {
  std::vector<std::pair<ClauseId, Bool>> out;
  for (const auto& r : evaluate_clauses<Symbolic>(facts))
    out.emplace_back(r.id, r.clause.resolved && r.clause.holds);
  return out;
}

/// The premises and every clause but `without`.
template <template <class> class Facts>
Premises admitted_but(const Case<Facts>& c, std::optional<ClauseId> without) {
  std::vector<Bool> all = c.given;
  for (const auto& [id, term] : c.clauses)
    if (id != without) all.push_back(term);
  return premises(std::move(all));
}

template <template <class> class Facts>
std::shared_ptr<Case<Facts>> case_of(const FactShape& shape, const std::string& prefix) {
  auto c = std::make_shared<Case<Facts>>();
  c->facts = fresh_facts<Facts>(shape, prefix);
  c->shape = shape;
  c->given = wire_bounds(c->facts);
  c->clauses = clause_terms<Facts>(c->facts);
  return c;
}

std::string names_of(const std::vector<ClauseId>& ids) {
  std::string out;
  for (ClauseId id : ids) out += fmt::format(" {}", to_text(id));
  return out;
}

/// An example of "admitted" must be admitted by the concrete predicate.
template <template <class> class Facts>
ReplayFunction replay_admitted(std::shared_ptr<Case<Facts>> c) {
  return [c](const z3::model& model) {
    auto concrete = concretise<Facts>(model, c->facts, c->shape);
    Decision decision = decide(concrete);
    return Replay{decision.admitted(),
                  decision.admitted()
                      ? in_words(concrete, "facts")
                      : "the concrete predicate refuses the example:" + names_of(decision.failed) +
                            names_of(decision.unresolved)};
  };
}

/// An example of "admitted without the clause, and the requirement broken" must be refused by the
/// whole concrete predicate, naming that clause alone.
template <template <class> class Facts>
ReplayFunction replay_refused(std::shared_ptr<Case<Facts>> c, ClauseId clause) {
  return [c, clause](const z3::model& model) {
    auto concrete = concretise<Facts>(model, c->facts, c->shape);
    Decision decision = decide(concrete);
    std::vector<ClauseId> named = decision.failed;
    named.insert(named.end(), decision.unresolved.begin(), decision.unresolved.end());
    bool alone = named == std::vector<ClauseId>{clause};
    return Replay{alone, alone ? in_words(concrete, "facts")
                               : "the concrete predicate names" + names_of(named)};
  };
}

template <template <class> class Facts>
Mutation without_clause(std::shared_ptr<Case<Facts>> c, ClauseId clause, const Bool& claim) {
  return {fmt::format("clause:{}", to_text(clause)),
          {admitted_but(*c, clause), claim, replay_refused(c, clause)}};
}

/// Every clause judged by `holds` alone, as if what is unresolved were no obstacle.
template <template <class> class Facts>
Premises admitted_unresolved(const Case<Facts>& c) {
  std::vector<Bool> all = c.given;
  for (const auto& r : evaluate_clauses<Symbolic>(c.facts)) all.push_back(r.clause.holds);
  return premises(std::move(all));
}

template <template <class> class Facts>
Mutation without_resolving(std::shared_ptr<Case<Facts>> c, ClauseId clause, const Bool& claim) {
  auto replay = [c, clause](const z3::model& model) {
    auto concrete = concretise<Facts>(model, c->facts, c->shape);
    Decision decision = decide(concrete);
    bool named = decision.failed.empty() &&
                 std::count(decision.unresolved.begin(), decision.unresolved.end(), clause) == 1;
    return Replay{named, named ? in_words(concrete, "facts")
                               : "the concrete predicate names" + names_of(decision.failed) +
                                     names_of(decision.unresolved)};
  };
  return {fmt::format("resolved:{}", to_text(clause)), {admitted_unresolved(*c), claim, replay}};
}

ClauseId clause_named(std::string_view name) {
  auto id = parse_clause(name);
  CHECK(id.has_value(), name);
  return *id;
}

// ---- Settlement: numbers of links, victims and regions, each with one leg and with two
// -------------------------------------------

struct SettlementCase {
  std::shared_ptr<Case<SettlementFacts>> facts;
  std::vector<RequirementPoint> points;  // by leg

  Bool claim(const LegRequirement& r) const {
    std::vector<Bool> all;
    for (std::size_t i = 0; i < points.size(); ++i)
      all.push_back(r.holds(facts->facts, facts->facts.legs[i], points[i]));
    return all_of(all);
  }
};

SettlementCase settlement_case(const FactShape& shape) {
  std::string prefix =
      fmt::format("settlement{}x{}x{}x{}", shape.legs, shape.links, shape.victims, shape.shards);
  SettlementCase out{case_of<SettlementFacts>(shape, prefix), {}};
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
std::vector<FactShape> settlement_shapes() {
  FactShape shape;
  std::vector<FactShape> out{shape};
  for (shape.legs = 1; shape.legs <= 2; ++shape.legs) {
    for (shape.links = 1; shape.links <= kLinksMax; ++shape.links) out.push_back(shape);
    shape.links = FactShape{}.links;
    for (shape.victims = 0; shape.victims <= kVictims; ++shape.victims)
      for (shape.shards = 0; shape.shards <= kShards; ++shape.shards) {
        shape.coordinator_roots = shape.shards;
        out.push_back(shape);
      }
    shape.victims = FactShape{}.victims, shape.shards = FactShape{}.shards;
    shape.coordinator_roots = FactShape{}.coordinator_roots;
  }
  return out;
}

std::vector<Theorem> settlement_theorems() {
  std::vector<SettlementCase> cases;
  for (const FactShape& shape : settlement_shapes()) cases.push_back(settlement_case(shape));
  const SettlementCase& mutated = cases.front();
  std::vector<Theorem> out;
  for (const LegRequirement& r : settlement_requirements()) {
    Theorem t;
    t.name = fmt::format("requirement.{}", r.clause);
    t.statement = fmt::format("settlement admitted => {}", r.statement);
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
std::vector<Theorem> plain_theorems(const std::string& kind, const std::vector<FactShape>& shapes,
                                    PlainRequirements<Base<Symbolic>> rows) {
  struct One {
    std::shared_ptr<Case<Facts>> facts;
    RequirementPoint point;
    const Base<Symbolic>& base() const { return facts->facts; }
  };
  std::vector<One> cases;
  for (const FactShape& shape : shapes) {
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
    for (const One& c : cases)
      t.queries.push_back(
          {c.facts->admitted, r.holds(c.base(), c.point), replay_admitted(c.facts)});
    ClauseId clause = clause_named(r.clause);
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
std::vector<FactShape> shapes_of(int FactShape::*count, int from, int to) {
  std::vector<FactShape> out{FactShape{}};
  for (int n = from; n <= to; ++n) out.emplace_back().*count = n;
  return out;
}

void append(std::vector<Theorem>& all, std::vector<Theorem> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

void append_aftermath(std::vector<Theorem>& all) {
  const auto links = shapes_of(&FactShape::links, 1, kLinksMax);
  append(all,
         plain_theorems<SurrenderFacts, PartFacts>("surrender", links, surrender_requirements()));
  append(all, plain_theorems<DeliveryFailureFacts, PartFacts>("delivery-failure", links,
                                                              delivery_failure_requirements()));
  append(all, plain_theorems<CurtailmentFacts, PartFacts>("curtailment", links,
                                                          curtailment_requirements()));
  append(all, plain_theorems<ActivityFacts, PartFacts>("activity", links, activity_requirements()));
  append(all, plain_theorems<WithdrawalFacts, NoticeFacts>("withdrawal", links,
                                                           withdrawal_requirements()));
  append(all, plain_theorems<RenewalFacts, NoticeFacts>("renewal", links, renewal_requirements()));
  append(all, plain_theorems<PaymentFacts, NoticeFacts>("payment", links, payment_requirements()));
  append(all, plain_theorems<FallbackRecordFacts, NoticeFacts>("fallback-record", links,
                                                               fallback_record_requirements()));
  append(all, plain_theorems<PriceIndexFacts, NoticeFacts>("price-index", links,
                                                           price_index_requirements()));
  append(all, plain_theorems<DisputeFacts, NoticeFacts>("dispute", links, dispute_requirements()));
}

}  // namespace

std::vector<Theorem> requirement_theorems() {
  const auto links = shapes_of(&FactShape::links, 1, kLinksMax);
  std::vector<Theorem> all = settlement_theorems();
  append(all, plain_theorems<DeclarationFacts>("declaration", links, declaration_requirements()));
  append(all, plain_theorems<BatchFacts>("batch", shapes_of(&FactShape::items, 1, 3),
                                         batch_requirements()));
  append(all, plain_theorems<RequestFacts>("request", shapes_of(&FactShape::declarations, 0, 3),
                                           request_requirements()));
  append(all, plain_theorems<GrantFacts>("grant", links, grant_requirements()));
  append(all, plain_theorems<PromulgationFacts>("promulgation", {FactShape{}},
                                                promulgation_requirements()));
  append(all, plain_theorems<EdictFacts>("edict", {FactShape{}}, edict_requirements()));
  append(all, plain_theorems<IntentFacts>("intent", {FactShape{}}, intent_requirements()));
  append_aftermath(all);
  return all;
}

}  // namespace capmarket
