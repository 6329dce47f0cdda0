#include "verify/trace/clause_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/admission/clause_id.h"
#include "model/objects/invariants.h"
#include "verify/trace/settlement_facts.h"

namespace capmarket::trace {
namespace {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;
using Facts = admission::SettlementFacts<smt::Symbolic>;
using Leg = admission::LegFacts<smt::Symbolic>;

constexpr std::size_t kSettlementsABatch = 30;

/// Where a refused clause has to be looked at: every place at which it can be broken.
struct Place {
  std::size_t link = 0, shard = 0, authority = 0, other_authority = 0;
  Int instant;
};

std::size_t at_least_one(std::size_t n) { return std::max<std::size_t>(n, 1); }

std::size_t links_of(const Leg& l) {
  std::size_t most = std::max({std::size_t{1}, l.holder.links.size(), l.user.links.size()});
  for (const auto& s : l.shards) most = std::max(most, s.coordinator.links.size());
  return most;
}

/// Both ends of the leg's window, and of the parts of its cover.
std::vector<Int> instants_of(const Leg& l) {
  auto one = smt::Symbolic::integer(1);
  std::vector<Int> out{l.from, l.until - one};
  for (const auto& v : l.victims)
    for (const auto& p : v.parts)
      for (const Int& x : {p.from, p.until - one}) out.push_back(x);
  return out;
}

/// Numbers of everything that the clause folds over; the rest stays 0.
std::vector<Place> places(const Facts& f, const Leg& l, admission::ClauseId clause) {
  bool regions = clause == admission::ClauseId::coordination;
  bool credentials =
      regions || clause == admission::ClauseId::holder_scope || clause == admission::ClauseId::user_membership;
  std::size_t links = credentials ? links_of(l) : 1;
  std::size_t shards = regions ? at_least_one(l.shards.size()) : 1;
  std::size_t authorities =
      clause == admission::ClauseId::jurisdictions ? 3 * f.legs.size() + f.coordinator_roots.size() : 1;
  std::vector<Int> instants{l.from, l.until - smt::Symbolic::integer(1)};
  if (clause == admission::ClauseId::displacement) instants = instants_of(l);
  std::vector<Place> out;
  for (std::size_t link = 0; link < links; ++link)
    for (std::size_t shard = 0; shard < shards; ++shard)
      for (const Int& instant : instants) out.push_back({link, shard, 0, 0, instant});
  for (std::size_t a = 1; a < authorities; ++a)
    out.push_back({0, 0, a, 0, l.from});  // roots differ where one differs from the first
  for (std::size_t a = 1; a < authorities; ++a) out.push_back({0, 0, 0, a, l.from});
  return out;
}

const theorems::LegRequirement* requirement_of(std::int64_t clause) {
  for (const theorems::LegRequirement& r : theorems::settlement_requirements())
    if (r.clause == audit::clause_text(clause)) return &r;
  return nullptr;
}

/// The leg as the clause folds over it: with every victim, for what is said of all of them; then once
/// for each part of each; or without a cover.
std::vector<Leg> parts_of(const Leg& leg, admission::ClauseId clause) {
  std::vector<Leg> out{leg};
  if (clause != admission::ClauseId::displacement) {
    out.back().victims.clear();
    return out;
  }
  for (auto& victim : out.back().victims) victim.parts.clear();
  for (const auto& victim : leg.victims)
    for (const auto& part : victim.parts) {
      out.push_back(leg);
      out.back().victims = {victim};
      out.back().victims.front().parts = {part};
    }
  return out;
}

}  // namespace

ClauseProof::ClauseProof(const smt::SolverBudget& budget) : budget_(budget) {
  progress_.theorem.name = objects::theorem_name(objects::Invariant::clauses);
  progress_.theorem.statement =
      "every admitted settlement meets the written requirement of every clause at its own sequence "
      "number; every refusal breaks the requirement of each clause that it names";
}

const theorems::RequirementPoint& ClauseProof::point(std::size_t i, std::size_t victims) {
  smt::FactShape shape;
  shape.assets = shape.items = 0;
  shape.victims = static_cast<int>(victims);
  while (points_.size() <= i)
    points_.push_back(theorems::fresh_point(fmt::format("at{}", points_.size()), shape));
  // The same names are the same variables: only the list of victims grows.
  if (points_[i].victims.size() < victims) points_[i] = theorems::fresh_point(fmt::format("at{}", i), shape);
  return points_[i];
}

/// Some requirement is broken at some instant, link, …, under the facts' contract. Parts of covers are
/// looked at one by one: as an arbitrary one among many they cost the solver minutes.
Bool ClauseProof::admitted_violation(const Facts& f) {
  std::vector<Bool> out;
  auto look = [&](const Leg& leg, bool cover) {
    theorems::RequirementPoint at = point(0, leg.victims.size());
    at.victim = at.part = smt::Symbolic::integer(0);
    std::vector<Bool> broken;
    for (const theorems::LegRequirement& r : theorems::settlement_requirements())
      if (r.clause == "displacement" || !cover) broken.push_back(!r.holds(f, leg, at));
    out.push_back(theorems::contract(f, leg, at, theorems::PointContract::bounds) &&
                  smt::any_of(broken));
  };
  for (const Leg& leg : f.legs) {
    for (const Leg& bare : parts_of(leg, admission::ClauseId::capacity)) look(bare, false);
    if (leg.victims.empty()) continue;
    for (const Leg& part : parts_of(leg, admission::ClauseId::displacement)) look(part, true);
  }
  return smt::any_of(out);
}

/// Some clause that the refusal names is met after all: by every leg, wherever it could be broken,
/// with the maxima attained there.
Bool ClauseProof::refused_violation(const Facts& f, const audit::Judgement& recorded) {
  std::vector<std::int64_t> named = recorded.failed;
  named.insert(named.end(), recorded.unresolved.begin(), recorded.unresolved.end());
  std::vector<Bool> met;
  for (std::int64_t number : named) {
    const theorems::LegRequirement* r = requirement_of(number);
    auto clause = admission::parse_clause_number(number);
    if (r == nullptr || !clause) return smt::Symbolic::boolean(true);  // no clause of settlements
    std::vector<Bool> everywhere;
    std::size_t next = 0;
    for (const Leg& leg : f.legs)
      for (const Leg& part : parts_of(leg, *clause))
        for (const Place& place : places(f, part, *clause)) {
          theorems::RequirementPoint at = point(next++, part.victims.size());
          auto set = [](Int& x, std::size_t n) {
            x = smt::Symbolic::integer(static_cast<std::int64_t>(n));
          };
          set(at.link, place.link), set(at.victim, 0), set(at.part, 0), set(at.shard, place.shard);
          set(at.authority, place.authority), set(at.other_authority, place.other_authority);
          at.instant = place.instant;
          everywhere.push_back(theorems::contract(f, part, at, theorems::PointContract::attained));
          everywhere.push_back(r->holds(f, part, at));
        }
    met.push_back(smt::all_of(everywhere));
  }
  return smt::any_of(met);
}

/// The twin: the same settlement with one unit too many on the declaration must be refuted.
void ClauseProof::plant_admitted(Facts f) {
  f.legs[0].excess = smt::Symbolic::integer(1) - f.legs[0].quantity;
  Batch twin;
  twin.add(admitted_violation(f), "twin");
  admitted_twin_ = progress_.refutes_twin(twin, budget_);
}

/// The twin of a refusal: one that names a clause which holds. `disclosure` is taken as holding.
void ClauseProof::plant_refused(Facts f) {
  for (Leg& leg : f.legs) {
    leg.declaration_exists = leg.request_exists = smt::Symbolic::boolean(true);
    leg.disclosure_due = smt::Symbolic::boolean(false);
  }
  Batch twin;
  twin.add(
      refused_violation(f, {{static_cast<std::int64_t>(admission::ClauseId::disclosure)}, {}, {}}),
      "twin");
  refused_twin_ = progress_.refutes_twin(twin, budget_);
}

void ClauseProof::settlement(const audit::SettlementEvidence& e, const audit::Judgement& recorded) {
  Timer timer(progress_);
  const bool admitted = recorded.failed.empty() && recorded.unresolved.empty();
  Facts f = numeral_facts(e);
  if (admitted && !admitted_seen_ && !e.legs.front().leg.window.empty()) {
    admitted_seen_ = true;
    plant_admitted(f);
  }
  if (!admitted && !refused_seen_) {
    refused_seen_ = true;
    plant_refused(f);
  }
  ++progress_.theorem.obligations;
  batch_.add(admitted ? admitted_violation(f) : refused_violation(f, recorded),
             fmt::format("sequence {}, {}", e.sequence, audit::to_text(recorded)));
  if (batch_.size() == kSettlementsABatch) progress_.flush(batch_, budget_);
}

void ClauseProof::end() {
  Timer timer(progress_);
  progress_.flush(batch_, budget_);
  progress_.theorem.twin_refuted =
      (!admitted_seen_ || admitted_twin_) && (!refused_seen_ || refused_twin_);
}

}  // namespace capmarket::trace
