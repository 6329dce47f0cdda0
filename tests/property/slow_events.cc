// What each event changes in the slow market, and what must come of it.
#include <fmt/format.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "tests/property/slow_market.h"
#include "tests/property/slow_parts.h"
#include "tests/support/times.h"

namespace capmarket::property {
namespace {

}  // namespace

bool SlowMarket::next_is(objects::Kind kind) {
  if (!items_.empty() && items_.front().kind == kind) return true;
  complain(fmt::format("a {} comes unasked", objects::to_text(kind)));
  return false;
}

void SlowMarket::lose(SlowGrant& g, char reason, const ContentId& id, const Seconds& part) {
  if (!inside(part, g.live)) complain("more is lost than is live");
  for (int s = 0; s < kSeconds; ++s) g.live[s] -= part[s];
  requests.at(g.leg.request).losses.push_back({id, reason, g.id, part});
}

void SlowMarket::apply_settlement(const chain::Leaf& leaf, const objects::Settlement& o) {
  settlements[leaf.id] = {o, leaf.time};
  settlement_order.push_back(leaf.id);
  const objects::Settlement& kept = settlements.at(leaf.id).o;
  std::set<PublicKey> holders;
  for (std::size_t i = 0; i < kept.legs.size(); ++i) {
    const objects::Leg& leg = kept.legs[i];
    SlowGrant g;
    g.id = objects::grant_id(leaf.id, i);
    g.settlement = leaf.id;
    g.leg_index = static_cast<std::int64_t>(i);
    g.sequence = leaf.sequence.value;
    g.rank = rank_of(kept, leg);
    g.admitted = leaf.time;
    g.leg = leg;
    g.live = over(leg.window, leg.quantity.value);
    const rules::Rule& r = rules.at(leg.rule).rule;
    renew(g, leaf.time);
    for (std::size_t k = 0; k < covers_[i].victims.size(); ++k) {
      Item item{objects::Kind::displacement};
      item.leg = i;
      item.victim = k;
      items_.push_back(item);
    }
    owed_at_ = items_.size();
    owe(g, objects::ObligationKind::price, user(g), holder(g), slow_value(leg.price, g.live),
        r.currency, leg.window.until);
    SlowRequest& request = requests.at(leg.request);
    request.granted = true;
    for (const objects::SequenceIndex& index : kept.indices)
      if (index.request == leg.request) request.next_index = index.index + 1;
    if (leg.replaces && failures.contains(*leg.replaces)) {
      auto& by = failures.at(*leg.replaces).substitutes;
      if (by.empty() || by.back() != leaf.id) by.push_back(leaf.id);
    }
    auto duty = duties_.find({holder(g), user(g), leg.declaration});
    if (duty != duties_.end())
      std::erase_if(duty->second, [&](const auto& x) { return x.second < kept.signed_at; });
    // INV-10
    if (!submission_->signed_by(objects::Role::holder, holder(g)) ||
        !submission_->signed_by(objects::Role::user, user(g)))
      complain("INV-10: a grant without both signatures");
    grant_order.push_back(g.id);
    grants.emplace(g.id, std::move(g));
  }
}

void SlowMarket::apply_displacement(const chain::Leaf& leaf, const objects::Displacement& o) {
  Item item = items_.front();
  items_.pop_front();
  owed_at_ = 0;
  SlowGrant& victim = grants.at(o.victim);
  const SlowGrant& by = grants.at(o.grant);
  const SlowCovered& cover = covers_.at(item.leg).victims.at(item.victim);
  const Seconds released = over(o.pieces);
  bool same = o.victim == cover.victim && o.leg == static_cast<std::int64_t>(item.leg);
  for (int t = 0; t < kSeconds; ++t)
    same = same && released[t] == cover.given[first_half_of(t)] &&
           released[t] == cover.given[first_half_of(t) + 1];
  if (!same || o.compensation.value != cover.compensation || o.leg != by.leg_index ||
      o.settlement != by.settlement)
    complain("a displacement that is not of the cover");
  for (std::size_t k = 0; k < o.pieces.size(); ++k)
    if (o.pieces[k].quantity.value <= 0 || o.pieces[k].window.empty() ||
        (k > 0 && (o.pieces[k].window.from < o.pieces[k - 1].window.until ||
                   (o.pieces[k].window.from == o.pieces[k - 1].window.until &&
                    o.pieces[k].quantity == o.pieces[k - 1].quantity))))
      complain("pieces that are not in their one form");
  if (!(o.rank == by.rank && o.victim_rank == victim.rank && o.victim_rank < o.rank))
    complain("INV-4: ranks of a displacement");
  std::int64_t before = slow_value(victim.leg.price, victim.live);
  lose(victim, 'd', leaf.id, released);
  ++victim.times_displaced;
  Instant deadline = leaf.time + rule(by).tier(by.leg.tier)->displaces->pay_within;
  owe(victim, objects::ObligationKind::displacement, user(by), user(victim), o.compensation.value,
      rule(by).currency, deadline);
  owe(victim, objects::ObligationKind::displacement, holder(victim), user(victim),
      before - slow_value(victim.leg.price, victim.live), rule(victim).currency, deadline);
}

void SlowMarket::apply_release(const chain::Leaf& leaf, const objects::Release& o) {
  SlowGrant& g = grants.at(o.grant);
  Seconds part = over(o.pieces);
  owed_at_ = 0;
  const Instant deadline = leaf.time + rule(g).dispute_within;
  std::int64_t before = slow_value(g.leg.price, g.live);
  if (o.cause == objects::ReleaseCause::lapse) {
    Seconds rest = g.live;
    for (int s = 0; s < kSeconds; ++s)
      if (testing::at_second(s) < whole_second(leaf.time)) rest[s] = 0;
    if (!g.lease_until || *g.lease_until != leaf.time || part != rest)
      complain("a lapse at another time or of another part");
  } else {
    if (items_.empty() || items_.front().kind != objects::Kind::release ||
        items_.front().grant != o.grant || items_.front().part != part)
      complain("a release that nobody surrendered or found");
    if (!items_.empty()) items_.pop_front();
  }
  lose(g, 'r', leaf.id, part);
  std::int64_t value = before - slow_value(g.leg.price, g.live);
  objects::ObligationKind kind =
      o.cause == objects::ReleaseCause::lapse         ? objects::ObligationKind::lapse
      : o.cause == objects::ReleaseCause::surrender   ? objects::ObligationKind::surrender
      : o.cause == objects::ReleaseCause::void_future ? objects::ObligationKind::void_future
                                                      : objects::ObligationKind::remedy;
  owe(g, kind, holder(g), user(g), value, rule(g).currency, deadline);
  if (o.cause == objects::ReleaseCause::lapse || o.cause == objects::ReleaseCause::surrender)
    owe(g, kind, user(g), holder(g), ratio(value, rule(g).surrender_fee.value), rule(g).currency,
        deadline);
}

void SlowMarket::apply_failure(const chain::Leaf& leaf, const objects::Failure& o) {
  SlowGrant& g = grants.at(o.grant);
  Seconds part = over(o.pieces);
  if (items_.empty() || items_.front().kind != objects::Kind::failure ||
      items_.front().grant != o.grant || items_.front().part != part ||
      items_.front().late != o.late)
    complain("a failure of another grant, part or lateness");
  const char told = items_.empty()            ? 'h'
                    : items_.front().leg == 1 ? 'c'
                    : items_.front().leg == 2 ? 'u'
                                              : 'h';
  if (!items_.empty()) items_.pop_front();
  owed_at_ = 0;
  std::int64_t before = slow_value(g.leg.price, g.live);
  lose(g, 'f', leaf.id, part);
  if (told != 'c')
    for (int s = 0; s < kSeconds; ++s) g.failed[s] += part[s];
  std::int64_t value = before - slow_value(g.leg.price, g.live);
  const rules::FallbackStrategy& strategy = strategies.at(g.leg.strategy).first;
  std::int64_t owed = ratio(value, strategy.refund.value) + ratio(value, strategy.penalty.value);
  failures[leaf.id] = {o, leaf.time, Money(owed), Money(value), false, {}, told};
  failure_order.push_back(leaf.id);
  owe(g, objects::ObligationKind::failure, holder(g), user(g), owed, rule(g).currency,
      leaf.time + rule(g).dispute_within);
}

void SlowMarket::apply_curtailment(const objects::Curtailment& o) {
  SlowDeclaration& d = declarations.at(o.declaration);
  Seconds part = over(o.window, o.quantity.value), excess{};
  for (int s = 0; s < kSeconds; ++s) {
    d.curtailed[s] += part[s];
    excess[s] = std::max<std::int64_t>(
        0, part[s] == 0 ? 0 : load(o.declaration, s) + d.curtailed[s] - d.o.quantity.value);
  }
  std::vector<const SlowGrant*> order;
  for (const auto& [id, g] : grants)
    if (g.leg.declaration == o.declaration) order.push_back(&g);
  std::sort(order.begin(), order.end(), [](const SlowGrant* a, const SlowGrant* b) {
    if (a->rank != b->rank) return a->rank < b->rank;
    if (a->sequence != b->sequence) return a->sequence > b->sequence;
    return a->leg_index > b->leg_index;
  });
  for (const SlowGrant* g : order) {
    Item item{objects::Kind::failure};
    item.grant = g->id;
    item.leg = 1;  // curtailed
    for (int s = 0; s < kSeconds; ++s) {
      item.part[s] = std::min(g->live[s], excess[s]);
      excess[s] -= item.part[s];
    }
    if (sum(item.part) > 0) items_.push_back(item);
  }
}

void SlowMarket::apply_retract(const objects::Retract& o) {
  SlowDeclaration& d = declarations.at(o.declaration);
  const Seconds back = retractable(o.declaration, time);
  for (int s = 0; s < kSeconds; ++s) {
    d.curtailed[s] += back[s];
    d.retracted[s] += back[s];
  }
}

void SlowMarket::apply_residual(const objects::Residual& o) {
  SlowRequest& r = requests.at(o.request);
  if (r.closed) complain("a request closes twice");
  r.closed = true;
  late_requests_.erase(o.request);
  std::map<char, std::int64_t> parts;
  for (int s = 0; s < kSeconds; ++s) {
    if (!r.o.window.contains(testing::at_second(s))) continue;
    std::int64_t live = request_live(o.request, s);
    std::int64_t gap = r.o.quantity.value - live;
    parts['l'] += live;
    for (auto loss = r.losses.rbegin(); loss != r.losses.rend(); ++loss) {
      std::int64_t part = std::min(gap, loss->lost[s]);
      parts[loss->reason] += part;
      gap -= part;
    }
    parts['u'] += gap;
    parts['q'] += r.o.quantity.value;
  }
  auto is = [](Volume v, std::int64_t seconds) {
    return v.value == Int128{seconds} * kNanosPerSecond;
  };
  if (!is(o.requested, parts['q']) || !is(o.live, parts['l']) || !is(o.displaced, parts['d']) ||
      !is(o.failed, parts['f']) || !is(o.released, parts['r']) || !is(o.unmet, parts['u']))
    complain("INV-3: another residual");
  Volume all = o.live;
  for (Volume v : {o.displaced, o.failed, o.released, o.unmet}) all += v;
  if (all != o.requested) complain("INV-3: the parts do not add up");
}

/// What authorities and roots lay down.
void SlowMarket::apply_edict(const chain::Leaf& leaf, const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Genesis>(&object)) {
    genesis = *o;
    chain = leaf.id;
    market = objects::market_id(*o);
  }
  if (const auto* o = std::get_if<objects::AuthorityGrant>(&object)) {
    authorities[leaf.id] = *o;
  }
  if (const auto* o = std::get_if<objects::CredentialGrant>(&object)) {
    credentials[leaf.id] = *o;
    credential_order.push_back(leaf.id);
  }
  if (const auto* o = std::get_if<objects::ClassDeclaration>(&object)) {
    classes[o->class_name].emplace_back(leaf.time, *o);
  }
  if (const auto* o = std::get_if<rules::Rule>(&object)) {
    if (o->supersedes) rules.at(*o->supersedes).successor_from = o->effective.from;
    rules[leaf.id] = {*o, kDistantFuture};
  }
  if (const auto* o = std::get_if<rules::FallbackStrategy>(&object)) {
    strategies[leaf.id] = {*o, leaf.time};
  }
  if (const auto* o = std::get_if<objects::ReconciliationPolicy>(&object)) {
    policies[leaf.id] = *o;
  }
  if (const auto* o = std::get_if<objects::SharedInfrastructure>(&object)) {
    infrastructures[leaf.id] = *o;
  }
  if (const auto* o = std::get_if<objects::PeerAgreement>(&object)) {
    agreements[o->infrastructure].push_back(*o);
  }
  if (const auto* o = std::get_if<objects::Revocation>(&object)) {
    auto [it, fresh] = revoked.emplace(o->target, o->effective);
    it->second = std::min(it->second, o->effective);
    under_review_.clear();
    for (const auto& [id, s] : settlements) {
      std::vector<ContentId> all = s.o.coordinators;
      for (const objects::Leg& leg : s.o.legs)
        for (const ContentId& c : {leg.holder_credential, leg.user_credential}) all.push_back(c);
      if (std::any_of(all.begin(), all.end(),
                      [&](const ContentId& c) { return has(links(c), o->target); }))
        under_review_.insert(id);
    }
    if (!under_review_.empty()) items_.push_back({objects::Kind::review});
  }
}

