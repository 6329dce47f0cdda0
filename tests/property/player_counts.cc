// What histories draw, counted.
#include <algorithm>

#include "tests/property/player.h"

namespace capmarket::property {

/// Counts what kinds of covers were drawn.
void Player::count_covers(const objects::Settlement& s, const admission::Decision& decision) {
  const std::vector<SlowCover>& covers = m_.decided();
  bool displaces = false;
  for (std::size_t i = 0; i < covers.size(); ++i) {
    const SlowCover& c = covers[i];
    const auto& terms = s.legs[i].displace;
    const rules::Tier* tier = m_.rules.contains(s.legs[i].rule)
                                  ? m_.rules.at(s.legs[i].rule).rule.tier(s.legs[i].tier)
                                  : nullptr;
    auto note = [&](const char* what, bool drawn) {
      if (drawn) stats_.add(std::string("cover: ") + what);
    };
    note("nothing agreed", c.lack > 0 && !terms && tier != nullptr && tier->displaces);
    note("of several victims", c.victims.size() > 1);
    note("of several pieces of one victim",
         std::any_of(c.victims.begin(), c.victims.end(),
                     [](const SlowCovered& v) { return v.pieces > 1; }));
    note("in two steps", c.two_steps);
    note("bounded by a set-aside", c.bounded);
    note("odd units of shares", c.odd_units);
    note("elsewhere on the infrastructure",
         std::any_of(c.victims.begin(), c.victims.end(),
                     [](const SlowCovered& v) { return !v.own; }));
    note("elsewhere without coordinator", c.uncoordinated);
    note("of an older version", c.older_version);
    note("spares a later version", c.spared_version);
    note("spared by when", c.spared_when);
    if (c.victims.empty()) continue;
    note("in a later leg", i > 0 && displaces);
    displaces = true;
    const bool k = c.compensation <= terms->compensation_at_most.value,
               refund = c.refund <= terms->refund_at_most.value,
               few = static_cast<std::int64_t>(c.victims.size()) <= m_.genesis.cover.victims &&
                     c.pieces <= m_.genesis.cover.pieces;
    note("above the ceiling of compensation", !k && refund && few);
    note("above the ceiling of refunds", k && !refund && few);
    note("above the genesis's limits", k && refund && !few);
    note("too late to stop",
         tier->displaces->stop_within && c.notice < tier->displaces->stop_within->value);
  }
  if (displaces && decision.admitted()) stats_.add("settlement with displacements");
}

/// Counts who gave way to an admitted settlement, leg by leg: several at once, and how.
void Player::count_displacements(const objects::Settlement& s) {
  for (std::size_t i = 0; i < s.legs.size(); ++i) {
    const SlowCover& c = m_.decided()[i];
    if (c.victims.size() < 2) continue;
    const objects::Leg& leg = s.legs[i];
    const rules::Rule& rule = m_.rules.at(leg.rule).rule;
    std::set<int> lengths;  // in half seconds
    for (const SlowCovered& v : c.victims)
      for (int h = 0, from = 0; h < kHalves; ++h) {
        if (h == 0 || v.given[h] != v.given[h - 1]) from = h;
        const bool ends = h + 1 == kHalves || v.given[h + 1] != v.given[h];
        if (ends && v.given[h] > 0) lengths.insert(h + 1 - from);
      }
    const bool different = lengths.size() > 1;
    const bool shared = m_.declarations.at(leg.declaration).o.infrastructure &&
                        (rule.coordination.mode == rules::CoordinationMode::single ||
                         rule.coordination.mode == rules::CoordinationMode::sharded);
    const bool aside = std::any_of(rule.tiers.begin(), rule.tiers.end(), [&](const rules::Tier& t) {
      return t.name != leg.tier && t.set_aside > BasisPoints(0);
    });
    auto note = [&](const char* what, bool drawn) {
      if (drawn) stats_.add(std::string("displaced several: ") + what);
    };
    note("pieces of different lengths", different);
    note("on a scheduled infrastructure", shared);
    note("beside set-asides", aside);
    note("all three at once", different && shared && aside);
  }
}

/// Counts an admitted leg of a request that no one declaration of it could hold, or that has
/// another part already, at another time.
void Player::count_split(const objects::Leg& leg) {
  if (!m_.declarations.at(leg.declaration).o.window.contains(m_.requests.at(leg.request).o.window))
    stats_.add("split over time");
  const bool second = std::any_of(m_.grants.begin(), m_.grants.end(), [&](const auto& g) {
    return g.second.leg.request == leg.request && !g.second.leg.window.meets(leg.window);
  });
  if (second) stats_.add("split over time, a further part");
}

}  // namespace capmarket::property
