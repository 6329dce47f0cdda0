// Coordination, displacement and jurisdictions of one leg.
#include "verify/theorems/requirements.h"

namespace capmarket::theorems::requirement {
namespace {

/// The coordinator of an arbitrary region stands, and signed.
Bool region_consents(const Settlement& f, const Leg& l, const Point& at) {
  return at_arbitrary(l.shards, at.shard, [&](auto i) {
    const auto& s = l.shards[i];
    return s.coordinator.exists && resolves(s.coordinator, at.link, f.signed_at) &&
           reached(s.coordinator.scope, s.region) && !(s.coordinator.root != l.rule_root) &&
           s.coordinator_signed;
  });
}

Bool coordinated_mode(const Leg& l) { return !(!l.coordination_single && !l.coordination_sharded); }

/// An arbitrary instant is the entry's exactly where it is the leg's and the live piece's; some
/// instant from the release on is left.
Bool window_is_cut(const Leg& l, const admission::VictimFacts<smt::Symbolic>& v, const Int& t) {
  auto of_entry = v.from <= t && t < v.until;
  auto of_leg = l.from <= t && t < l.until;
  auto of_piece = v.piece_from <= t && t < v.piece_until;
  return follows(of_entry, of_leg && of_piece) && follows(of_leg && of_piece, of_entry) &&
         !(v.until <= v.release_from);
}

/// With one unit less released, some limit is broken at some instant of what is released.
Bool needed(const admission::VictimFacts<smt::Symbolic>& v, const VictimPoint& p) {
  auto breaks = [&](const NeedPoint& n) {
    auto in_entry = v.release_from <= n.instant && n.instant < v.until;
    return in_entry && n.load + smt::Symbolic::integer(1) > n.limit;
  };
  return breaks(p.declaration) || breaks(p.infrastructure) || breaks(p.quota);
}

/// K: one of the three, and none of them is more.
Bool owes_k(const admission::VictimFacts<smt::Symbolic>& v) {
  auto less = v.compensation < v.own_compensation || v.compensation < v.victim_compensation ||
              v.compensation < zero();
  auto one_of = v.compensation == v.own_compensation || v.compensation == v.victim_compensation ||
                v.compensation == zero();
  return one_of && !less;
}

Bool in_reach(const Settlement& f, const Leg& l, const admission::VictimFacts<smt::Symbolic>& v, const Point& at) {
  auto shared = v.same_infrastructure && coordinated_mode(l) && region_consents(f, l, at);
  return v.same_declaration || shared;
}

}  // namespace

Bool coordination(const Settlement& f, const Leg& l, const Point& at) {
  auto nobody_asked = smt::Symbolic::boolean(l.shards.empty());
  auto known = at_arbitrary(l.shards, at.shard, [&](auto i) { return l.shards[i].known; });
  return l.declaration_exists && l.rule_exists &&
         follows(coordinated_mode(l), !nobody_asked && known && region_consents(f, l, at));
}

Bool displacement(const Settlement& f, const Leg& l, const Point& at) {
  auto entry = at_arbitrary(l.victims, at.victim, [&](auto i) {
    const auto& v = l.victims[i];
    auto none_or_too_much = v.released <= zero() || v.released > v.piece_quantity;
    auto too_early = v.started && v.release_from < v.floor_until;
    return v.exists && l.declaration_exists && l.rule_exists && l.may_displace && !f.user_overdue &&
           window_is_cut(l, v, at.instant) && !none_or_too_much && in_reach(f, l, v, at) &&
           !(v.rank >= l.rank) && !(v.rule_name != l.rule_name) && v.when && !too_early &&
           needed(v, at.victims[i]) && owes_k(v) && v.in_order;
  });
  return f.victims_distinct && entry;
}

Bool jurisdictions(const Settlement& f, const Leg& l, const Point& at) {
  std::vector<Int> authorities;
  for (const auto& leg : f.legs)
    authorities.insert(authorities.end(), {leg.rule_root, leg.holder.root, leg.user.root});
  for (const auto& c : f.coordinator_roots) authorities.push_back(c.root);
  auto represented = [&](const Int& root) {
    auto missing = smt::Symbolic::boolean(true);
    for (const auto& r : f.policy_roots) missing = missing && r.root != root;
    return !missing;
  };
  auto pair = at_arbitrary(authorities, at.authority, [&](auto a) {
    return at_arbitrary(authorities, at.other_authority, [&](auto b) {
      auto differ = authorities[a] != authorities[b];
      return follows(differ, f.policy_named && f.policy_exists && f.policy_rules_in_force &&
                                 represented(authorities[a]) && represented(authorities[b]));
    });
  });
  return l.rule_exists && l.holder.exists && l.user.exists &&
         follows(f.policy_named, f.policy_exists) && pair;
}

}  // namespace capmarket::theorems::requirement
