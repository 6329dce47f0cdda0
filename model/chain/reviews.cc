#include "model/chain/reviews.h"

#include <algorithm>

#include "model/log/merkle.h"

namespace capmarket::chain {
namespace {

/// The strongest outcome that the rules of its legs have for a founded dispute.
rules::OnReview outcome_of(const ChainState& s, const SettlementRecord& settlement) {
  rules::OnReview out = rules::OnReview::uphold;
  for (std::int32_t i = 0; i < settlement.legs; ++i)
    if (const auto& clause = s.rule_of(s.grants[settlement.grant(i)]).revocation)
      out = std::max(out, clause->on_review);
  return out;
}

/// Some chain of the settlement contains the link.
bool rests_on(const ChainState& s, const SettlementRecord& settlement, const ContentId& link) {
  auto contains = [&](const ContentId& credential) {
    const governance::CredentialRecord* c = s.delegation.credential(credential);
    return c != nullptr && s.delegation.chain_contains(*c, link);
  };
  for (std::int32_t i = 0; i < settlement.legs; ++i) {
    const objects::Leg& leg = s.grants[settlement.grant(i)].leg;
    if (contains(leg.holder_credential) || contains(leg.user_credential)) return true;
  }
  return std::any_of(settlement.coordinators.begin(), settlement.coordinators.end(), contains);
}

}  // namespace

void open_review(Group& group, const ContentId& id, const objects::Revocation& revocation) {
  ChainState& s = group.state();
  const ReviewIndex review = s.reviews.next();
  std::vector<Digest> touched;
  Duration longest(0);
  for (SettlementIndex i : s.settlements.indices()) {
    SettlementRecord& settlement = s.settlements[i];
    if (!rests_on(s, settlement, revocation.target)) continue;
    touched.push_back(log::leaf_hash(settlement.id.view()));
    settlement.reviews.push_back(review);
    for (std::int32_t k = 0; k < settlement.legs; ++k)
      longest = std::max(longest, s.rule_of(s.grants[settlement.grant(k)]).review_within);
  }
  if (touched.empty()) return;
  const auto count = static_cast<std::int64_t>(touched.size());
  const Instant until = after(s.time, longest);
  const objects::Review opened{{}, id, count, log::merkle_root(touched), until};
  ReviewRecord record{group.add(objects::Kind::review, opened), {}, until, count, false, {}};
  record.salt = objects::derived_salt(revocation.salt, objects::Kind::review, 0);
  s.about.emplace(record.id, id);
  s.review_index.emplace(record.id, review);
  s.dues.insert({until, objects::Kind::review_closed, record.id});
  s.reviews.push_back(std::move(record));
}

void note_finding(ChainState& s, SettlementIndex index, bool founded) {
  const SettlementRecord& settlement = s.settlements[index];
  const rules::OnReview outcome = founded ? outcome_of(s, settlement) : rules::OnReview::uphold;
  for (ReviewIndex r : settlement.reviews) {
    if (s.reviews[r].closed) continue;
    auto [it, fresh] = s.reviews[r].disputed.emplace(index, outcome);
    it->second = std::max(it->second, outcome);
  }
}

Instant reviewed_until(const ChainState& s, const SettlementRecord& settlement) {
  Instant out(-kWireMax);
  for (ReviewIndex r : settlement.reviews)
    if (!s.reviews[r].closed) out = std::max(out, s.reviews[r].until);
  return out;
}

std::vector<DerivedEvent> close_review(ChainState& s, const Due& due, Sequence next) {
  ReviewRecord& review = s.reviews[s.review_index.at(due.id)];
  review.closed = true;
  objects::ReviewClosed out;
  out.review = review.id;
  for (const auto& [settlement, outcome] : review.disputed)
    ++(outcome == rules::OnReview::uphold       ? out.upheld
       : outcome == rules::OnReview::compensate ? out.compensated
                                                : out.voided);
  out.undisputed = review.settlements - static_cast<std::int64_t>(review.disputed.size());
  Group group(s, review.salt, next);
  group.add(objects::Kind::review_closed, out);
  return group.finish();
}

}  // namespace capmarket::chain
