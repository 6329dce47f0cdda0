#include "verify/theorems/cover_conjuncts.h"

#include "model/admission/clauses.h"

namespace capmarket::theorems {
namespace {

using D = smt::Symbolic;
using Settlement = admission::SettlementFacts<D>;
using Leg = admission::LegFacts<D>;
using Victim = admission::VictimFacts<D>;

/// Adds those that are not called `without`.
void add_but(std::vector<D::Bool>& out, const std::vector<CoverConjunct>& all,
             std::string_view without) {
  for (const CoverConjunct& c : all)
    if (c.name != without) out.push_back(c.holds);
}

}  // namespace

std::vector<CoverConjunct> leg_conjuncts(const Settlement& f, const Leg& l) {
  auto compensation = D::integer(0), refund = D::integer(0);
  for (const Victim& v : l.victims) {
    auto most = max_of<D>(v.own_compensation, v.victim_compensation);
    compensation = compensation + max_of<D>(most, D::integer(0));
    refund = refund + v.refund;
  }
  auto count = D::integer(static_cast<std::int64_t>(l.victims.size()));
  return {
      {"displace", l.displace_named},
      {"overdue", !f.user_overdue},
      {"compensation", compensation <= l.compensation_at_most},
      {"refund", refund <= l.refund_at_most},
      {"victims", count <= f.victims_at_most},
      {"pieces", l.pieces <= f.pieces_at_most},
  };
}

std::vector<CoverConjunct> victim_conjuncts(const Leg& l, const Victim& v) {
  auto elsewhere =
      v.same_infrastructure && (l.coordination_single || l.coordination_sharded) && v.coordinated;
  return {
      {"place", v.same_declaration || elsewhere},
      {"rank", v.rank < l.rank},
      {"version", v.version_fits},
      {"when", v.when},
      {"stop-within", l.stop_within <= v.notice},
  };
}

std::vector<CoverConjunct> part_conjuncts(const Settlement& f, const Leg& l, const Victim& v,
                                          const admission::CoverPartFacts<D>& p) {
  auto zero = D::integer(0);
  return {
      {"leg-from", l.from <= p.from},
      {"admission", f.admission <= p.from},
      {"leg-until", p.until <= l.until},
      {"not-empty", p.from < p.until},
      {"r>0", zero < p.released},
      {"r<=live", p.released <= p.live},
      {"floor", implies<D>(v.started, v.floor_until <= p.from)},
      {"need", zero < p.lack_short},
      {"order", p.earlier <= zero},
      {"share", p.share_error <= zero},
  };
}

std::vector<std::string_view> cover_conjunct_names() {
  smt::FactShape shape;
  auto f = smt::fresh_facts<admission::SettlementFacts>(shape, "names");
  const Leg& l = f.legs[0];
  const Victim& v = l.victims[0];
  std::vector<std::string_view> out;
  for (const auto& all :
       {leg_conjuncts(f, l), victim_conjuncts(l, v), part_conjuncts(f, l, v, v.parts[0])})
    for (const CoverConjunct& c : all) out.push_back(c.name);
  return out;
}

std::vector<D::Bool> displacement_but(const Settlement& f, std::string_view without) {
  std::vector<D::Bool> out;
  for (const Leg& l : f.legs) {
    if (!l.victims.empty()) add_but(out, leg_conjuncts(f, l), without);
    for (const Victim& v : l.victims) {
      add_but(out, victim_conjuncts(l, v), without);
      for (const auto& p : v.parts) add_but(out, part_conjuncts(f, l, v, p), without);
    }
  }
  return out;
}

}  // namespace capmarket::theorems
