#include "verify/theorems/entry_conjuncts.h"

#include "model/admission/clauses.h"

namespace capmarket::theorems {

std::vector<EntryConjunct> entry_conjuncts(const admission::SettlementFacts<smt::Symbolic>& f,
                                           const admission::LegFacts<smt::Symbolic>& l,
                                           const admission::VictimFacts<smt::Symbolic>& v) {
  using D = smt::Symbolic;
  auto zero = D::integer(0);
  auto coordinated =
      (l.coordination_single || l.coordination_sharded) && admission::clause::coordinated<D>(l, f.signed_at);
  auto most = max_of<D>(v.own_compensation, v.victim_compensation);
  return {
      {"may-displace", l.may_displace},
      {"overdue", !f.user_overdue},
      {"cut", v.from == max_of<D>(l.from, v.piece_from) &&
                  v.until == min_of<D>(l.until, v.piece_until) && v.from < v.until},
      {"r>0", zero < v.released},
      {"r<=piece", v.released <= v.piece_quantity},
      {"release-left", v.release_from < v.until},
      {"reach", v.same_declaration || (v.same_infrastructure && coordinated)},
      {"rank", v.rank < l.rank},
      {"rule-name", v.rule_name == l.rule_name},
      {"when", v.when},
      {"floor", implies<D>(v.started, v.floor_until <= v.release_from)},
      {"need",
       zero < v.excess_short || zero < v.shared_excess_short || zero < v.quota_excess_short},
      {"K", v.compensation == max_of<D>(most, zero)},
      {"order", v.in_order},
  };
}

std::vector<smt::Symbolic::Bool> displacement_but(const admission::SettlementFacts<smt::Symbolic>& f,
                                             std::string_view without) {
  std::vector<smt::Symbolic::Bool> out;
  if (without != "distinct") out.push_back(f.victims_distinct);
  for (const auto& l : f.legs)
    for (const auto& v : l.victims) {
      out.push_back(v.exists);
      for (const EntryConjunct& c : entry_conjuncts(f, l, v))
        if (c.name != without) out.push_back(c.holds);
    }
  return out;
}

}  // namespace capmarket::theorems
