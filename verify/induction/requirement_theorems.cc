// "Admitted implies the written requirement", clause by clause, for every kind with a table.
#include <fmt/format.h>

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

ClauseId clause_named(std::string_view name) {
  auto id = parse_clause(name);
  CHECK(id.has_value(), name);
  return *id;
}

// ---- Settlement: every number of links, one leg and two
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

SettlementCase settlement_case(int legs, int links) {
  FactShape shape;
  shape.legs = legs;
  shape.links = links;
  std::string prefix = fmt::format("settlement{}x{}", legs, links);
  SettlementCase out{case_of<SettlementFacts>(shape, prefix), {}};
  auto& c = *out.facts;
  for (const auto& leg : c.facts.legs) {
    out.points.push_back(fresh_point(fmt::format("{}.at{}", prefix, out.points.size())));
    c.given.push_back(contract(c.facts, leg, out.points.back(), PointContract::bounds));
  }
  c.admitted = admitted_but(c, std::nullopt);
  return out;
}

std::vector<Theorem> settlement_theorems() {
  std::vector<SettlementCase> cases;
  for (int legs : {1, 2})
    for (int links = 1; links <= kLinksMax; ++links) cases.push_back(settlement_case(legs, links));
  const SettlementCase& mutated = cases[1];  // one leg, two links: a credential below an authority
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

// ---- Declaration
// ----------------------------------------------------------------------------------

struct DeclarationCase {
  std::shared_ptr<Case<DeclarationFacts>> facts;
  RequirementPoint point;
  std::vector<RequirementPoint> assets;
};

DeclarationCase declaration_case(int links) {
  FactShape shape;
  shape.links = links;
  std::string prefix = fmt::format("declaration{}", links);
  DeclarationCase out{case_of<DeclarationFacts>(shape, prefix), fresh_point(prefix + ".at"), {}};
  auto& c = *out.facts;
  for (const auto& asset : c.facts.assets) {
    out.assets.push_back(fresh_point(fmt::format("{}.asset{}", prefix, out.assets.size())));
    c.given.push_back(contract(c.facts, asset, out.assets.back()));
  }
  c.given.push_back(contract(c.facts, out.point));
  c.admitted = admitted_but(c, std::nullopt);
  return out;
}

std::vector<Theorem> declaration_theorems() {
  std::vector<DeclarationCase> cases;
  for (int links = 1; links <= kLinksMax; ++links) cases.push_back(declaration_case(links));
  const DeclarationCase& mutated = cases[1];
  std::vector<Theorem> out;
  for (const DeclarationRequirement& r : declaration_requirements()) {
    auto claim = [&](const DeclarationCase& c) {
      return r.holds(c.facts->facts, c.point, c.assets);
    };
    Theorem t;
    t.name = fmt::format("declaration.{}", r.clause);
    t.statement = fmt::format("declaration admitted => {}", r.statement);
    for (const DeclarationCase& c : cases)
      t.queries.push_back({c.facts->admitted, claim(c), replay_admitted(c.facts)});
    t.mutations.push_back(without_clause(mutated.facts, clause_named(r.clause), claim(mutated)));
    out.push_back(std::move(t));
  }
  return out;
}

// ---- Request, grants, promulgations
// ---------------------------------------------------------------

template <template <class> class Facts>
std::vector<Theorem> plain_theorems(const std::string& kind, const std::vector<FactShape>& shapes,
                                    std::span<const PlainRequirement<Facts<Symbolic>>> rows) {
  struct One {
    std::shared_ptr<Case<Facts>> facts;
    RequirementPoint point;
  };
  std::vector<One> cases;
  for (const FactShape& shape : shapes) {
    std::string prefix = fmt::format("{}{}", kind, cases.size());
    cases.push_back({case_of<Facts>(shape, prefix), fresh_point(prefix + ".at")});
    cases.back().facts->admitted = admitted_but(*cases.back().facts, std::nullopt);
  }
  const One& mutated = cases.back();
  std::vector<Theorem> out;
  for (const auto& r : rows) {
    Theorem t;
    t.name = fmt::format("{}.{}", kind, r.clause);
    t.statement = fmt::format("{} admitted => {}", kind, r.statement);
    for (const One& c : cases)
      t.queries.push_back(
          {c.facts->admitted, r.holds(c.facts->facts, c.point), replay_admitted(c.facts)});
    t.mutations.push_back(without_clause(mutated.facts, clause_named(r.clause),
                                         r.holds(mutated.facts->facts, mutated.point)));
    out.push_back(std::move(t));
  }
  return out;
}

std::vector<FactShape> shapes_of(int FactShape::*count, int from, int to) {
  std::vector<FactShape> out;
  for (int n = from; n <= to; ++n) out.emplace_back().*count = n;
  return out;
}

void append(std::vector<Theorem>& all, std::vector<Theorem> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Theorem> requirement_theorems() {
  std::vector<Theorem> all = settlement_theorems();
  append(all, declaration_theorems());
  append(all, plain_theorems<RequestFacts>("request", shapes_of(&FactShape::declarations, 1, 3),
                                           request_requirements()));
  append(all, plain_theorems<GrantFacts>("grant", shapes_of(&FactShape::links, 1, kLinksMax),
                                         grant_requirements()));
  append(all, plain_theorems<PromulgationFacts>("promulgation", {FactShape{}},
                                                promulgation_requirements()));
  return all;
}

}  // namespace capmarket