/// What is offered, asked and agreed.
void SlowMarket::apply_market(const chain::Leaf& leaf, const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Declaration>(&object)) {
    declarations[leaf.id] = {*o, leaf.sequence.value, {}, {}};
    declaration_order.push_back(leaf.id);
  }
  if (const auto* o = std::get_if<objects::DeclarationBatch>(&object)) {
    for (const objects::Declaration& item : o->items) {
      ContentId id = crypto::content_id(objects::encode_object(objects::Object(item)));
      declarations[id] = {item, leaf.sequence.value, {}, {}};
      declaration_order.push_back(id);
    }
  }
  if (const auto* o = std::get_if<objects::Intent>(&object)) {
    intents[leaf.id] = *o;
  }
  if (const auto* o = std::get_if<objects::Request>(&object)) {
    requests[leaf.id].o = *o;
    request_order.push_back(leaf.id);
    // Its closing may be due at once, which is after this group.
    if (o->window.until <= leaf.time || o->open_until <= leaf.time) late_requests_.insert(leaf.id);
  }
  if (const auto* o = std::get_if<objects::Withdrawal>(&object)) {
    SlowRequest& r = requests.at(o->request);
    r.withdrawn = true;
    if (!r.granted) items_.push_back({objects::Kind::residual});
  }
  if (const auto* o = std::get_if<objects::Settlement>(&object)) {
    apply_settlement(leaf, *o);
  }
  if (const auto* o = std::get_if<objects::PriceIndex>(&object)) {
    indices[leaf.id] = {*o, leaf.sequence.value};
    index_order.push_back(leaf.id);
  }
}

