#include "model/chain/victims.h"

#include <algorithm>
#include <map>

#include "model/crypto/hash.h"

namespace capmarket::chain {
namespace {

/// Ascending: who gives way first.
using OrderKey = std::tuple<std::int64_t, std::int64_t, Digest, ContentId>;

OrderKey key_of(const ChainState& s, rules::VictimOrder order, const ContentId& request,
                GrantIndex grant) {
  const GrantRecord& g = s.grants[grant];
  switch (order) {
    case rules::VictimOrder::latest_first:
    case rules::VictimOrder::pro_rata:
      return {g.rank, -g.sequence.value, Digest{}, g.id};
    case rules::VictimOrder::earliest_first:
      return {g.rank, g.sequence.value, Digest{}, g.id};
    case rules::VictimOrder::cheapest:
      return {g.rank, g.leg.price.value, Digest{}, g.id};
    case rules::VictimOrder::lottery: {
      Bytes preimage;
      crypto::append_prefixed(preimage, request.view());
      crypto::append_prefixed(preimage, g.id.view());
      return {g.rank, 0, crypto::sha256(preimage), g.id};
    }
  }
  return {};
}

/// Pro-rata inside the highest rank touched: what each candidate and listed grant must give.
std::map<GrantIndex, Quantity> shares(const ChainState& s, std::int64_t rank,
                                      const std::vector<ListedEntry>& listed,
                                      const std::vector<Candidate>& pool) {
  std::map<GrantIndex, Quantity> weight;
  Int128 total = 0, taken = 0;
  for (const Candidate& c : pool)
    if (s.grants[c.grant].rank == rank) weight.emplace(c.grant, c.quantity);
  for (const ListedEntry& l : listed)
    if (s.grants[l.grant].rank == rank) {
      weight[l.grant] = l.piece;
      taken += l.quantity.value;
    }
  for (const auto& [grant, q] : weight) total += q.value;
  std::map<GrantIndex, Quantity> out;
  if (total <= 0) return out;
  Int128 given = 0;
  for (const auto& [grant, q] : weight) {
    Int128 part = std::min<Int128>(floor_div(taken * q.value, total), kWireMax);
    out[grant] = Quantity(static_cast<std::int64_t>(part));
    given += part;
  }
  std::vector<GrantIndex> latest;
  for (const auto& [grant, q] : weight) latest.push_back(grant);
  std::sort(latest.begin(), latest.end(), [&](GrantIndex a, GrantIndex b) {
    const GrantRecord &x = s.grants[a], &y = s.grants[b];
    return std::tuple(-x.sequence.value, x.id) < std::tuple(-y.sequence.value, y.id);
  });
  for (std::size_t i = 0; i < latest.size() && given < taken; ++i, ++given)
    out[latest[i]] += Quantity(1);
  return out;
}

}  // namespace

VictimContext victim_context(const GrantRecord& g, const objects::Piece& piece, Instant release_from,
                             Instant until, Quantity quantity, Instant at) {
  VictimContext v;
  v.tier = g.leg.tier;
  v.rank = g.rank;
  v.quantity = piece.quantity;
  v.price = g.leg.price;
  Volume live = capacity::volume_of(g.live);
  Volume released;
  if (release_from < until) released = volume_of(quantity, until - release_from);
  v.value = worth(g.leg.price, live) - worth(g.leg.price, live - released);
  v.whole_value = worth(g.leg.price, volume_of(g.leg.quantity, g.leg.window.length()));
  v.window = g.leg.window;
  v.started = g.leg.window.from <= at;
  v.times_displaced = g.times_displaced;
  v.notice = std::max(Duration(0), release_from - at);
  v.released = quantity;
  return v;
}

Instant floor_until(const ChainState& s, const GrantRecord& g) {
  const rules::Tier* tier = s.rule_of(g).tier(g.leg.tier);
  if (tier == nullptr || !tier->min_run) return Instant(-kWireMax);
  return g.leg.window.from + *tier->min_run;
}

std::vector<Candidate> candidates(const ChainState& s, const rules::Rule& rule,
                                  const rules::Tier& tier, std::int64_t rank,
                                  const EligibilityContext& context, const Window& window,
                                  const std::vector<GrantIndex>& grants, const ContentId& request,
                                  Instant at) {
  std::vector<std::pair<OrderKey, Candidate>> found;
  for (GrantIndex grant : grants) {
    const GrantRecord& g = s.grants[grant];
    if (g.rank >= rank || s.rule_of(g).name != rule.name) continue;
    auto piece = std::find_if(g.live.begin(), g.live.end(),
                              [&](const objects::Piece& p) { return p.window.meets(window); });
    if (window.empty() || piece == g.live.end()) continue;
    Window cut{std::max(piece->window.from, window.from),
               std::min(piece->window.until, window.until)};
    if (g.leg.window.from <= at && cut.from < floor_until(s, g)) continue;
    VictimContext victim = victim_context(g, *piece, cut.from, cut.until, piece->quantity, at);
    if (!Concrete::holds(displacement_holds(rule, tier, context, victim))) continue;
    found.emplace_back(key_of(s, tier.displaces->victims, request, grant),
                       Candidate{grant, cut, piece->quantity});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Candidate> out;
  for (auto& [key, candidate] : found) out.push_back(candidate);
  return out;
}

std::vector<bool> in_order(const ChainState& s, rules::VictimOrder order,
                           const std::vector<ListedEntry>& listed,
                           const std::vector<Candidate>& pool, const ContentId& request) {
  std::vector<bool> out(listed.size(), true);
  std::set<GrantIndex> names;
  std::int64_t highest = std::numeric_limits<std::int64_t>::min();
  for (const ListedEntry& l : listed) {
    names.insert(l.grant);
    highest = std::max(highest, s.grants[l.grant].rank);
  }
  const bool pro_rata = order == rules::VictimOrder::pro_rata;
  std::map<GrantIndex, Quantity> expected;
  if (pro_rata) expected = shares(s, highest, listed, pool);
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const ListedEntry& l = listed[i];
    const GrantRecord& g = s.grants[l.grant];
    OrderKey key = key_of(s, order, request, l.grant);
    for (const Candidate& c : pool) {
      if (names.contains(c.grant) || !c.window.meets(l.window)) continue;
      bool before =
          pro_rata ? s.grants[c.grant].rank < g.rank : key_of(s, order, request, c.grant) < key;
      if (before) out[i] = false;
    }
    if (!pro_rata || g.rank != highest) continue;
    auto share = expected.find(l.grant);
    if (share == expected.end() || share->second != l.quantity) out[i] = false;
    for (const auto& [grant, q] : expected)
      if (q.value > 0 && !names.contains(grant)) out[i] = false;
  }
  return out;
}

}  // namespace capmarket::chain
