// Who could give way to a leg, and in which order. Source: docs/spec/semantics.md#candidates.
#include "verify/audit/gather_candidates.h"

#include <algorithm>
#include <map>
#include <set>

#include "model/crypto/hash.h"

#include "verify/audit/gather_internal.h"
#include "verify/audit/gather_turn.h"

namespace capmarket::audit {
namespace {

Digest lottery(const ContentId& request, const ContentId& grant) {
  Bytes preimage;
  crypto::append_prefixed(preimage, request.view());
  crypto::append_prefixed(preimage, grant.view());
  return crypto::sha256(preimage);
}

/// `a` goes before `b`.
bool before(rules::VictimOrder order, const ContentId& request, const AuditGrant& a,
            const AuditGrant& b) {
  if (a.rank != b.rank) return a.rank < b.rank;
  switch (order) {
    case rules::VictimOrder::latest_first:
    case rules::VictimOrder::pro_rata:
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
  }
  return a.id < b.id;
}

/// Those grants of lower rank whose part is not empty and whose `when` holds.
class Search {
 public:
  Search(const Gathering& g, const LegEvidence& leg, const TierContext& context,
         const Window& reach)
      : g_(g), leg_(leg), context_(context), reach_(reach) {
    for (const AuditRule* r = leg.rule; r != nullptr && versions_.insert(r).second;)
      r = r->rule.supersedes ? found(g.s.rules, *r->rule.supersedes) : nullptr;
  }

  void among(const std::vector<const AuditGrant*>& grants, std::vector<Candidate>& out) {
    for (const AuditGrant* grant : grants)
      if (auto c = candidate(*grant)) out.push_back(std::move(*c));
  }

 private:
  bool stands_near(const AuditDeclaration& d) {
    if (&d == leg_.declaration) return true;
    auto [it, fresh] = elsewhere_.emplace(&d, false);
    if (fresh) {
      const auto shards = shards_of(g_, leg_.rule->rule, d);
      it->second = !shards.empty() &&
                   std::all_of(shards.begin(), shards.end(),
                               [](const ShardEvidence& s) { return s.known; }) &&
                   shards_signed(shards, leg_.rule_root, g_.o.signed_at);
    }
    return it->second;
  }

  std::optional<Candidate> candidate(const AuditGrant& grant) {
    if (grant.rank >= leg_.rank || !versions_.contains(grant.rule) ||
        !stands_near(*grant.declaration))
      return std::nullopt;
    Candidate c;
    c.grant = &grant;
    c.own = grant.declaration == leg_.declaration;
    c.started = grant.leg.window.from <= g_.at;
    c.floor = grant.leg.window.from.value;
    const rules::Tier* own = grant.rule->rule.tier(grant.leg.tier);
    if (own != nullptr && own->min_run) c.floor += own->min_run->value;
    Window w = reach_;
    if (c.started && c.floor > w.from.value) {
      if (c.floor >= w.until.value) return std::nullopt;
      w.from = Instant(static_cast<std::int64_t>(c.floor));
    }
    c.part = live_of(g_, grant, w);
    const auto pieces = c.part.positive().pieces(w);
    if (pieces.empty()) return std::nullopt;
    c.span = {pieces.front().window.from, pieces.back().window.until};
    for (const objects::Piece& p : pieces) c.largest = std::max(c.largest, p.quantity);
    const rules::Rule& rule = leg_.rule->rule;
    if (!tier_displaces(rule, *rule.tier(leg_.leg.tier), context_, terms_of(g_, c)))
      return std::nullopt;
    return c;
  }

  const Gathering& g_;
  const LegEvidence& leg_;
  const TierContext& context_;
  const Window& reach_;
  std::set<const AuditRule*> versions_;
  std::map<const AuditDeclaration*, bool> elsewhere_;
};

}  // namespace

TierVictim terms_of(const Gathering& g, const Candidate& c) {
  const Int128 live = live_of(g, *c.grant, kAlways).integral(kAlways);
  // The Displacements of the legs before this one come before.
  const auto earlier = std::count_if(g.taken.begin(), g.taken.end(),
                                     [&](const TakenEarlier& t) { return t.victim == c.grant; });
  return {c.grant,     c.largest,   live, 0,
          Quantity(0), c.span.from, g.at, c.grant->times_displaced + earlier};
}

std::vector<Candidate> candidates_of(const Gathering& g, const LegEvidence& leg,
                                     const TierContext& context, const Window& reach, bool shared) {
  std::vector<Candidate> out;
  const AuditInfrastructure* i = leg.declaration->infrastructure;
  Search(g, leg, context, reach)
      .among((shared && i != nullptr ? i->by_time : leg.declaration->grants).meeting(reach), out);
  const rules::VictimOrder order = leg.rule->rule.tier(leg.leg.tier)->displaces->victims;
  std::sort(out.begin(), out.end(), [&](const Candidate& a, const Candidate& b) {
    return before(order, leg.leg.request, *a.grant, *b.grant);
  });
  return out;
}

}  // namespace capmarket::audit