/// At once or from its start, and never shorter than it was.
void SlowMarket::renew(SlowGrant& g, Instant at) {
  if (!rule(g).lease) return;
  Instant end = std::max(at, g.leg.window.from) + *rule(g).lease;
  if (!g.lease_until || *g.lease_until < end) g.lease_until = end;
}

/// What happens to a grant, and to what is owed.
void SlowMarket::apply_aftermath(const chain::Leaf& leaf, const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Surrender>(&object)) {
    items_.push_back({objects::Kind::release, o->grant, over(o->window, o->quantity.value)});
  }
  if (const auto* o = std::get_if<objects::Renewal>(&object)) {
    SlowGrant& g = grants.at(o->grant);
    renew(g, leaf.time);
  }
  if (const auto* o = std::get_if<objects::Payment>(&object)) {
    SlowObligation& x = obligations.at(o->obligation);
    x.paid += o->amount;
    if (x.paid > x.o.amount) complain("INV-5: paid more than is owed");
  }
  if (const auto* o = std::get_if<objects::DeliveryFailure>(&object)) {
    const SlowGrant& g = grants.at(o->grant);
    if (o->role != objects::Role::holder) {
      claims[leaf.id] = {*o, leaf.time, false, false, {}};
      claim_order.push_back(leaf.id);
      return;
    }
    const Instant began = o->failed_at < o->window.from ? o->failed_at : o->window.from;
    bool late = leaf.time - began > strategies.at(g.leg.strategy).first.notify_within;
    items_.push_back({objects::Kind::failure, o->grant, over(o->window, o->quantity.value), late});
  }
  if (const auto* o = std::get_if<objects::FallbackRecord>(&object)) {
    failures.at(o->failure).recorded = true;
  }
  if (const auto* o = std::get_if<objects::Curtailment>(&object)) {
    apply_curtailment(*o);
  }
  if (const auto* o = std::get_if<objects::Retract>(&object)) {
    apply_retract(*o);
  }
  if (const auto* o = std::get_if<objects::Activity>(&object)) {
    SlowGrant& g = grants.at(o->grant);
    Seconds used = over(o->interval, o->quantity.value);
    for (int s = 0; s < kSeconds; ++s) {
      g.consumed[s] += used[s];
      if (used[s] > 0 && g.consumed[s] > g.live[s]) complain("INV-8: more used than is live");
    }
    renew(g, leaf.time);
  }
  if (const auto* o = std::get_if<objects::Dispute>(&object)) {
    disputed_ = *o;
    items_.push_back({objects::Kind::resolution});
  }
}

