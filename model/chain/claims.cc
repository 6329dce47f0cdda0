#include "model/chain/claims.h"

#include <algorithm>

namespace capmarket::chain {
namespace {

const rules::Claims& terms(const ChainState& s, const ClaimRecord& c) {
  return s.rule_of(s.grants[c.grant]).claims;
}

/// More was used at some instant than the claim leaves: it speaks against the claim.
bool used_despite(const GrantRecord& g, const objects::DeliveryFailure& claim) {
  std::vector<objects::Piece> both = g.activity;
  both.insert(both.end(), g.live.begin(), g.live.end());
  for (Instant t : capacity::cuts(both, claim.window)) {
    Quantity left = capacity::value_at(g.live, t) - claim.quantity;
    if (capacity::value_at(g.activity, t) > std::max(left, Quantity(0))) return true;
  }
  return false;
}

bool witnessed(const ClaimRecord& c, objects::Side side) {
  return std::any_of(c.witnesses.begin(), c.witnesses.end(),
                     [&](const auto& w) { return w.second == side; });
}

/// The holder told of the first claimed instant within `notify_within` of it.
bool notified(const ChainState& s, const ClaimRecord& c) {
  const GrantRecord& g = s.grants[c.grant];
  const Instant first = c.claim.window.from;
  const Instant latest = after(first, s.strategies.at(g.leg.strategy).strategy.notify_within);
  return std::any_of(s.failures.begin(), s.failures.end(), [&](const FailureRecord& f) {
    return f.grant == c.grant && f.origin == FailureOrigin::notice && f.admitted <= latest &&
           capacity::value_at(f.failure.pieces, first).value > 0;
  });
}

}  // namespace

bool is_claim(const objects::DeliveryFailure& failure) {
  return failure.role != objects::Role::holder;
}

Instant contest_until(const ChainState& s, const ClaimRecord& c) {
  return after(c.admitted, terms(s, c).contest_within);
}

Instant witness_until(const ChainState& s, const ClaimRecord& c) {
  return after(contest_until(s, c), terms(s, c).contest_within);
}

void open_claim(ChainState& s, const ContentId& id, const objects::DeliveryFailure& claim) {
  s.claim_index.emplace(id, s.claims.next());
  s.claims.push_back({id, claim, s.grant_index.at(claim.grant), s.time, false, false, {}});
  s.dues.insert({contest_until(s, s.claims.back()), objects::Kind::claim_closed, id});
}

void contest_claim(ChainState& s, const ContentId& claim) {
  ClaimRecord& c = s.claims[s.claim_index.at(claim)];
  c.contested = true;
  s.dues.insert({witness_until(s, c), objects::Kind::claim_closed, claim});
}

std::vector<DerivedEvent> close_claim(ChainState& s, const Due& due, Sequence next) {
  ClaimRecord& c = s.claims[s.claim_index.at(due.id)];
  if (c.closed || (c.contested && due.at < witness_until(s, c))) return {};
  c.closed = true;
  const GrantRecord& g = s.grants[c.grant];
  const rules::Rule& rule = s.rule_of(g);
  objects::ClaimClosed out{{}, c.id, true, objects::ClaimBasis::uncontested};
  if (c.contested) {
    const bool used = used_despite(g, c.claim);
    const bool against = used || witnessed(c, objects::Side::holder);
    const bool supported = witnessed(c, objects::Side::claim);
    out.stands = !against && (supported || rule.claims.burden == rules::Burden::holder);
    out.basis = used                   ? objects::ClaimBasis::activity
                : against || supported ? objects::ClaimBasis::witness
                                       : objects::ClaimBasis::burden;
  }
  Group group(s, c.claim.salt, next);
  const ContentId closed = group.add(objects::Kind::claim_closed, out);
  Volume judged = volume_of(c.claim.quantity, c.claim.window.length());
  if (out.stands) {
    const capacity::Pieces failed = capacity::lesser(g.live, {{c.claim.window, c.claim.quantity}});
    judged = capacity::volume_of(failed);  // what failed before is no matter of this contest
    group.fail(c.grant, failed, c.id, !notified(s, c), FailureOrigin::claim);
  }
  if (c.contested) {
    const Money value = worth(g.leg.price, judged);
    const PublicKey &holder = s.holder_of(g), &claimant = c.claim.reporter;
    group.oblige(closed, g, objects::ObligationKind::claim, out.stands ? holder : claimant,
                 out.stands ? claimant : holder,
                 ratio_of(value, out.stands ? rule.claims.contest_fee : rule.claims.claim_fee),
                 rule.currency, after(s.time, rule.dispute_within));
  }
  return group.finish();
}

}  // namespace capmarket::chain
