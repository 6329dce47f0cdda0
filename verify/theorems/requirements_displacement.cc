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

using Victim = admission::VictimFacts<smt::Symbolic>;

/// Of an arbitrary instant of the part: in the reach, after the floor and stop_within, live, needed,
/// in order.
Bool part_stands(const Settlement& f, const Leg& l, const Victim& v,
                 const admission::CoverPartFacts<smt::Symbolic>& p, const PartPoint& point,
                 const Int& t) {
  auto outside = t < l.from || t >= l.until || t < f.admission;
  auto protected_here = (v.started && t < v.floor_until) || t - f.admission < l.stop_within;
  auto nothing_or_too_much = p.released <= zero() || p.released > point.has;
  auto unneeded = point.given > point.lack;
  auto out_of_order = point.earlier > zero() || p.released != point.expected;
  auto wrong = outside || protected_here || nothing_or_too_much || unneeded || out_of_order;
  return !(p.until <= p.from) && follows(p.from <= t && t < p.until, !wrong);
}

/// What no part of it says.
Bool may_be_displaced(const Leg& l, const Victim& v) {
  auto elsewhere = v.same_infrastructure && coordinated_mode(l) && v.coordinated;
  return (v.same_declaration || elsewhere) && !(v.rank >= l.rank) && v.version_fits && v.when;
}

Bool within_limits(const Settlement& f, const Leg& l, const Point& at) {
  auto owed = zero(), given_back = zero();
  for (std::size_t i = 0; i < l.victims.size(); ++i) {
    owed = owed + at.victims[i].owed;
    given_back = given_back + l.victims[i].refund;
  }
  auto count = smt::Symbolic::integer(static_cast<std::int64_t>(l.victims.size()));
  auto too_dear = owed > l.compensation_at_most || given_back > l.refund_at_most;
  auto too_many = count > f.victims_at_most || l.pieces > f.pieces_at_most;
  return l.displace_named && !f.user_overdue && !too_dear && !too_many;
}

}  // namespace

Bool coordination(const Settlement& f, const Leg& l, const Point& at) {
  auto nobody_asked = smt::Symbolic::boolean(l.shards.empty());
  auto known = at_arbitrary(l.shards, at.shard, [&](auto i) { return l.shards[i].known; });
  return l.declaration_exists && l.rule_exists &&
         follows(coordinated_mode(l), !nobody_asked && known && region_consents(f, l, at));
}

Bool displacement(const Settlement& f, const Leg& l, const Point& at) {
  auto victim = at_arbitrary(l.victims, at.victim, [&](auto i) {
    const auto& v = l.victims[i];
    auto part = at_arbitrary(v.parts, at.part, [&](auto j) {
      return part_stands(f, l, v, v.parts[j], at.victims[i].parts[j], at.instant);
    });
    return may_be_displaced(l, v) && part;
  });
  auto empty = smt::Symbolic::boolean(l.victims.empty());
  return l.declaration_exists && l.rule_exists && (empty || within_limits(f, l, at)) && victim;
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