/// What the chain says itself.
void SlowMarket::apply_derived(const chain::Leaf& leaf, const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Review>(&object)) {
    if (next_is(objects::Kind::review)) {
      Duration longest;
      for (const ContentId& id : under_review_)
        for (const objects::Leg& leg : settlements.at(id).o.legs)
          longest = std::max(longest, rules.at(leg.rule).rule.review_within);
      if (o->settlements != static_cast<std::int64_t>(under_review_.size()) ||
          o->until != leaf.time + longest)
        complain("a review of another number of settlements, or of another length");
      reviews[leaf.id] = {under_review_, o->until, {}, false};
      review_order.push_back(leaf.id);
      items_.pop_front();
    }
  }
  if (const auto* o = std::get_if<objects::Resolution>(&object)) {
    if (next_is(objects::Kind::resolution)) items_.pop_front();
    apply_resolution(leaf, *o);
  }
  if (const auto* o = std::get_if<objects::Displacement>(&object)) {
    if (next_is(objects::Kind::displacement)) apply_displacement(leaf, *o);
  }
  if (const auto* o = std::get_if<objects::Release>(&object)) {
    apply_release(leaf, *o);
  }
  if (const auto* o = std::get_if<objects::Failure>(&object)) {
    apply_failure(leaf, *o);
  }
  if (const auto* o = std::get_if<objects::Residual>(&object)) {
    if (!items_.empty() && next_is(objects::Kind::residual)) items_.pop_front();
    apply_residual(*o);
  }
  if (const auto* o = std::get_if<objects::Shutout>(&object)) {
    if (next_is(objects::Kind::shutout)) items_.pop_front();
    refusals[o->submitter].shut_out = true;
  }
  if (const auto* o = std::get_if<objects::Readmission>(&object)) {
    SlowRefusals& count = refusals[o->submitter];
    if (!count.shut_out ||
        leaf.time.value != (count.period + 1) * genesis.refusal_quota.period.value)
      complain("a readmission at another time");
    count.shut_out = false;
  }
}

/// The next obligation that is due.
void SlowMarket::apply_obligation(const chain::Leaf& leaf, const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Obligation>(&object)) {
    obligations[leaf.id] = {*o, Money(0)};
    obligation_order.push_back(leaf.id);
    if (!next_is(objects::Kind::obligation)) return;
    const objects::Obligation& due = items_.front().obligation;
    if (due.grant != o->grant || due.kind != o->kind || due.payer != o->payer ||
        due.payee != o->payee || due.amount != o->amount || due.currency != o->currency ||
        due.deadline != o->deadline)
      complain(fmt::format("an obligation ({}) of {} where {} is owed", objects::to_text(o->kind),
                           o->amount.value, due.amount.value));
    items_.pop_front();
  }
}

void SlowMarket::apply(const chain::Leaf& leaf, const objects::Object& object) {
  owed_at_ = 0;
  apply_edict(leaf, object);
  apply_market(leaf, object);
  apply_aftermath(leaf, object);
  apply_claims(leaf, object);
  apply_derived(leaf, object);
  apply_obligation(leaf, object);
}

}  // namespace capmarket::property
