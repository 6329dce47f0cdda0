// Which victims come first. Source: docs/spec/semantics.md#order-of-victims.
#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <set>

#include "model/crypto/hash.h"
#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

using boost::multiprecision::int256_t;

/// A grant that could be displaced, by its first live piece that meets the leg's window.
struct Candidate {
  const AuditGrant* grant = nullptr;
  Window window;  // the cut
  Quantity quantity;
};

Digest lottery(const ContentId& request, const ContentId& grant) {
  Bytes preimage;
  crypto::append_prefixed(preimage, request.view());
  crypto::append_prefixed(preimage, grant.view());
  return crypto::sha256(preimage);
}

/// `a` goes before `b`.
bool before(rules::VictimOrder order, const ContentId& request, const AuditGrant& a, const AuditGrant& b) {
  if (a.rank != b.rank) return a.rank < b.rank;
  switch (order) {
    case rules::VictimOrder::latest_first:
      if (a.sequence() != b.sequence()) return a.sequence() > b.sequence();
      break;
    case rules::VictimOrder::earliest_first:
      if (a.sequence() != b.sequence()) return a.sequence() < b.sequence();
      break;
    case rules::VictimOrder::cheapest:
      if (a.leg.price != b.leg.price) return a.leg.price < b.leg.price;
      break;
    case rules::VictimOrder::lottery: {
      Digest x = lottery(request, a.id), y = lottery(request, b.id);
      if (x != y) return x < y;
      break;
    }
    case rules::VictimOrder::pro_rata:
      return false;  // inside a rank everybody gives a share
  }
  return a.id < b.id;
}

std::optional<Candidate> candidate(const Gathering& g, const LegEvidence& leg,
                                   const TierContext& context, const AuditGrant& victim) {
  const rules::Rule& rule = leg.rule->rule;
  const Window w{std::max(leg.leg.window.from, rounded_up(rule, g.at)), leg.leg.window.until};
  if (w.empty() || !w.meets(victim.leg.window) || victim.rank >= leg.rank ||
      victim.rule->rule.name != rule.name)
    return std::nullopt;
  for (const objects::Piece& p : victim.live.pieces(w)) {
    if (p.quantity.value <= 0) continue;
    // The piece is the first that meets w; pieces(w) gave its cut.
    TierVictim v{&victim, p.quantity, p.quantity, p.window, g.at};
    if (!tier_displaces(rule, *rule.tier(leg.leg.tier), context, v)) return std::nullopt;
    const rules::Tier* own = victim.rule->rule.tier(victim.leg.tier);
    if (victim.leg.window.from <= g.at && own != nullptr && own->min_run &&
        Int128{victim.leg.window.from.value} + own->min_run->value > p.window.from.value)
      return std::nullopt;
    return Candidate{&victim, p.window, p.quantity};
  }
  return std::nullopt;
}

std::vector<Candidate> candidates(const Gathering& g, const LegEvidence& leg,
                                  const TierContext& context,
                                  const std::vector<const AuditGrant*>& grants) {
  std::vector<Candidate> out;
  for (const AuditGrant* victim : grants)
    if (auto c = candidate(g, leg, context, *victim)) out.push_back(*c);
  return out;
}

/// What each of `sharing` gives of `total`, by its quantity.
std::map<ContentId, int256_t> shares(const std::map<ContentId, Candidate>& sharing,
                                     const int256_t& total) {
  std::map<ContentId, int256_t> out;
  int256_t sum = 0;
  for (const auto& [id, c] : sharing) sum += c.quantity.value;
  if (sum <= 0) return out;
  int256_t left = total;
  std::vector<const AuditGrant*> latest;
  for (const auto& [id, c] : sharing) {
    out[id] = total * c.quantity.value / sum;
    left -= out[id];
    latest.push_back(c.grant);
  }
  std::sort(latest.begin(), latest.end(), [](const AuditGrant* a, const AuditGrant* b) {
    return a->sequence() != b->sequence() ? a->sequence() > b->sequence() : a->id < b->id;
  });
  for (const AuditGrant* grant : latest)
    if (left > 0) ++out[grant->id], --left;
  return out;
}

/// Every listed quantity of the highest rank is its share of them all.
bool shares_right(const LegEvidence& leg, const VictimEvidence& entry,
                  const std::vector<Candidate>& all) {
  std::map<ContentId, Candidate> sharing;
  std::map<ContentId, int256_t> given;
  for (const Candidate& c : all)
    if (c.grant->rank == entry.grant->rank) sharing[c.grant->id] = c;
  int256_t total = 0;
  for (const VictimEvidence& v : leg.victims) {
    if (v.grant == nullptr || v.grant->rank != entry.grant->rank) continue;
    sharing[v.grant->id] = {v.grant, v.piece,
                            Quantity(static_cast<std::int64_t>(v.piece_quantity))};
    given[v.grant->id] += v.entry.quantity.value;
    total += v.entry.quantity.value;
  }
  for (const auto& [id, share] : shares(sharing, total)) {
    auto own = given.find(id);
    if (own == given.end() ? share > 0 : own->second != share) return false;
  }
  return true;
}

}  // namespace

void gather_order(const Gathering& g, LegEvidence& leg) {
  auto context = context_of(g, leg);
  const rules::Tier* tier = leg.rule == nullptr ? nullptr : leg.rule->rule.tier(leg.leg.tier);
  if (!context || leg.victims.empty() || tier == nullptr || !tier->displaces) return;
  std::set<const AuditGrant*> named;
  std::int64_t highest = std::numeric_limits<std::int64_t>::min();
  for (const VictimEvidence& v : leg.victims)
    if (v.grant != nullptr) named.insert(v.grant), highest = std::max(highest, v.grant->rank);
  std::optional<std::vector<Candidate>> own, shared;
  for (VictimEvidence& v : leg.victims) {
    if (v.grant == nullptr || (!v.same_declaration && !v.same_infrastructure)) continue;
    auto& all = v.same_declaration ? own : shared;
    if (!all)
      all = candidates(
          g, leg, *context,
          v.same_declaration ? leg.declaration->grants : leg.declaration->infrastructure->grants);
    std::vector<Candidate> beside;
    for (const Candidate& c : *all)
      if (c.window.meets(v.entry.window)) beside.push_back(c);
    const rules::VictimOrder order = tier->displaces->victims;
    v.in_order = std::none_of(beside.begin(), beside.end(), [&](const Candidate& c) {
      return !named.contains(c.grant) && before(order, leg.leg.request, *c.grant, *v.grant);
    });
    if (order == rules::VictimOrder::pro_rata && v.grant->rank == highest)
      v.in_order = v.in_order && shares_right(leg, v, *all);
  }
}

}  // namespace capmarket::audit
