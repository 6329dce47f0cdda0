// What the slow market thinks of displacements: who may be displaced, in which order, by how much.
#include <algorithm>

#include "model/crypto/hash.h"
#include "tests/property/slow_market.h"
#include "tests/property/slow_parts.h"
#include "tests/property/tier_terms.h"
#include "tests/support/times.h"
namespace capmarket::property {

namespace {

/// [from, until) with one value of a grant's live quantity: from the seconds around `t`.
objects::Piece piece_at(const SlowGrant& g, Instant t) {
  int s = second_of(t);
  if (g.live[s] <= 0) return {};
  int from = s, until = s + 1;
  while (from > 0 && g.live[from - 1] == g.live[s]) --from;
  while (until < kSeconds && g.live[until] == g.live[s]) ++until;
  return {{testing::at_second(from), testing::at_second(until)}, Quantity(g.live[s])};
}

SlowVictim terms_of(const SlowGrant& g, const objects::DisplacementEntry& e, Instant at) {
  Instant from = std::max(e.window.from, whole_second(at));
  std::int64_t released = from < e.window.until
                              ? e.quantity.value * ((e.window.until - from).value / kNanosPerSecond)
                              : 0;
  std::int64_t live = 0;
  for (std::int64_t q : g.live) live += q;
  SlowVictim v;
  v.rank = g.rank;
  v.value = g.leg.price.value * live / 3600 - g.leg.price.value * (live - released) / 3600;
  v.notice = std::max<std::int64_t>(0, (from - at).value);
  return v;
}

}  // namespace

Money SlowMarket::owed(const objects::Settlement&, const objects::Leg& leg,
                       const objects::DisplacementEntry& e, Instant at) const {
  const SlowGrant& g = grants.at(e.grant);
  SlowVictim v = terms_of(g, e, at);
  std::int64_t own = slow_compensation(rules.at(leg.rule).rule.version, leg.tier, v);
  std::int64_t theirs = slow_compensation(rule(g).version, leg.tier, v);
  return Money(std::max({own, theirs, std::int64_t{0}}));
}

/// Decision 0002, number 7.
bool SlowMarket::in_order(const objects::Settlement& o, std::size_t index,
                          const objects::DisplacementEntry& e, Instant at) const {
  const objects::Leg& leg = o.legs[index];
  const rules::Rule& r = rules.at(leg.rule).rule;
  const rules::VictimOrder order = r.tier(leg.tier)->displaces->victims;
  const SlowGrant& victim = grants.at(e.grant);
  const bool own = victim.leg.declaration == leg.declaration;
  const Window window{std::max(leg.window.from, whole_second(at)), leg.window.until};
  std::set<ContentId> listed;
  std::int64_t highest = 0;
  for (const objects::DisplacementEntry& x : leg.displacements) {
    listed.insert(x.grant);
    highest = std::max(highest, grants.at(x.grant).rank);
  }
  auto key = [&](const SlowGrant& g) -> std::pair<std::int64_t, Bytes> {
    switch (order) {
      case rules::VictimOrder::latest_first:
        return {-g.sequence, {}};
      case rules::VictimOrder::earliest_first:
        return {g.sequence, {}};
      case rules::VictimOrder::cheapest:
        return {g.leg.price.value, {}};
      case rules::VictimOrder::lottery: {
        Bytes preimage;
        crypto::append_prefixed(preimage, leg.request.view());
        crypto::append_prefixed(preimage, g.id.view());
        Digest d = crypto::sha256(preimage);
        return {0, Bytes(d.bytes.begin(), d.bytes.end())};
      }
      case rules::VictimOrder::pro_rata:
        return {0, {}};
    }
    return {};
  };
  auto before = [&](const SlowGrant& a, const SlowGrant& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (order == rules::VictimOrder::pro_rata) return false;
    return std::tuple(key(a), a.id) < std::tuple(key(b), b.id);
  };
  std::map<ContentId, std::int64_t> weight, given;  // of the highest rank
  for (const auto& [id, g] : grants) {
    if (g.rank >= rank_of(o, leg) || rule(g).name != r.name) continue;
    if (own ? g.leg.declaration != leg.declaration
            : declarations.at(g.leg.declaration).o.infrastructure !=
                  declarations.at(leg.declaration).o.infrastructure)
      continue;
    objects::Piece first{};
    for (int s = 0; s < kSeconds && first.quantity.value == 0; ++s)
      if (window.contains(testing::at_second(s))) first = piece_at(g, testing::at_second(s));
    if (first.quantity.value == 0) continue;
    objects::DisplacementEntry whole{
        id,
        first.quantity,
        {std::max(first.window.from, window.from), std::min(first.window.until, window.until)},
        Money(0)};
    const rules::Tier* tier = rule(g).tier(g.leg.tier);
    if (!slow_displaces(leg.tier, terms_of(g, whole, at))) continue;
    if (g.leg.window.from <= at && tier->min_run &&
        whole.window.from < g.leg.window.from + *tier->min_run)
      continue;
    if (g.rank == highest) weight[id] = first.quantity.value;
    if (!whole.window.meets(e.window)) continue;
    if (!listed.contains(id) && before(g, victim)) return false;
  }
  if (order != rules::VictimOrder::pro_rata || victim.rank != highest) return true;
  std::int64_t all = 0, sum = 0;
  for (const objects::DisplacementEntry& x : leg.displacements)
    if (grants.at(x.grant).rank == highest) {
      weight[x.grant] = piece_at(grants.at(x.grant), x.window.from).quantity.value;
      given[x.grant] += x.quantity.value;
      all += x.quantity.value;
    }
  for (const auto& [id, q] : weight) sum += q;
  if (sum == 0) return true;
  std::vector<ContentId> latest;
  std::map<ContentId, std::int64_t> share;
  std::int64_t left = all;
  for (const auto& [id, q] : weight) {
    share[id] = all * q / sum;
    left -= share[id];
    latest.push_back(id);
  }
  std::stable_sort(latest.begin(), latest.end(), [&](const ContentId& a, const ContentId& b) {
    return grants.at(a).sequence > grants.at(b).sequence;
  });
  for (std::size_t i = 0; left > 0 && i < latest.size(); ++i, --left) ++share[latest[i]];
  return std::all_of(share.begin(), share.end(),
                     [&](const auto& x) { return given[x.first] == x.second; });
}

bool SlowMarket::displacement(const objects::Settlement& o, std::size_t index, Instant at) const {
  std::set<ContentId> victims;
  std::size_t entries = 0;
  for (const objects::Leg& leg : o.legs)
    for (const objects::DisplacementEntry& e : leg.displacements)
      victims.insert(e.grant), ++entries;
  if (victims.size() != entries) return false;
  const objects::Leg& leg = o.legs[index];
  if (leg.displacements.empty()) return true;
  const rules::Rule& r = rules.at(leg.rule).rule;
  const rules::Tier* tier = r.tier(leg.tier);
  const objects::Declaration& d = declarations.at(leg.declaration).o;
  if (tier == nullptr || !tier->displaces || overdue(requests.at(o.legs[0].request).o.user, at))
    return false;
  const bool mode = r.coordination.mode == rules::CoordinationMode::single ||
                    r.coordination.mode == rules::CoordinationMode::sharded;
  for (std::size_t i = 0; i < leg.displacements.size(); ++i) {
    const objects::DisplacementEntry& e = leg.displacements[i];
    const SlowGrant& g = grants.at(e.grant);
    objects::Piece piece = piece_at(g, e.window.from);
    Window cut{std::max(leg.window.from, piece.window.from),
               std::min(leg.window.until, piece.window.until)};
    Window released{std::max(e.window.from, whole_second(at)), e.window.until};
    if (piece.quantity.value == 0 || e.window != cut || cut.empty() || released.empty() ||
        e.quantity.value <= 0 || e.quantity > piece.quantity)
      return false;
    const bool own = g.leg.declaration == leg.declaration;
    const std::optional<ContentId>& its = declarations.at(g.leg.declaration).o.infrastructure;
    const bool shared = its && its == d.infrastructure;
    if (!own && !(shared && mode && coordinated(o, leg))) return false;
    if (g.rank >= rank_of(o, leg) || rule(g).name != r.name) return false;
    if (!slow_displaces(leg.tier, terms_of(g, e, at))) return false;
    const rules::Tier* theirs = rule(g).tier(g.leg.tier);
    if (g.leg.window.from <= at && theirs->min_run &&
        released.from < g.leg.window.from + *theirs->min_run)
      return false;
    objects::Settlement less = o;
    less.legs[index].displacements[i].quantity = e.quantity - Quantity(1);
    bool needed = false;
    for (Instant t : instants(o, released)) {
      if (own) {
        std::int64_t load = taken(less, leg.declaration, t, at);
        bool any_set_aside = std::any_of(r.tiers.begin(), r.tiers.end(), [&](const rules::Tier& x) {
          return x.name != leg.tier && x.set_aside.value > 0;
        });
        needed = needed || load > d.quantity.value ||
                 (any_set_aside && load + reserved(less, leg, t, at) > d.quantity.value);
      }
      if (shared && mode) needed = needed || shared_taken(less, *its, t, at) > schedule(*its, t);
    }
    if (!needed || e.compensation != owed(o, leg, e, at) || !in_order(o, index, e, at))
      return false;
  }
  return true;
}

}  // namespace capmarket::property
